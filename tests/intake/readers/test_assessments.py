"""Ofsted's judgements in prose: «Ofsted judged the overall effectiveness … to be inadequate.»"""

import pytest

from inspections.intake.grammar.assessments import assessments_stated


@pytest.mark.parametrize(
    ("sentence", "judged"),
    [
        (
            "Ofsted judged the overall effectiveness of education, skills and work as inadequate.",
            {"overall_effectiveness": "inadequate"},
        ),
        (
            "The overall effectiveness of the provision was judged by Ofsted to be ‘good’.",
            {"overall_effectiveness": "good"},
        ),
        (
            "It judged the quality of education and leadership and management to be inadequate,"
            " behaviour and attitudes to require improvement and personal development to be good.",
            {
                "quality_of_education": "inadequate",
                "leadership_and_management": "inadequate",
                "behaviour_and_attitudes": "requires_improvement",
                "personal_development": "good",
            },
        ),
    ],
)
def test_judgements_in_prose_are_read(sentence: str, judged: dict[str, str]) -> None:
    stated, fault = assessments_stated(sentence, 2023, is_of_ofsted=True)
    found = {each.test.code: each.level.code for each in stated if each.test}
    assert found == {f"ofsted_{test}": level for test, level in judged.items()}
    assert not fault and not any(each.is_last or each.doubts for each in stated)


def test_a_judgement_of_the_last_inspection_is_of_that_time() -> None:
    (stated,), _ = assessments_stated(
        "At the last inspection Ofsted rated overall effectiveness as good.", 2023
    )
    assert stated.is_last


@pytest.mark.parametrize(
    "sentence",
    [
        "Leaders hoped that Ofsted judged overall effectiveness to be good.",
        "Ofsted did not say that it judged overall effectiveness to be good.",
        "Ofsted judged leadership and management to be good enough.",
        "Ofsted considered that leaders had made good progress in leadership and management.",
    ],
)
def test_what_is_wished_denied_or_of_another_scale_is_none(sentence: str) -> None:
    assert assessments_stated(sentence, 2023)[0] == []


def test_the_words_are_ofsteds_only_where_the_text_says_so() -> None:
    said = "The quality of education was judged to be good."
    assert assessments_stated(said, 2023) == ([], "")
    assert len(assessments_stated(said, 2023, is_of_ofsted=True)[0]) == 1
