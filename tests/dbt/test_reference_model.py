"""The reference model, held to examples that were worked out by hand, a rule at a time.

Over 500 lines, since each rule has its examples here.

The warehouse is held to this model, so nothing here asks the warehouse. Recorded instants are days
of January 2022 and named by their number; everything is invented.
"""

import random
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import reference_model as model
from tests.event_streams import event_streams, questions

Row = model.Row
NOW = model.FOREVER
LATER = date(2030, 1, 1)


def event(
    event_type: str, event_id: str, recorded: int, on: str = "2020-01-01", **payload: str
) -> Row:
    return {
        "event_type": event_type,
        "event_id": event_id,
        "occurred_on": on,
        "occurred_precision": "day" if on else "unknown",
        "recorded_at": f"2022-01-{recorded:02}T00:00:00Z",
        "document_id": "invented-report",
        "paragraph": "",
        "corrects_event_id": "",
        "file_name": f"{event_type}.csv",
        "line_number": 2,
        **payload,
    }


def at(day: int) -> datetime:
    return datetime(2022, 1, day)


def described(event_id: str, recorded: int, on: str = "2020-01-01", **payload: str) -> Row:
    values = {"establishment_id": "E", "name": "Invented", **payload}
    return event("establishments_described", event_id, recorded, on, **values)


def visit(event_id: str, recorded: int, on: str = "2020-01-01", **payload: str) -> Row:
    values = {"visit_id": "V", "establishment_id": "E", **payload}
    return event("visits_held", event_id, recorded, on, **values)


def concern(event_id: str, recorded: int, on: str = "2020-01-01", **payload: str) -> Row:
    return event(
        "concerns_raised", event_id, recorded, on, **{"concern_id": "C", "visit_id": "V", **payload}
    )


def made(event_id: str, recorded: int, on: str = "2020-01-01", **payload: str) -> Row:
    values = {"recommendation_id": "R", "visit_id": "V", "concern_id": "", **payload}
    return event("recommendations_made", event_id, recorded, on, **values)


def response(event_id: str, recorded: int, on: str, answer: str, **payload: str) -> Row:
    values = {"recommendation_id": "R", "response": answer, **payload}
    return event("responses_received", event_id, recorded, on, **values)


def judged(event_id: str, recorded: int, on: str, judgement: str, **payload: str) -> Row:
    values = {"visit_id": "V", "recommendation_id": "R", "scale": "hmip_progress", **payload}
    return event("progress_judged", event_id, recorded, on, **values, judgement=judgement)


def outcome(event_id: str, recorded: int, on: str, code: str, **payload: str) -> Row:
    values = {"visit_id": "V", "unit": "", "healthy_prison_test": "safety", **payload}
    return event("outcomes_judged", event_id, recorded, on, **values, outcome=code)


def retracted(event_id: str, recorded: int, of: str) -> Row:
    return event("events_retracted", event_id, recorded, retracted_event_id=of)


def reinstated(event_id: str, recorded: int, of: str) -> Row:
    return event("events_reinstated", event_id, recorded, reinstated_event_id=of)


BASE = [described("e", 1), visit("v", 1), made("r", 1)]


def verdict_of(rows: list[Row], event_id: str) -> str:
    (verdict,) = [
        verdict
        for row, verdict in zip(rows, model.verdicts(rows), strict=True)
        if row["event_id"] == event_id
    ]
    return verdict


def status(log: list[Row], day: date = LATER, known_at: datetime = NOW) -> dict[str, str]:
    return {
        recommendation: status
        for recommendation, _, status, _, _ in model.statuses(log, day, known_at)
    }


# Rules 1 and 8: days -----------------------------------------------------------------------------


def test_a_recommendation_has_no_status_before_the_day_it_was_made() -> None:
    assert status(BASE, date(2019, 12, 31)) == {}
    assert status(BASE, date(2020, 1, 1)) == {"R": "made"}


def test_a_response_counts_from_its_day_on_however_late_it_was_recorded() -> None:
    log = [*BASE, response("a", 9, "2020-06-01", "agreed")]
    assert status(log, date(2020, 5, 31)) == {"R": "made"}
    assert status(log, date(2020, 6, 1)) == {"R": "agreed"}
    assert status(log, date(2020, 6, 1), at(8)) == {"R": "made"}
    assert status(log, date(2020, 6, 1), at(9)) == {"R": "agreed"}


def test_an_event_without_a_day_answers_no_question_about_a_day() -> None:
    log = [
        *BASE,
        response("a", 2, "", "agreed"),
        outcome("o", 2, "", "poor"),
        described("f", 2, ""),
    ]
    assert status(log) == {"R": "made"}
    assert model.outcomes(log, LATER, NOW) == set()
    assert {row[3] for row in model.establishments(log, LATER, NOW)} == {"e"}


def test_a_recommendation_made_on_an_unknown_day_has_no_status() -> None:
    log = [
        described("e", 1),
        visit("v", 1),
        made("r", 1, ""),
        response("a", 2, "2020-06-01", "agreed"),
    ]
    assert status(log) == {}


def test_of_one_day_the_last_recorded_counts_and_then_the_higher_id() -> None:
    b_last = [
        *BASE,
        response("b", 3, "2020-06-01", "agreed"),
        response("c", 2, "2020-06-01", "not_agreed"),
    ]
    assert status(b_last) == {"R": "agreed"}
    tied = [
        *BASE,
        response("b", 2, "2020-06-01", "agreed"),
        response("c", 2, "2020-06-01", "not_agreed"),
    ]
    assert status(tied) == {"R": "not_agreed"}


def test_there_and_back_on_one_day_opens_one_period() -> None:
    log = [
        *BASE,
        response("a", 2, "2020-06-01", "agreed"),
        response("b", 3, "2020-06-01", "not_agreed"),
        response("c", 4, "2020-06-01", "agreed"),
    ]
    assert model.status_periods(log) == {
        ("r", "R", "E", "made", 1, date(2020, 1, 1), date(2020, 6, 1)),
        ("c", "R", "E", "agreed", 2, date(2020, 6, 1), None),
    }


def test_an_event_of_the_day_it_was_made_takes_the_place_of_made() -> None:
    log = [
        *BASE,
        response("s", 2, "2020-01-01", "agreed"),
        response("x", 2, "2019-01-01", "not_agreed"),
    ]
    assert model.status_periods(log) == {("s", "R", "E", "agreed", 1, date(2020, 1, 1), None)}


def test_what_a_prison_reports_of_itself_gives_no_status() -> None:
    report = event("progress_reported", "p", 2, "2021-01-01", recommendation_id="R", status="done")
    assert status([*BASE, report]) == {"R": "made"}


# Rules 2 to 4: versions --------------------------------------------------------------------------


def test_the_last_standing_correction_is_the_current_version() -> None:
    log = [
        *BASE,
        response("a", 2, "2020-06-01", "agreed"),
        response("a1", 3, "2020-06-01", "partly_agreed", corrects_event_id="a"),
        response("a2", 4, "2020-06-01", "not_agreed", corrects_event_id="a"),
        retracted("x", 5, "a2"),
        reinstated("y", 6, "a2"),
    ]
    intervals = model.live_intervals(log)
    assert intervals["a"] == [(at(2), at(3))]
    assert intervals["a1"] == [(at(3), at(4)), (at(5), at(6))]
    assert intervals["a2"] == [(at(4), at(5)), (at(6), None)]
    assert [status(log, LATER, at(day))["R"] for day in range(1, 7)] == [
        "made",
        "agreed",
        "partly_agreed",
        "not_agreed",
        "partly_agreed",
        "not_agreed",
    ]


def test_taking_back_an_original_takes_back_its_corrections() -> None:
    log = [
        *BASE,
        response("a", 2, "2020-06-01", "agreed"),
        response("a1", 3, "2020-06-01", "not_agreed", corrects_event_id="a"),
        retracted("x", 4, "a"),
        reinstated("y", 5, "a"),
        retracted("z", 6, "a"),
    ]
    assert model.live_intervals(log)["a1"] == [(at(3), at(4)), (at(5), at(6))]


def test_of_a_retraction_and_a_reinstatement_of_one_instant_the_higher_id_counts() -> None:
    log = [*BASE, response("a", 2, "2020-06-01", "agreed")]
    gone = [*log, reinstated("x", 3, "a"), retracted("y", 3, "a")]
    there = [*log, retracted("x", 3, "a"), reinstated("y", 3, "a")]
    assert model.live_intervals(gone)["a"] == [(at(2), at(3))]
    assert model.live_intervals(there)["a"] == [(at(2), None)]


def test_a_correction_counts_only_once_its_original_is_recorded_and_then_as_the_earlier() -> None:
    log = [
        *BASE,
        response("a", 5, "2020-06-01", "agreed"),
        response("a1", 3, "2020-06-01", "not_agreed", corrects_event_id="a"),
        retracted("x", 7, "a1"),
    ]
    intervals = model.live_intervals(log)
    assert intervals["a1"] == []
    assert intervals["a"] == [(at(5), None)]


def test_of_two_corrections_of_one_instant_the_higher_id_is_current() -> None:
    log = [
        *BASE,
        response("a", 2, "2020-06-01", "agreed"),
        response("b", 2, "2020-06-01", "not_agreed", corrects_event_id="a"),
        response("0", 2, "2020-06-01", "partly_agreed", corrects_event_id="a"),
    ]
    assert {e for e, spans in model.live_intervals(log).items() if spans} == {"e", "v", "r", "b"}


def test_a_correction_may_date_a_fact_otherwise() -> None:
    log = [
        *BASE,
        response("a", 2, "2020-06-01", "agreed"),
        response("a1", 3, "2019-06-01", "agreed", corrects_event_id="a"),
        judged("j", 2, "2020-03-01", "good_progress"),
    ]
    assert status(log, LATER, at(2)) == {"R": "agreed"}
    assert status(log, LATER, at(3)) == {"R": "good_progress"}


def test_a_correction_moves_a_judgement_to_another_recommendation() -> None:
    log = [
        *BASE,
        made("s", 1, recommendation_id="S"),
        judged("j", 2, "2021-01-01", "good_progress"),
        judged("k", 3, "2021-01-01", "good_progress", recommendation_id="S", corrects_event_id="j"),
    ]
    assert status(log, LATER, at(2)) == {"R": "good_progress", "S": "made"}
    assert status(log, LATER, at(3)) == {"R": "made", "S": "good_progress"}
    assert model.judgements(log) == {("k", "V", "S", "hmip_progress", "good_progress")}


def test_a_correction_moves_a_visit_and_its_outcomes_to_another_establishment() -> None:
    log = [
        *BASE,
        described("f", 1, establishment_id="F"),
        outcome("o", 2, "2020-01-01", "good"),
        visit("w", 3, establishment_id="F", corrects_event_id="v"),
    ]
    for moment, establishment in ((at(2), "E"), (at(3), "F")):
        assert {row[0] for row in model.outcomes(log, LATER, moment)} == {establishment}
        assert {row[1] for row in model.statuses(log, LATER, moment)} == {establishment}
    assert model.live_intervals(log)["o"] == [(at(2), None)]


# Rule 5: what hangs on what ----------------------------------------------------------------------


def test_a_retracted_visit_takes_all_with_it_and_brings_all_back() -> None:
    log = [
        *BASE,
        concern("c", 1),
        made("s", 1, recommendation_id="S", concern_id="C"),
        judged("j", 2, "2021-01-01", "good_progress"),
        outcome("o", 2, "2020-01-01", "good"),
        retracted("x", 4, "v"),
        reinstated("y", 6, "v"),
    ]
    intervals = model.live_intervals(log)
    for event_id, recorded in (("v", 1), ("c", 1), ("r", 1), ("s", 1), ("j", 2), ("o", 2)):
        assert intervals[event_id] == [(at(recorded), at(4)), (at(6), None)]
    assert intervals["e"] == [(at(1), None)]
    assert intervals["x"] == [(at(4), None)]
    assert status(log, LATER, at(5)) == {}


def test_a_retracted_concern_takes_its_recommendation_and_the_judgements_of_it() -> None:
    log = [
        described("e", 1),
        visit("v", 1),
        concern("c", 1),
        made("r", 1, concern_id="C"),
        judged("j", 2, "2021-01-01", "good_progress"),
        retracted("x", 3, "c"),
    ]
    assert model.live_intervals(log)["j"] == [(at(2), at(3))]


def test_an_establishment_is_there_while_any_description_of_it_is() -> None:
    log = [*BASE, described("f", 2, ""), retracted("x", 3, "e"), retracted("y", 5, "f")]
    assert model.live_intervals(log)["r"] == [(at(1), at(5))]


def test_what_was_recorded_before_its_subject_is_live_from_the_later_recording_on() -> None:
    log = [described("e", 3), visit("v", 2), made("r", 1)]
    assert model.verdicts(log) == ["accepted"] * 3
    assert model.live_intervals(log)["r"] == [(at(3), None)]


def test_a_correction_that_gives_a_subject_another_id_takes_away_what_hangs_on_the_old_one() -> (
    None
):
    log = [
        *BASE,
        outcome("o", 1, "2020-01-01", "good"),
        visit("w", 3, visit_id="W", corrects_event_id="v"),
        outcome("p", 2, "2020-01-01", "good", visit_id="W"),
    ]
    assert model.verdicts(log) == ["accepted"] * len(log)
    intervals = model.live_intervals(log)
    assert intervals["o"] == [(at(1), at(3))]
    assert intervals["p"] == [(at(3), None)]


def test_links_hold_nothing_back() -> None:
    log = [
        described("e", 1),
        visit("v", 1, follows_visit_id="not there"),
        made("r", 1, repeats_recommendation_id="not there"),
    ]
    assert model.verdicts(log) == ["accepted"] * 3
    assert status(log) == {"R": "made"}


def test_intervals_that_touch_are_one() -> None:
    """Another description takes over at the very instant at which the first is retracted."""
    log = [*BASE, retracted("x", 3, "e"), described("f", 3)]
    assert model.live_intervals(log)["v"] == [(at(1), None)]


# Rules 3, 6 and 7: verdicts ----------------------------------------------------------------------


def test_the_same_row_again_is_a_duplicate_wherever_it_stands() -> None:
    again = {**BASE[0], "file_name": "establishments_described.again.csv", "line_number": 9}
    assert model.verdicts([*BASE, again]) == ["duplicate", "accepted", "accepted", "accepted"]
    again = {**BASE[0], "line_number": 3}
    assert model.verdicts([again, *BASE]) == ["duplicate", "accepted", "accepted", "accepted"]


def test_of_two_contents_of_one_id_the_first_recorded_stays() -> None:
    rows = [described("e", 2, name="A"), described("e", 1, name="B")]
    assert model.verdicts(rows) == ["rejected", "accepted"]
    tied = [described("e", 1, name="B"), described("e", 1, name="A")]
    assert model.verdicts(tied) == ["rejected", "accepted"]
    assert model.verdicts(tied[::-1]) == ["accepted", "rejected"]


@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        (outcome("x", 3, "2020-01-01", "good", corrects_event_id="a"), "rejected"),
        (response("x", 3, "2020-01-01", "agreed", corrects_event_id="a1"), "rejected"),
        (response("x", 3, "2020-01-01", "agreed", corrects_event_id="nothing"), "waiting"),
        (response("x", 3, "2020-01-01", "agreed", corrects_event_id="w"), "waiting"),
        (response("x", 3, "2020-01-01", "agreed", recommendation_id="nothing"), "waiting"),
        (made("x", 3, recommendation_id="S", concern_id="nothing"), "waiting"),
        (visit("x", 3, visit_id="W", establishment_id="nothing"), "waiting"),
        (retracted("x", 3, "gone"), "rejected"),
        (reinstated("x", 3, "gone"), "rejected"),
        (retracted("x", 3, "nothing"), "waiting"),
        (retracted("x", 3, "w"), "waiting"),
        (retracted("x", 3, "a1"), "accepted"),
        (reinstated("x", 3, "v"), "accepted"),
        (visit("x", 3), "rejected"),
        (made("x", 3), "rejected"),
        (described("x", 3), "accepted"),
    ],
)
def test_a_row_is_judged_by_what_it_names(row: Row, verdict: str) -> None:
    rows = [
        *BASE,
        response("a", 2, "2020-06-01", "agreed"),
        response("a1", 2, "2020-06-01", "agreed", corrects_event_id="a"),
        response("w", 2, "2020-06-01", "agreed", recommendation_id="nothing"),
        retracted("gone", 2, "a"),
        row,
    ]
    assert verdict_of(rows, "x") == verdict


def test_a_waiting_row_is_accepted_as_soon_as_what_it_names_arrives() -> None:
    rows = [*BASE[:2], response("a", 2, "2020-06-01", "agreed")]
    assert verdict_of(rows, "a") == "waiting"
    rows.append(made("r", 5))
    assert verdict_of(rows, "a") == "accepted"
    assert model.live_intervals(model.accepted(rows))["a"] == [(at(5), None)]


def test_what_hangs_on_a_waiting_row_waits_too() -> None:
    rows = [
        visit("v", 1),
        made("r", 1),
        response("a", 1, "2020-06-01", "agreed"),
        retracted("x", 2, "v"),
    ]
    assert model.verdicts(rows) == ["waiting"] * 4


def test_the_first_recorded_statement_introduces_an_id_and_then_the_lower_event_id() -> None:
    rows = [described("e", 1), visit("a", 3), visit("b", 2), visit("c", 2)]
    assert model.verdicts(rows) == ["accepted", "rejected", "accepted", "rejected"]
    # One that waits for its establishment does not hold the id.
    rows[2]["establishment_id"] = "nothing"
    assert model.verdicts(rows) == ["accepted", "rejected", "waiting", "accepted"]


def test_a_correction_may_keep_the_id_of_its_statement_but_not_take_anothers() -> None:
    rows = [*BASE, made("s", 2, recommendation_id="S")]
    rows += [
        made("r1", 3, text="same id", corrects_event_id="r"),
        made("s1", 3, recommendation_id="R", corrects_event_id="s"),
    ]
    assert model.verdicts(rows) == ["accepted"] * 5 + ["rejected"]


def test_a_correction_of_a_rejected_row_waits() -> None:
    rows = [*BASE, made("s", 2), made("s1", 3, recommendation_id="S", corrects_event_id="s")]
    assert model.verdicts(rows) == ["accepted"] * 3 + ["rejected", "waiting"]


def test_a_correction_that_names_an_unknown_subject_holds_its_statement_back_once_accepted() -> (
    None
):
    """Rule 4 to the letter: it stands from its recording on, though it is not live before rule 5.

    A build known at the instant between has the earlier version, since the correction waits there.
    """
    rows = [
        *BASE,
        visit("w", 2, establishment_id="F", corrects_event_id="v"),
        described("f", 4, establishment_id="F"),
    ]
    log = model.accepted(rows)
    assert model.live_intervals(log)["v"] == [(at(1), at(2))]
    assert model.live_intervals(log)["w"] == [(at(4), None)]
    assert {row["event_id"] for row in model.live(model.accepted(rows, at(3)), NOW)} == {
        "e",
        "v",
        "r",
    }


def test_a_waiting_introduction_takes_its_id_back_once_its_subject_arrives() -> None:
    """The first by (recorded_at, event_id) introduces an id, also where it waited meanwhile."""
    rows = [described("e", 1), visit("a", 2, establishment_id="F"), visit("b", 3)]
    assert model.verdicts(rows) == ["accepted", "waiting", "accepted"]
    rows.append(described("f", 4, establishment_id="F"))
    assert model.verdicts(rows) == ["accepted", "accepted", "rejected", "accepted"]


def test_a_row_recorded_later_is_not_there_at_all() -> None:
    rows = [*BASE, visit("u", 5), described("e", 9, name="other content")]
    assert [row["event_id"] for row in model.accepted(rows, at(4))] == ["e", "v", "r"]
    assert model.verdicts(rows) == ["accepted"] * 3 + ["rejected"] * 2


# Rule 9 and the facts ----------------------------------------------------------------------------


def test_outcomes_are_kept_apart_by_unit_and_test() -> None:
    log = [
        *BASE,
        outcome("o1", 1, "2020-01-01", "poor"),
        outcome("o2", 1, "2020-01-01", "good", unit="open site"),
        outcome("o3", 1, "2020-01-01", "reasonably_good", healthy_prison_test="respect"),
        outcome("o4", 1, "2021-01-01", "not_sufficiently_good"),
    ]
    assert model.outcomes(log, date(2020, 12, 31), NOW) == {
        ("E", None, "safety", "poor", 1, "o1"),
        ("E", "open site", "safety", "good", 4, "o2"),
        ("E", None, "respect", "reasonably_good", 3, "o3"),
    }
    fourth = ("E", None, "safety", "not_sufficiently_good", 2, "o4")
    assert fourth in model.outcomes(log, date(2021, 1, 1), NOW)


def test_a_test_that_got_a_new_name_has_one_outcome() -> None:
    """A prison had two release outcomes: the last under each name that the test has had."""
    log = [
        *BASE,
        outcome("o1", 1, "2018-01-01", "poor", healthy_prison_test="resettlement"),
        outcome("o2", 1, "2023-01-01", "good", healthy_prison_test="preparation_for_release"),
        outcome("o3", 1, "2023-01-01", "good", healthy_prison_test="safety"),
    ]
    assert model.outcomes(log, LATER, NOW) == {
        ("E", None, "preparation_for_release", "good", 4, "o2"),
        ("E", None, "safety", "good", 4, "o3"),
    }
    assert model.outcomes(log, date(2022, 12, 31), NOW) == {
        ("E", None, "resettlement", "poor", 1, "o1"),
    }


def test_the_previous_outcome_is_that_of_the_last_visit_under_any_name_of_the_test() -> None:
    log = [
        *BASE,
        visit("w", 1, "2022-01-01", visit_id="W"),
        visit("x", 1, "2024-01-01", visit_id="X"),
        outcome("o1", 1, "2020-01-01", "poor", healthy_prison_test="resettlement"),
        outcome(
            "o2",
            1,
            "2022-01-01",
            "good",
            healthy_prison_test="preparation_for_release",
            visit_id="W",
        ),
        outcome("o3", 1, "2022-01-01", "good", visit_id="W"),
        outcome(
            "o4",
            1,
            "2024-01-01",
            "good",
            healthy_prison_test="preparation_for_release",
            visit_id="X",
        ),
    ]
    assert {(row[0], row[-1]) for row in model.outcome_facts(log)} == {
        ("o1", None),
        ("o2", 1),
        ("o3", None),
        ("o4", 4),
    }


def test_of_several_outcomes_of_a_test_at_one_visit_the_facts_show_the_last() -> None:
    log = [
        *BASE,
        outcome("o1", 3, "2020-01-01", "poor"),
        outcome("o2", 2, "2020-01-02", "good"),
        outcome("o3", 9, "", "poor"),
    ]
    assert [row[0] for row in model.outcome_facts(log)] == ["o2"]


def test_of_several_judgements_at_one_visit_on_one_scale_the_facts_show_the_last() -> None:
    log = [
        *BASE,
        judged("j1", 9, "", "good_progress"),
        judged("j2", 3, "2021-01-01", "insufficient_progress"),
        judged("j3", 2, "2021-01-01", "good_progress"),
        judged("j4", 2, "2020-01-01", "significant_progress", scale="ofsted_progress"),
    ]
    assert {row[0] for row in model.judgements(log)} == {"j2", "j4"}


def test_the_state_of_an_establishment_is_its_last_description_by_day() -> None:
    log = [
        described("e", 1, name="A"),
        described("f", 3, "2021-01-01", name="B"),
        described("g", 2, "2020-06-01", name="C"),
    ]
    assert model.establishment_versions(log) == {
        ("e", "E", "A", date(2020, 1, 1), date(2020, 6, 1)),
        ("g", "E", "C", date(2020, 6, 1), date(2021, 1, 1)),
        ("f", "E", "B", date(2021, 1, 1), None),
    }
    assert model.establishments(log, LATER, at(2)) == {("E", "C", date(2020, 6, 1), "g")}
    undated = [described("e", 1, "", name="A"), described("f", 2, "", name="B")]
    assert model.establishment_versions(undated) == {("f", "E", "B", None, None)}


def test_milestones_count_judgements_by_their_days_and_reports_apart() -> None:
    report = event("progress_reported", "p", 2, "2020-12-01", recommendation_id="R", status="done")
    log = [
        *BASE,
        response("a", 2, "2020-06-01", "agreed"),
        judged("z", 2, "2021-01-01", "good_progress"),
        judged("y", 3, "2021-01-01", "significant_progress", scale="ofsted_progress"),
        report,
    ]
    assert model.lifecycles(log) == {
        (
            "R",
            date(2020, 1, 1),
            date(2020, 6, 1),
            "agreed",
            date(2021, 1, 1),
            date(2021, 1, 1),
            "ofsted_progress",
            "significant_progress",
            2,
            1,
            "significant_progress",
        )
    }
    assert model.both_tracks(log) == {("R", "p", "z"), ("R", "p", "y")}
    assert model.both_tracks([*BASE, report]) == {("R", "p", None)}


def test_a_month_counts_the_status_at_its_end() -> None:
    log = [
        *BASE,
        response("a", 2, "2020-01-31", "agreed"),
        judged("j", 2, "2020-03-01", "good_progress"),
    ]
    assert model.monthly_counts(log) == {
        (date(2020, 1, 1), "E", "agreed", 1),
        (date(2020, 2, 1), "E", "agreed", 1),
        (date(2020, 3, 1), "E", "good_progress", 1),
    }


def test_a_chain_starts_where_nothing_live_is_repeated_and_a_circle_has_no_start() -> None:
    def repeats(event_id: str, this: str, that: str) -> Row:
        return made(event_id, 2, recommendation_id=this, repeats_recommendation_id=that)

    line = [*BASE, repeats("s", "S", "R"), repeats("t", "T", "S"), repeats("u", "U", "not there")]
    assert model.chains(line) == {
        ("R", "R", 1, 3),
        ("S", "R", 2, 3),
        ("T", "R", 3, 3),
        ("U", "U", 1, 1),
    }
    circle = [*BASE, repeats("s", "S", "T"), repeats("t", "T", "S")]
    assert model.chains(circle) == {("S", None, None, 1), ("T", None, None, 1)}


# Changes between two instants --------------------------------------------------------------------


def test_changes_name_the_columns_of_a_corrected_statement_and_nothing_else() -> None:
    log = [
        *BASE,
        response("a", 2, "2020-06-01", "agreed"),
        response("a1", 3, "2020-06-01", "not_agreed", corrects_event_id="a"),
        retracted("x", 4, "a"),
    ]
    assert model.changes(log, at(2), at(3)) == {
        ("changed", "R", "response", "agreed", "not_agreed")
    }
    assert model.changes(log, at(3), at(2)) == {
        ("changed", "R", "response", "not_agreed", "agreed")
    }
    assert ("added", "R", "response", None, "not_agreed") in model.changes(log, at(1), at(3))
    assert ("removed", "R", "response", "not_agreed", None) in model.changes(log, at(3), at(4))
    assert model.changes(log, at(1), at(4)) == set()


# What holds of any stream ------------------------------------------------------------------------

few = settings(max_examples=40, deadline=None, derandomize=True)


@few
@given(rows=event_streams(), seed=st.integers(0, 99))
def test_the_order_of_rows_decides_nothing(rows: list[Row], seed: int) -> None:
    shuffled = rows[:]
    random.Random(seed).shuffle(shuffled)
    verdicts = {
        (row["file_name"], row["line_number"]): v
        for row, v in zip(shuffled, model.verdicts(shuffled), strict=True)
    }
    assert [verdicts[row["file_name"], row["line_number"]] for row in rows] == model.verdicts(rows)
    log, other = model.accepted(rows), model.accepted(shuffled)
    assert model.live_intervals(log) == model.live_intervals(other)
    assert model.status_periods(log) == model.status_periods(other)


@few
@given(rows=event_streams(largest=40), data=st.data())
def test_later_rows_change_no_earlier_answer_where_nothing_waits(
    rows: list[Row], data: st.DataObject
) -> None:
    """Asked at an instant, the whole log answers as if nothing had come after.

    Rows that wait at the instant are left out: see the two tests of what they hold back.
    """
    day, moment = data.draw(questions(rows))
    known_at = moment or NOW
    there = [row for row in rows if model.recorded(row) <= known_at]
    waiting = {
        (row["file_name"], row["line_number"])
        for row, verdict in zip(there, model.verdicts(there), strict=True)
        if verdict == "waiting"
    }
    rows = [row for row in rows if (row["file_name"], row["line_number"]) not in waiting]
    log, then = model.accepted(rows), model.accepted(rows, known_at)
    for ask in (model.statuses, model.outcomes, model.establishments):
        assert ask(log, day, known_at) == ask(then, day, NOW)


@few
@given(rows=event_streams(largest=40), data=st.data())
def test_an_event_is_live_in_its_intervals_and_at_no_other_instant(
    rows: list[Row], data: st.DataObject
) -> None:
    log = model.accepted(rows)
    _, moment = data.draw(questions(rows))
    within = {
        event_id
        for event_id, spans in model.live_intervals(log).items()
        for start, end in spans
        if start <= (moment or NOW) and (end is None or (moment or NOW) < end)
    }
    assert within == {row["event_id"] for row in model.live(log, moment or NOW)}


@few
@given(rows=event_streams(largest=40))
def test_periods_of_a_recommendation_follow_one_another(rows: list[Row]) -> None:
    by_recommendation: dict[str, list[tuple]] = {}
    for period in sorted(model.status_periods(model.accepted(rows)), key=lambda one: one[4]):
        by_recommendation.setdefault(period[1], []).append(period)
    for periods in by_recommendation.values():
        assert [period[4] for period in periods] == list(range(1, len(periods) + 1))
        assert [period[6] for period in periods[:-1]] == [period[5] for period in periods[1:]]
        assert periods[-1][6] is None
