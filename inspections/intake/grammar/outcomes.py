"""The sentences that give outcomes of healthy prison tests."""

import re
from dataclasses import dataclass
from functools import cache

from inspections.intake.grammar.sentences import (
    LONGEST_SENTENCE,
    TOO_LONG,
)
from inspections.intake.grammar.settled import is_of_last_time, why_unsettled
from inspections.intake.text.vocabulary import OFSTED_INSPECTION, Level, Test, levels, tests


@dataclass(frozen=True)
class Outcome:
    """An outcome of one test, or of all four where ``test`` is none."""

    test: Test | None
    level: Level
    sentence: str


@cache
def _outcome_words() -> tuple[str, str, str]:
    outcome_levels = "|".join(levels()["hmip_outcome"])
    names = "|".join(re.escape(test.name) for test in tests() if test.scale == "hmip_outcome")
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
    stated = every or re.search(rf"\b{verb} (?:{outcome_levels})\b", text, re.IGNORECASE)
    if stated and (why := why_unsettled(text, stated.start(), stated.end())):
        return [], why
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


_PEOPLE = r"(?:prisoners|children|women|men|young (?:adults|people)|detainees|residents)"
OPENS_OUTCOMES = re.compile(
    rf"\boutcomes for {_PEOPLE}(?: (?:in|at|on|held (?:in|on)) (?:the )?(?P<unit>[^.:;]{{3,50}}?))?"
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
    found = []
    joined = " ".join(text.split())[:LONGEST_SENTENCE]
    for match in re.finditer(
        rf"\b(?P<level>{outcome_levels}) (?:for|in|against|in the area of) (?P<test>{names})\b",
        joined,
        re.IGNORECASE,
    ):
        if not _OPENS_AN_ENTRY.search(joined[: match.start()]) or why_unsettled(
            joined, match.start(), match.start()
        ):
            continue
        test = next(each for each in tests() if each.name == match["test"].lower())
        found.append((test, levels()["hmip_outcome"][match["level"].lower()]))
    return found


def stated_outcome_in(sentence: str) -> tuple[StatedOutcome | None, str]:
    """Read «outcomes for prisoners were poor against this healthy prison test» and its like.

    Args:
        sentence: One sentence, from under the heading of a test or naming it.

    Returns:
        The outcome, and what hints at one in words that are not known.
    """
    text = " ".join(sentence.split())
    if len(text) > LONGEST_SENTENCE or not re.search(r"\boutcomes?\b", text, re.IGNORECASE):
        return None, ""
    outcome_levels, names, _ = _outcome_words()
    match = re.search(
        rf"\boutcomes for {_PEOPLE}(?P<where>(?: (?:in|at|on|held (?:in|on)) [^.:;]{{2,60}}?)?),?"
        r" (?:were|had been|remained|are|(?:continued|were found|were judged|were assessed) to be"
        r"|were judged|had (?:improved|deteriorated|declined|fallen) (?:to|and were(?: now)?)"
        r"|(?:were|are)(?: now| still| again))(?: now| still| again| only)?"
        rf" (?P<level>{outcome_levels})\b(?!-| enough\b| or\b)"
        r"(?! (?:in|for|against|across) (?:none|only|one|two|three|some|most|half|many|few)\b)"
        r"(?P<rest>[^.;]*)",
        text,
        re.IGNORECASE,
    )
    if match is None:
        if re.search(rf"\boutcomes for {_PEOPLE}\b", text, re.IGNORECASE) and re.search(
            rf"\b(?:{outcome_levels})\b", text, re.IGNORECASE
        ):
            return None, "it may state an outcome, in words that are not known"
        return None, ""
    test = re.match(
        rf",? (?:for|in|against)(?: the)?(?: (?:area|test) of)? (?P<name>{names})\b",
        match["rest"],
        re.IGNORECASE,
    )
    named = re.findall(names, match["rest"], re.IGNORECASE)
    others = re.findall(rf"\b(?:{outcome_levels})\b", match["rest"], re.IGNORECASE)
    if len(named) > 1 or others:
        # Several in one sentence are for those who read lists of them.
        return None, ""
    where = re.sub(r"^ (?:in|at|on|held in|held on) (?:the )?", "", match["where"])
    is_whole = not where or re.match(r"HM|YOI|(?:this |the )?(?:prison|establishment)", where)
    if why := why_unsettled(text, match.start(), match.start("level")):
        return None, why
    is_last, doubt = is_of_last_time(text, match.start(), match.end("level"))
    return (
        StatedOutcome(
            next(each for each in tests() if each.name == test["name"].lower()) if test else None,
            levels()["hmip_outcome"][match["level"].lower()],
            is_last,
            "" if is_whole else where,
            text,
            (doubt,) if doubt else (),
        ),
        "",
    )


def assessments_in(text: str) -> list[tuple[Test, Level]]:
    """Read Ofsted's assessments at an inspection: «Overall effectiveness: Requires improvement».

    Args:
        text: What follows «Ofsted made the following assessments …», its lines joined.
    """
    scale = levels()[OFSTED_INSPECTION]
    own = [test for test in tests() if test.scale == OFSTED_INSPECTION]
    found = []
    for match in re.finditer(
        rf"\b(?P<test>{'|'.join(re.escape(test.name) for test in own)})(?: of [a-z ,]{{3,60}})?"
        rf"\s*[:–-]\s*(?P<level>{'|'.join(scale)})\b",
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
    names = "|".join(re.escape(test.name) for test in tests() if test.scale == OFSTED_INSPECTION)
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
