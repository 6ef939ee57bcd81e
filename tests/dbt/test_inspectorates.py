"""Evidence, other scales and kinds, and ends of follow-up, on an invented log of an invented prison."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.event_streams import DOCUMENT, write_event_files
from tests.replay import CompiledProject, replay

pytestmark = pytest.mark.minutes(1)

Replayed = Callable[..., duckdb.DuckDBPyConnection]
Row = dict[str, str]
OTHERS = ("a-second-paper", "a-third-paper")


def event(
    event_type: str, event_id: str, second: int, day: str = "2014-07-19", **columns: str
) -> Row:
    return {
        "event_type": event_type,
        "event_id": event_id,
        "occurred_on": day,
        "occurred_precision": "day" if day else "unknown",
        "recorded_at": f"2026-01-01T00:00:{second:02d}Z",
        "document_id": DOCUMENT,
        **columns,
    }


LOG = [
    event("establishments_described", "E", 1, "2011-01-01", establishment_id="ash", name="Ashmoor"),
    event("visits_held", "V1", 1, "2011-10-01", visit_id="ash-2011", establishment_id="ash", visit_type="inspection", bodies="hmips", establishment_ids_also="elm|oak"),
    event("visits_held", "V2", 1, "2014-07-14", visit_id="ash-2014", establishment_id="ash", visit_type="follow_up_inspection", bodies="hmips"),
    event("recommendations_made", "R1", 1, "2011-10-01", recommendation_id="r1", visit_id="ash-2011", kind="action_point", body="hmips", addressees="HMP Ashmoor| NHS of Nowhere"),
    event("recommendations_made", "R2", 1, "2011-10-01", recommendation_id="r2", visit_id="ash-2011", kind="good_practice", body="hmips"),
    event("recommendations_made", "R3", 1, "2014-07-14", recommendation_id="r3", visit_id="ash-2014", kind="recommendation", body="hmips", raised_from_recommendation_id="r1"),
    event("responses_received", "A1", 1, "2012-01-01", recommendation_id="r1", response="subject_to_resources"),
    event("responses_received", "A2", 1, "2012-02-01", recommendation_id="r1", response="noted"),
    event("progress_judged", "J1", 1, visit_id="ash-2014", recommendation_id="r1", scale="hmips_follow_up_2013_2014", judgement="partially_achieved"),
    event("progress_judged", "J2", 1, visit_id="ash-2014", recommendation_id="r2", scale="hmips_good_practice_follow_up", judgement="still_in_place"),
    event("outcomes_judged", "O1", 1, "2011-10-01", visit_id="ash-2011", healthy_prison_test="ofsted_quality_of_education", outcome="outstanding", scale="ofsted_inspection"),
    event("outcomes_judged", "O2", 1, "2011-10-01", visit_id="ash-2011", healthy_prison_test="safety", outcome="good"),
    event("outcomes_judged", "O3", 1, "2014-07-14", visit_id="ash-2014", healthy_prison_test="ofsted_quality_of_education", outcome="good", scale="ofsted_inspection"),
    event("follow_up_ended", "F1", 1, "2015-01-01", recommendation_id="r3", reason="handed_over", text="to the health service"),
    # Of one day, and recorded later than F1: the last, though its id comes before.
    event("follow_up_ended", "F0", 3, "2015-01-01", recommendation_id="r3", reason="no_longer_relevant"),
    event("status_observed", "S1", 1, "2016-01-01", recommendation_id="r3", scale="hmips_follow_up_2013_2014", status="achieved"),
    event("urgent_notifications_issued", "U1", 1, "2014-07-25", visit_id="ash-2014", addressed_to="the minister", text="Invented."),
    event("totals_stated", "T1", 1, visit_id="ash-2014", scale="hmips_follow_up_2013_2014", judgement="partially_achieved", comparison="exactly", stated_count="2", of_count="10"),
    event("totals_stated", "T2", 1, visit_id="ash-2014", scale="hmips_follow_up_2013_2014", judgement="partially_achieved", comparison="exactly", stated_count="1", of_count="1"),
    event("totals_stated", "T3", 1, visit_id="ash-2014", scale="hmips_follow_up_2013_2014", judgement="achieved", comparison="about", stated_count="5"),
    event("recommendations_made", "R4", 1, "2011-10-01", recommendation_id="r4", visit_id="ash-2011", kind="action_point", body="hmips", establishment_ids="elm"),
    event("totals_stated", "T4", 1, visit_id="ash-2014", scale="hmips_follow_up_2013_2014", judgement="partially_achieved", comparison="exactly", stated_count="0", kind="recommendation"),
    event("totals_stated", "T5", 1, visit_id="ash-2014", scale="hmips_follow_up_2013_2014", judgement="partially_achieved", comparison="exactly", stated_count="1", kind="action_point"),
    event("outcome_bounds_stated", "B1", 1, visit_id="ash-2011", comparison="at_least", outcome="reasonably_good"),
    event("outcome_bounds_stated", "B2", 1, visit_id="ash-2014", comparison="same_as", scale="ofsted_inspection", compared_visit_id="ash-2011"),
    event("outcome_bounds_stated", "B3", 1, visit_id="ash-2014", comparison="same_as", outcome="good"),
    event("outcome_bounds_stated", "B4", 1, visit_id="ash-2014", comparison="at_most"),
    event("evidence_cited", "C1", 2, document_id=OTHERS[0], about_event_id="J1", stance="confirms"),
    event("evidence_cited", "C2", 2, document_id=OTHERS[0], about_event_id="J1", stance="confirms", text="the same once more"),
    event("evidence_cited", "C3", 2, document_id=OTHERS[1], about_event_id="J1", stance="disputes", text="not achieved"),
    event("evidence_cited", "C4", 2, document_id=OTHERS[1], about_event_id="O2", stance="confirms"),
    event("evidence_cited", "C5", 2, about_event_id="not-there", stance="confirms"),
    event("evidence_cited", "C6", 2, about_event_id="C1", stance="confirms"),
]  # fmt: skip


@pytest.fixture(scope="module")
def ask(
    tmp_path_factory: pytest.TempPathFactory, project: CompiledProject
) -> Iterator[Callable[..., list[tuple[Any, ...]]]]:
    """Asks the log, with more rows where some are given: each log is replayed once."""
    replays: dict[str, duckdb.DuckDBPyConnection] = {}

    def asked(sql: str, *more: Row) -> list[tuple[Any, ...]]:
        key = repr(more)
        if key not in replays:
            folder = tmp_path_factory.mktemp("inspectorates") / "log"
            write_event_files([*LOG, *more], folder)
            with (folder / "documents.csv").open("a", encoding="utf-8") as documents:
                documents.writelines(f"{other},An invented paper,hmip,,,\n" for other in OTHERS)
            replays[key] = replay(project, folder, folder.with_name("work"))
        return replays[key].execute(sql).fetchall()

    yield asked
    for connection in replays.values():
        connection.close()


def test_evidence_counts_documents_beside_a_fact_and_changes_none(ask) -> None:
    assert ask(
        "select event_id, judgement_code, sources_confirming, sources_disputing"
        " from fct_progress_judgements order by all"
    ) == [("J1", "partially_achieved", 1, 1), ("J2", "still_in_place", 0, 0)]
    assert ask("select event_id, establishment_id from fct_evidence order by all") == [
        (name, "ash") for name in ("C1", "C2", "C3", "C4")
    ]
    assert ask(
        "select event_id, column_name, verdict from rejected_rows where event_id like 'C%'"
        " order by all"
    ) == [
        ("C5", "about_event_id", "waiting"),
        ("C6", "about_event_id", "rejected"),
    ]
    assert ask(
        "select event_id from evidence_for('r1') where event_type = 'evidence_cited' order by all"
    ) == [("C1",), ("C2",), ("C3",)]


def test_evidence_follows_the_statement_that_it_is_about(ask) -> None:
    correction = event("outcomes_judged", "O2b", 5, "2011-10-01", visit_id="ash-2011", healthy_prison_test="safety", outcome="poor", corrects_event_id="O2")  # fmt: skip
    sources = "select event_id, sources_confirming from fct_outcomes where scale = 'hmip_outcome'"
    assert ask(sources, correction) == [("O2b", 1)]
    retraction = event("events_retracted", "X", 6, "", retracted_event_id="O2", document_id="")
    assert ask(sources, correction, retraction) == []
    lives = "select second(known_from), second(known_to), is_live from events where event_id = 'C4'"
    assert ask(lives, correction, retraction) == [(2, 6, False)]
    reinstatement = event("events_reinstated", "Y", 8, "", reinstated_event_id="O2", document_id="")
    assert ask(lives + " order by known_from", correction, retraction, reinstatement) == [
        (2, 6, False),
        (8, None, True),
    ]
    about_a_correction = event("evidence_cited", "C7", 7, about_event_id="O2b", stance="confirms")
    assert ask(
        "select reason from rejected_rows where event_id = 'C7'", correction, about_a_correction
    ) == [("about_event_id names O2b, which is itself a correction; expected the original, O2",)]
    # Its own correction names a fact, but outlives no original that is not counted.
    corrected = event("evidence_cited", "C8", 8, about_event_id="O2", stance="confirms", corrects_event_id="C7")  # fmt: skip
    assert ask(
        "select event_id, verdict from rejected_rows where event_id in ('C7', 'C8') order by all",
        correction,
        about_a_correction,
        corrected,
    ) == [("C7", "rejected"), ("C8", "waiting")]


def test_no_series_and_no_share_mixes_scales_or_kinds(ask) -> None:
    assert ask(
        "select event_id, scale, outcome_rank, previous_outcome_rank, bodies from fct_outcomes"
        " order by all"
    ) == [
        ("O1", "ofsted_inspection", 4, None, "hmips"),
        ("O2", "hmip_outcome", 4, None, "hmips"),
        ("O3", "ofsted_inspection", 3, 4, "hmips"),
    ]
    assert ask(
        "select recommendation_id, is_counted, is_followed_up from dim_recommendations order by all"
    ) == [("r1", True, True), ("r2", False, True), ("r3", True, True), ("r4", True, True)]
    assert ask(
        "select recommendation_status, recommendation_count from fct_recommendations_monthly"
        " where month_starts_on = (select max(month_starts_on) from fct_recommendations_monthly)"
        " order by all"
    ) == [("follow_up_ended", 1), ("made", 1), ("partially_achieved", 1)]


def test_answers_ends_and_observed_statuses_are_three_tracks(ask) -> None:
    assert ask(
        "select recommendation_id, recommendation_status from fct_recommendation_status_periods"
        " order by recommendation_id, status_sequence"
    ) == [
        ("r1", "made"),
        ("r1", "partly_agreed"),
        ("r1", "partially_achieved"),
        ("r2", "made"),
        ("r2", "still_in_place"),
        ("r3", "made"),
        ("r3", "follow_up_ended"),
        ("r4", "made"),
    ]
    assert ask(
        "select follow_up_end_reason, times_judged from fct_recommendation_lifecycles"
        " where recommendation_id = 'r3'"
    ) == [("no_longer_relevant", 0)]
    assert ask("select status_code from fct_observed_statuses") == [("achieved",)]
    assert ask("select addressed_to from fct_urgent_notifications") == [("the minister",)]


def test_a_total_over_more_items_than_the_log_has_is_not_checkable_here(ask) -> None:
    assert ask(
        "select event_id, counted, of_count, reconciliation from report_reconciliations"
        " where event_id is not null order by all"
    ) == [
        ("T1", 1, 10, "not checkable here"),
        ("T2", 1, 1, "agrees"),
        ("T3", 0, None, "differs"),
        ("T4", 0, None, "agrees"),
        ("T5", 1, None, "agrees"),
    ]


def test_a_bound_is_held_to_the_outcomes_and_counted_as_none(ask) -> None:
    assert ask(
        "select event_id, outcomes_compared, outcomes_within, reconciliation"
        " from fct_outcome_bounds order by all"
    ) == [("B1", 1, 1, "agrees"), ("B2", 1, 0, "differs")]
    assert ask("select count(*) from fct_outcomes") == [(3,)]
    assert ask(
        "select event_id, column_name from rejected_rows where event_id like 'B%' order by all"
    ) == [("B3", "compared_visit_id"), ("B4", "outcome")]


def test_several_addressees_and_establishments_are_rows_of_a_bridge(ask) -> None:
    assert ask(
        "select recommendation_id, addressee_number, addressee"
        " from bridge_recommendation_addressees order by all"
    ) == [("r1", 1, "HMP Ashmoor"), ("r1", 2, "NHS of Nowhere")]
    assert ask(
        "select visit_id, establishment_id, is_main from bridge_visit_establishments order by all"
    ) == [
        ("ash-2011", "ash", True),
        ("ash-2011", "elm", False),
        ("ash-2011", "oak", False),
        ("ash-2014", "ash", True),
    ]
    # Each that a visit was about was visited: only the first was, in the denominator of shares.
    assert ask(
        "select establishment_id, year, full_inspections, other_visits"
        " from fct_inspection_coverage where full_inspections + other_visits > 0 order by all"
    ) == [
        ("ash", 2011, 0, 1),
        ("ash", 2014, 0, 1),
        ("elm", 2011, 0, 1),
        ("oak", 2011, 0, 1),
    ]
    assert ask(
        "select raised_from_recommendation_id from dim_recommendations"
        " where recommendation_id = 'r3'"
    ) == [("r1",)]
    # One item is for one of the sites, the others are for all that their visit was about.
    assert ask(
        "select recommendation_id, string_agg(establishment_id, ' ' order by establishment_id)"
        " from bridge_recommendation_establishments group by all order by all"
    ) == [("r1", "ash elm oak"), ("r2", "ash elm oak"), ("r3", "ash"), ("r4", "elm")]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("direct_from_bytes", [0, 10**9])
def test_a_file_that_is_older_than_a_column_reads_as_before(
    tmp_path: Path, replayed: Replayed, line_end: str, direct_from_bytes: int
) -> None:
    """Read in place and read strictly; another digest would be another event to the guard."""
    write_event_files(LOG, tmp_path / "new")
    write_event_files(LOG, tmp_path / "old")
    path = tmp_path / "old" / "establishments_described.csv"
    lines = path.read_text("utf-8").splitlines()
    later = lines[0].partition(",opened_year")[2].count(",")
    rows = [line.rsplit(",", later)[0] for line in lines]
    assert later and rows[0].endswith(",opened_year")
    path.write_bytes((line_end.join(rows) + line_end).encode())
    found = []
    for name in ("new", "old"):
        with (tmp_path / name / "documents.csv").open("a", encoding="utf-8") as documents:
            documents.writelines(f"{other},An invented paper,hmip,,,\n" for other in OTHERS)
        with replayed(tmp_path / name, direct_from_bytes=direct_from_bytes) as connection:
            found.append(
                connection.execute(
                    "select * from events where event_type = 'establishments_described'"
                ).fetchall()
            )
    assert len(found[0]) == 1
    assert found[0] == found[1]


def test_several_paragraphs_and_ranges_are_each_looked_up(
    tmp_path: Path, replayed: Replayed
) -> None:
    rows = [
        event("findings_recorded", name, 9, document_id="hmp-elmley-irp-2023-02", paragraph=paragraph, visit_id="ash-2014", text="Invented.")
        for name, paragraph in {
            "P1": "3.7|3.8", "P2": "3.7–3.9", "P3": "3.7|9.99", "P4": "3.7-99.1",
        }.items()
    ]  # fmt: skip
    write_event_files([*LOG[:19], *rows], tmp_path / "log")
    with replayed(tmp_path / "log") as connection:
        assert connection.execute(
            "select event_id, column_name, value from rejected_rows order by all"
        ).fetchall() == [("P3", "paragraph", "3.7|9.99"), ("P4", "paragraph", "3.7-99.1")]
