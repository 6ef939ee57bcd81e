"""The sentences that give outcomes of healthy prison tests."""

import re
from dataclasses import dataclass
from functools import cache

from inspections.intake.grammar.sentences import LONGEST_SENTENCE, PEOPLE
from inspections.intake.grammar.settled import why_unsettled
from inspections.intake.text.vocabulary import (
    HMIP_OUTCOME,
    OFSTED_INSPECTION,
    Level,
    Test,
    levels,
    tests,
)


@cache
def _outcome_words() -> tuple[str, str, str]:
    outcome_levels = "|".join(levels()[HMIP_OUTCOME])
    names = "|".join(re.escape(test.name) for test in tests(HMIP_OUTCOME))
    one = rf"(?:(?:the )?(?:area|test) of )?(?:{names})"
    return outcome_levels, names, rf"{one}(?:(?:, | and |, and ){one})*"


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
    by_name = {test.name: test for test in reversed(tests(HMIP_OUTCOME))}
    return [by_name[name.lower()] for name in found]


@dataclass(frozen=True)
class StatedOutcome:
    """An outcome in an inspection's own summary.

    Attributes:
        test: The test; none where the sentence leaves it to its heading.
        level: The outcome.
        is_last: Whether it is the last inspection's; none where the sentence does not say.
        unit: The part of the establishment as named; empty for the whole.
        sentence: The words.
        doubts: Why it may not be so.
        is_of_all: Whether it is of all tests of the body.
    """

    test: Test | None
    level: Level
    is_last: bool | None
    unit: str
    sentence: str
    doubts: tuple[str, ...] = ()
    is_of_all: bool = False


OPENS_OUTCOMES = re.compile(
    rf"\boutcomes for {PEOPLE}(?P<where>(?: (?:in|at|on|held (?:in|at|on)) [^.:;]{{3,60}}?)?)"
    r" (?:were|are)(?: as follows)?\s*:",
    re.IGNORECASE,
)


# «far from good in safety» and «not poor in respect» open no entry of a list.
_OPENS_AN_ENTRY = re.compile(
    r"(?:^|[:;,.•|*–—-]\s*|\b(?:and|but|were|are|was|is|remained|be|as|to|still|now|again|also|found"
    r"|judged|assessed|with)\s+)$",
    re.IGNORECASE,
)


def listed_outcomes(text: str) -> list[tuple[Test, Level]]:
    """Read a list such as «poor for safety, not sufficiently good for respect».

    Args:
        text: The list, its lines joined; marks of a list do not matter.
    """
    outcome_levels, names, _ = _outcome_words()
    found: list[tuple[Test, Level]] = []
    end = 0
    joined = " ".join(text.split())[:LONGEST_SENTENCE]
    for match in re.finditer(
        rf"\b(?P<level>{outcome_levels}) (?:for|in|against|in the area of) (?P<test>{names})\b",
        joined,
        re.IGNORECASE,
    ):
        # Entries whose marks are lost follow one another directly.
        is_next = bool(found) and joined[end : match.start()].strip() == ""
        opens = is_next or _OPENS_AN_ENTRY.search(joined[: match.start()])
        if not opens or why_unsettled(joined, match.start(), match.start()):
            continue
        end = match.end()
        test = next(each for each in tests(HMIP_OUTCOME) if each.name == match["test"].lower())
        found.append((test, levels()[HMIP_OUTCOME][match["level"].lower()]))
    return found


def assessments_in(text: str) -> list[tuple[Test, Level]]:
    """Read Ofsted's assessments at an inspection: «Overall effectiveness: Requires improvement».

    Args:
        text: What follows «Ofsted made the following assessments …», its lines joined.
    """
    scale = levels()[OFSTED_INSPECTION]
    own = tests(OFSTED_INSPECTION)
    found = []
    for match in re.finditer(
        rf"\b(?P<test>{'|'.join(re.escape(test.name) for test in own)})(?: of [a-z ,]{{3,60}})?"
        # In a table only space stands between the two.
        rf"(?:\s*[:–-]\s*|\s+)(?P<level>{'|'.join(scale)})\b",
        " ".join(text.split())[:LONGEST_SENTENCE],
        re.IGNORECASE,
    ):
        test = next(each for each in own if each.name == match["test"].lower())
        found.append((test, scale[match["level"].lower()]))
    return found


NOT_JUDGED = re.compile(
    r"(?:not|never) (?:yet )?(?:assessed|inspected|judged|graded|rated|applicable|given)|n/?a"
    r"|no (?:judgement|grade|rating)",
    re.IGNORECASE,
)


def opens_assessment(text: str) -> bool:
    """Whether a line is an entry of a list of assessments, whatever the test is judged to be.

    Args:
        text: The line, such as «Behaviour and attitudes: Not assessed».
    """
    names = "|".join(re.escape(test.name) for test in tests(OFSTED_INSPECTION))
    return bool(
        re.match(
            rf"[-•*–]?\s*(?:{names})(?: of [a-z ,]{{3,60}})?\s*(?:[:–-]|$)", text, re.IGNORECASE
        )
    )


def left_open_in(lines: list[str]) -> list[str]:
    """The entries of a list of assessments whose words are neither a level nor none.

    Args:
        lines: The lines of the list.
    """
    scale = levels()[OFSTED_INSPECTION]
    found = []
    for place, line in enumerate(lines):
        entry = line.strip(" .")
        following = lines[place + 1].strip(" .") if place + 1 < len(lines) else ""
        value = (
            re.split(r"\s*[:–]\s*", entry, maxsplit=1)[-1] if ":" in entry or "–" in entry else ""
        )
        value = value or (following if not opens_assessment(following) else "")
        is_known = value.lower() in scale or bool(NOT_JUDGED.fullmatch(value))
        if opens_assessment(entry) and value and not is_known and not assessments_in(entry):
            found.append(entry)
    return found
