"""The documents that events cite, and the places in their texts that an event may cite.

What belongs here: ``documents.csv`` and the numbered paragraphs of kept texts. Proposing events
from a text does not: see :mod:`inspections.intake`.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from inspections.database import insert_rows
from inspections.errors import ActionableError
from inspections.files import read_file
from inspections.log.files.csv_records import open_table, shown
from inspections.log.files.decisions import FILE as DECISIONS
from inspections.log.files.decisions import PUBLISHED as PUBLISHED_DECISIONS
from inspections.log.files.decisions import read_decisions

COLUMNS = (
    "document_id",
    "title",
    "body",
    "file",
    "source_address",
    "licence",
    "language",
    "wording",
)
# Files are older than these, and may lack them.
LATER_COLUMNS = ("language", "wording")
# Whose words the log's texts of a document are: the document's, or ours.
WORDINGS = ("verbatim", "ours")

_NUMBERED = re.compile(
    r"^\s*(?:[-*•]\s+)?\**(?P<number>\d{1,2}(?:\.\d{1,3}){1,2}|(?:S|HP|HE)\d{1,3})\**[\s.]\s*(?P<text>\S.*)$"
)
_LABEL = re.compile(
    r"^[\s#*]*(?P<label>(?:Section|Figure|Table) \d+|Appendix (?:[IVX]+|\d+)"
    r"|What needs to improve)\b[:.]?(?P<rest>.*)$"
)
# A contents line ends in its page number, after a tab or leaders.
_CONTENTS_LINE = re.compile(r"(?:\t|\.{3,}|…|\s{3,})\s*\d+\s*$")
_ENDS_SENTENCE = re.compile(r"[.!?][)\"'’”]*$")
_BREAKS_PARAGRAPH = re.compile(r"^\s*(?:#|\*\*)")


class DocumentsError(ActionableError):
    """``documents.csv`` or a text that it names is not as expected."""


@dataclass(frozen=True)
class Paragraph:
    """A place in a text that an event may cite.

    Attributes:
        paragraph: Its number as printed, or the label of a section, figure or appendix.
        line_number: The line, from 1, on which it starts.
        text: Its text in one line; for a label, the rest of its heading.
    """

    paragraph: str
    line_number: int
    text: str


def paragraphs_of(text: str) -> list[Paragraph]:
    """Find the numbered paragraphs and labels of a report's text.

    A paragraph runs on over page breaks until the next number, heading or bold label; what
    stands apart after its last sentence, such as a caption, is not part of it. The table of
    contents is passed over. Of a number or label that occurs twice, the first counts.

    Args:
        text: The report as plain text or Markdown.

    Returns:
        The places in the order of the text.
    """
    found: dict[str, tuple[int, list[str]]] = {}
    running: list[str] | None = None
    after_blank = False
    for line_number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if not stripped:
            after_blank = True
            continue
        goes_on = not after_blank or (
            running is not None and not _ENDS_SENTENCE.search(running[-1])
        )
        after_blank = False
        numbered = _NUMBERED.match(line)
        label = _LABEL.match(line)
        if _CONTENTS_LINE.search(line):
            running = None
        elif numbered:
            running = [numbered["text"].strip()]
            found.setdefault(numbered["number"], (line_number, running))
        elif label:
            heading = label["rest"].strip(" \t*:")
            found.setdefault(label["label"], (line_number, [heading]))
            running = None
        elif _BREAKS_PARAGRAPH.match(line) or not goes_on:
            running = None
        elif running is not None:
            running.append(stripped)
    return [
        Paragraph(number, line_number, " ".join(parts))
        for number, (line_number, parts) in found.items()
    ]


def load_documents(
    connection: duckdb.DuckDBPyConnection,
    events_dir: Path,
    seeds_dir: Path,
    reports_dir: Path,
) -> None:
    """Make tables ``documents``, ``document_paragraphs`` and ``intake_decisions``.

    They lie in schema ``event_files``. The documents are those of ``documents.csv`` among the seeds
    and of the one that may lie beside the event files; so are the decisions on what was read in
    them, of ``intake_decisions.csv``.

    Args:
        connection: The database that the build runs in.
        events_dir: The folder of the log.
        seeds_dir: The folder of the reference seeds.
        reports_dir: The folder of the kept texts, which no named file may leave.

    Raises:
        DocumentsError: A row or a text is not as expected; the message names file and line.
        DecisionsError: A decision is not as expected; the message names file and line.
    """
    documents: dict[str, tuple[Path, int, dict[str, str]]] = {}
    for path in dict.fromkeys((seeds_dir / "documents.csv", events_dir / "documents.csv")):
        # A link that leads nowhere is a fault, not a folder without documents of its own.
        if path.exists() or path.is_symlink():
            for line_number, row in read_documents(path):
                _add(documents, path, line_number, row)
    paragraphs: list[tuple[Any, ...]] = []
    for path, line_number, row in documents.values():
        if row["file"]:
            text = _kept_text(reports_dir, row["file"], path, line_number)
            paragraphs += [
                (row["document_id"], place.paragraph, place.line_number, place.text)
                for place in paragraphs_of(text)
            ]
    _create(
        connection,
        "documents",
        ", ".join(f"{name} varchar" for name in COLUMNS),
        [tuple(row[name] or None for name in COLUMNS) for _, _, row in documents.values()],
    )
    _create(
        connection,
        "document_paragraphs",
        "document_id varchar, paragraph varchar, line_number bigint, text varchar",
        paragraphs,
    )
    folders = dict.fromkeys((seeds_dir, events_dir))
    _create(
        connection,
        "intake_decisions",
        ", ".join(f"{name} varchar" for name in PUBLISHED_DECISIONS),
        [
            tuple(row[name] or None for name in PUBLISHED_DECISIONS)
            for folder in folders
            for row in read_decisions(folder / DECISIONS)
        ],
    )


def read_documents(path: Path) -> list[tuple[int, dict[str, str]]]:
    """The rows of a ``documents.csv``, each with its line.

    Raises:
        DocumentsError: It cannot be read, or not without doubt.
    """
    try:
        content = read_file(path)
    except OSError as error:
        raise DocumentsError(
            f"{_place(path)} cannot be read: {error.strerror}.", code="disk-or-rights"
        ) from error
    header, found = open_table(content, _place(path), DocumentsError)
    lacking = set(COLUMNS) - set(header)
    if sorted({*header, *LATER_COLUMNS}) != sorted(COLUMNS) or len(header) != len(set(header)):
        raise DocumentsError(
            f"{_place(path)}, line 1: the header is"
            f" {shown(','.join(header))!r}; expected {','.join(COLUMNS)}."
        )
    rows = []
    for line_number, given in found:
        row = dict.fromkeys(lacking, "") | given
        if not row["document_id"].strip():
            raise DocumentsError(
                f"{_place(path)}, line {line_number}: document_id is empty; expected the id"
                " that events cite the document by."
            )
        if row["wording"] and row["wording"] not in WORDINGS:
            raise DocumentsError(
                f"{_place(path)}, line {line_number}, column wording, value"
                f" {shown(row['wording'])!r}: expected {' or '.join(WORDINGS)}, or nothing where"
                " nobody knows whose words the texts are."
            )
        rows.append((line_number, row))
    return rows


def _add(
    documents: dict[str, tuple[Path, int, dict[str, str]]],
    path: Path,
    line_number: int,
    row: dict[str, str],
) -> None:
    known = documents.setdefault(row["document_id"], (path, line_number, row))
    for name in COLUMNS:
        if known[2][name] != row[name]:
            raise DocumentsError(
                f"{_place(path)}, line {line_number}: document_id"
                f" {shown(row['document_id'])!r} stands in {_place(known[0])}, line"
                f" {known[1]}, with {name} {shown(known[2][name])!r}, here with"
                f" {shown(row[name])!r}; expected one row per document. Make the two the same, or"
                " remove one."
            )


def _place(path: Path) -> str:
    """Name of the file, with its folder, because two have the same name."""
    return f"{path.parent.name}/{path.name}"


def _kept_text(reports_dir: Path, name: str, path: Path, line_number: int) -> str:
    where = f"{_place(path)}, line {line_number}, column file, value {shown(name)!r}"
    try:
        folder = reports_dir.resolve()
        named = Path(name)
        file = (folder / named).resolve()
        # The column is published: an absolute path would tell of the machine that built it.
        if named.is_absolute() or ".." in named.parts or not file.is_relative_to(folder):
            raise DocumentsError(
                f"{where}: the path leaves the reports folder; expected a file within it."
            )
        if file.exists() and not file.is_file():
            raise DocumentsError(f"{where}: that is no text file; expected one.")
        return file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError as error:
        raise DocumentsError(
            f"{where}: there is no such text in the reports folder; put it there, or leave the"
            " column empty if the text is not kept."
        ) from error
    except UnicodeDecodeError as error:
        raise DocumentsError(f"{where}: the text is not UTF-8; save it as UTF-8.") from error
    except (OSError, ValueError) as error:
        raise DocumentsError(
            f"{where}: the text cannot be read; give the user who builds the right to read it."
        ) from error


def _create(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    columns: str,
    rows: list[tuple[Any, ...]],
) -> None:
    connection.execute("create schema if not exists event_files")
    connection.execute(f"create or replace table event_files.{table} ({columns})")
    insert_rows(connection, f"event_files.{table}", rows)
