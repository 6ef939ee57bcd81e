"""Reading what the pages show from a published file, and from nothing else."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from inspections.database import attached, last_record
from inspections.pages import wording
from inspections.pages.contents import (
    Learned,
    Named,
    OutcomeScale,
    Prison,
    Publication,
    Recommendation,
    Row,
    Visit,
)
from inspections.pages.parts.publicity import added_publications, read_publicity
from inspections.pages.questions import answered

# How many rows of a list a page shows before it says how many more there are.
SHOWN_ROWS = 50
# How many of the last instants the feeds tell of, and how many changed values of each.
LEARNED_INSTANTS = 20
LEARNED_VALUES = 40
# An event that was live more than once has a row for each time.
_PRECISIONS = "select distinct event_id, occurred_precision from events"


def read(warehouse: Path) -> Publication:
    """Read a published file."""
    with attached(warehouse, "warehouse") as connection:
        return _read(connection)


def count_events(warehouse: Path) -> int:
    """The events in the log of a published file."""
    with attached(warehouse, "warehouse") as connection:
        return int(last_record(connection)["event_count"])


def _read(connection: duckdb.DuckDBPyConnection) -> Publication:
    def rows(sql: str) -> list[Row]:
        # Without parameters: for the first one DuckDB's client imports pandas.
        result = connection.execute(sql)
        names = [column[0] for column in result.description]
        return [dict(zip(names, values, strict=True)) for values in result.fetchall()]

    publications = rows("from publications order by published_at desc")
    record = publications[0]
    previous = publications[1] if len(publications) > 1 else None
    changes, change_counts = _changes(rows, record, previous)
    levels: dict[str, list[Row]] = defaultdict(list)
    for level in rows("from dim_judgement_levels order by position"):
        levels[level["scale"]].append(level)
    outcome_counts = rows(
        "select scale, test_group, year(judged_on) as year, outcome_rank as rank,"
        " count(*) as count"
        " from fct_outcomes where judged_on is not null and outcome_rank is not null"
        " group by all order by all"
    )
    prisons = _prisons(rows)
    return Publication(
        learned=_learned(rows, record),
        contributions=_contributions(rows, prisons),
        record=record,
        previous=previous,
        publications=publications,
        prisons=prisons,
        levels=dict(levels),
        outcome_scales=_outcome_scales(rows, levels),
        kinds=_named(rows, "kind", "dim_recommendation_kinds"),
        bodies=_named(rows, "body", "dim_bodies"),
        responses=_named(rows, "response", "dim_responses"),
        test_names=_named(rows, "healthy_prison_test", "dim_healthy_prison_tests"),
        area_names=_named(rows, "area", "dim_areas"),
        documents={row["document_id"]: row for row in rows("from dim_documents")},
        concerns=rows(
            "select distinct logged.event_id, concern_id, visit_id, area, text, paragraph,"
            " document_id, documents.wording = 'verbatim' as is_verbatim from events as logged"
            " left join dim_documents as documents using (document_id)"
            " where event_type = 'concerns_raised' and is_live order by visit_id, concern_id"
        ),
        paragraphs=_paragraphs(rows),
        outcome_counts=outcome_counts,
        eras=rows("from dim_eras where kind = 'gap' order by starts_on"),
        name_eras=rows("from dim_eras where kind = 'name' order by starts_on"),
        changes=changes,
        change_counts=change_counts,
        unaccepted=rows(
            f"from rejected_rows order by verdict, file_name, line_number limit {SHOWN_ROWS}"
        ),
        register=rows(
            "select count(*) filter (where is_in_use) as in_use,"
            " count(*) filter (where is_in_use and is_in_log) as known,"
            " list_sort(list(distinct country) filter (where is_in_use and country is not null))"
            " as countries from fct_register_coverage"
        )[0],
        places=rows(
            "select coverage.name, coverage.establishment_id, coverage.is_in_use,"
            " register.latitude, register.longitude, register.is_within_country"
            " from fct_register_coverage as coverage"
            " inner join dim_prison_register as register using (register_id)"
            " where register.latitude is not null and register.longitude is not null"
            " order by register_id"
        ),
        country_bounds=rows(
            "from dim_countries where country in"
            " (select country from dim_prison_register where latitude is not null)"
            " order by country"
        ),
        questions=answered(connection),
        publicity=read_publicity(rows),
        national_shares=rows("from fct_national_shares order by scale, test_group, reporting_year"),
    )


Rows = Callable[..., list[Row]]


def _named(rows: Rows, key: str, table: str) -> dict[str, str]:
    return {row[key]: row["name"] for row in rows(f"select {key}, name from {table}")}


def _outcome_scales(rows: Rows, levels: dict[str, list[Row]]) -> list[OutcomeScale]:
    """The scales that the log has outcomes on, in the order of the reference data."""
    judged = rows("select distinct scale, test_group from fct_outcomes order by all")
    used = {row["scale"] for row in judged}
    tests: dict[str, dict[str, str]] = defaultdict(dict)
    for row in rows("from dim_healthy_prison_tests order by position"):
        group = row["test_group"]
        # A group is called after the test of its own code, where there is one.
        if row["healthy_prison_test"] == group:
            tests[row["scale"]][group] = row["name"]
        else:
            tests[row["scale"]].setdefault(group, wording.words(group))
    # A test may have been judged on another scale than its own.
    for row in judged:
        tests[row["scale"]].setdefault(row["test_group"], wording.words(row["test_group"]))
    return [
        OutcomeScale(
            scale,
            str(own_levels[0]["scale_name"]),
            sorted((one for one in own_levels if one["rank"]), key=lambda one: one["rank"]),
            tests[scale],
        )
        for scale, own_levels in levels.items()
        if scale in used
    ]


def _changes(rows: Rows, record: Row, previous: Row | None) -> tuple[list[Row], list[Row]]:
    """Differences from the previous publication, and the number of statements."""
    if previous is None:
        return [], []
    # A publication of an instant knew what was recorded by then, not by its own making.
    changed = _what_changed(*(row["known_at"] or row["published_at"] for row in (previous, record)))
    counts = rows(
        # By the statement: a retraction of a visit takes away what hangs on it, too.
        "select changed.change, logged.event_type, count(distinct changed.statement_id) as count"
        f" from {changed} as changed"
        " left join (select distinct event_id, event_type from events) as logged"
        " on changed.statement_id = logged.event_id group by all order by all"
    )
    if not counts:
        return [], []
    shown = rows(
        f"from {changed} as changed where column_name in"
        " ('name', 'text', 'outcome', 'judgement', 'response', 'status', 'value', 'stated_count',"
        " 'held_on', 'started_on', 'title', 'occurred_on', 'paragraph')"
        f" order by statement_id, column_name limit {SHOWN_ROWS}"
    )
    return shown, counts


def _what_changed(known_from: datetime, known_to: datetime) -> str:
    return f"what_changed(timestamp '{known_from}', timestamp '{known_to}')"


def _learned(rows: Rows, record: Row) -> list[Learned]:
    """Changes at the log's last instants, the newest first."""
    until = record["known_at"] or datetime.max
    instants = [
        row["instant"]
        for row in rows(
            "select instant from (select known_from as instant from events"
            f" union select known_to from events) where instant <= timestamp '{until}'"
            f" order by instant desc limit {LEARNED_INSTANTS + 1}"
        )
    ]
    earliest = datetime(1, 1, 1)
    found = []
    for position, instant in enumerate(instants[:LEARNED_INSTANTS]):
        before = instants[position + 1] if position + 1 < len(instants) else earliest
        # Asked once for both: planning the comparison takes longer than making it.
        rows(
            "create or replace temp table changed as select changed.*, logged.event_type,"
            f" logged.establishment_id from {_what_changed(before, instant)} as changed"
            " left join (select event_id, any_value(event_type) as event_type,"
            " any_value(establishment_id) as establishment_id from events group by event_id)"
            " as logged on changed.statement_id = logged.event_id"
        )
        counts = rows(
            "select change, event_type, establishment_id, count(distinct statement_id) as count"
            " from changed group by all order by establishment_id, event_type, change"
        )
        values = rows(
            "select statement_id, column_name, old_value, new_value, establishment_id from changed"
            f" where change = 'changed' order by statement_id, column_name limit {LEARNED_VALUES}"
        )
        causes = rows(
            "select distinct changed.establishment_id, logged.event_id, logged.event_type,"
            " logged.target_event_id, logged.reason from changed"
            " inner join events as logged on changed.event_id = logged.event_id"
            " where logged.event_type in ('events_retracted', 'events_reinstated')"
            f" order by all limit {LEARNED_VALUES}"
        )
        found.append(Learned(instant, counts, values, causes, added_publications(rows, instant)))
    return found


def _contributions(rows: Rows, prisons: list[Prison]) -> list[Row]:
    """Facts from each document that the log lists, by the document's title."""
    known = {prison.establishment_id: prison for prison in prisons}
    found: dict[str, Row] = {}
    for row in rows(
        "select document_id, documents.title, documents.body, event_type, establishment_id,"
        " count(distinct event_id) as count from dim_documents as documents"
        " left join (select * from events where is_live) as logged using (document_id)"
        " group by all order by documents.title, document_id, event_type, establishment_id"
    ):
        document = found.setdefault(row["document_id"], row | {"facts": 0, "of": {}, "named": {}})
        if not row["count"]:
            continue
        document["facts"] += row["count"]
        of_type = document["of"]
        of_type[row["event_type"]] = of_type.get(row["event_type"], 0) + row["count"]
        if row["establishment_id"] in known:
            prison = known[row["establishment_id"]]
            document["named"][prison.establishment_id] = Named(prison.establishment_id, prison.name)
    for document in found.values():
        kinds = document["of"].items()
        document["kinds"] = [{"event_type": name, "count": count} for name, count in kinds]
        document["prisons"] = list(document.pop("named").values())
    return sorted(found.values(), key=lambda each: (each["title"] or "").casefold())


def _paragraphs(rows: Rows) -> dict[tuple[str, str], str]:
    """The texts of numbered paragraphs, by document and number."""
    return {
        (row["document_id"], place): row["text"]
        for row in rows(
            "select document_id, paragraph, text from fct_findings"
            " where paragraph is not null and text is not null order by event_id desc"
        )
        for place in wording.parts(row["paragraph"])
    }


def _prisons(rows: Rows) -> list[Prison]:
    versions = _by(
        rows(
            "select described.*, logged.occurred_precision from dim_establishments as described"
            f" left join ({_PRECISIONS}) as logged using (event_id)"
            " order by establishment_id, valid_from"
        ),
        "establishment_id",
    )
    visit_rows = rows(
        "select visits.*, reports.report_public_by, reports.report_lag_days,"
        " reports.is_report_dated from dim_visits as visits"
        " left join (select visit_id, min(public_by) as report_public_by,"
        " min_by(lag_days, public_by) as report_lag_days,"
        " min_by(public_not_before is not distinct from public_by, public_by) as is_report_dated"
        " from fct_publications where what = 'report' and public_by is not null group by visit_id)"
        " as reports using (visit_id) order by visits.held_on nulls last, visits.visit_id"
    )
    visits = {row["visit_id"]: Visit(row) for row in visit_rows}
    made = sorted(rows("from dim_recommendations"), key=_reference_order)
    recommendations = {row["recommendation_id"]: Recommendation(row) for row in made}
    for name, table, order in (
        ("outcomes", "fct_outcomes", "unit nulls first, healthy_prison_test"),
        ("judgements", "fct_progress_judgements", "scale, recommendation_id"),
        ("totals", "report_reconciliations", "scale nulls first, document_id, paragraph, event_id"),
        ("restatements", "report_restatements", "recommendation_id, event_id"),
        ("practice", "fct_positive_practice", "paragraph, event_id"),
    ):
        for row in rows(f"from {table} order by {order}"):
            if row["visit_id"] in visits:
                getattr(visits[row["visit_id"]], name).append(row)
    for row in sorted(rows("from fct_findings"), key=_paragraph_order):
        if row["visit_id"] in visits:
            visits[row["visit_id"]].findings.append(row)
        if row["recommendation_id"] in recommendations and row["visit_id"] in visits:
            recommendations[row["recommendation_id"]].findings.append(row)
    for row in rows(
        "select periods.*, judged.scale, judged.judgement_label, judged.judgement_rank,"
        " logged.occurred_precision"
        " from fct_recommendation_status_periods as periods"
        " left join fct_progress_judgements as judged"
        " on periods.opened_by_event_id = judged.event_id"
        f" left join ({_PRECISIONS}) as logged on periods.opened_by_event_id = logged.event_id"
        " order by periods.recommendation_id, status_sequence"
    ):
        if row["recommendation_id"] in recommendations:
            recommendations[row["recommendation_id"]].statuses.append(row)
    for row in rows(
        "from fct_evidence as evidence"
        " inner join (select distinct event_id, recommendation_id from events"
        " where recommendation_id is not null) as facts on evidence.about_event_id = facts.event_id"
        " order by evidence.cited_on nulls last, evidence.event_id"
    ):
        if row["recommendation_id"] in recommendations:
            recommendations[row["recommendation_id"]].evidence.append(row)
    for row in rows("from fct_progress_judgements order by judged_on nulls last, event_id"):
        if row["recommendation_id"] in recommendations:
            recommendations[row["recommendation_id"]].judgements.append(row)
    for row in rows(
        "select * from events where event_type = 'progress_reported' and is_live"
        " order by occurred_on nulls last, event_id"
    ):
        if row["recommendation_id"] in recommendations:
            recommendations[row["recommendation_id"]].reports.append(row)
    _tell_recommendations(rows, recommendations)
    register = {row["register_id"]: row for row in rows("from dim_prison_register")}
    own_visits = _by(visit_rows, "establishment_id")
    own_recommendations = _by(made, "establishment_id")
    figures = _by(rows("from fct_figures order by observed_on, measure"), "establishment_id")
    bounds = _by(
        rows(
            "select bounds.*, visits.held_on, visits.started_on, visits.ended_on,"
            " compared.held_on as compared_on, compared.occurred_precision as compared_precision"
            " from fct_outcome_bounds as bounds inner join dim_visits as visits using (visit_id)"
            " left join dim_visits as compared on bounds.compared_visit_id = compared.visit_id"
            " order by visits.held_on nulls last, bounds.event_id"
        ),
        "establishment_id",
    )
    prisons = []
    # A visit may be to an establishment whose description is of no known day.
    for establishment_id in {*versions, *own_visits} - {None}:
        described = versions.get(establishment_id, [])
        prisons.append(
            Prison(
                establishment_id,
                (described[-1]["display_name"] if described else None) or establishment_id,
                described,
                [visits[row["visit_id"]] for row in own_visits.get(establishment_id, [])],
                [
                    recommendations[row["recommendation_id"]]
                    for row in own_recommendations.get(establishment_id, [])
                ],
                figures.get(establishment_id, []),
                bounds.get(establishment_id, []),
                register=register.get(described[-1]["register_id"]) if described else None,
            )
        )
    _share_visits(rows, {prison.establishment_id: prison for prison in prisons})
    return sorted(prisons, key=_by_name)


def _tell_recommendations(rows: Rows, recommendations: dict[str, Recommendation]) -> None:
    """Give each recommendation its answers, restatements, statements and links to others."""
    for name, sql in (
        (
            "responses",
            "select * from events where event_type = 'responses_received' and is_live"
            " order by occurred_on nulls last, event_id",
        ),
        ("restatements", "from report_restatements order by event_id"),
        (
            "statements",
            "select recommendation_id, event_type, occurred_on, occurred_precision, document_id,"
            " paragraph, known_from, known_to, is_live, coalesce(judgement, response, status,"
            " reason, kind) as says from events"
            " where recommendation_id is not null and known_from is not null"
            " and event_type not in ('findings_recorded', 'figures_observed')"
            " order by known_from, event_id",
        ),
    ):
        for row in rows(sql):
            if row["recommendation_id"] in recommendations:
                getattr(recommendations[row["recommendation_id"]], name).append(row)
    for recommendation in recommendations.values():
        for column, before, after in (
            ("repeats_recommendation_id", "repeats", "is repeated by"),
            ("raised_from_recommendation_id", "was raised from", "gave rise to"),
        ):
            earlier = recommendations.get(recommendation[column] or "")
            if earlier:
                recommendation.links.append((before, earlier.row))
                earlier.links.append((after, recommendation.row))


def _share_visits(rows: Rows, prisons: dict[str, Prison]) -> None:
    """Add visits to several establishments to each of them."""
    for row in rows(
        "select also.establishment_id, visits.establishment_id as main_id, visits.visit_id,"
        " count(items.recommendation_id) as items"
        " from bridge_visit_establishments as also"
        " inner join dim_visits as visits using (visit_id)"
        " left join dim_recommendations as made using (visit_id)"
        " left join bridge_recommendation_establishments as items on"
        " made.recommendation_id = items.recommendation_id"
        " and also.establishment_id = items.establishment_id"
        " where not also.is_main group by all order by any_value(visits.held_on), visits.visit_id"
    ):
        main, own = prisons.get(row["main_id"]), prisons.get(row["establishment_id"])
        if main and own:
            (visit,) = (one for one in main.visits if one["visit_id"] == row["visit_id"])
            named = Named(main.establishment_id, main.name)
            own.shared_visits.append((named, replace(visit, items=row["items"])))


def _by_name(prison: Prison) -> tuple[str, str]:
    """By the place, whether or not the log calls it a prison."""
    return (prison.place.casefold(), prison.establishment_id)


def _by(rows: Iterable[Row], key: str) -> dict[Any, list[Row]]:
    groups: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row[key]].append(row)
    return groups


def _reference_order(row: Row) -> tuple[Any, ...]:
    """By visit, and by the numbers of the reference: 2 before 10."""
    reference = row["reference"] or ""
    return (row["visit_id"], _numbers(reference), reference, row["recommendation_id"])


def _paragraph_order(row: Row) -> tuple[Any, ...]:
    """References are text, 1.5 and 1.50 differ; they are read in the order of their numbers."""
    paragraph = row["paragraph"] or ""
    return (row["document_id"] or "", _numbers(paragraph), paragraph, row["event_id"])


def _numbers(reference: str) -> tuple[int, ...]:
    return tuple(int(part) if part.isdecimal() else 10**9 for part in reference.split("."))
