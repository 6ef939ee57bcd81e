"""Cost of the third axis: questions on what the public could know, and their SQL.

The generator's log has reports alone. Here come action plans, letters, corrected editions that
alter outcomes, and withdrawals, some by month. All of it is invented.
"""

import csv
import json
import os
import random
import shutil
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from inspections.dbt_project import MANIFEST
from inspections.log.declaration import event_types
from inspections.settings import DBT_PROJECT

LETTERS, EDITIONS, WITHDRAWALS, MONTHS = 0.05, 0.03, 0.01, 0.2
_FOLDER = DBT_PROJECT / "models" / "intermediate" / "publication"
_MARTS = ("fct_publications", "fct_public_", "fct_outcome_history_as_", "_status_history_as_")
_DAY, _LATER = "date '2016-06-01'", "timestamp '2018-01-01'"


def with_publications(log: Path, out: Path) -> int:
    """Copy an invented log, with more publications.

    Args:
        log: The log, which stays as it is.
        out: A folder to be made, on the same disk.

    Returns:
        How many rows came in.
    """
    shutil.copytree(log, out, copy_function=os.link)
    choose = random.Random(1)
    rows: dict[str, list[dict[str, str]]] = {"reports_published": [], "outcomes_judged": []}
    edited: set[str] = set()
    for visit in _originals(log / "visits_held.csv"):
        # Only inspections have a plan that answers them.
        if visit["follows_visit_id"] or not visit["started_on"]:
            continue
        name, held_on = visit["visit_id"], date.fromisoformat(visit["started_on"])
        rows["reports_published"].append(
            _publication(visit, "action_plan", f"{name}-plan", held_on, 90, choose)
        )
        for what, share, document, days in (
            ("notification_letter", LETTERS, f"{name}-letter", 12),
            ("corrected_edition", EDITIONS, f"{name}-edition", 200),
            ("withdrawal", WITHDRAWALS, f"{name}-report", 400),
        ):
            if choose.random() < share:
                rows["reports_published"].append(
                    _publication(visit, what, document, held_on, days, choose)
                )
                if what == "corrected_edition":
                    edited.add(name)
    for outcome in _originals(log / "outcomes_judged.csv"):
        if outcome["visit_id"] in edited:
            edited.remove(outcome["visit_id"])
            rows["outcomes_judged"].append(
                {
                    **outcome,
                    "event_id": f"{outcome['event_id']}-edited",
                    "corrects_event_id": outcome["event_id"],
                    "document_id": f"{outcome['visit_id']}-edition",
                    "recorded_at": _later(outcome["recorded_at"], 400),
                    "outcome": "good" if outcome["outcome"] == "poor" else "poor",
                }
            )
    cited = {row["document_id"] for more in rows.values() for row in more}
    new = sorted(one for one in cited if one.endswith(("-letter", "-edition")))
    known = (log / "documents.csv").read_text("utf-8")
    # The copy is the log's own file by another name.
    (out / "documents.csv").unlink()
    (out / "documents.csv").write_text(
        known + "".join(f"{one},{one} (invented),hmip,,,\n" for one in new), encoding="utf-8"
    )
    for event_type, more in rows.items():
        with (out / f"{event_type}.2.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(
                stream, event_types()[event_type].column_names, lineterminator="\n"
            )
            writer.writeheader()
            writer.writerows(more)
    return sum(map(len, rows.values()))


def without_publications(log: Path, out: Path) -> None:
    """Copy an invented log without any publication."""
    shutil.copytree(log, out, copy_function=os.link)
    path = out / "reports_published.csv"
    header = path.read_text("utf-8").split("\n", 1)[0]
    path.unlink()
    path.write_text(header + "\n", encoding="utf-8")


def _originals(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        yield from (row for row in csv.DictReader(stream) if not row["corrects_event_id"])


def _publication(
    visit: dict[str, str], what: str, document: str, held_on: date, days: int, choose: random.Random
) -> dict[str, str]:
    day = held_on + timedelta(days + choose.randrange(days))
    is_month = choose.random() < MONTHS
    return {
        "event_id": f"{document}-{what}",
        "occurred_on": str(day.replace(day=1) if is_month else day),
        "occurred_precision": "month" if is_month else "day",
        "recorded_at": _later(visit["recorded_at"], days),
        "document_id": document,
        "visit_id": visit["visit_id"],
        "what": what,
        "published_document_id": document,
    }


def _later(instant: str, days: int) -> str:
    return f"{datetime.fromisoformat(instant) + timedelta(days):%Y-%m-%dT%H:%M:%SZ}"


def is_of_axis(name: str) -> bool:
    """Whether a model computes what the public could know."""
    return (_FOLDER / f"{name}.sql").exists() or any(part in name for part in _MARTS)


def sql_shares(account: Path) -> dict[str, float]:
    """The seconds that dbt's models took one by one: those of the axis, and the others.

    Args:
        account: dbt's ``run_results.json``.
    """
    nodes = json.loads(MANIFEST.read_text("utf-8"))["nodes"]
    seconds = {"axis_s": 0.0, "before_s": 0.0}
    for result in json.loads(account.read_text("utf-8"))["results"]:
        node = nodes.get(result["unique_id"])
        if node is not None and node["resource_type"] == "model":
            part = "axis_s" if is_of_axis(node["name"]) else "before_s"
            seconds[part] += result["execution_time"]
    return seconds


def questions(
    warehouse: Path, connect: Callable[[], Any], milliseconds: Callable[[Callable[[], Any]], float]
) -> dict[str, float]:
    """Milliseconds of questions on three axes, and of the same on two.

    Args:
        warehouse: The published file.
        connect: Opens a database of its own.
        milliseconds: Times a question.
    """
    with connect() as connection:
        connection.execute(f"attach '{warehouse}' as warehouse (read_only)")
        connection.execute("use warehouse")
        (establishment,) = connection.execute(
            "select establishment_id from fct_outcome_history_as_published"
            " order by establishment_id limit 1 offset 100"
        ).fetchone()
        one = f"where establishment_id = '{establishment}'"
        outcomes = f"({_DAY}, {_DAY}, {_LATER})"
        asked = {
            "outcomes": f"select outcome_code, count(*) from outcomes_as_published{outcomes}"
            " group by all",
            "outcomes_as_of": f"select outcome_code, count(*) from outcomes_as_of({_DAY}, {_LATER})"
            " group by all",
            "statuses": "select recommendation_status, count(*)"
            f" from recommendation_status_as_published{outcomes} group by all",
            "statuses_as_of": "select recommendation_status, count(*)"
            f" from recommendation_status_as_of({_DAY}, {_LATER}) group by all",
            "one_outcomes": f"from outcomes_as_published{outcomes} {one}",
            "one_outcomes_as_of": f"from outcomes_as_of({_DAY}, {_LATER}) {one}",
            "one_statuses": f"from recommendation_status_as_published{outcomes} {one}",
            "one_statuses_as_of": f"from recommendation_status_as_of({_DAY}, {_LATER}) {one}",
            "features": f"from prisons_as_published({_DAY})",
            "one_features": f"from prisons_as_published({_DAY}) {one}",
        }
        return {
            f"{name}_ms": milliseconds(lambda sql=sql: connection.execute(sql).fetchall())
            for name, sql in asked.items()
        }


def lines(entries: list[dict[str, Any]]) -> list[str]:
    """The part of the page on the axis; nothing where it was not measured."""
    if not entries:
        return []
    return [
        "",
        "## What the public could know",
        "",
        "The same log with action plans, letters, corrected editions and withdrawals, some dated by",
        "month. Seconds are sums over dbt's models. *Axis*: the models of publication. *Before*: all",
        "other models. *None*: the models of publication in the same log without any publication.",
        "",
        "| events | more rows | axis s | before s | axis / before | none s |",
        "|---:|---:|---:|---:|---:|---:|",
        *(
            f"| {one['events']:,} | {one['rows']:,} | {one['axis_s']:.1f} | {one['before_s']:.1f}"
            f" | **{one['axis_s'] / one['before_s']:.2f}** | {one['none_s']:.1f} |"
            for one in entries
        ),
        "",
        "Milliseconds of warm questions with a day, a day of publication and an instant. In brackets:",
        "the same question without the day of publication (`…_as_of`).",
        "",
        "| events | all outcomes | all statuses | one prison's outcomes | one prison's statuses"
        " | features of all prisons | of one |",
        "|---:|---:|---:|---:|---:|---:|---:|",
        *(
            f"| {one['events']:,} | "
            + " | ".join(
                f"{one[f'{name}_ms']:.1f} ({one[f'{name}_as_of_ms']:.1f})"
                for name in ("outcomes", "statuses", "one_outcomes", "one_statuses")
            )
            + f" | {one['features_ms']:.1f} | {one['one_features_ms']:.1f} |"
            for one in entries
        ),
    ]
