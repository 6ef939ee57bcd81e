"""A Word document (.docx) as lines, with the numbers that Word sets before paragraphs."""

import io
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import docx
from docx.document import Document
from docx.oxml.ns import qn

from inspections.intake.text.formats.marked_lines import MarkedLines
from inspections.intake.text.lines import NotAReportError, Source


def read_word(name: str, content: bytes) -> Source:
    """Read a .docx file.

    Args:
        name: The file's name.
        content: Its bytes.

    Raises:
        NotAReportError: It is damaged, or holds no text.
    """
    try:
        document = docx.Document(io.BytesIO(content))
    except Exception as error:
        # python-docx passes on whatever its zip and XML readers raise.
        raise NotAReportError(f"{name} is a damaged Word document: {error}.") from error
    numbers = _Numbers(document)
    marked = MarkedLines()
    for element in _blocks(document.element.body):
        if element.tag == qn("w:tbl"):
            marked.table(_table(element, numbers))
        else:
            style = _style_of(document, element)
            level = _level(style)
            marked.paragraph(_text(element), level, numbers.of(element), _is_bold(element))
    return marked.source(name, "docx")


def _blocks(element: Any) -> Iterator[Any]:
    """Paragraphs and tables in their order, those in frames and fields too, each once."""
    for child in element:
        if child.tag in (qn("w:p"), qn("w:tbl")):
            yield child
            if child.tag == qn("w:p"):
                for frame in child.iterdescendants(qn("w:txbxContent")):
                    # A drawing is stored twice; the second is for older programs.
                    if not any(each.tag.endswith("}Fallback") for each in frame.iterancestors()):
                        yield from _blocks(frame)
        elif child.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:smartTag")):
            yield from _blocks(child)


def _text(paragraph: Any) -> str:
    parts: list[str] = []
    for element in paragraph.iter(
        qn("w:t"), qn("w:tab"), qn("w:br"), qn("w:cr"), qn("w:noBreakHyphen")
    ):
        within = [each.tag for each in element.iterancestors()]
        inner = within[: within.index(paragraph.tag)] if paragraph.tag in within else within
        if qn("w:txbxContent") in inner or qn("w:tabs") in inner or qn("w:pPr") in inner:
            continue
        if element.tag == qn("w:t"):
            parts.append(element.text or "")
        elif element.tag == qn("w:noBreakHyphen"):
            parts.append("-")
        else:
            is_break = element.tag in (qn("w:br"), qn("w:cr"))
            parts.append("\n" if is_break else " ")
    return "".join(parts)


def _is_bold(paragraph: Any) -> bool:
    runs = [run for run in paragraph.iterchildren(qn("w:r")) if run.findtext(qn("w:t"))]
    return bool(runs) and all(run.find(f"{qn('w:rPr')}/{qn('w:b')}") is not None for run in runs)


def _style_of(document: Document, paragraph: Any) -> Any:
    found = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    if found is None:
        return None
    styles = document.styles.element
    return next(
        (each for each in styles if each.get(qn("w:styleId")) == found.get(qn("w:val"))), None
    )


def _level(style: Any) -> int:
    """The level of a heading, by its style's name."""
    if style is None:
        return 0
    named = style.find(qn("w:name"))
    name = (named.get(qn("w:val")) or "") if named is not None else ""
    match = re.match(r"heading (\d)", name, re.IGNORECASE)
    return int(match[1]) if match else 1 if name.lower() == "title" else 0


def _table(table: Any, numbers: "_Numbers") -> list[list[str]]:
    rows = []
    for row in table.iterchildren(qn("w:tr")):
        texts: list[str] = []
        for cell in row.iterchildren(qn("w:tc")):
            merged = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
            goes_on = merged is not None and merged.get(qn("w:val")) != "restart"
            text = "" if goes_on else _cell_text(cell, numbers)
            span = cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
            width = int(span.get(qn("w:val")) or 1) if span is not None else 1
            texts += [text, *[""] * (width - 1)]
        rows.append(texts)
    return rows


def _cell_text(cell: Any, numbers: "_Numbers") -> str:
    parts = []
    for element in _blocks(cell):
        if element.tag == qn("w:tbl"):
            parts += [" ".join(row) for row in _table(element, numbers)]
        else:
            parts.append(f"{numbers.of(element)} {_text(element)}".strip())
    return "\n".join(part for part in parts if part)


class _Numbers:
    """Counts as Word does: the numbers of lists and paragraphs are nowhere in the text."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.levels: dict[str, dict[int, tuple[str, str, int]]] = {}
        self.counts: dict[str, dict[int, int]] = defaultdict(dict)
        self.abstract: dict[str, str] = {}
        try:
            numbering = document.part.numbering_part.element
        except (KeyError, NotImplementedError):
            return
        for abstract in numbering.iterchildren(qn("w:abstractNum")):
            own = {}
            for level in abstract.iterchildren(qn("w:lvl")):
                place = int(level.get(qn("w:ilvl")))
                own[place] = (
                    _value(level, "w:numFmt") or "decimal",
                    _value(level, "w:lvlText"),
                    int(_value(level, "w:start") or 1),
                )
            self.levels[abstract.get(qn("w:abstractNumId"))] = own
        for number in numbering.iterchildren(qn("w:num")):
            self.abstract[number.get(qn("w:numId"))] = _value(number, "w:abstractNumId")

    def of(self, paragraph: Any) -> str:
        """The number or the mark that Word sets before a paragraph; empty where it sets none."""
        properties = paragraph.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
        style = _style_of(self.document, paragraph)
        own = style.find(f"{qn('w:pPr')}/{qn('w:numPr')}") if style is not None else None
        found = [each for each in (properties, own) if each is not None]
        number = next((value for each in found if (value := _value(each, "w:numId"))), "")
        level = int(next((value for each in found if (value := _value(each, "w:ilvl"))), "0"))
        abstract = self.abstract.get(number, "")
        levels = self.levels.get(abstract, {})
        if level not in levels or not _text(paragraph).strip():
            return ""
        form, text, start = levels[level]
        if form == "bullet":
            return "•"
        counts = self.counts[abstract]
        counts[level] = counts.get(level, start - 1) + 1
        for deeper in [each for each in counts if each > level]:
            del counts[deeper]

        def printed(match: re.Match[str]) -> str:
            place = int(match[1]) - 1
            form, _, start = levels.get(place, ("decimal", "", 1))
            return _printed(counts.get(place, start), form)

        return re.sub(r"%(\d)", printed, text) if form != "none" else ""


def _value(element: Any, name: str) -> str:
    found = element.find(qn(name))
    return (found.get(qn("w:val")) or "") if found is not None else ""


def _printed(count: int, form: str) -> str:
    if form in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (count - 1) % 26)
        return letter if form == "lowerLetter" else letter.upper()
    if form in ("lowerRoman", "upperRoman"):
        roman = ""
        for value, letters in (
            (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
            (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
        ):  # fmt: skip
            while count >= value:
                roman, count = roman + letters, count - value
        return roman if form == "lowerRoman" else roman.upper()
    return str(count)
