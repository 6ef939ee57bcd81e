"""Many documents at once: one proposal each, and a summary of them.

Documents are read by as many processes as there are processors; holding them to the log and writing
their folders takes no time worth sharing, and happens in their order. Run again, it takes up where
it stopped.
"""

import csv
import hashlib
import io
import json
import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

from inspections.errors import ActionableError
from inspections.files import replace_file
from inspections.intake.against_log import KnownLog
from inspections.intake.document_types import read_document
from inspections.intake.proposal import (
    NEEDS_A_PERSON,
    NOT_A_REPORT,
    IntakeResult,
    is_edited,
    propose_from,
)
from inspections.intake.reading import Reading
from inspections.intake.text.lines import NotAReportError
from inspections.intake.text.vocabulary import slug

SUFFIXES = (".txt", ".md", ".pdf")
SUMMARY = "summary.csv"
# What a proposal was made of: the same document and the same log give the same one.
MADE_OF = ".intake-made-of"
_COLUMNS = (
    "document",
    "folder",
    "document_type",
    "prison",
    "days",
    "rows",
    "new",
    "confirms",
    "adds",
    "disputes",
    "from_this_document",
    "comparisons",
    "agree",
    "text_share",
    "state",
    "needs_person",
)


@dataclass(frozen=True)
class Summarised:
    """One line of the summary.

    Attributes:
        document: The document's file.
        folder: The folder of its proposal; empty where there is none.
        state: ``proposed``, ``nothing new``, ``edited``, ``unchanged`` or ``refused``.
        result: What the intake did; none where the folder was left alone.
        values: The line as ``summary.csv`` has it.
    """

    document: Path
    folder: str
    state: str
    result: IntakeResult | None
    values: dict[str, str]

    @property
    def needs_person(self) -> bool:
        """Whether a person has to look at it."""
        return self.values["needs_person"] not in ("", "0")


def documents_in(paths: Iterable[Path]) -> list[Path]:
    """The documents among files and folders, each once, in the order of their names.

    Raises:
        ActionableError: A folder holds none.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if not path.is_dir():
            found[path] = None
            continue
        own = sorted(
            each
            for each in path.rglob("*")
            if each.suffix.lower() in SUFFIXES and not each.name.startswith(".") and each.is_file()
        )
        if not own:
            raise ActionableError(
                f"{path.name} holds no document; expected files ending in {', '.join(SUFFIXES)}."
            )
        found |= dict.fromkeys(own)
    return list(found)


def intake_folder(
    documents: Sequence[Path],
    out: Path,
    log: KnownLog,
    log_digest: str,
    prefers: frozenset[str] | None,
    tell: Callable[[Summarised], None],
) -> list[Summarised]:
    """Propose the rows of many documents, a folder each, and write their summary.

    Args:
        documents: The documents.
        out: The folder that gets a folder for each, and ``summary.csv``.
        log: What the log knows.
        log_digest: What tells one state of the log from another.
        prefers: As in :func:`~inspections.intake.proposal.intake_document`.
        tell: Called with each document as it is done, in their order.

    Returns:
        The lines of the summary, in the order of the documents.

    Raises:
        ActionableError: The folder cannot be written.
    """
    folders = _folders(documents)
    before = _summary_before(out)
    made_of = {path: _made_of(path, log_digest, prefers) for path in documents}
    to_read = [path for path in documents if _is_to_be_read(out / folders[path], made_of[path])]
    done: list[Summarised] = []
    with _Readings(to_read) as readings:
        for path in documents:
            target = out / folders[path]
            if path not in to_read:
                summarised = _left_alone(path, target, before)
            else:
                reading = next(readings)
                summarised = _proposed(path, target, reading, log, prefers, made_of[path])
            done.append(summarised)
            _write_summary(out, done)
            tell(summarised)
    return done


def _folders(documents: Sequence[Path]) -> dict[Path, str]:
    """A folder's name for each document; two of one name are told apart by a number."""
    found: dict[Path, str] = {}
    for path in documents:
        name = slug(path.stem) or "document"
        number = 2
        chosen = name
        while chosen in found.values():
            chosen, number = f"{name}-{number}", number + 1
        found[path] = chosen
    return found


def _made_of(path: Path, log_digest: str, prefers: frozenset[str] | None) -> str:
    try:
        content = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        content = ""
    chosen = None if prefers is None else sorted(prefers)
    return json.dumps({"document": content, "log": log_digest, "prefers": chosen})


def _is_to_be_read(target: Path, made_of: str) -> bool:
    if not target.is_dir():
        return True
    if is_edited(target):
        return False
    kept = target / MADE_OF
    return not kept.is_file() or kept.read_text("utf-8") != made_of


class _Readings:
    """Readings in their order, made by as many processes as there are processors."""

    def __init__(self, documents: Sequence[Path]) -> None:
        self.documents = documents
        self.pool: ProcessPoolExecutor | None = None
        workers = min(len(documents), os.cpu_count() or 1)
        if workers > 1:
            self.pool = ProcessPoolExecutor(
                workers, mp_context=multiprocessing.get_context("spawn")
            )

    def __enter__(self) -> Iterator[Reading | NotAReportError]:
        return self._each()

    def __exit__(self, *_: object) -> None:
        if self.pool is not None:
            self.pool.shutdown(cancel_futures=True)

    def _each(self) -> Iterator[Reading | NotAReportError]:
        if self.pool is None:
            yield from map(_read, self.documents)
            return
        try:
            yield from self.pool.map(_read, self.documents)
        except BrokenProcessPool as error:
            raise ActionableError(
                "A process that read documents was ended from outside, perhaps for want of memory."
                " What is proposed stays; run the command again to go on."
            ) from error


def _read(path: Path) -> Reading | NotAReportError:
    """Read one document; a refusal is a result, since others go on."""
    try:
        return read_document(path)
    except NotAReportError as error:
        return error


def _proposed(
    path: Path,
    target: Path,
    reading: Reading | NotAReportError,
    log: KnownLog,
    prefers: frozenset[str] | None,
    made_of: str,
) -> Summarised:
    result = (
        IntakeResult(NOT_A_REPORT, [str(reading)])
        if isinstance(reading, NotAReportError)
        else propose_from(reading, target, log, prefers, {MADE_OF: made_of})
    )
    if result.code == NOT_A_REPORT:
        state = "refused"
    elif sum(result.rows.values()):
        state = "proposed"
    else:
        state = "nothing new"
    values = {
        "document": path.name,
        "folder": target.name if result.out else "",
        "document_type": result.document_type,
        "prison": result.prison,
        "days": result.days,
        "rows": str(sum(result.rows.values())),
        **{name: str(result.against_log.get(name, 0)) for name in _COLUMNS[6:10]},
        "from_this_document": str(result.against_log.get("this document", 0)),
        "comparisons": str(result.comparisons),
        "agree": str(result.agreeing),
        "text_share": _share(result.became_rows),
        "state": state,
        "needs_person": str(len(result.messages)),
    }
    return Summarised(path, target.name if result.out else "", state, result, values)


def _share(became_rows: tuple[int, int]) -> str:
    part, whole = became_rows
    return f"{100 * part / whole:.0f}%" if whole else ""


def _left_alone(path: Path, target: Path, before: dict[str, dict[str, str]]) -> Summarised:
    edited = is_edited(target)
    state = "edited" if edited else "unchanged"
    empty = dict.fromkeys(_COLUMNS, "")
    values = empty | {"document": path.name, "folder": target.name} | before.get(path.name, {})
    return Summarised(path, target.name, state, None, values | {"state": state})


def _summary_before(out: Path) -> dict[str, dict[str, str]]:
    path = out / SUMMARY
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {
            row["document"]: {name: row.get(name) or "" for name in _COLUMNS}
            for row in csv.DictReader(file)
            if row.get("document")
        }


def _write_summary(out: Path, done: Sequence[Summarised]) -> None:
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, _COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(each.values for each in done)
    try:
        out.mkdir(parents=True, exist_ok=True)
        replace_file(out / SUMMARY, buffer.getvalue().encode("utf-8"))
    except OSError as error:
        raise ActionableError(
            f"{out.name}/{SUMMARY} cannot be written: {error.strerror}. Name another folder with"
            " --out."
        ) from error


def needs_a_person(done: Sequence[Summarised]) -> int:
    """The exit code for many: 1 where none could be read, 3 where one needs a person, else 0."""
    if done and all(each.state == "refused" for each in done):
        return NOT_A_REPORT
    return NEEDS_A_PERSON if any(each.needs_person for each in done) else 0
