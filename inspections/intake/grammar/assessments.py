"""Ofsted's judgements of education at an inspection, where prose states them."""

import re
from dataclasses import replace
from functools import cache

from inspections.intake.grammar.outcomes import StatedOutcome
from inspections.intake.grammar.sentences import LONGEST_SENTENCE
from inspections.intake.grammar.settled import is_of_last_time, why_unsettled
from inspections.intake.text.vocabulary import OFSTED_INSPECTION, Level, Test, levels, tests

_JUDGED = r"(?:judged|graded|rated|found|assessed|considered|deemed)"
# «the overall effectiveness of education, skills and work»
_OF_WHAT = (
    r"(?: of (?:the |its |their )?(?:(?:prison|establishment)[’']s )?"
    r"(?:education|learning|teaching|skills|work|training|provision)"
    r"(?:(?:, | and |, and )(?:the )?(?:education|learning|teaching|skills|work|training)"
    r"(?: activities)?)*(?: provision)?)?"
)
_JOINT = r"\s*(?:[,;]|,? and|,? but|,? while|,? with)*\s*"
UNKNOWN_JUDGEMENT = "it may state a judgement of Ofsted, in words that are not known"
_OFSTED = re.compile(r"\bOfsted\b")


@cache
def _words() -> tuple[str, str, str]:
    """The levels, the tests and lists of tests as patterns."""
    level = "|".join(
        [*map(re.escape, levels()[OFSTED_INSPECTION]), "requir(?:e|ed|ing) improvement"]
    )
    own = sorted((test.name for test in tests(OFSTED_INSPECTION)), key=len, reverse=True)
    test = "|".join(map(re.escape, own))
    one = rf"(?:the |its |their )?(?:{test}){_OF_WHAT}"
    return level, test, rf"{one}(?:(?:,? and |, ){one})*"


@cache
def _forms() -> tuple[re.Pattern[str], ...]:
    level, _, several = _words()
    to_be = rf"(?:(?:to be|as|as being|to|at|was|were|being) )?[‘'“\"]?(?=(?:{level})\b)"
    subject = (
        r"(?:Ofsted(?:[’']s)?(?: inspectors)?|It|They|Inspectors)(?: have| has| had)?(?: also)?"
    )
    return (
        # Ofsted judged the overall effectiveness … to be …
        re.compile(rf"\b{subject} {_JUDGED}(?: that)? (?P<tests>{several}) {to_be}", re.IGNORECASE),
        # The overall effectiveness … was judged by Ofsted to be …
        re.compile(
            rf"\b(?P<tests>{several}) (?:was|were|is|are|had been|has been)(?: also| now| again)*"
            rf" {_JUDGED}(?: by Ofsted(?: inspectors)?)? {to_be}",
            re.IGNORECASE,
        ),
    )


@cache
def _next() -> re.Pattern[str]:
    level, _, several = _words()
    return re.compile(
        rf"{_JOINT}(?P<tests>{several}) (?:(?:was|were|to be|as|to|being|judged) )*"
        rf"[‘'“\"]?(?=(?:{level})\b)",
        re.IGNORECASE,
    )


def assessments_stated(
    sentence: str, this_year: int | None = None, own: str = "", is_of_ofsted: bool = False
) -> tuple[list[StatedOutcome], str]:
    """Read Ofsted's judgements that a sentence states.

    Args:
        sentence: One sentence.
        this_year: The year of the visit that the document is about.
        own: The names of the establishments that it is about.
        is_of_ofsted: Whether the text before it is about Ofsted: «It judged …».

    Returns:
        The judgements; and why a judgement that the sentence may state is not read.
    """
    text = " ".join(sentence.split())
    level, test, _ = _words()
    says_who = is_of_ofsted or bool(_OFSTED.search(text))
    if len(text) > LONGEST_SENTENCE or not says_who:
        return [], ""
    hints = re.search(
        rf"\b(?:{test})\b.*\b(?:{level})\b|\b(?:{level})\b.*\b(?:{test})\b", text, re.I
    )
    if hints is None:
        return [], ""
    found: list[StatedOutcome] = []
    for form in _forms():
        head = form.search(text)
        if head is None:
            continue
        if why := why_unsettled(text, head.start(), head.end(), own):
            return [], why
        stated, end = _chain(text, head)
        is_last, doubt = is_of_last_time(text, head.start(), end, this_year)
        doubts = (doubt,) if doubt else ()
        found = [replace(each, is_last=is_last, doubts=doubts) for each in stated]
        break
    if not found:
        is_judged = re.search(rf"\b(?:{_JUDGED}|judgement|grade|rating)\b", text, re.IGNORECASE)
        return [], UNKNOWN_JUDGEMENT if is_judged else ""
    by_test = {each.test.code: each.level.code for each in found if each.test}
    if len(by_test) != len(found):
        return [], "it gives one test two outcomes"
    rest = text[end:]
    if re.search(rf"\b(?:{test})\b.*\b(?:{level})\b", rest, re.IGNORECASE):
        more = "the sentence may state another judgement, in words that are not known"
        found = [replace(each, doubts=(*each.doubts, more)) for each in found]
    return found, ""


def _chain(text: str, head: re.Match[str]) -> tuple[list[StatedOutcome], int]:
    """The judgements that follow one another, and where they end."""
    level, _, _ = _words()
    found: list[StatedOutcome] = []
    match: re.Match[str] | None = head
    end = head.end()
    while match is not None:
        named = re.compile(rf"(?:{level})\b[’'”\"]?", re.IGNORECASE).match(text, match.end())
        if named is None:
            break
        end = named.end()
        found += [
            StatedOutcome(each, _level(named[0]), None, "", text) for each in _tests(match["tests"])
        ]
        match = _next().match(text, end)
    if re.match(r"-|\s+(?:enough|or|in part|progress|only)\b", text[end:]):
        # «good enough», «good progress», «inadequate or requires improvement».
        return [], end
    return found, end


def _level(label: str) -> Level:
    plain = label.lower().strip("’'”\"")
    return levels()[OFSTED_INSPECTION][re.sub(r"^requir\w+", "requires", plain)]


def _tests(text: str) -> list[Test]:
    _, test, _ = _words()
    names = [name.lower() for name in re.findall(rf"\b(?:{test})\b", text, re.IGNORECASE)]
    return [next(each for each in tests(OFSTED_INSPECTION) if each.name == name) for name in names]
