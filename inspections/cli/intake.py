"""``intake`` in words. See :mod:`inspections.intake`."""

import hashlib
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from inspections.errors import ActionableError
from inspections.intake import IntakeResult, intake_document
from inspections.intake.against_log import KnownLog, read_known
from inspections.intake.folder import (
    Found,
    Summarised,
    documents_in,
    intake_folder,
    needs_a_person,
)
from inspections.intake.proposal import NEEDS_A_PERSON
from inspections.log.files.decisions import decisions_path, read_decisions, rule_records
from inspections.settings import Settings

_THIS_DOCUMENT = "this-document"
_WORDS = {
    "new": "new",
    "confirms": "confirm facts of the log",
    "adds": "make them more exact",
    "disputes": "contradict it",
    "prefers": "are put in its place",
    "names": "name a prison in the log",
    "this document": "are in the log from this document",
}


def intake_documents(
    console: Console,
    paths: list[Path],
    out: Path,
    events: str | None,
    prefer: str | None,
    about: list[str],
) -> int:
    """Propose the rows of one document, or of many.

    Returns:
        The exit code.

    Raises:
        ActionableError: The log cannot be judged, or an option says nothing that is known.
    """
    if prefer not in (None, _THIS_DOCUMENT):
        raise ActionableError(f"--prefer {prefer!r} is not known; expected {_THIS_DOCUMENT}.")
    if about and prefer is None:
        raise ActionableError("--about limits --prefer to some events; add --prefer this-document.")
    prefers = None if prefer is None else frozenset(about)
    settings = Settings.from_environment(**({"events_dir": Path(events)} if events else {}))
    with read_known(settings) as log:
        for event_id in about:
            if event_id not in log.event_ids:
                raise ActionableError(
                    f"--about {event_id!r} is not in the log; expected the id of an event that the"
                    " document contradicts. Nothing was proposed."
                )
        if len(paths) == 1 and not paths[0].is_dir():
            result = intake_document(paths[0], out, log, prefers)
            _tell(console, result, out)
            return result.code
        return _many(console, documents_in(paths, out), out, log, settings, prefers)


def tell_rules(console: Console, settings: Settings) -> None:
    """Print how often each rule of intake was right, by the decisions on its rows.

    Raises:
        DecisionsError: The list of decisions cannot be read.
    """
    path = decisions_path(settings.events_dir, settings.seeds_dir)
    records = rule_records(read_decisions(path))
    if not records:
        _print(
            console,
            "Nobody has decided a proposed row yet. Review a proposal with: inspections review"
            " PROPOSAL",
        )
        return
    table = Table(box=None, pad_edge=False)
    table.add_column("rule")
    for heading in ("rows decided", "right", "edited", "left out", "share right"):
        table.add_column(heading, justify="right")
    for record in sorted(records.values(), key=lambda each: (each.share, each.rule)):
        table.add_row(
            record.rule,
            str(record.decided),
            str(record.accepted),
            str(record.edited),
            str(record.left_out),
            f"{100 * record.share:.0f}%",
        )
    console.print(table, soft_wrap=True)


def _many(
    console: Console,
    documents: list[Found],
    out: Path,
    log: KnownLog,
    settings: Settings,
    prefers: frozenset[str] | None,
) -> int:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("Reading documents", total=len(documents))

        def tell(done: Summarised) -> None:
            progress.update(task, advance=1, description=done.document[-40:])

        done = intake_folder(documents, out, log, _log_digest(settings), prefers, tell)
    console.print(_table(done), soft_wrap=True)
    for each in done:
        for message in (each.result.messages if each.result else [])[:3]:
            _print(console, f"{each.document}: {message}")
        more = len(each.result.messages) - 3 if each.result else 0
        if more > 0:
            _print(console, f"{each.document}: … and {more} more (reconciliation.csv)")
    waiting = sum(each.needs_person for each in done)
    _print(
        console,
        f"{len(done)} documents, {sum(each.state == 'proposed' for each in done)} proposals,"
        f" {waiting} of which need a person: {out.name}/summary.csv.",
    )
    _print(
        console,
        "Append one, then run this again: the others are compared with the new log, and edited"
        " folders are left alone.",
    )
    return needs_a_person(done)


def _log_digest(settings: Settings) -> str:
    """Fingerprint of the log's state: its files by name, size and time."""
    digest = hashlib.sha256()
    folder = settings.events_dir
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        state = path.stat()
        digest.update(f"{path.name} {state.st_size} {state.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _table(done: list[Summarised]) -> Table:
    table = Table(box=None, pad_edge=False)
    # A path that is cut short tells no document from another.
    table.add_column("document", min_width=max(len(each.document) for each in done))
    for heading in ("type", "prison", "days", "rows", "agree", "person", "state"):
        table.add_column(heading, justify="right" if heading in ("rows", "person") else "left")
    for each in done:
        values = each.values
        agreement = f"{values['agree']} of {values['comparisons']}" if values["comparisons"] else ""
        table.add_row(
            each.document,
            values["document_type"].replace("_", " "),
            values["prison"],
            values["days"],
            values["rows"],
            agreement,
            values["needs_person"],
            each.state,
        )
    return table


def _tell(console: Console, result: IntakeResult, out: Path) -> None:
    for message in result.messages:
        _print(console, message)
    for note in result.notes:
        _print(console, note)
    if result.out is None:
        return
    part, whole = result.became_rows
    held, stated = result.totals_reconciled
    share = f"{100 * part / whole:.0f}%" if whole else "nothing"
    _print(
        console,
        f"{result.document_id} ({result.document_type.replace('_', ' ')}): {share} of its text"
        f" ({part} of {whole} pieces) became rows; {held} of {stated} stated totals could be"
        f" compared with them; {result.agreeing} of {result.comparisons} comparisons agree"
        " (reconciliation.csv).",
    )
    if result.against_log:
        counted = [
            f"{result.against_log[key]} {words}"
            for key, words in _WORDS.items()
            if result.against_log.get(key)
        ]
        _print(console, f"Facts against the log: {', '.join(counted)}.")
    total = sum(result.rows.values())
    if total:
        _print(console, f"{total} rows proposed in {result.out.name}/ (review.html).")
        _print(
            console,
            f"Review and append them in the browser: inspections review {out}. Or look at them,"
            f" then: inspections append {out} --document {out / 'report.txt'}",
        )
    elif result.code == NEEDS_A_PERSON:
        _print(console, f"Enter its facts from the text: inspections review {out}")


def _print(console: Console, text: str) -> None:
    console.print(text, markup=False, highlight=False, soft_wrap=True)
