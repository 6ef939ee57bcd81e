"""A web page's own text as lines, without menus, side links and scripts."""

import re

from lxml import etree, html

from inspections.intake.text.formats.marked_lines import MarkedLines
from inspections.intake.text.lines import NotAReportError, Source

_LEFT_OUT = re.compile(
    r"script|style|nav|footer|aside|noscript|form|template|svg|button|iframe|select|dialog"
)
_BESIDE = re.compile(
    r"(?:^|[\s_-])(?:related|breadcrumbs?|cookies?|share|sharing|social|menu|sidebar|skip-link"
    r"|navigation|pagination|newsletter|search|hidden|visually-hidden|sr-only)(?:$|[\s_-])",
    re.IGNORECASE,
)
_BLOCKS = re.compile(
    r"p|div|section|article|main|header|ul|ol|dl|dt|dd|li|table|blockquote|figure|figcaption"
    r"|address|h[1-6]|body|pre|hr|details|summary"
)


def read_web_page(name: str, content: bytes) -> Source:
    """Read a web page that was saved.

    Args:
        name: The file's name.
        content: Its bytes.

    Raises:
        NotAReportError: It cannot be read, or holds no text.
    """
    try:
        content.decode("utf-8")
        parser = html.HTMLParser(encoding="utf-8", remove_comments=True)
    except UnicodeDecodeError:
        # The page says itself what its encoding is.
        parser = html.HTMLParser(remove_comments=True)
    try:
        root = html.document_fromstring(content, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise NotAReportError(f"{name} is a damaged web page: {error}.") from error
    marked = MarkedLines()
    title = root.findtext(".//title")
    if title and title.strip():
        marked.paragraph(title)
    mains = root.xpath("//main | //*[@role='main']") or root.xpath("//article") or [root.body]
    for main in mains:
        if main is not None and not any(other in mains for other in main.iterancestors()):
            _read(main, marked)
    return marked.source(name, "html")


def _is_left_out(element: html.HtmlElement) -> bool:
    if not isinstance(element.tag, str) or _LEFT_OUT.fullmatch(element.tag):
        return True
    if element.get("hidden") is not None or element.get("aria-hidden") == "true":
        return True
    if element.tag == "sup" and re.fullmatch(r"[(\[]?\d{1,3}[)\]]?", _text(element).strip()):
        # The mark of a footnote.
        return True
    if re.search(r"display\s*:\s*none", element.get("style", "")):
        return True
    if element.tag == "header" and not element.xpath(".//h1"):
        return True
    return bool(_BESIDE.search(f"{element.get('class', '')} {element.get('id', '')}"))


_NUMBER = re.compile(r"[(\[]?(?:S|HP|HE)?\d{1,3}(?:\.\d{1,3}){0,2}[.)\]]?")


def _read(element: html.HtmlElement, marked: MarkedLines, mark: str = "") -> None:
    """Read an element's blocks in their order, and the text between them."""
    tag = element.tag
    if tag == "table":
        marked.table(_table(element))
        return
    if re.fullmatch(r"h[1-6]", tag):
        marked.paragraph(_text(element), int(tag[1]))
        return
    if tag == "dl":
        _definitions(element, marked)
        return
    if tag in ("ul", "ol"):
        start = element.get("start", "1")
        number = int(start) if start.isdigit() else 1
        for entry in element:
            if _is_left_out(entry):
                continue
            _read(entry, marked, f"{number}." if tag == "ol" else "•")
            number += entry.tag == "li"
        return
    loose = [element.text or ""]
    for child in element:
        if _is_left_out(child):
            loose.append(child.tail or "")
        elif _BLOCKS.fullmatch(child.tag) or any(
            isinstance(inner.tag, str) and _BLOCKS.fullmatch(inner.tag)
            for inner in child.iterdescendants()
        ):
            mark = _flush(loose, marked, mark)
            _read(child, marked, mark)
            mark = ""
            loose.append(child.tail or "")
        else:
            text = _text(child)
            if _NUMBER.fullmatch(text.strip()) and not "".join(loose).strip():
                # A style sheet sets the paragraph's number in a column of its own.
                text += " "
            loose += [text, child.tail or ""]
    _flush(loose, marked, mark)


def _flush(loose: list[str], marked: MarkedLines, mark: str) -> str:
    """Add the text between blocks as a paragraph; return the mark that is still to be set."""
    text = "".join(loose)
    loose.clear()
    if not text.strip():
        return mark
    marked.paragraph(text, mark=mark)
    return ""


def _text(element: html.HtmlElement) -> str:
    """An element's text in one line; a break is the author's."""
    if element.tag == "br":
        return "\n"
    parts = [" ".join((element.text or "").split("\n"))]
    for child in element:
        if not _is_left_out(child):
            parts.append(_text(child))
        parts.append(" ".join((child.tail or "").split("\n")))
    return "".join(parts)


def _definitions(element: html.HtmlElement, marked: MarkedLines) -> None:
    """A list of names and values: «Published: 4 March 2025»."""
    name = ""
    for child in element.iterdescendants("dt", "dd"):
        text = " ".join(_text(child).split())
        if child.tag == "dt":
            name = text.rstrip(" :")
        elif text:
            marked.paragraph(f"{name}: {text}" if name else text)


def _table(element: html.HtmlElement) -> list[list[str]]:
    """The texts of a table's cells; a text that spans several is in the first."""
    taken: set[tuple[int, int]] = set()
    rows: list[list[str]] = []
    for place, row in enumerate(element.iterdescendants("tr")):
        texts: dict[int, str] = {}
        column = 0
        for cell in row.iterchildren("td", "th"):
            while (place, column) in taken:
                column += 1
            texts[column] = _cell_text(cell)
            spans = [cell.get(name, "1") for name in ("rowspan", "colspan")]
            down, across = (
                int(span) if span.isdigit() and int(span) < 1000 else 1 for span in spans
            )
            taken |= {
                (place + below, column + beside)
                for below in range(down)
                for beside in range(across)
            }
            column += across
        rows.append([texts.get(number, "") for number in range(max(texts, default=-1) + 1)])
    return rows


def _span(cell: html.HtmlElement, name: str) -> int:
    span = cell.get(name, "1")
    return int(span) if span.isdigit() and 0 < int(span) < 1000 else 1


def _cell_text(cell: html.HtmlElement) -> str:
    parts = MarkedLines()
    _read(cell, parts)
    return "\n".join(line.text for line in parts.lines if line.text)
