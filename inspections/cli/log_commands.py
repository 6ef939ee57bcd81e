"""``append``, ``retract`` and ``reinstate`` in words. See :mod:`inspections.log.append`."""

import shutil
import tempfile
from pathlib import Path

from rich.console import Console

from inspections.instants import parse_instant
from inspections.log.append import (
    Appended,
    Batch,
    add_documents,
    append,
    documents_folder,
    lifting_batch,
    read_batch,
)
from inspections.log.documents import DocumentsError, read_documents
from inspections.log.gate import VERDICTS, GateError, Judged, judge
from inspections.publication.differences import differences, in_words
from inspections.publication.publish import publish
from inspections.settings import Settings

_LINES_SHOWN = 60


def append_files(console: Console, files: list[Path], document: Path | None, dry_run: bool) -> int:
    """Append event files to the log.

    Returns:
        The exit code: 0 appended, or nothing to append; 1 nothing was.
    """
    settings = Settings.from_environment()
    try:
        batch = read_batch(files)
        documents = _documents_beside(files)
        with tempfile.TemporaryDirectory() as scratch:
            if document is not None and dry_run:
                # The gate looks for the text where texts are kept: here in a copy of them.
                kept = shutil.copytree(settings.reports_dir, Path(scratch) / "reports")
                settings = settings.replaced(reports_dir=kept)
            if document is not None:
                _keep_text(settings, document, documents)
            return _append(console, settings, batch, documents, dry_run)
    except GateError as error:
        _print(console, str(error))
        return 1


def lift(
    console: Console,
    event_type: str,
    event_ids: list[str],
    document_id: str | None,
    reason: str,
    dry_run: bool,
) -> int:
    """Retract or reinstate events, or all that cite a document.

    Returns:
        The exit code: 0 written, 1 nothing was.
    """
    settings = Settings.from_environment()
    if bool(event_ids) == (document_id is not None):
        _print(console, "Name events, or a document with --document, and not both.")
        return 1
    if not reason.strip():
        _print(console, "--reason is empty; expected why, in plain words.")
        return 1
    try:
        with tempfile.TemporaryDirectory() as scratch:
            judged = judge(
                settings.events_dir, settings.seeds_dir, settings.reports_dir, Path(scratch)
            )
            batch = lifting_batch(judged, event_type, event_ids, document_id, reason)
        return _append(console, settings, batch, [], dry_run)
    except GateError as error:
        _print(console, str(error))
        return 1


def _append(
    console: Console,
    settings: Settings,
    batch: Batch,
    documents: list[dict[str, str]],
    dry_run: bool,
) -> int:
    lines: list[str] = []

    def preview(judged: Judged, recorded_at: str) -> None:
        if dry_run:
            lines.extend(_what_would_change(judged, recorded_at))

    appended = append(
        batch,
        settings.events_dir,
        settings.seeds_dir,
        settings.reports_dir,
        dry_run=dry_run,
        inspect=preview,
        select="*" if dry_run else VERDICTS,
        documents=documents,
    )
    if documents and not dry_run:
        add_documents(documents_folder(settings.events_dir, settings.seeds_dir), documents)
    for line in lines[:_LINES_SHOWN]:
        _print(console, line)
    if len(lines) > _LINES_SHOWN:
        _print(console, f"… and {len(lines) - _LINES_SHOWN} more lines")
    _tell(console, appended, dry_run)
    return 0


def _what_would_change(judged: Judged, recorded_at: str) -> list[str]:
    """The differences that a batch makes, from a publication that is thrown away."""
    settings = Settings.from_environment(
        warehouse_path=judged.database.with_name("warehouse.duckdb")
    )
    publish(settings, 0, beside_it={})
    before = parse_instant(recorded_at).replace("T", " ")
    with_batch = "9999-12-31"
    found = differences(settings.warehouse_path, _just_before(before), with_batch)
    return ["What would change:", *in_words(found)]


def _just_before(instant: str) -> str:
    from datetime import datetime, timedelta

    return (datetime.fromisoformat(instant) - timedelta(microseconds=1)).isoformat()


def _tell(console: Console, appended: Appended, dry_run: bool) -> None:
    if appended.recovered:
        _print(console, appended.recovered)
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


def _documents_beside(files: list[Path]) -> list[dict[str, str]]:
    """The rows of a ``documents.csv`` beside the files of a batch.

    Raises:
        GateError: One cannot be read without doubt; the message names its line.
    """
    rows: list[dict[str, str]] = []
    for folder in dict.fromkeys(path if path.is_dir() else path.parent for path in files):
        path = folder / "documents.csv"
        if path.exists() and path.resolve().parent != Settings.from_environment().seeds_dir:
            try:
                rows += [row for _, row in read_documents(path)]
            except DocumentsError as error:
                raise GateError(str(error)) from error
    return rows


def _keep_text(settings: Settings, document: Path, documents: list[dict[str, str]]) -> None:
    """Copy a document's text into the reports folder, under the name that its row gives."""
    named = [row for row in documents if row["file"]]
    if len(named) != 1:
        raise GateError(
            "--document needs a documents.csv beside the event files with one row that names the"
            f" text in its column file; {len(named)} do."
        )
    try:
        content = document.read_bytes()
        content.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise GateError(f"{document.name} cannot be read as UTF-8 text: {error}.") from error
    target = (settings.reports_dir / named[0]["file"]).resolve()
    if not target.is_relative_to(settings.reports_dir.resolve()):
        raise GateError(f"The file {named[0]['file']!r} leaves the reports folder.")
    if target.exists() and target.read_bytes() != content:
        raise GateError(
            f"reports/{named[0]['file']} exists with another text; give the document another id"
            " and file."
        )
    if not target.exists():
        staged = target.with_name(f".{target.name}.new")
        staged.write_bytes(content)
        staged.replace(target)


def _print(console: Console, text: str) -> None:
    console.print(text, markup=False, highlight=False, soft_wrap=True)
