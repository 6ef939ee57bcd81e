"""Changes between two instants of knowledge, read from the published file."""

import csv
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from inspections.database import literal
from inspections.publication.published_file import publication_in_use

_CHANGES = (
    "change",
    "subject",
    "column_name",
    "old_value",
    "new_value",
    "event_id",
    "statement_id",
)
_HEADLINES = """
    select 'judgements ' || scale || ' ' || judgement as number, count(*) as count
    from (
        select distinct on (visit_id, recommendation_id, scale) visit_id, scale, judgement
        from events
        where event_type = 'progress_judged' and {held}
        order by visit_id, recommendation_id, scale,
            occurred_on desc nulls last, recorded_at desc, event_id desc
    )
    group by all
    union all
    select 'recommendations ' || recommendation_status, count(*)
    from recommendation_status_as_of(date '9999-12-30', {instant})
    group by all
    union all
    select 'latest outcomes ' || outcome_code, count(*)
    from outcomes_as_of(date '9999-12-30', {instant})
    group by all
    union all
    select 'live events ' || event_type, count(distinct event_id)
    from events
    where event_type not in ('events_retracted', 'events_reinstated') and {held}
    group by all
"""


@dataclass(frozen=True)
class Differences:
    """Differences between two instants.

    Attributes:
        rows: One a column of a statement that was added, removed or changed.
        headlines: Number, count before and count after, where these differ.
        types: The type of each event that rows name.
    """

    rows: list[dict[str, Any]]
    headlines: list[tuple[str, int, int]]
    types: dict[str, str]


def differences(warehouse: Path, known_from: str, known_to: str) -> Differences:
    """Compare what was known at two instants.

    Args:
        warehouse: The published file.
        known_from: An instant, ISO 8601 in UTC.
        known_to: Another one.

    Raises:
        BuildFailure: There is no publication, or the file is none.
    """
    with publication_in_use(warehouse) as connection:
        rows = [
            dict(zip(_CHANGES, row, strict=True))
            for row in connection.execute(
                f"from what_changed({literal(known_from)}, {literal(known_to)})"
            ).fetchall()
        ]
        before, after = (headlines_of(connection, instant) for instant in (known_from, known_to))
        types = dict(
            connection.execute("select distinct event_id, event_type from events").fetchall()
        )
    headlines = [
        (number, before.get(number, 0), after.get(number, 0))
        for number in sorted(before.keys() | after.keys())
        if before.get(number, 0) != after.get(number, 0)
    ]
    return Differences(rows, headlines, types)


def headlines_of(
    connection: duckdb.DuckDBPyConnection, instant: str = "9999-12-31"
) -> dict[str, int]:
    """The headline numbers of the published file in use, by name, as known at an instant."""
    at = f"timestamp {literal(instant)}"
    held = f"known_from <= {at} and (known_to is null or known_to > {at})"
    return dict(connection.execute(_HEADLINES.format(held=held, instant=at)).fetchall())


def format_differences(found: Differences) -> list[str]:
    """The differences as lines for people: headline numbers first, then subject by subject."""
    if not found.rows:
        return ["Nothing changed."]
    lines = []
    if found.headlines:
        lines.append("Headline numbers")
        lines += [
            f"  {number.replace('_', ' ')}: {before} → {after}"
            for number, before, after in found.headlines
        ]
    subject = None
    for row in found.rows:
        key = (row["change"], row["subject"], row["event_id"], row["statement_id"])
        if key != subject:
            subject = key
            kind = found.types.get(row["event_id"], "event").replace("_", " ")
            lines.append(f"{row['change']}: {row['subject']}, by {row['event_id']} ({kind})")
        old, new = (_shown(row[name]) for name in ("old_value", "new_value"))
        if row["change"] == "added":
            lines.append(f"  {row['column_name']}: {new}")
        elif row["change"] == "removed":
            lines.append(f"  {row['column_name']}: was {old}")
        else:
            lines.append(f"  {row['column_name']}: {old} → {new}")
    return lines


def _shown(value: str | None) -> str:
    if value is None:
        return "(empty)"
    text = " ".join(value.split())
    return text if len(text) <= 100 else text[:100] + "…"


def as_csv(found: Differences) -> str:
    """The differences as CSV; ``change`` marks a missing side, an empty value is empty."""
    from inspections.log.verdicts import escape_formula

    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(_CHANGES)
    writer.writerows([escape_formula(row[name]) for name in _CHANGES] for row in found.rows)
    return stream.getvalue()


def as_json(found: Differences) -> str:
    """The differences and headline numbers as JSON; an empty value is null."""
    return json.dumps(
        {
            "changes": found.rows,
            "headlines": [
                {"number": number, "before": before, "after": after}
                for number, before, after in found.headlines
            ],
        },
        ensure_ascii=False,
        indent=2,
    )
