"""Subjects that look alike and are not one: prisons, visits of a year, items of one reference."""

import pytest

from inspections.intake.against_log.identities import Identities, _renamed, _renamed_id, _visit
from inspections.intake.against_log.known import name_key
from inspections.intake.drafting import again
from inspections.intake.grammar.outcomes import left_open_in, opens_assessment
from inspections.intake.rows import Proposal
from inspections.intake.text.names import establishments_in
from inspections.intake.text.vocabulary import slug


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("HMYOI Redmoor A", "HMYOI Redmoor"),
        ("HMYOI Redmoor A", "HMYOI Redmoor B"),
        ("HMP Redmoor (A)", "HMP Redmoor (B)"),
        ("HMP Redmoor 2", "HMP Redmoor"),
        ("HMP Redmoor (Women)", "HMP Redmoor (Men)"),
        ("HMP Redmoor (Women)", "HMP Redmoor"),
    ],
)
def test_a_letter_behind_a_name_is_part_of_it(first: str, second: str) -> None:
    """«HMYOI Redmoor A» was taken for «HMYOI Redmoor»: a last «a» was dropped as Welsh for and."""
    assert name_key(first) != name_key(second)


def test_those_who_are_held_are_part_of_a_name_and_its_author_is_none() -> None:
    """Brackets were dropped, and «Redmoor by HM Chief Inspector of Prisons» was a prison."""
    (women,) = establishments_in("HMP Redmoor (Women)").establishments
    assert (women.name, slug(women.name)) == ("Redmoor (Women)", "redmoor-women")
    (plain,) = establishments_in("HMP Redmoor by HM Chief Inspector of Prisons").establishments
    assert plain.name == "Redmoor"


def test_what_a_place_is_called_besides_is_no_part_of_its_name() -> None:
    for name in (
        "HMP & YOI Redmoor",
        "HMP/YOI Redmoor",
        "HMP Redmoor and YOI",
        "HMP Redmoor (Kent)",
    ):
        assert name_key(name) == "redmoor"


def test_an_id_is_renamed_by_the_longest_establishment_that_heads_it() -> None:
    found = Identities(own_establishments=frozenset({"redmoor", "redmoor-a"}))
    found.known["establishment", "redmoor"] = "red-moor"
    assert _renamed_id("visit", "redmoor-2024", found) == "red-moor-2024"
    assert _renamed_id("visit", "redmoor-a-2024", found) == "redmoor-a-2024"


def visit(started: str, ended: str) -> dict[str, str]:
    return {
        "visit_id": "redmoor-2024",
        "establishment_id": "redmoor",
        "visit_type": "full_inspection",
        "started_on": started,
        "ended_on": ended,
        "occurred_on": started,
        "occurred_precision": "day",
    }


def test_a_second_inspection_in_one_year_is_a_visit_of_its_own() -> None:
    """It got the id of the first, and contradicted each of its facts."""
    found = Identities()
    own = visit("2024-11-04", "2024-11-15")
    _visit(own, [visit("2024-02-05", "2024-02-16")], found)
    proposal = Proposal(
        rows={
            "visits_held": [{"event_id": "redmoor-2024-held", "visit_id": "redmoor-2024"}],
            "recommendations_made": [
                {"event_id": "redmoor-2024-11-made", "recommendation_id": "redmoor-2024-11"}
            ],
        }
    )
    for _ in range(3):
        # Names are given in several rounds; a second one must not rename what has its name.
        _renamed(proposal, found)
    (held,), (made,) = proposal.rows.values()
    assert held == {
        "event_id": "redmoor-2024-november-held",
        "visit_id": "redmoor-2024-november",
    }
    assert made == {
        "event_id": "redmoor-2024-november-11-made",
        "recommendation_id": "redmoor-2024-november-11",
    }
    assert found.problems == []


def test_days_that_differ_by_a_slip_are_of_one_visit() -> None:
    found = Identities()
    _visit(visit("2024-02-05", "2024-02-15"), [visit("2024-02-19", "2024-02-23")], found)
    assert found.known["visit", "redmoor-2024"] == "redmoor-2024"
    assert found.new_visits == {}


def test_a_third_item_of_one_reference_has_an_id_of_its_own() -> None:
    """The third got the id of the second."""
    used: list[str] = ["v-2.1"]
    for _ in range(3):
        used.append(again("v-2.1", used))
    assert used == ["v-2.1", "v-2.1-again", "v-2.1-again-2", "v-2.1-again-3"]


def test_a_test_that_was_not_assessed_ends_no_list() -> None:
    """«Behaviour and attitudes: Not assessed» ended Ofsted's list: the tests below it were lost."""
    lines = [
        "Quality of education: Good",
        "Behaviour and attitudes: Not assessed",
        "Personal development",
        "Not inspected",
        "Leadership and management: Requires improvement",
    ]
    assert all(opens_assessment(line) for line in (*lines[:3], lines[4]))
    assert left_open_in(lines) == []
    assert left_open_in(["Personal development: Satisfactory"]) == [
        "Personal development: Satisfactory"
    ]
