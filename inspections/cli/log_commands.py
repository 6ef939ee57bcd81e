"""``append``, ``retract`` and ``reinstate`` in words. See :mod:`inspections.log.adding.append`."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from rich.console import Console

from inspections.instants import parse_instant
from inspections.log.adding.append import Appended, append
from inspections.log.adding.batch import Batch, read_batch
from inspections.log.adding.kept_texts import KeptText, text_of_document
from inspections.log.adding.retract import retract_or_reinstate
from inspections.log.gate import GateError, Judged
from inspections.publication.differences import differences, format_differences
from inspections.publication.publish import write_file
from inspections.settings import Settings

_LINES_SHOWN = 60


def append_files(
    console: Console,
    settings: Settings,
    files: list[Path],
    document: Path | None,
    dry_run: bool,
) -> None:
    """Append event files to the log, with the text that they cite where one is given.

    Raises:
        ActionableError: Nothing was appended; the message says why.
    """
    batch = read_batch(files, settings.seeds_dir)
    text = None if document is None else text_of_document(document, batch)
    _append(console, settings, batch, dry_run, text)


def retract_events(
    console: Console,
    settings: Settings,
    event_type: str,
    event_ids: list[str],
    document_id: str | None,
    reason: str,
    dry_run: bool,
) -> None:
    """Retract or reinstate events, or all that cite a document.

    Raises:
        ActionableError: Nothing was written; the message says why.
    """
    if bool(event_ids) == (document_id is not None):
        raise GateError("No event is named: name either events, or a document with --document.")
    # What a shell passes on may be bytes of another encoding.
    said = reason.encode("utf-8", "ignore").decode()
    if said != reason or not said.strip():
        raise GateError(
            "--reason is empty, or no text in UTF-8; expected the reason in plain words."
        )

    def batch_of(judged: Judged) -> Batch:
        return retract_or_reinstate(judged, event_type, event_ids, document_id, reason)

    _append(console, settings, batch_of, dry_run)


def _append(
    console: Console,
    settings: Settings,
    batch: Batch | Callable[[Judged], Batch],
    dry_run: bool,
    text: KeptText | None = None,
) -> None:
    lines: list[str] = []

    def preview(judged: Judged, recorded_at: str) -> None:
        if dry_run:
            lines.extend(_what_would_change(settings, judged, recorded_at))

    appended = append(batch, settings, dry_run, preview, text)
    for line in lines[:_LINES_SHOWN]:
        _print(console, line)
    if len(lines) > _LINES_SHOWN:
        _print(console, f"… and {len(lines) - _LINES_SHOWN} more lines")
    _tell(console, appended, dry_run)


def _what_would_change(settings: Settings, judged: Judged, recorded_at: str) -> list[str]:
    """The differences that a batch makes, from a file that nobody publishes."""
    new = judged.database.with_name("new.duckdb")
    write_file(settings.replaced(warehouse_path=new.with_name("warehouse.duckdb")), new)
    before = datetime.fromisoformat(parse_instant(recorded_at)) - timedelta(microseconds=1)
    found = differences(new, before.isoformat(), "9999-12-31")
    return ["What would change:", *format_differences(found)]


def _tell(console: Console, appended: Appended, dry_run: bool) -> None:
    for note in appended.notes:
        _print(console, note)
    verb = "would be appended" if dry_run else "appended"
    for event_type, count in appended.counts.items():
        _print(console, f"{event_type}: {count} row(s) {verb}")
    if appended.duplicates:
        _print(console, f"{appended.duplicates} row(s) are in the log already")
    for words in appended.waiting:
        _print(console, f"waiting: {words}")
    if not appended.counts:
        _print(console, "Nothing was appended.")
    elif dry_run:
        _print(console, "Nothing was written.")
    else:
        stamp = f"Recorded at {appended.recorded_at}. " if appended.recorded_at else ""
        _print(console, f"{stamp}Publish with: inspections build")


def _print(console: Console, text: str) -> None:
    console.print(text, markup=False, highlight=False, soft_wrap=True)
