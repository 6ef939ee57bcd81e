"""An OpenDocument text (.odt) as lines."""

import io
from typing import Any

from odf.opendocument import load
from odf.table import Table
from odf.text import H, List, ListItem, ListStyle, P

from inspections.intake.text.formats.marked_lines import MarkedLines
from inspections.intake.text.lines import NotAReportError, Source

_TEXT, _ELEMENT = 3, 1
# Notes, changes that were undone, and marks of comments.
_LEFT_OUT = frozenset(["note", "tracked-changes", "annotation", "annotation-end", "bookmark"])


def read_open_document(name: str, content: bytes) -> Source:
    """Read an .odt file.

    Args:
        name: The file's name.
        content: Its bytes.

    Raises:
        NotAReportError: It is damaged, encrypted or no text, or holds none.
    """
    try:
        document = load(io.BytesIO(content))
    except Exception as error:
        # odfpy passes on whatever its zip and XML readers raise.
        raise NotAReportError(
            f"{name} is a damaged OpenDocument file, or one with a password: {error}. Save it"
            " without one, or as PDF."
        ) from error
    marked = MarkedLines()
    _read(document.text, marked, _numbered_styles(document), "")
    return marked.source(name, "odt")


def _numbered_styles(document: Any) -> frozenset[str]:
    """The styles of lists whose entries are numbered."""
    return frozenset(
        style.getAttribute("name")
        for style in document.getElementsByType(ListStyle)
        if any(_name(child) == "list-level-style-number" for child in style.childNodes[:1])
    )


def _name(node: Any) -> str:
    return str(node.qname[1]) if node.nodeType == _ELEMENT else ""


def _read(node: Any, marked: MarkedLines, numbered: frozenset[str], mark: str) -> None:
    for child in node.childNodes:
        name = _name(child)
        if not name or name in _LEFT_OUT:
            continue
        if child.isInstanceOf(H):
            marked.paragraph(_text(child), int(child.getAttribute("outlinelevel") or 1))
        elif child.isInstanceOf(P):
            marked.paragraph(_text(child), mark=mark)
            mark = ""
        elif child.isInstanceOf(List):
            is_numbered = child.getAttribute("stylename") in numbered
            entries = [entry for entry in child.childNodes if entry.isInstanceOf(ListItem)]
            for number, entry in enumerate(entries, 1):
                _read(entry, marked, numbered, f"{number}." if is_numbered else "•")
        elif child.isInstanceOf(Table):
            marked.table(_table(child))
        else:
            _read(child, marked, numbered, mark)


def _text(node: Any) -> str:
    parts: list[str] = []
    for child in node.childNodes:
        if child.nodeType == _TEXT:
            parts.append(str(child.data))
            continue
        name = _name(child)
        if name == "line-break":
            parts.append("\n")
        elif name in ("tab", "s"):
            parts.append(" ")
        elif name not in _LEFT_OUT and name != "frame":
            parts.append(_text(child))
    return "".join(parts)


def _table(table: Any) -> list[list[str]]:
    rows: list[list[str]] = []

    def walk(node: Any) -> None:
        for child in node.childNodes:
            if _name(child) == "table-row":
                texts: list[str] = []
                for cell in child.childNodes:
                    if _name(cell) not in ("table-cell", "covered-table-cell"):
                        continue
                    repeated = min(int(cell.getAttribute("numbercolumnsrepeated") or 1), 50)
                    is_own = _name(cell) == "table-cell"
                    texts += [_cell_text(cell) if is_own else ""] * repeated
                rows.append(texts)
            elif _name(child) in ("table-header-rows", "table-rows", "table-row-group"):
                walk(child)

    walk(table)
    return rows


def _cell_text(cell: Any) -> str:
    parts = MarkedLines()
    _read(cell, parts, frozenset(), "")
    return "\n".join(line.text for line in parts.lines if line.text)
