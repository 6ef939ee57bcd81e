"""``docs/tables.md``: each of its queries, held to a count from the CSV files that shares no SQL with it."""

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from functools import cache
from itertools import pairwise
from typing import Any

import pytest

from inspections.settings import PROJECT
from tests import reference_model as reference
from tests.conftest import EVENTS
from tests.published import Built

PAGE = PROJECT / "docs" / "tables.md"
QUERIES = dict(re.findall(r"```sql (\w+)\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL))
UNNAMED = re.findall(r"```sql\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
Row = dict[str, Any]


def seed(name: str) -> list[Row]:
    with (PROJECT / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def rows_of_files() -> Iterator[Row]:
    for path in sorted(EVENTS.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as stream:
            for number, row in enumerate(csv.DictReader(stream), 2):
                envelope = {"event_type": path.name.split(".")[0], "file_name": path.name}
                yield {**row, **envelope, "line_number": number}


@cache
def log() -> list[Row]:
    return reference.accepted(list(rows_of_files()))


@cache
def live() -> dict[str, list[Row]]:
    by_type: dict[str, list[Row]] = defaultdict(list)
    for row in reference.live(log(), reference.FOREVER):
        by_type[row["event_type"]].append(row)
    return by_type


def visits() -> dict[str, Row]:
    return {row["visit_id"]: row for row in live()["visits_held"]}


@cache
def series() -> dict[tuple[str, str, str], list[Row]]:
    """The outcomes of each establishment, unit and test group, in the order of their days."""
    of_visits: dict[tuple[str, str, str], Row] = {}
    for row in sorted(live()["outcomes_judged"], key=reference.world_order):
        of_visits[row["visit_id"], row["unit"], row["healthy_prison_test"]] = row
    groups = {row["healthy_prison_test"]: row["test_group"] for row in seed("healthy_prison_tests")}
    result = defaultdict(list)
    for row in sorted(of_visits.values(), key=reference.world_order):
        establishment = visits()[row["visit_id"]]["establishment_id"]
        result[establishment, row["unit"], groups[row["healthy_prison_test"]]].append(row)
    return result


def last_outcomes() -> dict[tuple[str, str, str], Row]:
    return {key: rows[-1] for key, rows in series().items() if rows[-1]["occurred_on"]}


def rank(row: Row) -> int:
    return reference.RANKS[row["outcome"]]


def descriptions() -> dict[str, list[Row]]:
    """Each establishment's dated descriptions, the last of a day standing for it."""
    by_day: dict[str, dict[str, Row]] = defaultdict(dict)
    for row in sorted(live()["establishments_described"], key=reference.world_order):
        if row["occurred_on"]:
            by_day[row["establishment_id"]][row["occurred_on"]] = row
    return {key: list(days.values()) for key, days in by_day.items()}


def country(establishment: str) -> str | None:
    said = (
        descriptions()[establishment][-1].get("country") if establishment in descriptions() else ""
    )
    register = {row["register_id"]: row["country"] for row in seed("prison_register")}
    matched = {
        register.get(row["register_id"])
        for row in seed("register_entries")
        if row["establishment_id"] == establishment and row["register_id"]
    } - {"", None}
    return said or (matched.pop() if len(matched) == 1 else None)


def function_on(establishment: str, day: str) -> str | None:
    before = [row for row in descriptions().get(establishment, []) if row["occurred_on"] <= day]
    return (before[-1]["function"] or None) if before else None


def days_between() -> list[tuple[str, date, int | None]]:
    days = defaultdict(list)
    for row in live()["visits_held"]:
        if row["visit_type"] == "full_inspection" and row["started_on"]:
            days[row["establishment_id"]].append(date.fromisoformat(row["started_on"]))
    return [
        (establishment, day, (day - earlier).days if earlier else None)
        for establishment in sorted(days)
        for earlier, day in zip(
            [None, *sorted(days[establishment])], sorted(days[establishment]), strict=False
        )
    ]


def sources() -> list[tuple[str, int, int]]:
    stances: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    shown = {row["event_id"]: row for rows in series().values() for row in rows}
    for row in live()["evidence_cited"]:
        stances[row["about_event_id"]][row["stance"]].add(row["document_id"])
    found = []
    for event_id, row in shown.items():
        said = stances.get(row["corrects_event_id"] or event_id, {})
        own = {row["document_id"]}
        counts = (len(said.get("confirms", set()) - own), len(said.get("disputes", set()) - own))
        if sum(counts):
            found.append((event_id, *counts))
    return sorted(found)


def in_use() -> tuple[int, int]:
    inspected = {
        establishment
        for row in live()["visits_held"]
        if row["visit_type"] == "full_inspection"
        for establishment in (
            row["establishment_id"],
            *(row.get("establishment_ids_also") or "").split("|"),
        )
    }
    entries = defaultdict(set)
    for row in seed("register_entries"):
        entries[row["register_id"]].add(row["establishment_id"])
    used = [row["register_id"] for row in seed("prison_register") if row["is_in_use"] == "true"]
    return len(used), sum(not entries[entry] & inspected for entry in used)


def expected(name: str) -> list[tuple[Any, ...]]:
    """The answer to a question of the page, by plain counting."""
    lasts = last_outcomes()
    pairs = [(before, after) for rows in series().values() for before, after in pairwise(rows)]
    match name:
        case "shares_by_country":
            return counted((country(key[0]), row["outcome"]) for key, row in lasts.items())
        case "falls":
            return [
                (key[0], key[1] or None, key[2], rows[-2]["outcome"], rows[-1]["outcome"])
                for key, rows in series().items()
                if len(rows) > 1 and rank(rows[-1]) < rank(rows[-2])
            ]
        case "days_between":
            return days_between()
        case "after_poor":
            after = [later for earlier, later in pairs if earlier["outcome"] == "poor"]
            return [(len(after), sum(rank(row) > 1 for row in after))]
        case "status_on_a_day":
            day = date(2023, 3, 1)
            instant = reference.datetime(2026, 11, 26)
            return counted((row[2],) for row in reference.statuses(log(), day, instant))
        case "judgements_by_scale":
            return counted((row["scale"], row["judgement"]) for row in live()["progress_judged"])
        case "second_sources":
            return sources()
        case "never_inspected":
            return [in_use()]
        case "repeats":
            return [
                (row["recommendation_id"], row["repeats_recommendation_id"])
                for row in live()["recommendations_made"]
                if row["repeats_recommendation_id"]
            ]
        case "age":
            day = date(2026, 1, 1)
            return [
                (
                    key[0],
                    key[1] or None,
                    key[2],
                    (day - date.fromisoformat(row["occurred_on"])).days,
                )
                for key, row in lasts.items()
            ]
        case "by_function":
            return counted(
                (function_on(key[0], row["occurred_on"]), row["outcome"])
                for key, row in lasts.items()
            )
        case "by_year_and_body":
            dated = [row for rows in series().values() for row in rows if row["occurred_on"]]
            return counted((int(row["occurred_on"][:4]), "hmip") for row in dated)
        case "everything":
            ids = {key for key, row in visits().items() if row["establishment_id"] == "liverpool"}
            about = {
                row["event_id"]
                for rows in live().values()
                for row in rows
                if row.get("visit_id") in ids or row.get("establishment_id") == "liverpool"
            }
            about |= {
                row["event_id"]
                for row in live()["evidence_cited"]
                if row["about_event_id"] in about
            }
            return [(event_id,) for event_id in about]
    raise AssertionError(f"no count for the query {name}")


def counted(keys: Iterator[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return [(*key, count) for key, count in Counter(keys).items()]


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_of_the_page_counts_what_the_files_hold(elmley: Built, name: str) -> None:
    answer = elmley.rows(QUERIES[name])
    assert sorted(answer, key=repr) == sorted(expected(name), key=repr)
    assert answer or name == "repeats", "an empty answer proves nothing"


def test_every_query_of_the_page_runs(elmley: Built) -> None:
    assert len(QUERIES) == 13
    assert len(UNNAMED) == 3
    assert all(elmley.rows(query) for query in UNNAMED)


def test_the_last_outcomes_are_those_of_the_macro(elmley: Built) -> None:
    [(marked, asked, apart)] = elmley.rows(
        "with asked as (select event_id from outcomes_as_of(date '9999-01-01', null)),"
        " marked as (select event_id from fct_outcomes where is_latest)"
        " select (select count(*) from marked), (select count(*) from asked),"
        " (select count(*) from (select * from marked except select * from asked))"
    )
    assert (marked, apart) == (asked, 0)
    assert marked > 100


def test_a_table_that_is_empty_in_the_shipped_log_says_so_first(elmley: Built) -> None:
    comments = dict(
        elmley.rows("select table_name, comment from duckdb_tables() where comment is not null")
    )
    empty = {name for name in comments if not elmley.rows(f'select 1 from "{name}" limit 1')}
    said = {
        name
        for name, comment in comments.items()
        if comment.startswith("Empty in the shipped log.")
    }
    assert empty == said
