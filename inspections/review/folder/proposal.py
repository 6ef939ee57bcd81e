"""A proposal's folder as the review shows it: its rows, its text in blocks, what needs a person.

The files are read anew whenever one of them changed, and only read here: a person may edit them by
hand at any time. Writing them is the work of :mod:`inspections.review.folder.deciding`.
"""

import csv
import hashlib
import io
import re
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from inspections.errors import ActionableError
from inspections.files import read_file
from inspections.log.adding.batch import BESIDE_ROWS, KEEP, NOTE
from inspections.log.declaration import EventType, event_types
from inspections.log.files.csv_records import read_records
from inspections.log.files.documents import read_documents
from inspections.log.files.event_folder import find_event_files
from inspections.review.folder.blocks import Block, Places, read_blocks

DOCUMENT = "document.pdf"
TEXT = "report.txt"
# How the note of a row begins that a person made.
ADDED_NOTE = "added"
_NOTE = re.compile(
    r"^(?P<how>sure|check|added)\b:?\s*(?P<doubts>.*?);?\s*rests on"
    r"(?:\s*\(page (?P<page>\d+)\))?\s*«(?P<words>.*)»\s*$",
    re.DOTALL,
)


class ProposalError(ActionableError):
    """A folder is no proposal, or one of its files cannot be read."""


@dataclass(frozen=True)
class Row:
    """A proposed row.

    Attributes:
        file: The name of its file.
        event_type: Its type.
        place: Its place in the file, from 0.
        line_number: Its line there.
        key: What tells it from the other rows of the proposal, whatever is added or removed.
        values: Its columns.
        is_kept: Whether it is to be appended.
        note: What it rests on, and why it is not sure where it is not.
        doubts: Why a person should look at it; none where it is sure.
        words: The words that it rests on.
        page: The page that they stand on; none where the document has no pages.
        block: The number of the block that they stand in; none where they stand in none.
        rule: The rule that read it.
        became: What became of it against the log; empty where intake does not say.
        boxes: Where the words stand: page, left, top, right and bottom, in points.
    """

    file: str
    event_type: str
    place: int
    line_number: int
    key: str
    values: dict[str, str]
    is_kept: bool
    note: str
    doubts: tuple[str, ...] = ()
    words: str = ""
    page: int | None = None
    block: int | None = None
    rule: str = ""
    became: str = ""
    boxes: tuple[tuple[int, float, float, float, float], ...] = ()

    @property
    def event_id(self) -> str:
        """Its id, which may be empty."""
        return self.values.get("event_id", "")

    @property
    def is_added(self) -> bool:
        """Whether a person made it from the text."""
        return self.note.startswith(ADDED_NOTE)

    @property
    def state(self) -> dict[str, str]:
        """All that its file says of it: what a decision changes, and an edit by hand."""
        return {**self.values, KEEP: "yes" if self.is_kept else "no", NOTE: self.note}

    @cached_property
    def digest(self) -> str:
        """Digest of its state."""
        return digest_of(self.state)


@dataclass(frozen=True)
class Question:
    """A question to a person about the document as a whole, or about several rows.

    Attributes:
        key: What tells it from the others.
        check: What kind of question it is, such as ``area``.
        subject: What it is about.
        paragraph: Where the document has it.
        page: On which page.
        detail: The question.
    """

    key: str
    check: str
    subject: str
    paragraph: str
    page: int | None
    detail: str


@dataclass(frozen=True)
class Total:
    """A total that the document states, as intake compared it."""

    subject: str
    paragraph: str
    stated: str
    found: str
    agrees: str
    detail: str


@dataclass
class Proposal:
    """A proposal as its files have it.

    Attributes:
        folder: Where it lies.
        revision: What tells this state of the files from another.
        document: The row of ``documents.csv``.
        rows: Its rows, in the order of the types' declaration.
        blocks: Its text.
        questions: What intake asks.
        totals: The totals that the document states.
        candidates: The earlier recommendations that each may repeat, by its id.
        faults: Files that cannot be read, in words.
        places: Where rows rest on the text.
        usual_types: The types of event that such a document usually gives, where intake says so.
    """

    folder: Path
    revision: str
    document: dict[str, str]
    places: Places
    rows: list[Row] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    totals: list[Total] = field(default_factory=list)
    candidates: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    usual_types: list[str] = field(default_factory=list)

    @property
    def title(self) -> str:
        """Its document's title, or the folder's name."""
        return self.document.get("title") or self.folder.name

    @property
    def document_id(self) -> str:
        """Its document's id."""
        return self.document.get("document_id", "")

    @cached_property
    def has_pages(self) -> bool:
        """Whether pictures of the document's pages can be shown."""
        return (self.folder / DOCUMENT).is_file()

    @cached_property
    def by_key(self) -> dict[str, Row]:
        """Its rows by their keys."""
        return {row.key: row for row in self.rows}

    @cached_property
    def document_digest(self) -> str:
        """The digest of the document, or of its text where only that is kept."""
        for name in (DOCUMENT, TEXT):
            if (self.folder / name).is_file():
                return hashlib.sha256((self.folder / name).read_bytes()).hexdigest()
        return hashlib.sha256(self.document_id.encode()).hexdigest()

    def rows_of(self, block: int) -> list[Row]:
        """The rows that rest on a block."""
        return self._rows_by_block.get(block, [])

    @cached_property
    def _rows_by_block(self) -> dict[int, list[Row]]:
        found: dict[int, list[Row]] = {}
        for row in self.rows:
            if row.block is not None:
                found.setdefault(row.block, []).append(row)
        return found

    @cached_property
    def headings(self) -> list[Block]:
        """The headings of its text."""
        return [block for block in self.blocks if block.is_heading]

    def block_of(self, question: Question) -> int | None:
        """The piece of text that a question is about."""
        return self._blocks_by_question.get(question.key)

    @cached_property
    def _blocks_by_question(self) -> dict[str, int]:
        quoted = re.compile(r"«(.+?)…?»")
        found = {}
        for question in self.questions:
            sought = [question.subject, *quoted.findall(question.detail)]
            for words in sought:
                if len(words) < 12:
                    continue
                block = self.places.find(words, question.paragraph, question.page)
                if block is not None:
                    found[question.key] = block
                    break
        return found

    def heading_above(self, block: int) -> Block | None:
        """The last heading before a block."""
        numbers = [heading.number for heading in self.headings]
        place = bisect_right(numbers, block) - 1
        return self.headings[place] if place >= 0 else None


def digest_of(state: dict[str, str] | None) -> str:
    """Digest of a row's state; empty for no row."""
    if state is None:
        return ""
    said = "\0".join(f"{name}\1{value}" for name, value in sorted(state.items()) if value)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def is_proposal(folder: Path) -> bool:
    """Whether a folder looks like a proposal: it names its document."""
    return folder.is_dir() and (folder / "documents.csv").is_file()


def check_nothing_leads_outside(folder: Path) -> None:
    """Find a link in a proposal that leads out of it: the page shows nothing else of the disk.

    Raises:
        ProposalError: There is one.
    """
    inside = folder.resolve()
    for path in folder.iterdir():
        if path.is_symlink() and not path.resolve().is_relative_to(inside):
            raise ProposalError(
                f"{folder.name}/{path.name} is a link that leads out of the proposal; put the file"
                " itself there."
            )


def revision_of(folder: Path) -> str:
    """Fingerprint of a proposal's files, without reading them."""
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        if path.suffix in (".csv", ".txt", ".jsonl") and path.is_file():
            state = path.stat()
            said = f"{path.name} {state.st_size} {state.st_mtime_ns} {state.st_ino}\n"
            digest.update(said.encode("utf-8", "surrogateescape"))
    return digest.hexdigest()[:16]


def read_proposal(folder: Path) -> Proposal:
    """Read a proposal.

    A file of rows that cannot be read is told, and the others are shown: whoever edited it by hand
    sees which line to look at.

    Raises:
        ProposalError: It is no proposal.
        DocumentsError: Its ``documents.csv`` is not as expected.
    """
    if not is_proposal(folder):
        raise ProposalError(
            f"{folder.name} is no proposal: it holds no documents.csv. Make one with: inspections"
            " intake REPORT --out FOLDER."
        )
    check_nothing_leads_outside(folder)
    revision = revision_of(folder)
    documents = [row for _, row in read_documents(folder / "documents.csv")]
    blocks, places = read_blocks(folder)
    proposal = Proposal(folder, revision, documents[0] if documents else {}, places)
    proposal.blocks = blocks
    found = find_event_files(folder, beside=BESIDE_ROWS)
    order = {name: place for place, name in enumerate(event_types())}
    for path in sorted(found.paths, key=lambda each: order.get(each.name.split(".")[0], 99)):
        try:
            proposal.rows += _rows_of(path, places)
        except (ProposalError, OSError) as error:
            proposal.faults.append(str(error))
    compared = _beside(folder / "reconciliation.csv")
    proposal.questions = _questions(compared)
    proposal.totals = _totals(compared)
    proposal.usual_types = [
        row.get("subject", "") for row in compared if row.get("check") == "event type"
    ]
    for candidate in _beside(folder / "candidates.csv"):
        proposal.candidates.setdefault(candidate.get("recommendation_id", ""), []).append(candidate)
    return proposal


def read_rows(path: Path) -> tuple[list[str], list[tuple[int, dict[str, str]]]]:
    """A file of proposed rows: its header, and each row with its line.

    Raises:
        ProposalError: It cannot be read without doubt; the message names line and value.
    """
    records = list(read_records(read_file(path)))
    header = [cell.strip().lower() for cell in records[0].fields]
    rows = []
    for record in records:
        if record.fault:
            raise ProposalError(
                f"{path.name}, line {record.line_number}, value {record.fault.value!r}:"
                f" {record.fault.reason}."
            )
        if len(record.fields) != len(header):
            raise ProposalError(
                f"{path.name}, line {record.line_number}: the row has {len(record.fields)}"
                f" fields; expected {len(header)}. A text with commas needs quotes around it."
            )
        if record is not records[0]:
            rows.append((record.line_number, dict(zip(header, record.fields, strict=True))))
    return header, rows


def _rows_of(path: Path, places: Places) -> list[Row]:
    event_type = event_types().get(path.name.split(".")[0])
    if event_type is None:
        raise ProposalError(
            f"{path.name}: the name gives no known event type; rename the file, or move it away."
        )
    seen: dict[str, int] = {}
    rows = []
    for place, (line_number, cells) in enumerate(read_rows(path)[1]):
        rows.append(_row(path.name, event_type, place, line_number, cells, places, seen))
    return rows


def _row(
    file: str,
    event_type: EventType,
    place: int,
    line_number: int,
    cells: dict[str, str],
    places: Places,
    seen: dict[str, int],
) -> Row:
    values = {name: cells.get(name, "") for name in event_type.column_names}
    note = cells.get(NOTE, "")
    key = row_key(file, values["event_id"], seen)
    how, doubts, words, page = read_note(note)
    known = places.of(event_type.name, values["event_id"])
    if known is not None:
        words, page, block = known.words or words, known.page or page, known.block
    else:
        block = None
    if block is None and words:
        block = places.find(words, values["paragraph"], page)
    return Row(
        file,
        event_type.name,
        place,
        line_number,
        key,
        values,
        cells.get(KEEP, "").strip().lower() != "no",
        note,
        doubts,
        words,
        page if page is not None or block is None else places.page_of(block),
        block,
        (known.rule if known else "") or _rule(event_type.name, how, doubts),
        known.became if known else "",
        known.boxes if known else (),
    )


def row_key(file: str, event_id: str, seen: dict[str, int]) -> str:
    """Key of a row: file, id, and a counter for repeated ids."""
    said = f"{file}\0{event_id}"
    seen[said] = seen.get(said, 0) + 1
    return hashlib.sha256(f"{said}\0{seen[said]}".encode()).hexdigest()[:12]


def read_note(note: str) -> tuple[str, tuple[str, ...], str, int | None]:
    """Parses a note: whether the row is sure, the doubts, the words behind it, their page."""
    doubts: tuple[str, ...] = ()
    found = _NOTE.match(note)
    if found is None:
        how, _, rest = note.partition(":")
        if how == "check":
            doubts = (rest.strip() or "its source is not recorded",)
        return how if how in ("sure", "check", "added") else "", doubts, "", None
    if found["how"] == "check":
        doubts = tuple(each.strip() for each in found["doubts"].split("; ") if each.strip())
    return found["how"], doubts, found["words"].rstrip("…"), int(found["page"] or 0) or None


def _rule(event_type: str, how: str, doubts: tuple[str, ...]) -> str:
    """The name of a rule where the proposal does not give one: what a row is, and its doubt."""
    if how == "added" or not how:
        return ""
    return f"{event_type}: {general(doubts[0])}" if doubts else f"{event_type}: sure"


def general(doubt: str) -> str:
    """A doubt without what it quotes, so that doubts of one cause are one."""
    return re.sub(r"\s+", " ", re.sub(r"«[^»]*»", "«…»", doubt)).strip()


def _questions(compared: list[dict[str, str]]) -> list[Question]:
    found = []
    for row in compared:
        if row.get("needs_person") == "true":
            said = "\0".join(row.get(name, "") for name in ("check", "subject", "detail"))
            page = row.get("page", "")
            found.append(
                Question(
                    "q" + hashlib.sha256(said.encode()).hexdigest()[:11],
                    row.get("check", ""),
                    row.get("subject", ""),
                    row.get("paragraph", ""),
                    int(page) if page.isdigit() else None,
                    row.get("detail", ""),
                )
            )
    return list({question.key: question for question in found}.values())


def _totals(compared: list[dict[str, str]]) -> list[Total]:
    return [
        Total(
            *(
                row.get(name, "")
                for name in ("subject", "paragraph", "stated", "found", "agrees", "detail")
            )
        )
        for row in compared
        if row.get("check") in ("total", "practice") and row.get("stated")
    ]


def _beside(path: Path) -> list[dict[str, str]]:
    """Reads a file that intake wrote beside the rows; empty if there is none."""
    if not path.is_file():
        return []
    text = path.read_bytes().decode("utf-8-sig", "replace")
    return [
        {name: value or "" for name, value in row.items() if name is not None}
        for row in csv.DictReader(io.StringIO(text, newline=""))
    ]
