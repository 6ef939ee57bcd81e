"""The lines of a format that says what is a heading, an entry of a list or a table's cell."""

from inspections.intake.text.lines import Line, NotAReportError, Source, tidy
from inspections.intake.text.model import Cell


class MarkedLines:
    """Collects the lines of a document, in the order in which they are read."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.tables = 0

    def paragraph(self, text: str, level: int = 0, mark: str = "", is_bold: bool = False) -> None:
        """Add a paragraph.

        Args:
            text: Its text, with line breaks where the author made them.
            level: A heading's level, from 1; 0 for text.
            mark: What a list prints before it, such as ``•`` or ``3.14``.
            is_bold: Whether all of it is set in bold.
        """
        parts = [tidy(" ".join(part.split())) for part in text.split("\n")]
        parts = [part for part in parts if part]
        if not parts:
            return
        if mark:
            parts[0] = f"{mark} {parts[0]}"
        self._gap()
        style = "heading" if level else "bold" if is_bold else ""
        for part in parts:
            self.lines.append(Line(part, len(self.lines) + 1, None, style, None, None, level))

    def table(self, rows: list[list[str]]) -> None:
        """Add a table.

        Args:
            rows: The texts of its cells, by row; a cell's paragraphs stand on lines of their own.
        """
        self.tables += 1
        heads = rows[0] if rows else []
        for number, row in enumerate(rows, 1):
            for column, text in enumerate(row, 1):
                header = heads[column - 1] if number > 1 and column <= len(heads) else ""
                cell = Cell(self.tables, number, column, tidy(" ".join(header.split())))
                self._gap()
                for part in text.split("\n"):
                    if own := tidy(" ".join(part.split())):
                        place = len(self.lines) + 1
                        self.lines.append(Line(own, place, None, "", None, cell))
        self._gap()

    def _gap(self) -> None:
        if self.lines and self.lines[-1].text:
            self.lines.append(Line("", len(self.lines) + 1))

    def source(self, name: str, kind: str) -> Source:
        """The document as read.

        Args:
            name: The file's name.
            kind: Its format.

        Raises:
            NotAReportError: It has no text.
        """
        if not any(character.isalpha() for line in self.lines for character in line.text):
            raise NotAReportError(f"{name} holds no text: pictures alone, or nothing.")
        text = "\n".join(
            f"{'#' * line.level} {line.text}" if line.level else line.text for line in self.lines
        )
        return Source(name, self.lines, None, False, f"{text.strip()}\n", format=kind)
