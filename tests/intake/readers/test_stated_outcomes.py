"""Outcomes in prose: whose they are, when they held, and whether they are stated at all."""

import pytest

from inspections.intake.grammar.outcomes import listed_outcomes
from inspections.intake.grammar.stated_outcomes import outcomes_listed, outcomes_stated

ALL_FOUR = {
    "safety": "poor",
    "respect": "not_sufficiently_good",
    "purposeful_activity": "poor",
    "preparation_for_release": "reasonably_good",
}


@pytest.mark.parametrize(
    ("sentence", "outcomes"),
    [
        ("Outcomes for prisoners were poor for safety, not sufficiently good for respect, poor for"
         " purposeful activity and reasonably good for preparation for release.", ALL_FOUR),
        ("We found that outcomes for prisoners were: poor for safety; not sufficiently good for"
         " respect; poor for purposeful activity; and reasonably good for preparation for release.",
         ALL_FOUR),
        ("Safety – poor; respect – not sufficiently good; purposeful activity – poor; preparation"
         " for release – reasonably good.", ALL_FOUR),
        ("We judged outcomes to be poor in safety and purposeful activity, our lowest grading, not"
         " sufficiently good in respect and reasonably good in preparation for release.", ALL_FOUR),
        ("Since our last inspection, outcomes for safety had declined to poor.", {"safety": "poor"}),
        ("In safety, outcomes were poor.", {"safety": "poor"}),
        ("Outcomes for safety had fallen from reasonably good to poor.", {"safety": "poor"}),
        ("We rated the jail as ‘poor’ for safety.", {"safety": "poor"}),
        ("Our scores were: safety (poor), respect (not sufficiently good), purposeful activity"
         " (poor), preparation for release (reasonably good).", ALL_FOUR),
        ("The prison was not safe and outcomes were poor in safety.", {"safety": "poor"}),
        ("The prison was judged poor for safety.", {"safety": "poor"}),
    ],
)  # fmt: skip
def test_outcomes_in_known_forms_are_read(sentence: str, outcomes: dict[str, str]) -> None:
    stated, fault = outcomes_stated(sentence, 2024, "Thornlea")
    assert {each.test.code: each.level.code for each in stated if each.test} == outcomes
    assert not fault and not any(each.doubts or each.is_last for each in stated)


@pytest.mark.parametrize(
    "sentence",
    [
        "The prison is far from good in safety.",
        "Outcomes were not poor in respect.",
        "Outcomes for prisoners were far from good in safety and not poor in respect.",
        "Outcomes were no longer good for respect.",
        "Outcomes were neither good nor poor for safety.",
        "None of the outcomes were good for respect.",
        "Outcomes were hardly good for safety.",
        "Outcomes for safety were better than poor.",
        "Prisoners said outcomes were good for safety.",
        "Outcomes for prisoners were good in none of our tests.",
        "Outcomes were poor in three of our four tests, among them safety.",
        "Outcomes were almost good for safety.",
        "Outcomes should be good for safety.",
        "If nothing changes, outcomes will be poor for safety.",
        "Leaders told us that outcomes were good for safety.",
        "Outcomes at other prisons were good for safety.",
        "At HMP Otherham outcomes were good for safety.",
        "Outcomes for prisoners were good enough for safety.",
        "Outcomes were poor or not sufficiently good for safety.",
        "It would be wrong to say that outcomes were good for safety.",
        "At the inspection before last, in 2012, outcomes had been good for safety.",
    ],
)
def test_what_is_denied_compared_or_wished_is_asked(sentence: str) -> None:
    """«Far from good in safety» gave good, «not poor in respect» poor."""
    stated, fault = outcomes_stated(sentence, 2024, "Thornlea")
    assert stated == [] and fault
    if "Otherham" not in sentence:
        # A list is given no names to compare with.
        assert listed_outcomes(sentence) == []


@pytest.mark.parametrize(
    ("sentence", "is_last"),
    [
        ("At our last inspection outcomes were reasonably good for safety.", True),
        ("Outcomes for safety were poor at our last inspection.", True),
        ("When we last inspected, outcomes were poor for safety.", True),
        ("Outcomes were poor for safety in 2019.", True),
        ("Outcomes were reasonably good for safety until 2022.", True),
        ("Two years ago outcomes were poor for safety.", True),
        ("At this inspection outcomes were poor for safety.", False),
        ("Outcomes were now poor for safety.", False),
        ("Outcomes for safety had slipped from good to poor.", False),
        ("At our last inspection, outcomes had slipped from good to poor for safety.", True),
        ("Outcomes were poor for safety.", None),
    ],
)
def test_words_of_time_say_whose_outcome_it_is(sentence: str, is_last: bool | None) -> None:
    ((outcome,), fault) = outcomes_stated(sentence, 2024)
    assert (outcome.is_last, fault) == (is_last, "")


def test_one_sentence_may_speak_of_both_inspections() -> None:
    stated, _ = outcomes_stated(
        "At our last inspection outcomes were good for safety, but at this inspection outcomes were"
        " poor for safety.",
        2024,
    )
    assert [(each.level.code, each.is_last) for each in stated] == [("good", True), ("poor", False)]
    (doubted,) = outcomes_stated("Outcomes were good for respect, which had been poor.", 2024)[0]
    assert doubted.doubts


def test_a_unit_is_kept_and_an_entry_is_whole_or_nothing() -> None:
    (stated,) = outcomes_stated("Outcomes for prisoners in the main site were poor for safety.")[0]
    assert stated.unit == "main site"
    (listed,) = outcomes_listed("• poor for safety;")
    assert listed.test and (listed.test.code, listed.level.code) == ("safety", "poor")
    assert outcomes_listed("poor for safety, as staff said") == []
    assert outcomes_listed("not poor for safety") == []


def test_two_tests_may_share_one_level_and_the_next_keeps_its_own() -> None:
    """«…, and for respect, poor for purposeful activity» made respect poor, and sure."""
    stated, fault = outcomes_stated(
        "Outcomes were not sufficiently good for safety and for respect, poor for purposeful"
        " activity and reasonably good for preparation for release."
    )
    assert not fault
    assert {each.test.code: each.level.code for each in stated if each.test} == {
        "safety": "not_sufficiently_good",
        "respect": "not_sufficiently_good",
        "purposeful_activity": "poor",
        "preparation_for_release": "reasonably_good",
    }


def test_people_in_prison_and_the_prisons_own_name_are_no_part_of_it() -> None:
    """«Outcomes for women in prison» gave a unit of that name, and «in Thornlea» another."""
    for where in ("women in prison", "prisoners in Thornlea", "prisoners at HMP Thornlea"):
        (stated,), _ = outcomes_stated(
            f"At this inspection outcomes for {where} against this healthy prison test were poor.",
            2024,
            "HMP Thornlea",
        )
        assert (stated.unit, stated.level.code, stated.test) == ("", "poor", None)
    assert outcomes_stated("At the last inspection, outcomes in this area had been poor.")[0] == []


def test_a_list_whose_marks_are_drawn_is_read() -> None:
    """Its entries follow one another without a mark, and only the first was read."""
    read = listed_outcomes("poor for safety good for respect not good for purposeful activity")
    assert [(test.code, level.code) for test, level in read] == [
        ("safety", "poor"),
        ("respect", "good"),
    ]
