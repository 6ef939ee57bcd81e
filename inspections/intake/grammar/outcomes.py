"""The sentences that give outcomes of healthy prison tests."""

import re
from dataclasses import dataclass
from functools import cache

from inspections.intake.grammar.sentences import (
    LONGEST_SENTENCE,
    TOO_LONG,
)
from inspections.intake.vocabulary import Level, Test, levels, tests


@dataclass(frozen=True)
class Outcome:
    """An outcome of one test, or of all four where ``test`` is none."""

    test: Test | None
    level: Level
    sentence: str


@cache
def _outcome_words() -> tuple[str, str, str]:
    outcome_levels = "|".join(levels()["hmip_outcome"])
    names = "|".join(re.escape(test.name) for test in tests())
    one = rf"(?:(?:the )?(?:area|test) of )?(?:{names})"
    return outcome_levels, names, rf"{one}(?:(?:, | and |, and ){one})*"


def outcomes_in(sentence: str) -> tuple[list[Outcome], str]:
    """Read the outcomes that a sentence states of healthy prison tests.

    Args:
        sentence: One sentence.

    Returns:
        The outcomes, and what hints at one in words that are not known.
    """
    text = " ".join(sentence.split())
    if len(text) > LONGEST_SENTENCE:
        return [], TOO_LONG
    outcome_levels, names, tests_list = _outcome_words()
    if not re.search(r"\boutcomes?\b|healthy (?:prison|establishment) tests?", text, re.IGNORECASE):
        return [], ""
    if not re.search(rf"\b(?:{outcome_levels})\b", text, re.IGNORECASE):
        return [], ""
    verb = (
        r"outcomes(?: for (?:prisoners|children|women))?"
        r" (?:(?:continued|were found|were judged) to be|remained|were|had been)(?: still)?"
    )
    every = re.search(
        rf"\b{verb} (?P<level>{outcome_levels}) (?:in|for|against|across) all (?:four )?(?:of )?"
        r"(?:our |the )?(?:four )?healthy (?:prison|establishment) (?:tests|areas)",
        text,
        re.IGNORECASE,
    )
    if every:
        level = levels()["hmip_outcome"][every["level"].lower()]
        return [Outcome(None, level, text)], ""
    listed = re.search(
        rf"\b{verb} (?P<list>(?:(?:, and |, but |, | and | but )?(?:{outcome_levels}) (?:in|for)"
        rf" {tests_list})+)(?P<rest>[^.]*)",
        text,
        re.IGNORECASE,
    )
    if listed and not re.search(rf"\b(?:{outcome_levels})\b", listed["rest"], re.IGNORECASE):
        found: list[Outcome] = []
        for part in re.finditer(
            rf"(?P<level>{outcome_levels}) (?:in|for) (?P<tests>{tests_list})",
            listed["list"],
            re.IGNORECASE,
        ):
            level = levels()["hmip_outcome"][part["level"].lower()]
            for name in re.findall(names, part["tests"], re.IGNORECASE):
                test = next(each for each in tests() if each.name == name.lower())
                found.append(Outcome(test, level, text))
        if len({outcome.test for outcome in found}) == len(found):
            return found, ""
        return [], "it gives one test two outcomes"
    is_about_tests = re.search(rf"\b(?:{names})\b|healthy (?:prison|establishment)", text, re.I)
    other_levels = "|".join(label for label in levels()["hmip_outcome"] if label != "good")
    if is_about_tests and re.search(rf"{verb}|\b(?:{other_levels})\b", text, re.IGNORECASE):
        return [], "it may state outcomes of healthy prison tests, in words that are not known"
    return [], ""


def named_tests(text: str) -> list[Test]:
    """The healthy prison tests that a text lists as the inspectorate's own."""
    _, names, tests_list = _outcome_words()
    match = re.search(
        rf"healthy (?:prison|establishment) tests (?:are|were):? (?P<tests>{tests_list})",
        text,
        re.IGNORECASE,
    )
    if not match:
        return []
    found = re.findall(names, match["tests"], re.IGNORECASE)
    return [next(test for test in tests() if test.name == name.lower()) for name in found]
