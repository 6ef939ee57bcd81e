"""A proposal as a folder: whole or not at all, and never over a person's edits."""

import csv
import hashlib
import io
import re
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from inspections.intake.against_log import CANDIDATE_COLUMNS, KnownLog, sort_against
from inspections.intake.against_log.editions import tell_editions_apart
from inspections.intake.comparisons import COLUMNS as RECONCILIATION_COLUMNS
from inspections.intake.comparisons import grouped, in_order, of_coverage, of_problem
from inspections.intake.document_types import read_document
from inspections.intake.places import (
    BLOCK_COLUMNS,
    BLOCKS,
    PLACE_COLUMNS,
    PLACES,
    block_rows,
    place_rows,
)
from inspections.intake.reading import Reading
from inspections.intake.review_page import review_page
from inspections.intake.rows import NOTE
from inspections.intake.text.lines import NotAReportError
from inspections.log.adding.batch import KEEP
from inspections.log.declaration import event_types
from inspections.log.files.documents import COLUMNS as DOCUMENT_COLUMNS

AGREES = 0
NOT_A_REPORT = 1
NEEDS_A_PERSON = 3
# What the files were when they were written: tells a person's edits from a run before.
DIGESTS = ".intake-digests"
# Hidden files (.DS_Store, ._name, .directory, .~lock.name#), those that Windows and office programs
# leave, and the folders of archives and network shares.
_LEFT_BY_THE_SYSTEM = re.compile(
    r"\..*|~\$.*|~.*\.tmp|thumbs\.db(?::encryptable)?|ehthumbs(?:_vista)?\.db|desktop\.ini"
    r"|icon\r?|__macosx|@eadir|\$recycle\.bin|lost\+found",
    re.IGNORECASE,
)
# A PDF as it was read; of other documents the text is kept alone.
DOCUMENT = "document.pdf"


@dataclass(frozen=True)
class IntakeResult:
    """Result of an intake.

    Attributes:
        code: 0 when all agrees, 3 when something needs a person, 1 when it is no such document.
        messages: What a person has to know, the most important first.
        document_id: The document's id; empty where there is no document.
        rows: The number of rows proposed, by event type.
        comparisons: How many comparisons were made.
        agreeing: How many of them agree.
        out: The folder of the proposal; none where nothing was written.
        document_type: The code of the document's type.
        prison: The establishment as named.
        days: The visit's days as printed.
        became_rows: How many pieces of its text became rows, and of how many.
        totals_reconciled: How many of the totals that it states could be held to what was read,
            and of how many.
        against_log: How many facts are new, known and the same, known and different, more exact, or
            known from this very document.
        notes: What a person may want to know, without having to decide.
    """

    code: int
    messages: list[str] = field(default_factory=list)
    document_id: str = ""
    rows: dict[str, int] = field(default_factory=dict)
    comparisons: int = 0
    agreeing: int = 0
    out: Path | None = None
    document_type: str = ""
    prison: str = ""
    days: str = ""
    became_rows: tuple[int, int] = (0, 0)
    totals_reconciled: tuple[int, int] = (0, 0)
    against_log: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def intake_document(
    source: Path,
    out: Path,
    log: KnownLog | None = None,
    prefers: frozenset[str] | None = None,
) -> IntakeResult:
    """Propose the event rows of a document of an inspectorate.

    Writes ``<event type>.csv``, ``documents.csv``, ``report.txt``, ``reconciliation.csv``,
    ``blocks.csv``, ``places.csv``, ``review.html`` and, where there are any, ``candidates.csv``
    into ``out``; of a PDF its file too, as ``document.pdf``. Nothing of it enters the log by
    itself.

    Args:
        source: The document, as a text file in UTF-8 or a PDF.
        out: The folder to write. One that an intake wrote before is replaced as long as nobody
            has edited it since; any other that holds files is left alone.
        log: What the log knows; none where the document is read for itself.
        prefers: The events of the log that this document's word is to replace where the two
            differ; an empty set for all of them, none for none.

    Returns:
        What was proposed and what needs a person.
    """
    try:
        refused = _why_not_into(out)
    except (OSError, ValueError) as error:
        return IntakeResult(NOT_A_REPORT, [_cannot_be_written(out, error)])
    try:
        reading = read_document(source)
    except NotAReportError as error:
        if not refused and out.is_dir():
            # What an earlier report left must not be taken for this one's.
            shutil.rmtree(out)
        return IntakeResult(NOT_A_REPORT, [str(error)])
    return propose_from(reading, out, log or KnownLog(), prefers)


def propose_from(
    reading: Reading,
    out: Path,
    log: KnownLog,
    prefers: frozenset[str] | None = None,
    beside: Callable[[IntakeResult], dict[str, str]] = lambda result: {},
) -> IntakeResult:
    """Propose the event rows of a document that is read already.

    Args:
        reading: The document; its rows get the log's ids.
        out: The folder to write.
        log: What the log knows.
        prefers: As in :func:`intake_document`.
        beside: Makes further files of the folder from what the intake did.

    Returns:
        What was proposed and what needs a person.
    """
    try:
        refused = _why_not_into(out)
    except (OSError, ValueError) as error:
        return IntakeResult(NOT_A_REPORT, [_cannot_be_written(out, error)])
    if refused:
        return IntakeResult(NOT_A_REPORT, [refused])
    text = text_of(reading)
    edition_of, edition_problems = tell_editions_apart(reading, text, log)
    found = sort_against(reading.proposal, log, reading.stated_on, prefers, edition_of)
    comparisons = in_order(
        [
            *grouped(reading.comparisons),
            *of_coverage(reading.coverage()),
            *map(of_problem, (*edition_problems, *found.problems)),
        ]
    )
    files: dict[str, str | bytes] = {
        f"{name}.csv": _csv((*event_type.column_names, KEEP, NOTE), _kept(found.rows[name]))
        for name, event_type in event_types().items()
        if name in found.rows
    }
    files["documents.csv"] = _csv(DOCUMENT_COLUMNS, [reading.proposal.document])
    files["report.txt"] = text
    files["reconciliation.csv"] = _csv(
        RECONCILIATION_COLUMNS, [comparison.row for comparison in comparisons]
    )
    if found.candidates and found.rows:
        files["candidates.csv"] = _csv(CANDIDATE_COLUMNS, found.candidates)
    files[BLOCKS] = _csv(BLOCK_COLUMNS, block_rows(reading))
    files[PLACES] = _csv(PLACE_COLUMNS, place_rows(reading, found))
    if reading.source.is_pdf:
        # The review shows its pages, and reads nothing outside the proposal.
        files[DOCUMENT] = reading.source.content
    files["review.html"] = review_page(reading, found, comparisons, log.rules)
    messages = [
        each.detail
        if not each.paragraph or each.paragraph in each.detail
        else f"{each.paragraph}: {each.detail}"
        for each in comparisons
        if each.needs_person
    ]
    notes = list(found.notes)
    if not found.rows and found.counts and not edition_problems:
        # What the reading of it leaves open was settled when it entered the log.
        messages = []
        notes.append(
            f"It proposes nothing: the log knows all {sum(found.counts.values())} facts that were"
            " read, from this very document."
        )
    judged = [each.agrees for each in comparisons if each.agrees is not None]
    result = IntakeResult(
        NEEDS_A_PERSON if messages else AGREES,
        list(dict.fromkeys(messages)),
        reading.proposal.document["document_id"],
        {name: len(rows) for name, rows in found.rows.items()},
        len(judged),
        sum(judged),
        out,
        reading.document_type,
        reading.prison,
        reading.days,
        reading.became_rows,
        reading.totals_reconciled,
        dict(found.counts),
        notes,
    )
    files |= beside(result)
    try:
        _write(out, files)
    except (OSError, ValueError) as error:
        return IntakeResult(NOT_A_REPORT, [_cannot_be_written(out, error)])
    return result


def _kept(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    return [row | {KEEP: "yes"} for row in rows]


def text_of(reading: Reading) -> str:
    """The text to keep: a text file's own, a PDF's without what is printed around it.

    Of a table it is the cells one after another, so that an event may cite a row by its number.
    """
    if reading.text is not None:
        return reading.text
    if not reading.source.is_pdf:
        return reading.source.text.replace("\f", "\n")
    parts = [
        f"# {block.text}" if block.is_heading and not block.text.startswith("-") else block.text
        for block in reading.layout.blocks
    ]
    return "\n\n".join(parts) + "\n"


def _csv(columns: tuple[str, ...], rows: list[dict[str, str]]) -> str:
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue()


def _why_not_into(out: Path) -> str:
    """Why a folder may not be replaced; empty where it may."""
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        return f"{out} is there and is no folder; name another."
    if not out.exists() or all(is_left_by_the_system(file.name) for file in out.iterdir()):
        return ""
    digests = out / DIGESTS
    if not digests.is_file():
        return f"{out} holds files that intake did not write; name an empty or new folder."
    if edited := _edited(out):
        return (
            f"{out} holds a proposal that has been worked on since ({', '.join(edited)}); name"
            " another folder, or remove this one."
        )
    return ""


def holds_a_proposal(out: Path) -> bool:
    """Whether a folder is one that an intake wrote."""
    return (out / DIGESTS).is_file()


def is_left_by_the_system(name: str) -> bool:
    """Whether a file is one that a desktop, an editor or an office program leaves by itself.

    Looking at a folder makes such files; no person has decided anything by them.
    """
    return name != DIGESTS and bool(_LEFT_BY_THE_SYSTEM.fullmatch(name))


def is_edited(out: Path) -> bool:
    """Whether a person has worked on a proposal since it was written."""
    return bool(_edited(out))


def _edited(out: Path) -> list[str]:
    """The files of a proposal that are not as they were written."""
    digests = (out / DIGESTS).read_text(encoding="utf-8")
    known = dict(line.split("  ", 1)[::-1] for line in digests.splitlines())
    return sorted(
        file.name
        for file in out.iterdir()
        if file.name != DIGESTS
        and not (is_left_by_the_system(file.name) and file.name not in known)
        and (not file.is_file() or known.get(file.name) != _digest(file.read_bytes()))
    ) + sorted(name for name in known if not (out / name).exists())


def _cannot_be_written(out: Path, error: OSError | ValueError) -> str:
    """Sentence on why a folder cannot take a proposal, and what to do."""
    if isinstance(error, FileExistsError | NotADirectoryError):
        reason = "a part of the path is a file, not a folder"
    elif isinstance(error, OSError):
        reason = error.strerror or "the system gives no reason"
    else:
        reason = str(error)
    return f"{out.name[:80]} cannot be written: {reason}. Name another folder with --out."


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _write(out: Path, files: Mapping[str, str | bytes]) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=".intake.", dir=out.parent))
    try:
        temporary.chmod(0o755)
        digests = []
        for name, text in files.items():
            content = text.encode("utf-8") if isinstance(text, str) else text
            (temporary / name).write_bytes(content)
            digests.append(f"{_digest(content)}  {name}\n")
        (temporary / DIGESTS).write_text("".join(digests), encoding="utf-8")
        if out.exists():
            before = temporary.with_name(f"{temporary.name}-before")
            out.rename(before)
            temporary.rename(out)
            shutil.rmtree(before)
        else:
            temporary.rename(out)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
