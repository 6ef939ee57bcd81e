"""Many documents at once: one proposal each, and a summary of them.

A document is known by its content: two files of one name are two documents, in whatever folder or
month they come, and two files of one content are one. Documents are read by as many processes as
there are processors; comparing them with the log and writing their folders takes no time worth
sharing, and happens in their order. A second run goes on where the first stopped.
"""

import csv
import hashlib
import io
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from inspections.errors import ActionableError, raise_if_interrupted
from inspections.files import check_is_regular, replace_file
from inspections.intake.against_log import KnownLog
from inspections.intake.document_types.declared import declaration_files
from inspections.intake.processes import Readings
from inspections.intake.proposal import (
    NEEDS_A_PERSON,
    NOT_A_REPORT,
    IntakeResult,
    holds_a_proposal,
    is_edited,
    is_left_by_the_system,
    propose_from,
)
from inspections.intake.reading import Reading
from inspections.intake.text.lines import NotAReportError, fault_in
from inspections.intake.text.vocabulary import slug
from inspections.settings import PROJECT, Settings

SUFFIXES = (".txt", ".md", ".pdf", ".docx", ".odt", ".html", ".htm")
SUMMARY = "summary.csv"
# What a proposal was made of: the same document, log and reader give the same proposal.
MADE_OF = ".intake-made-of"
COPY = "copy"
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
class Found:
    """A document's file.

    Attributes:
        path: The file.
        shown: Its path within the folder that was given, as the summary shows it.
    """

    path: Path
    shown: str


@dataclass(frozen=True)
class Summarised:
    """One line of the summary.

    Attributes:
        document: The document's path within the folder that was given.
        folder: The folder of its proposal; empty where there is none.
        state: ``proposed``, ``nothing new``, ``edited``, ``unchanged``, ``copy`` or ``refused``.
        result: What the intake did; none where the folder was left alone.
        values: The line as ``summary.csv`` has it.
    """

    document: str
    folder: str
    state: str
    result: IntakeResult | None
    values: dict[str, str]

    @property
    def needs_person(self) -> bool:
        """Whether a person has to look at it."""
        return self.values["needs_person"] not in ("", "0")


def documents_in(paths: Iterable[Path], out: Path) -> list[Found]:
    """Find the documents among files and folders, each once, in the order of their names.

    Proposals are no documents, whether they are in ``out`` or were written elsewhere before.

    Args:
        paths: Files, and folders to search with all folders in them.
        out: The folder for the proposals, which may lie within one of ``paths``.

    Raises:
        ActionableError: A folder holds none.
    """
    found: dict[Path, tuple[Path, Path | None]] = {}
    for path in paths:
        if not path.is_dir():
            found.setdefault(path.resolve(), (path, None))
            continue
        own = sorted(_within(path, out))
        if not own:
            raise ActionableError(
                f"{path.name} holds no document; expected files ending in {', '.join(SUFFIXES)}."
            )
        for each in own:
            found.setdefault(each.resolve(), (each, path))
    names = [str(path.relative_to(root)) if root else path.name for path, root in found.values()]
    return [
        # Two folders may hold files of one name: there the whole path tells them apart.
        Found(path, name if names.count(name) == 1 else str(path))
        for (path, _), name in zip(found.values(), names, strict=True)
    ]


def _within(root: Path, out: Path) -> Iterator[Path]:
    """The documents in a folder and the folders in it."""
    proposals = out.resolve()
    for folder, folders, files in os.walk(root):
        here = Path(folder)
        folders[:] = [
            name
            for name in folders
            if not is_left_by_the_system(name)
            and (here / name).resolve() != proposals
            and not holds_a_proposal(here / name)
        ]
        for name in files:
            path = here / name
            if path.suffix.lower() in SUFFIXES and not is_left_by_the_system(name):
                yield path


def intake_folder(
    documents: Sequence[Found],
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
        KeyboardInterrupt: A person stopped it; the message says what is done.
    """
    chosen = None if prefers is None else sorted(prefers)
    planned = _planned(documents, out, {"log": log_digest, "prefers": chosen})
    done: list[Summarised] = []
    try:
        with Readings([each.document.path for each in planned if each.is_to_be_read]) as readings:
            for each in planned:
                if each.copy_of:
                    summarised = _copied(each, done)
                elif not each.is_to_be_read:
                    summarised = _left_alone(each)
                else:
                    summarised = _proposed(each, next(readings), log, prefers)
                done.append(summarised)
                _write_summary(out, done)
                tell(summarised)
    except KeyboardInterrupt as interrupt:
        interrupt.args = (
            f"{len(done)} of {len(documents)} documents are done, and their proposals are in"
            f" {out.name}/. Run the command again to go on",
        )
        raise
    return done


# What is there already ----------------------------------------------------------------------------


@dataclass
class _Planned:
    """The planned treatment of a document.

    Attributes:
        target: The folder of its proposal.
        made_of: What its proposal is made of.
        is_to_be_read: Whether it must be read: there is no proposal of the same making.
        copy_of: The document of the same content that comes before it; empty where none does.
        before: The folder with the proposal that this file had when its content was another.
        values: Its line of the summary from an earlier run.
    """

    document: Found
    target: Path
    made_of: dict[str, object]
    is_to_be_read: bool = True
    copy_of: str = ""
    before: Path | None = None
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Kept:
    """A proposal of an earlier run, with what it was made of."""

    folder: Path
    made_of: dict[str, object]


def _kept_in(out: Path) -> list[_Kept]:
    """The proposals of earlier runs."""
    found = []
    for folder in sorted(out.iterdir()) if out.is_dir() else []:
        try:
            made_of = json.loads((folder / MADE_OF).read_text("utf-8"))
        except (OSError, ValueError):
            continue
        if isinstance(made_of, dict) and holds_a_proposal(folder):
            found.append(_Kept(folder, made_of))
    return found


def _planned(
    documents: Sequence[Found], out: Path, circumstances: dict[str, object]
) -> list[_Planned]:
    kept = _kept_in(out)
    contents = [_content(each.path) for each in documents]
    first: dict[str, _Planned] = {}
    taken = {each.folder.name for each in kept}
    found: list[_Planned] = []
    for document, content in zip(documents, contents, strict=True):
        path = str(document.path.resolve())
        made_of = {"document": content, **circumstances, "reader": _reader_digest()}
        if content in first:
            original = first[content]
            found.append(
                _Planned(document, original.target, made_of, False, original.document.shown)
            )
            continue
        # Of two proposals of one content, the one that this very file had.
        own = sorted(
            (each for each in kept if content and each.made_of.get("document") == content),
            key=lambda each: each.made_of.get("path") != path,
        )
        if own:
            target = own[0].folder
            values = own[0].made_of.get("summary")
            planned = _Planned(document, target, made_of)
            planned.values = values if isinstance(values, dict) else {}
            planned.is_to_be_read = not is_edited(target) and any(
                own[0].made_of.get(name) != value for name, value in made_of.items()
            )
        else:
            name = _free_name(document.path, out, taken)
            taken.add(name)
            planned = _Planned(document, out / name, made_of)
            planned.before = next(
                (
                    each.folder
                    for each in kept
                    if each.made_of.get("path") == path
                    and each.made_of.get("document") not in contents
                ),
                None,
            )
        if content:
            first[content] = planned
        found.append(planned)
    return found


def _content(path: Path) -> str:
    """The digest of a document's content; empty where it cannot be read."""
    try:
        # A pipe has no end to read to.
        check_is_regular(path)
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError):
        return ""


def _free_name(path: Path, out: Path, taken: set[str]) -> str:
    """A folder's name for a document: its own, with a number where another has it."""
    name = slug(path.stem) or "document"
    chosen, number = name, 2
    while chosen in taken or _is_occupied(out / chosen):
        chosen, number = f"{name}-{number}", number + 1
    return chosen


def _is_occupied(target: Path) -> bool:
    if not target.is_dir():
        return target.exists() or target.is_symlink()
    return any(not is_left_by_the_system(each.name) for each in target.iterdir())


@cache
def _reader_digest() -> str:
    """Digest of the reader: its words in the seeds and the types of document, and its code."""
    digest = hashlib.sha256()
    seeds = Settings.from_environment().seeds_dir
    program = PROJECT / "inspections" / "intake"
    own = (".csv", ".yml", ".yaml", ".py")
    files = [path for path in sorted(program.rglob("*")) if path.suffix in own]
    for path in [*sorted(seeds.glob("*.csv")), *files, *declaration_files()]:
        digest.update(f"{path.name}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


# Proposing ----------------------------------------------------------------------------------------


def _proposed(
    planned: _Planned,
    reading: Reading | NotAReportError,
    log: KnownLog,
    prefers: frozenset[str] | None,
) -> Summarised:
    shown = planned.document.shown
    path = str(planned.document.path.resolve())
    if isinstance(reading, NotAReportError):
        return _refused(planned, reading)
    asked: list[str] = []
    if planned.before and _is_an_edition_of(planned.before, reading):
        # The same document in a later state: its earlier proposal must not pass for current.
        if is_edited(planned.before):
            asked.append(
                f"{planned.before.name}/ holds an earlier state of this document; it has been"
                " edited, and stays. Take over what was decided there, then remove it."
            )
        else:
            planned.target = planned.before

    def line_of(result: IntakeResult) -> dict[str, str]:
        folder = planned.target.name if result.out else ""
        return _values(shown, folder, _state_of(result), result, asked)

    def beside(result: IntakeResult) -> dict[str, str]:
        kept = {**planned.made_of, "path": path, "summary": line_of(result)}
        return {MADE_OF: json.dumps(kept)}

    try:
        result = propose_from(reading, planned.target, log, prefers, beside)
    except ActionableError:
        raise
    except Exception as error:
        raise_if_interrupted(error)
        # The others go on; what went wrong here is one line of the summary.
        result = IntakeResult(
            NOT_A_REPORT,
            [f"{shown} was read, but its rows could not be proposed: {fault_in(error)}."],
        )
    values = line_of(result)
    told = replace(result, messages=[*asked, *result.messages])
    return Summarised(shown, values["folder"], values["state"], told, values)


def _refused(planned: _Planned, error: NotAReportError) -> Summarised:
    """A document that gives no proposal; one that it gave before goes with it."""
    messages = [str(error)]
    for before in (planned.before, planned.target):
        if before is None or not holds_a_proposal(before):
            continue
        if is_edited(before):
            messages.append(
                f"{before.name}/ holds a proposal from before this document was refused; it has"
                " been edited, and stays. Remove it, or append it as what it is."
            )
        else:
            shutil.rmtree(before)
    result = IntakeResult(NOT_A_REPORT, messages)
    shown = planned.document.shown
    return Summarised(shown, "", "refused", result, _values(shown, "", "refused", result))


def _is_an_edition_of(before: Path, reading: Reading) -> bool:
    """Whether an earlier proposal is of the document that a reading is of."""
    try:
        with (before / "documents.csv").open(encoding="utf-8", newline="") as file:
            documents = [row.get("document_id") for row in csv.DictReader(file)]
    except (OSError, ValueError, csv.Error):
        return False
    return reading.proposal.document["document_id"] in documents


def _state_of(result: IntakeResult) -> str:
    if result.code == NOT_A_REPORT:
        return "refused"
    return "proposed" if sum(result.rows.values()) else "nothing new"


def _values(
    shown: str, folder: str, state: str, result: IntakeResult, asked: Sequence[str] = ()
) -> dict[str, str]:
    return {
        "document": shown,
        "folder": folder,
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
        "needs_person": str(len(asked) + len(result.messages)),
    }


def _share(became_rows: tuple[int, int]) -> str:
    part, whole = became_rows
    return f"{100 * part / whole:.0f}%" if whole else ""


def _left_alone(planned: _Planned) -> Summarised:
    """A document whose proposal stays: what it asked before, it still asks."""
    state = "edited" if is_edited(planned.target) else "unchanged"
    shown, folder = planned.document.shown, planned.target.name
    known = {name: str(planned.values.get(name, "")) for name in _COLUMNS}
    values = known | {"document": shown, "folder": folder, "state": state}
    return Summarised(shown, folder, state, None, values)


def _copied(planned: _Planned, done: Sequence[Summarised]) -> Summarised:
    """A document that came before under another name."""
    shown = planned.document.shown
    folder = next(each.folder for each in done if each.document == planned.copy_of)
    values = dict.fromkeys(_COLUMNS, "") | {"document": shown, "folder": folder, "state": COPY}
    result = IntakeResult(0, notes=[f"It is the same, byte for byte, as {planned.copy_of}."])
    return Summarised(shown, folder, COPY, result, values)


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
    if done and all(each.state in ("refused", COPY) for each in done):
        return NOT_A_REPORT
    return NEEDS_A_PERSON if any(each.needs_person for each in done) else 0
