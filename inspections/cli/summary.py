"""Summary of a build: the publication, and two answers read back from the file."""

from collections.abc import Sequence
from typing import Any

import duckdb
from rich.console import Console
from rich.table import Table

from inspections.database import attached, last_record
from inspections.files import shown
from inspections.instants import iso_instant
from inspections.log.files.known_departures import FILE
from inspections.log.verdicts import MAX_REPORTED, format_verdict, unaccepted_rows
from inspections.pages.wording import counted, places
from inspections.publication.check_results import Ledger
from inspections.publication.published_file import described_tables
from inspections.settings import Settings

_SHOWN_CHARACTERS = 60
# Another log built with the seeds of this one has a line for each departure of this one.
_NOTES_SHOWN = 3
# Every level of a scale that the log has used, counted or not: a level nobody got is an answer.
_JUDGEMENTS = """
    select levels.scale, levels.label, count(judgements.event_id)
    from dim_judgement_levels as levels
    left join fct_progress_judgements as judgements
        on levels.scale = judgements.scale and levels.code = judgements.judgement_code
    where levels.scale in (select scale from fct_progress_judgements)
    group by levels.scale, levels.label, levels.rank
    order by levels.scale, levels.rank desc nulls last, levels.label
"""
_NEWEST_REVIEW = """
    select
        visits.visit_id,
        coalesce(establishments.display_name, visits.establishment_id),
        lower(visits.visit_type_name),
        visits.held_on
    from dim_visits as visits
    left join dim_establishments as establishments
        on visits.establishment_id = establishments.establishment_id
        and establishments.is_current
    where visits.visit_id in (select visit_id from fct_progress_judgements)
    order by visits.held_on desc nulls last, visits.visit_id desc
    limit 1
"""
_STATUSES_OF_REVIEW = """
    select distinct
        made.reference,
        coalesce(periods.recommendation_status, 'unknown'),
        logged.paragraph,
        made.text,
        made.recommendation_id
    from fct_progress_judgements as judgements
    inner join dim_recommendations as made using (recommendation_id)
    left join fct_recommendation_status_periods as periods
        on made.recommendation_id = periods.recommendation_id and periods.is_current
    left join events as logged
        on periods.opened_by_event_id = logged.event_id and logged.is_live
    where judgements.visit_id = ?
    order by made.recommendation_id
"""


def summarise(terminal: Console, settings: Settings, seconds: float) -> None:
    """Print what was published, and two answers read back from the published file.

    Args:
        terminal: Where to print it.
        settings: The build's settings.
        seconds: How long the build took.
    """
    with attached(settings.warehouse_path, "warehouse") as connection:
        record = last_record(connection)
        tables = described_tables(connection)
        judged = connection.execute(_JUDGEMENTS).fetchall()
        review, statuses = _newest_review(connection)
    verdicts = ("accepted", "duplicate", "rejected", "waiting")
    _print_table(
        terminal,
        "Rows of the event files",
        ("in files", *verdicts),
        [tuple(f"{record[f'rows_{name}']:,}" for name in ("in_files", *verdicts))],
        right_from=0,
    )
    _print_table(
        terminal,
        "Published",
        ("events", "tables", "rows", "checks passed", "seconds"),
        [
            (
                f"{record['event_count']:,}",
                str(len(tables)),
                f"{sum(table.rows for table in tables):,}",
                str(record["checks_passed"]),
                f"{seconds:.1f}",
            )
        ],
        right_from=0,
    )
    _print_departures(terminal, settings)
    if judged:
        _print_table(
            terminal,
            "Progress judgements by scale",
            ("scale", "judgement", "count"),
            [(scale, label, str(count)) for scale, label, count in judged],
            right_from=2,
        )
    if review:
        _print_table(
            terminal,
            f"{review}: recommendations today",
            ("reference", "status", "stated in", "recommendation"),
            statuses,
            right_from=4,
        )
    known_at = record["known_at"]
    instant = "" if known_at is None else f", as known at {iso_instant(known_at)}"
    _print_line(
        terminal,
        f"Published {shown(settings.warehouse_path)}{instant}; log digest"
        f" {record['log_digest'][:12]}.",
    )


def _newest_review(
    connection: duckdb.DuckDBPyConnection,
) -> tuple[str, list[tuple[str, ...]]]:
    """Sentence on the newest review of progress, with its judgements as known today."""
    found = connection.execute(_NEWEST_REVIEW).fetchone()
    if found is None:
        return "", []
    visit_id, name, visit_type, held_on = found
    rows = connection.execute(_STATUSES_OF_REVIEW, [visit_id]).fetchall()
    # Of a visit whose day nobody states, not even the year is known.
    year = "" if held_on is None else f" of {held_on.year}"
    return f"{name}, {visit_type}{year}", [
        (reference or "", status, places(paragraph), _cut(text or ""))
        for reference, status, paragraph, text, _ in rows
    ]


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARACTERS else text[:_SHOWN_CHARACTERS] + "…"


def _print_departures(terminal: Console, settings: Settings) -> None:
    """Print the rows that are not in the log, and the checks that warned."""
    left_out = [row for row in unaccepted_rows(settings) or [] if row["verdict"] != "duplicate"]
    for row in left_out[:MAX_REPORTED]:
        _print_line(terminal, f"{row['verdict']}: {format_verdict(row)}")
    if len(left_out) > MAX_REPORTED:
        more = len(left_out) - MAX_REPORTED
        _print_line(terminal, f"… and {more} more in {shown(settings.rejected_rows_path)}")
    ledger = Ledger.of(settings)
    for check in ledger.warned:
        _print_line(terminal, f"warning: {check['check']}: {check['note']}")
    departures = ledger.departures
    if departures and departures[0]:
        _print_line(
            terminal,
            f"known: {counted(departures[0], 'departure')} from the review method, each with its"
            f" reason in {settings.seeds_dir.name}/{FILE}; new: {departures[1]}.",
        )
    notes = [check["note"] for check in ledger.stale]
    for note in notes[:_NOTES_SHOWN]:
        _print_line(terminal, f"note: {note}")
    if len(notes) > _NOTES_SHOWN:
        _print_line(terminal, f"note: … and {len(notes) - _NOTES_SHOWN} more such lines")


def _print_line(terminal: Console, text: str) -> None:
    terminal.print(text, markup=False, highlight=False, soft_wrap=True)


def _print_table(
    terminal: Console,
    title: str,
    columns: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
    right_from: int,
) -> None:
    table = Table(title=title, title_justify="left")
    for place, column in enumerate(columns):
        table.add_column(column, justify="right" if place >= right_from else "left")
    for row in rows:
        table.add_row(*row)
    terminal.print(table)
