"""Scales held to what they judge, unions of levels, lists, and evidence of a document's own facts.

Everything in the logs here is invented.
"""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from inspections.database import attached
from inspections.log.doubts import doubts_of
from inspections.log.gate import judge
from inspections.settings import Settings
from tests.event_streams import DOCUMENT, write_event_files
from tests.log.test_doors import JUDGED, MADE
from tests.log.test_gate import PRISON, VISIT, Replayed, Row, row

LETTER = "an-invented-letter"
BASE = [PRISON, VISIT, MADE]


def outcome(event_id: str, outcome: str, scale: str, **values: str) -> Row:
    return row(
        "outcomes_judged",
        event_id,
        visit_id="v",
        healthy_prison_test="safety",
        outcome=outcome,
        scale=scale,
        **values,
    )


def total(event_id: str, scale: str, judgement: str, count: str = "1") -> Row:
    return row(
        "totals_stated",
        event_id,
        visit_id="v",
        scale=scale,
        judgement=judgement,
        comparison="exactly",
        stated_count=count,
    )


def test_every_scale_is_held_to_what_it_judges(replayed: Replayed, tmp_path: Path) -> None:
    """An outcome on a scale of progress and a status on a scale of outcomes were accepted: nothing
    asked what a scale judges."""
    status = {"recommendation_id": "v-1.1"}
    restated = {"visit_id": "v", "recommendation_id": "v-1.1"}
    bound = {"visit_id": "v", "comparison": "at_least"}
    wrong = [
        outcome("w1", "good_progress", "hmip_progress"),
        outcome("w2", "still_in_place", "hmips_good_practice_follow_up"),
        {**JUDGED, "event_id": "w3", "scale": "hmip_outcome", "judgement": "good"},
        row("progress_restated", "w4", scale="ofsted_inspection", judgement="good", **restated),
        row("status_observed", "w5", scale="hmip_outcome", status="good", **status),
        row("outcome_bounds_stated", "w6", scale="hmip_progress", outcome="good_progress", **bound),
        total("w7", "hmip_outcome", "poor"),
        total("w8", "ofsted_inspection", ""),
    ]
    right = [
        outcome("r1", "outstanding", "ofsted_inspection"),
        outcome("r2", "good", ""),
        JUDGED,
        row(
            "progress_restated", "r4", scale="hmip_progress", judgement="good_progress", **restated
        ),
        row("status_observed", "r5", scale="hmip_progress", status="good_progress", **status),
        row("outcome_bounds_stated", "r6", scale="", outcome="good", **bound),
        total("r7", "hmips_good_practice_follow_up", "slipped"),
        total("r8", "", "insufficient_progress|reasonable_or_better"),
    ]
    # A level of an outcome's scale is no level of a total that names no scale.
    wrong_level = total("w9", "", "poor")
    write_event_files([*BASE, *wrong, *right, wrong_level], tmp_path / "log")
    found = (
        replayed(tmp_path / "log")
        .execute("select event_id, column_name, reason from rejected_rows order by event_id")
        .fetchall()
    )
    assert [(event_id, column) for event_id, column, _ in found] == [
        *((event["event_id"], "scale") for event in wrong),
        ("w9", "judgement"),
    ]
    known = "known are those that judge outcome: hmip_outcome, hmips_rating, ofsted_inspection"
    assert known in found[0][2]


def test_lists_have_no_empty_parts_and_no_repeats(replayed: Replayed, tmp_path: Path) -> None:
    """Pages said "Governor, , HMPPS, Governor"."""
    visit = {**VISIT, "bodies": "hmip||ofsted| hmip", "establishment_ids_also": "|b| b |c|"}
    made = {
        **MADE,
        "addressees": "Governor||HMPPS|Governor",
        "cites": "|",
        "establishment_ids": " b",
    }
    judged = {**JUDGED, "bodies": "ofsted|ofsted"}
    write_event_files([PRISON, visit, made, judged, outcome("o1", "good", "")], tmp_path / "log")
    with replayed(tmp_path / "log") as connection:
        for table, columns, expected in (
            ("dim_visits", "bodies, establishment_ids_also", ("hmip|ofsted", "b|c")),
            (
                "dim_recommendations",
                "addressees, cites, establishment_ids",
                ("Governor|HMPPS", None, "b"),
            ),
            ("fct_progress_judgements", "bodies", ("ofsted",)),
            ("fct_outcomes", "bodies", ("hmip|ofsted",)),
            ("events", "addressees", ("Governor|HMPPS",)),
        ):
            found = connection.execute(f"select distinct {columns} from {table}").fetchall()
            assert expected in found, (table, found)


class Doubted(NamedTuple):
    """Doubts about a fully accepted log, and the evidence that counts."""

    words: list[str]
    evidence: list[tuple[str]]
    sources: tuple[int, int]


@pytest.fixture
def doubted(tmp_path: Path) -> Callable[[list[Row]], Doubted]:
    def look(rows: list[Row]) -> Doubted:
        folder = tmp_path / f"log{len(list(tmp_path.iterdir()))}"
        write_event_files(rows, folder)
        with (folder / "documents.csv").open("a", encoding="utf-8") as stream:
            stream.write(f"{LETTER},An invented letter,hmip,,,\n")
        work = folder.with_suffix(".work")
        work.mkdir()
        settings = Settings.from_environment()
        judged = judge(folder, settings.seeds_dir, settings.reports_dir, work, with_marts=True)
        assert judged.unaccepted == []
        evidence = judged.ask("select event_id from marts.fct_evidence order by all")
        (sources,) = judged.ask(
            "select sum(sources_confirming)::int, sum(sources_disputing)::int"
            " from marts.fct_progress_judgements"
        )
        with attached(judged.database, "build") as connection:
            return Doubted([doubt.words for doubt in doubts_of(connection)], evidence, sources)

    return look


def test_an_unknown_body_is_told_and_nothing_is_rejected(
    doubted: Callable[[list[Row]], Doubted],
) -> None:
    """A slip in the list of bodies passed without a word."""
    second = {**VISIT, "event_id": "v2", "visit_id": "w", "bodies": "ofsted|hmipp"}
    found = doubted([PRISON, {**VISIT, "bodies": "hmip|hmipp"}, second, MADE, JUDGED])
    assert found.words == [
        "visits_held.csv, line 2, and 1 more row(s): bodies names 'hmipp', which bodies.csv does"
        " not list; known are cqc, hmip, hmips, ofsted. Add it there, or correct the row"
    ]


def test_a_document_is_no_other_source_of_what_it_states_itself(
    doubted: Callable[[list[Row]], Doubted],
) -> None:
    """A document that confirmed itself was counted as one source more."""
    cited = {"about_event_id": "j1", "stance": "confirms"}
    own = row("evidence_cited", "c1", **cited)
    other = row("evidence_cited", "c2", about_event_id="j1", stance="disputes", document_id=LETTER)
    correction = {
        **JUDGED,
        "event_id": "j2",
        "corrects_event_id": "j1",
        "document_id": LETTER,
        "judgement": "reasonable_progress",
        "recorded_at": "2022-02-01T00:00:00Z",
    }
    found = doubted([*BASE, JUDGED, own, other])
    assert found.words == [
        f"evidence_cited.csv, line 2: {DOCUMENT} itself states j1, so it does not count as"
        " another source"
    ]
    assert (found.evidence, found.sources) == ([("c2",)], (0, 1))
    # Once it corrects the fact, the other document states it, and the first is evidence beside it:
    # as it would be had the other document been entered first.
    corrected = doubted([*BASE, JUDGED, own, other, correction])
    assert corrected.words == [
        f"evidence_cited.csv, line 3: {LETTER} itself states j1, so it does not count as"
        " another source"
    ]
    assert (corrected.evidence, corrected.sources) == ([("c1",)], (1, 0))
