"""Totals in sentences: whose recommendations they count."""

import pytest

from inspections.intake.grammar.follow_up import follow_up_totals_in, raised_in


def test_the_inspectorates_own_totals_are_read() -> None:
    totals, fault = follow_up_totals_in(
        "We found that 11 of our recommendations had been achieved and 23 had not been achieved."
    )
    assert [(each.judgement, each.count) for each in totals] == [
        ("achieved", 11),
        ("not_achieved", 23),
    ]
    assert not fault


@pytest.mark.parametrize(
    "sentence",
    [
        "The Prisons and Probation Ombudsman had made 12 recommendations after deaths in custody,"
        " eight of which had been achieved and four partially achieved.",
        "Leaders told us that seven of the ten concerns in their own plan had been addressed.",
        "The independent monitoring board had raised 14 concerns, of which five were priorities.",
        "According to managers, nine recommendations had been achieved.",
    ],
)
def test_what_others_count_is_no_total_of_the_visit(sentence: str) -> None:
    """An ombudsman's recommendations became totals of the last inspection's."""
    assert follow_up_totals_in(sentence) == ([], "")
    assert raised_in(sentence) == []
