"""``preview`` in words. See :mod:`inspections.preview`."""

import time
from pathlib import Path

from rich.console import Console

from inspections.errors import sentence_of
from inspections.files import shown
from inspections.log.adding.batch import Batch, read_batch
from inspections.log.adding.kept_texts import KeptText, text_of_document
from inspections.preview import Previewer, PreviewResult
from inspections.publication.comparing.between import format_file_differences
from inspections.settings import Settings

PUBLISHABLE = 0
NEEDS_A_PERSON = 3
_LINES_SHOWN = 60
# The text that intake writes beside the rows that it proposes.
_PROPOSED_TEXT = "report.txt"


def run_preview(
    console: Console,
    settings: Settings,
    paths: list[Path],
    document: Path | None,
    is_watching: bool,
) -> int:
    """Preview the log, with a batch where one is given, and say what it changes.

    Args:
        console: Where to say it.
        settings: Where the log and the warehouse are.
        paths: The batch: event files, or folders of them.
        document: The text that its rows cite.
        is_watching: Whether to do it again at each change of a file, until interrupted.

    Returns:
        The exit code.

    Raises:
        ActionableError: There is no preview; the message says why. While it watches, the message is
            printed instead.
    """
    with Previewer(settings, reloads=is_watching) as previewer:
        if not is_watching:
            return _preview(console, previewer, settings, paths, document)
        from inspections.preview.watching import changes

        watched = paths if document is None else [*paths, document]
        for _ in changes(settings, watched):
            try:
                _preview(console, previewer, settings, paths, document)
            except Exception as error:
                words = sentence_of(error)
                if words is None:
                    raise
                _print(console, words)
            _print(console, "Watching the log, the seeds and the batch. Ctrl-C ends it.")
    return PUBLISHABLE


def _preview(
    console: Console,
    previewer: Previewer,
    settings: Settings,
    paths: list[Path],
    document: Path | None,
) -> int:
    started = time.monotonic()
    batch, text = _read(paths, document, settings)
    result = previewer.preview(batch, text, ", ".join(path.name for path in paths))
    _tell(console, result)
    _print(
        console,
        f"Preview of {result.contains}, in {time.monotonic() - started:.1f} seconds:"
        f" {shown(result.folder)}/index.html. Nothing was published.",
    )
    return PUBLISHABLE if result.is_publishable else NEEDS_A_PERSON


def _read(
    paths: list[Path], document: Path | None, settings: Settings
) -> tuple[Batch | None, KeptText | None]:
    """The batch, and the text that it cites: the one named, or a proposal's own."""
    if not paths:
        return None, None
    batch = read_batch(paths, settings.seeds_dir)
    if document is None:
        proposed = [path / _PROPOSED_TEXT for path in paths if path.is_dir()]
        found = [path for path in proposed if path.is_file()]
        document = found[0] if len(found) == 1 else None
    return batch, None if document is None else text_of_document(document, batch)


def _tell(console: Console, result: PreviewResult) -> None:
    for note in result.notes:
        _print(console, note)
    lines = format_file_differences(result.differences)
    _print(console, "What would change:")
    for line in lines[:_LINES_SHOWN]:
        _print(console, line)
    if len(lines) > _LINES_SHOWN:
        _print(console, f"… and {len(lines) - _LINES_SHOWN} more lines")
    appended = result.appended
    if appended is not None:
        for event_type, count in appended.counts.items():
            _print(console, f"{event_type}: {count} row(s) would be appended")
        if appended.duplicates:
            _print(console, f"{appended.duplicates} row(s) are in the log already")
        for words in appended.waiting:
            _print(console, f"waiting: {words}")
        if appended.refusal:
            _print(console, appended.refusal)
    if result.rejected:
        _print(
            console,
            f"{len(result.rejected)} row(s) of the event files are rejected. A build stops on"
            " them, unless ON_REJECTED=publish:",
        )
        for words in result.rejected[:_LINES_SHOWN]:
            _print(console, words)
        if len(result.rejected) > _LINES_SHOWN:
            _print(console, f"… and {len(result.rejected) - _LINES_SHOWN} more")
    for words in result.warnings:
        _print(console, f"warning: {words}")
    for words in result.faults:
        _print(console, f"A build would stop: {words}")


def _print(console: Console, text: str) -> None:
    console.print(text, markup=False, highlight=False, soft_wrap=True)
