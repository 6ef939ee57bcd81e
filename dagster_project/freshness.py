"""Whether the publication keeps up with the log, and the log with the prisons.

Both checks ask as of the instant of their run, which Dagster knows, or of another that the run's
configuration names. They read the published file and hold no lock, so that they run at any time.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg

from expectations import VISITED_LATELY
from inspections.database import attached, last_record
from inspections.instants import parse_instant
from inspections.log.files.digests import content
from inspections.log.files.event_folder import (
    EventFolderError,
    event_file_paths,
    shown_name,
    state_of,
)
from inspections.log.files.known_departures import check_keys, read_known_departures
from inspections.publication.changes import as_text
from inspections.settings import Settings

A_DAY = timedelta(days=1)
_PUBLICATIONS = ["published", "publications"]


class AsOf(dg.Config):
    """When to ask, and how long is long.

    Attributes:
        at: An instant, ISO 8601 in UTC; that of the run's start where it is empty.
        days_without_visit: From how many days since its last visit on a prison is listed. Each
            adult prison is inspected at least once in five years.
    """

    at: str = ""
    days_without_visit: int = 1826


def _instant(context: dg.AssetCheckExecutionContext, config: AsOf) -> datetime:
    """The instant that is asked of, in UTC without an offset."""
    if config.at:
        return datetime.fromisoformat(parse_instant(config.at))
    record = context.op_execution_context.instance.get_run_record_by_id(context.run.run_id)
    if record is None:
        raise dg.Failure("The run is not in Dagster's store: name the instant as config.at.")
    return record.create_timestamp.astimezone(UTC).replace(tzinfo=None)


def _missing(settings: Settings) -> dg.AssetCheckResult | None:
    if settings.warehouse_path.exists():
        return None
    return dg.AssetCheckResult(passed=False, metadata={"finding": "There is no publication yet."})


@dg.asset_check(
    asset=_PUBLICATIONS,
    name="the_publication_keeps_up_with_the_log",
    description="The publication is at most a day older than the last change of an event file, "
    "and no "
    "change has waited longer than a day.",
)
def keeps_up(context: dg.AssetCheckExecutionContext, config: AsOf) -> dg.AssetCheckResult:
    """Hold the last publication to the last change of an event file."""
    settings = Settings.from_environment()
    missing = _missing(settings)
    if missing is not None:
        return missing
    at = _instant(context, config)
    with attached(settings.warehouse_path, "w") as connection:
        published_at = last_record(connection)["published_at"]
    changes = {
        shown_name(path): datetime.fromtimestamp(state_of(path)[1] / 1e9, UTC).replace(tzinfo=None)
        for path in _event_files(settings)
    }
    later = {name: day for name, day in changes.items() if day > published_at}
    # A file that was only touched says what was published: its time means nothing.
    is_the_same = _published_files(context) == content(settings)["event_files"]
    changed_at = max(changes.values(), default=published_at)
    behind = changed_at - published_at
    waits = at - min(later.values(), default=at)
    passed = is_the_same or not later or (behind <= A_DAY and waits <= A_DAY)
    return dg.AssetCheckResult(
        passed=passed,
        metadata={
            "published_at": f"{published_at.isoformat()}Z",
            "last_change_of_an_event_file": f"{changed_at.isoformat()}Z",
            "asked_at": f"{at.isoformat()}Z",
            "finding": "The publication keeps up."
            if passed
            else "Changed since the publication, and not published: "
            + ", ".join(sorted(later))
            + ". Look at the last run of publish_warehouse.",
        },
    )


def _event_files(settings: Settings) -> list[Path]:
    try:
        return event_file_paths(settings.events_dir)
    except EventFolderError:
        return []


def _published_files(context: dg.AssetCheckExecutionContext) -> str | None:
    """The digest of the event files that were published last, where Dagster published them."""
    event = context.op_execution_context.instance.get_latest_materialization_event(
        dg.AssetKey(_PUBLICATIONS)
    )
    if event is None or event.asset_materialization is None:
        return None
    entry = event.asset_materialization.metadata.get("event_files_digest")
    return None if entry is None else str(entry.value)


@dg.asset_check(
    asset=["published", "dim_visits"],
    name="every_prison_was_visited_lately",
    description="Warns about prisons without a visit for a long time that known_departures.csv does"
    " not list. The log may simply not know of one.",
)
def visited_lately(context: dg.AssetCheckExecutionContext, config: AsOf) -> dg.AssetCheckResult:
    """List the prisons by the days since their last visit."""
    settings = Settings.from_environment()
    missing = _missing(settings)
    if missing is not None:
        return missing
    at = _instant(context, config)
    with attached(settings.warehouse_path, "w") as connection:
        prisons = connection.execute(
            """
            select
                establishments.establishment_id,
                max(visits.held_on) as last_visit_on,
                date_diff('day', last_visit_on, cast(? as date)) as days
            from (select distinct establishment_id from w.main.dim_establishments) as establishments
            left join w.main.bridge_visit_establishments as visited
                on establishments.establishment_id = visited.establishment_id
            left join w.main.dim_visits as visits
                on visited.visit_id = visits.visit_id
                and visits.held_on <= cast(? as date)
            group by establishments.establishment_id
            order by days desc nulls first, establishments.establishment_id
            """,
            [at, at],
        ).fetchall()
    overdue = [row for row in prisons if row[2] is None or row[2] > config.days_without_visit]
    known = [
        entry
        for entry in read_known_departures(settings.seeds_dir)
        if (entry.table, entry.rule) == VISITED_LATELY
    ]
    check_keys(known, ["establishment_id"])
    reasons = {
        row[0]: entry.reason
        for row in overdue
        for entry in known
        if entry.is_about({"establishment_id": row[0]})
    }
    new = [row for row in overdue if row[0] not in reasons]
    lines = ["| prison | last visit | days |", "|---|---|---|"]
    lines += [
        f"| {as_text(prison)} | {last or 'none is known'} | {'' if days is None else days} |"
        for prison, last, days in prisons
    ]
    return dg.AssetCheckResult(
        passed=not new,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "asked_at": f"{at.isoformat()}Z",
            "prisons": len(prisons),
            "without_a_visit_for_long": ", ".join(row[0] for row in overdue) or "none",
            "known_departures": len(reasons),
            "known": dg.MetadataValue.md(
                "\n".join(
                    f"- {as_text(prison)}: {as_text(why, width=1000)}"
                    for prison, why in reasons.items()
                )
                or "none"
            ),
            "no_departure_any_more": ", ".join(
                entry.key_in_words
                for entry in known
                if not any(entry.is_about({"establishment_id": row[0]}) for row in overdue)
            )
            or "none",
            "not_known": ", ".join(row[0] for row in new) or "none",
            "days_without_visit": config.days_without_visit,
            "list": dg.MetadataValue.md("\n".join(lines)),
        },
    )


freshness_checks = [keeps_up, visited_lately]
