"""``inspections build``: the Dagster job in this process, with its progress and its result."""

import contextlib
import importlib
import logging
import sys
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from inspections.progress import listen
from inspections.settings import DEFINITIONS, EVERYTHING, Settings

_STEPS = {"replay": "replay the log", "check": "check the tables", "publish": "publish"}


def run_build(console: Console) -> int:
    """Run the job that Dagster runs, and tell how it goes.

    Args:
        console: Where to tell it: a display on a terminal, plain lines elsewhere.

    Returns:
        The exit code: 0 published, 1 nothing was.
    """
    settings = Settings.from_environment()
    started = time.monotonic()
    log_path = settings.data_dir / "build.log"
    # Rich keeps the stream it was made with; what steps print goes to the log.
    terminal = Console(file=sys.stdout, force_terminal=console.is_terminal or None)
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        log = log_path.open("w", encoding="utf-8")
    except OSError as error:
        terminal.print(
            f"The folder {settings.data_dir.name!r} cannot be written: {error.strerror}. Make it"
            " writable, or publish elsewhere with --warehouse.",
            markup=False,
        )
        return 1
    with log, _display(terminal) as listener:
        stop = listen(listener)
        try:
            with contextlib.redirect_stdout(log), contextlib.redirect_stderr(log):
                failure = _execute()
        except Exception:
            log.write(traceback.format_exc())
            failure = (
                "The build stopped on a fault of the program; nothing was published. Please"
                f" report it with {settings.data_dir.name}/{log_path.name}."
            )
        finally:
            stop()
    if failure:
        terminal.print(failure, markup=False, highlight=False, soft_wrap=True)
        terminal.print(_what_stays(settings), markup=False, highlight=False)
        return 1
    _summarise(terminal, settings, time.monotonic() - started)
    return 0


def _execute() -> str:
    """Run the job; return what failed in words, or nothing."""
    from dagster import DagsterInstance

    logging.getLogger("dagster").setLevel(logging.INFO)
    from inspections.errors import BuildFailure

    try:
        defs = importlib.import_module(DEFINITIONS).defs
    except BuildFailure as failure:
        return str(failure)

    with DagsterInstance.ephemeral() as instance:
        result = defs.resolve_job_def("publish_warehouse").execute_in_process(
            instance=instance, raise_on_error=False
        )
    if result.success:
        return ""
    return _first_failure(result.all_events)


def _first_failure(events: Sequence[Any]) -> str:
    for event in events:
        data = event.event_specific_data
        user_failure = getattr(data, "user_failure_data", None)
        if event.is_failure and user_failure is not None and user_failure.description:
            return str(user_failure.description)
    for event in events:
        error = getattr(event.event_specific_data, "error", None)
        while error is not None:
            if error.cls_name == "Failure" and error.message:
                return str(error.message).split("Failure: ", 1)[-1].strip()
            if error.cause is None:
                break
            error = error.cause
        if event.is_failure and error is not None:
            print(error.to_string())
            return (
                "The build stopped on a fault of the program; nothing was published. Please"
                f" report it with build.log: {error.message.strip()}"
            )
    return "The build failed; nothing was published. See build.log."


@contextlib.contextmanager
def _display(terminal: Console) -> Any:
    """Yield a listener: a live bar a step on a terminal, a line a step elsewhere."""
    if not terminal.is_terminal:
        seen: dict[str, float] = {}

        def plain(step: str, done: int, of: int, what: str) -> None:
            if step not in seen:
                seen[step] = time.monotonic()
                terminal.print(f"{_STEPS[step]} …", highlight=False)
            elif done == of and seen[step]:
                seconds = time.monotonic() - seen[step]
                seen[step] = 0.0
                terminal.print(f"{_STEPS[step]}: done, {seconds:.1f} s", highlight=False)

        yield plain
        return
    with Progress(
        TextColumn("{task.description:<18}"),
        BarColumn(),
        TextColumn("{task.completed:>3.0f}/{task.total:.0f}"),
        TimeElapsedColumn(),
        TextColumn("{task.fields[what]}"),
        console=terminal,
    ) as progress:
        tasks: dict[str, Any] = {}

        def live(step: str, done: int, of: int, what: str) -> None:
            if step not in tasks:
                tasks[step] = progress.add_task(_STEPS[step], total=of, what=what)
            progress.update(tasks[step], completed=done, total=of, what=what)

        yield live


def _what_stays(settings: Settings) -> str:
    if settings.warehouse_path.exists():
        return f"The last publication, {_shown(settings.warehouse_path)}, stays as it was."
    return "There is no earlier publication."


def _shown(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def _summarise(terminal: Console, settings: Settings, seconds: float) -> None:
    """Print what was published, and two answers read back from the published file."""
    from rich.table import Table

    from inspections.database import attached
    from inspections.log.verdicts import in_words, unaccepted_rows
    from inspections.publication.check_results import Ledger

    with attached(settings.warehouse_path, "warehouse") as connection:
        record = connection.execute("select * from publications order by published_at desc limit 1")
        row = dict(
            zip(
                [column[0] for column in record.description],
                record.fetchone() or (),
                strict=True,
            )
        )
        names = [
            name
            for (name,) in connection.execute(
                "select table_name from duckdb_tables() where database_name = 'warehouse'"
                " order by table_name"
            ).fetchall()
        ]
        total = sum(
            (connection.execute(f"select count(*) from {name}").fetchone() or (0,))[0]
            for name in names
        )
        scales = connection.execute(
            """
            select levels.scale, levels.label, count(judgements.event_id)
            from dim_judgement_levels as levels
            left join fct_progress_judgements as judgements
                on levels.scale = judgements.scale and levels.code = judgements.judgement_code
            where levels.scale in ('hmip_progress', 'ofsted_progress')
            group by levels.scale, levels.label, levels.rank
            order by levels.scale, levels.rank desc
            """
        ).fetchall()
        elmley = connection.execute(
            """
            select
                made.reference,
                coalesce(periods.recommendation_status, 'unknown'),
                logged.document_id,
                logged.paragraph,
                made.text
            from dim_recommendations as made
            left join fct_recommendation_status_periods as periods
                on made.recommendation_id = periods.recommendation_id and periods.is_current
            left join events as logged
                on periods.opened_by_event_id = logged.event_id and logged.is_live
            where made.establishment_id = 'elmley'
            order by made.recommendation_id
            """
        ).fetchall()

    rows = Table(title="Rows of the event files", title_justify="left")
    counts = Table(title="Published", title_justify="left")
    for column in ("in files", "accepted", "duplicate", "rejected", "waiting"):
        rows.add_column(column, justify="right")
    rows.add_row(
        *(
            f"{row[name]:,}"
            for name in (
                "rows_in_files",
                "rows_accepted",
                "rows_duplicate",
                "rows_rejected",
                "rows_waiting",
            )
        )
    )
    for column in ("events", "tables", "rows", "checks passed", "seconds"):
        counts.add_column(column, justify="right")
    counts.add_row(
        f"{row['event_count']:,}",
        str(len(names)),
        f"{total:,}",
        str(row["checks_passed"]),
        f"{seconds:.1f}",
    )
    terminal.print(rows)
    terminal.print(counts)
    left_out = [
        entry for entry in unaccepted_rows(settings) or [] if entry["verdict"] != "duplicate"
    ]
    for entry in left_out[:20]:
        terminal.print(
            f"{entry['verdict']}: {in_words(entry)}",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )
    if len(left_out) > 20:
        terminal.print(f"… and {len(left_out) - 20} more in {_shown(settings.rejected_rows_path)}")
    for check in Ledger.of(settings).warned:
        terminal.print(
            f"warning: {check['check']}: {check['note']}",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )

    judged = Table(title="Progress judgements by scale", title_justify="left")
    judged.add_column("scale")
    judged.add_column("judgement")
    judged.add_column("count", justify="right")
    for scale, label, count in scales:
        judged.add_row(scale, label, str(count))
    terminal.print(judged)
    if elmley:
        register = Table(title="Elmley: recommendations today", title_justify="left")
        for column in ("reference", "status", "paragraph", "recommendation"):
            register.add_column(column)
        for reference, status, _document, paragraph, text in elmley:
            words = (text or "")[:60] + ("…" if len(text or "") > 60 else "")
            register.add_row(reference or "", status, paragraph or "", words)
        terminal.print(register)
    instant = "" if settings.known_at == EVERYTHING else f", as known at {settings.known_at}Z"
    terminal.print(
        f"Published {_shown(settings.warehouse_path)}{instant}; log digest"
        f" {row['log_digest'][:12]}.",
        markup=False,
        highlight=False,
    )
