"""A report's file as lines: plain text, or PDF with pages, sizes and weights of type.

Word processors' files and web pages come with the headings, lists and tables that they mark.
"""

import io
import re
import zipfile
from pathlib import Path

from inspections.files import check_is_regular, read_file
from inspections.intake.text.formats.pdf import read_pdf
from inspections.intake.text.lines import Line, NotAReportError, Source, tidy
from inspections.intake.text.model import Box, Page, Word
from inspections.intake.text.rows_of_words import lines_of, mark_footnotes, mark_margins, rows_of

_MAXIMUM_BYTES = 100_000_000
_MAXIMUM_UNPACKED = 1_000_000_000
IS_WEB_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)


def read_source(path: Path) -> Source:
    """Read a PDF, a .docx or .odt file, a web page, or a text file in UTF-8.

    Args:
        path: The file. Its first bytes tell what it is, not its name.

    Raises:
        NotAReportError: It cannot be read; the message says why and what to do.
    """
    try:
        check_is_regular(path)
        if path.stat().st_size > _MAXIMUM_BYTES:
            raise NotAReportError(f"{path.name} is larger than any report: over 100 MB.")
        content = read_file(path)
    except OSError as error:
        reason = error.strerror
        if path.is_symlink() and isinstance(error, FileNotFoundError):
            reason = "it is a link that leads nowhere"
        raise NotAReportError(f"{path.name} cannot be read: {reason}.") from error
    except ValueError as error:
        raise NotAReportError(f"{str(path)!r} is no name of a file: {error}.") from error
    if not content.strip():
        raise NotAReportError(f"{path.name} is empty.")
    if b"%PDF-" in content[:1024]:
        return read_pdf(path.name, content)
    if content.startswith(b"PK\x03\x04"):
        return _read_zipped(path.name, content)
    if IS_WEB_PAGE.match(content[:4096]):
        # Their libraries are read only where one of their files is.
        from inspections.intake.text.formats.web_page import read_web_page

        return read_web_page(path.name, content)
    return _read_text(path.name, content)


def _read_zipped(name: str, content: bytes) -> Source:
    """Read a word processor's file, by what is in it and not by its name."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = set(archive.namelist())
            size = sum(each.file_size for each in archive.infolist())
            kind = archive.read("mimetype") if "mimetype" in members else b""
    except (zipfile.BadZipFile, OSError, RuntimeError) as error:
        raise NotAReportError(f"{name} is a damaged file, or only part of one.") from error
    if size > _MAXIMUM_UNPACKED:
        raise NotAReportError(f"{name} is larger than any report: over 1 GB when unpacked.")
    if "word/document.xml" in members:
        from inspections.intake.text.formats.word import read_word

        return read_word(name, content)
    if kind.startswith(b"application/vnd.oasis.opendocument.text"):
        from inspections.intake.text.formats.open_document import read_open_document

        return read_open_document(name, content)
    raise NotAReportError(
        f"{name} is an archive or another program's file; a report is read as PDF, .docx, .odt,"
        " .html or text."
    )


def _read_text(name: str, content: bytes) -> Source:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise NotAReportError(f"{name} is in UTF-16; save it as UTF-8.")
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise NotAReportError(
            f"{name} is an old word processor's file (.doc), or one with a password; save it as"
            " .docx without one, or as PDF."
        )
    if content.startswith((b"\x89PNG", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"GIF8")):
        raise NotAReportError(f"{name} is a picture; a report is read as text or as PDF.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise NotAReportError(
            f"{name}, line {line}: byte 0x{content[error.start]:02x} is not UTF-8; the text is in"
            " another encoding, perhaps Windows-1252. Save it as UTF-8."
        ) from error
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise NotAReportError(f"{name}, line {line}: a null byte; this is no text file.")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _has_layout(text):
        pages = _pages(text)
        return Source(
            name,
            _lines_of_pages(pages),
            len(pages) if "\f" in text else None,
            False,
            text,
            sheets=tuple(pages),
        )
    has_pages = "\f" in text
    lines: list[Line] = []
    page = 1
    for number, raw in enumerate(text.split("\n"), 1):
        for position, part in enumerate(raw.split("\f")):
            if position:
                page += 1
                lines.append(Line("", number, page))
            lines.append(Line(tidy(part), number, page if has_pages else None))
    return Source(name, lines, page if has_pages else None, False, text)


def _has_layout(text: str) -> bool:
    """Whether the places of words in a text are those of a printed page."""
    lines = [line for line in text.split("\n") if line.strip()]
    parted = sum(bool(re.search(r"\S {3,}\S", line)) for line in lines)
    indented = sum(line.startswith("  ") for line in lines)
    # A short text may be little but a table.
    is_short_table = parted >= max(4, len(lines) // 4)
    return (parted >= max(8, len(lines) // 50) or is_short_table) and indented >= len(lines) // 20


def _pages(text: str) -> list[Page]:
    pages: list[Page] = []
    first_line = 1
    parts = text.split("\f")
    if parts and not parts[-1].strip():
        parts.pop()
    for number, part in enumerate(parts, 1):
        lines = part.split("\n")
        words = [
            Word(match[0], number, Box(match.start(), row - 1, match.end(), row))
            for row, line in enumerate(lines, 1)
            for match in re.finditer(r"\S+", line.expandtabs())
        ]
        width = max((len(line) for line in lines), default=0)
        pages.append(Page(number, width, len(lines), tuple(words), first_line=first_line))
        # A form feed stands on the line that follows it.
        first_line += len(lines) - 1
    return pages


def _lines_of_pages(pages: list[Page]) -> list[Line]:
    sheets = [rows_of(page.words, 1) for page in pages]
    mark_margins(pages, sheets)
    for rows in sheets:
        mark_footnotes(rows)
    return lines_of(pages, sheets, 2, 1)
