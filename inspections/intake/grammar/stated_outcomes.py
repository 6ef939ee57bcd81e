"""Outcomes that prose states, clause by clause: in letters, on web pages, in summaries.

A clause is read only if its words are a known form from the subject to the last test. Words that
may state an outcome in another form are told, and never guessed.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from inspections.intake.grammar.outcomes import StatedOutcome
from inspections.intake.grammar.sentences import LONGEST_SENTENCE, PEOPLE, TOO_LONG
from inspections.intake.grammar.settled import is_of_last_time, why_unsettled
from inspections.intake.text.vocabulary import HMIP_OUTCOME, Level, Test, levels, tests

UNKNOWN_WORDS = "it may state an outcome, in words that are not known"

# «were: poor for safety; …»
_COLON = r"(?:(?:as follows)?:)? ?"
_ADVERBS = (
    r"(?:(?:,? ?\b(?:now|still|again|once again|once more|also|therefore|overall|all|both)\b)*"
    r",?)"
)
_FOUND = r"(?:found|judged|assessed|considered|rated|deemed|graded)"
_CHANGED = r"(?:improved|deteriorated|declined|fallen|slipped|dropped|worsened|risen|gone down)"
_COPULA = (
    rf"(?:(?:were|was|are|is|had been|has been|have been|being)(?: {_FOUND})?"
    r"(?: to be| as)?(?: |(?=:))"
    rf"|(?:had|has|have) {_CHANGED} (?:further )?to(?: be)? "
    rf"|(?:had |has |have )?(?:remained|become|became|remain|remains) "
    rf"|continued to be |(?:{_CHANGED}) to )"
)
_PREPOSITION = (
    r"(?:for|in|against|across|in relation to|in terms of)(?: (?:the|our|its|both|all))?"
    r"(?: (?:healthy prison|healthy establishment))?(?: (?:areas?|tests?|outcomes?))?"
    r"(?: of)?(?: the)?"
)
_ALL = (
    r"(?:in|for|against|across) (?:all|each|every one|all four|each one|every)(?: of)?"
    r"(?: (?:the|our|its))?(?: four)?(?: healthy (?:prison|establishment))? (?:tests?|areas?)"
)
_LOWEST = (
    r"(?:,? ?\(?(?:which is |which are |that is )?(?:our|the) (?:lowest|highest)"
    r"(?: possible)? (?:grade|grading|rating|judgement|score|assessment|mark)s?\)?)?"
)
_IS_A_PART = re.compile(
    r"\b(?:site|unit|side|houseblock|campus|wing|house|centre|block|hall|cluster|estate|prison)s?\b"
    r"|^(?-i:[A-Z])[^\d]*$",
    re.IGNORECASE,
)
_JOINT = r"\s*(?:[,;•–—-]|,? and|,? but|,? while|,? whereas|;? and|,? with)*\s*"


@dataclass(frozen=True)
class _Words:
    """The words of the seeds, as patterns."""

    level: str
    test: str
    tests: str


@cache
def _words() -> _Words:
    labels = sorted(levels()[HMIP_OUTCOME], key=len, reverse=True)
    level = "|".join(re.escape(label) for label in labels)
    names = sorted((test.name for test in tests(HMIP_OUTCOME)), key=len, reverse=True)
    test = "|".join(re.escape(name) for name in names)
    several = rf"(?:{test})\b(?:(?:, and |, | and |/)(?:(?:for|in) )?(?:{test})\b)*"
    return _Words(level, test, several)


@cache
def _heads() -> tuple[re.Pattern[str], ...]:
    """Patterns of the text before the first level of a statement."""
    words = _words()
    where = r"(?P<where>(?: (?:in|at|on|held (?:in|on|at)) [^.:;,]{2,60}?)?)"
    before = rf"(?:,? {_PREPOSITION} (?P<before>{words.tests}),?)"
    subject = rf"outcomes?(?: for {PEOPLE})?"
    this_test = (
        r"(?: (?:against|for|in) (?:this|that|the) (?:healthy (?:prison|establishment) "
        r"(?:test|area)|test))?"
    )
    level = rf"(?=(?:{words.level})\b)"
    # «had fallen from reasonably good to poor» says what it is now.
    fell = rf"(?:had|has|have) {_CHANGED} from (?:{words.level}) to(?: be)? "
    verb = rf"{_ADVERBS} (?:{_COPULA}|{fell}){_ADVERBS}{_COLON}{level}"
    before_words = rf"(?P<before>{words.tests})"
    prison = r"(?:the|this) (?:prison|establishment|jail)"
    forms = (
        # Outcomes for prisoners (in the main site) were …; outcomes in safety were …
        rf"\b{subject}{before}{where}{verb}",
        rf"\b{subject}{where}{before}?{this_test}{verb}",
        # In safety, outcomes were …
        rf"\b(?:in|for|against)(?: the areas? of)? {before_words},? {subject}{where}{verb}",
        # We judged outcomes to be …, we assessed the prison as …; the prison was judged …
        rf"\b(?:we|inspectors|I)(?: have| had)? {_FOUND}(?: that)?"
        rf" (?:{subject}|{prison}|{before_words}){where} (?:to be|as|were|was)? ?{level}",
        rf"\b{prison} (?:was|had been|has been) (?:again )?{_FOUND} (?:to be |as )?{level}",
        # Safety was judged to be …
        rf"(?:\b(?:the )?(?:areas?|tests?|outcomes?) (?:of|for|in) )?\b(?P<before>{words.tests})"
        rf" (?:was|were|has been|have been|had been) (?:again )?{_FOUND} (?:to be |as )?(?:now )?"
        rf"{level}",
    )
    return tuple(re.compile(form, re.IGNORECASE) for form in forms)


@cache
def _parts() -> tuple[re.Pattern[str], ...]:
    words = _words()
    return (
        re.compile(
            rf"(?P<joint>{_JOINT})(?:{_COPULA}|(?:still|now|also|again) )*"
            rf"(?P<level>{words.level})\b{_LOWEST}"
            rf"(?:,? (?P<all>{_ALL})\b|,? {_PREPOSITION} (?P<tests>{words.tests}))?{_LOWEST}"
            r"(?P<qualified>(?: (?:in part|in name|enough|but not|only|overall|except"
            r"|(?:in|for|against|across) (?:none|only|one|two|three|some|most|half|many|few))\b)?)",
            re.IGNORECASE,
        ),
        # … and respect not sufficiently good
        re.compile(
            rf"(?P<joint>{_JOINT})(?:for |in )?(?P<tests>{words.tests}),?"
            rf" (?:(?:was|were|as|to be|remained) )*(?P<level>{words.level})\b{_LOWEST}"
            # «…, respect, poor for purposeful activity» gives respect nothing.
            rf"(?!,? {_PREPOSITION} (?:{words.test}))",
            re.IGNORECASE,
        ),
    )


@cache
def _labels() -> re.Pattern[str]:
    """A line such as «Safety: poor» or «Safety – not sufficiently good», by itself or in a list."""
    words = _words()
    return re.compile(
        rf"(?:(?<=^)|(?<=[;,•|:.] )|(?<=and )|(?<=while )|(?<=whereas )|(?<=but ))(?:[-•*] ?)?"
        rf"(?P<test>{words.test})(?: outcomes?)?"
        r"\s*(?:[:=|–—-]|(?P<verb>\b(?:is|was|remained|had become)\b"
        r"(?: (?:also|now|still|again|once again|once more))*))"
        rf"\s*(?P<level>{words.level})(?=\s*(?:$|[;,.•|)]|(?:and|while|whereas|but)\b))",
        re.IGNORECASE,
    )


@cache
def _hints() -> re.Pattern[str]:
    words = _words()
    return re.compile(
        rf"\b(?:{words.level})\b[^.;]{{0,30}}? {_PREPOSITION} (?:{words.tests})"
        rf"|\b(?:{words.tests})[^.;]{{0,40}}? (?:was|were|is|are|remained|as|to be|to)\b"
        rf"[^.;]{{0,30}}?\b(?:{words.level})\b"
        rf"|\boutcomes?\b[^.;]*\b(?:{words.level})\b"
        rf"|\bhealthy (?:prison|establishment) (?:tests?|areas?)\b[^.;]*\b(?:{words.level})\b"
        rf"|\b(?:{words.level})\b[^.;]*\bhealthy (?:prison|establishment) (?:tests?|areas?)\b",
        re.IGNORECASE,
    )


@dataclass(frozen=True)
class _Stated:
    """An outcome and its place in the sentence."""

    outcome: StatedOutcome
    start: int
    end: int


def outcomes_stated(
    sentence: str, this_year: int | None = None, own: str = ""
) -> tuple[list[StatedOutcome], str]:
    """Read the outcomes that a sentence states.

    Args:
        sentence: One sentence.
        this_year: The year of the visit that the document is about.
        own: The names of the establishments that it is about.

    Returns:
        The outcomes, each with whether it is of the last inspection, its unit and its doubts; and
        what hints at one in words that are not known, or that are denied, compared or wished.
    """
    text = " ".join(sentence.split())
    if len(text) > LONGEST_SENTENCE:
        return [], TOO_LONG
    words = _words()
    if not re.search(rf"\b(?:{words.level})\b", text, re.IGNORECASE):
        return [], ""
    # «‘poor’ for safety», «safety (poor)»
    text = re.sub(rf"[‘’'\"“”]({words.level})[‘’'\"“”]", r"\1", text, flags=re.IGNORECASE)
    text = re.sub(rf"\b({words.test}) \(({words.level})\)", r"\1: \2", text, flags=re.IGNORECASE)
    found: list[StatedOutcome] = []
    read: list[tuple[int, int]] = []
    fault = ""
    for start, head_end, stated in sorted(_statements(text, own), key=lambda each: each[0]):
        end = stated[-1].end
        if any(start < other_end and other_start < end for other_start, other_end in read):
            continue
        read.append((start, end))
        why = why_unsettled(text, start, head_end, own)
        if why:
            fault = fault or why
            continue
        for part in stated:
            is_last, doubt = is_of_last_time(text, part.start, part.end, this_year)
            doubts = (*part.outcome.doubts, *([doubt] if doubt else []))
            found.append(replace(part.outcome, is_last=is_last, doubts=doubts))
    rest = text
    for start, end in sorted(read, reverse=True):
        rest = f"{rest[:start]}…;…{rest[end:]}"
    if _hints().search(rest):
        if not found:
            return [], fault or UNKNOWN_WORDS
        more = "the sentence may state another outcome, in words that are not known"
        found = [replace(each, doubts=(*each.doubts, more)) for each in found]
    by_test: dict[tuple[str, bool | None, str], set[str]] = {}
    for each in found:
        key = (each.test.code if each.test else "", each.is_last, each.unit)
        by_test.setdefault(key, set()).add(each.level.code)
    if any(len(codes) > 1 for codes in by_test.values()):
        return [], "it gives one test two outcomes"
    return found, fault


def outcomes_listed(text: str) -> list[StatedOutcome]:
    """Read an entry of a list that its lead makes outcomes: «poor for safety», «Safety: poor».

    Args:
        text: The entry. It gives nothing unless it is outcomes from its first word to its last.
    """
    text = " ".join(text.split()).strip(" •*–-")
    stated = _chain(text, 0, (), "")
    if not stated:
        stated = [each for _, _, own in _statements(text) for each in own]
    end = stated[-1].end if stated else 0
    is_whole = stated and stated[0].start == 0 and not text[end:].strip(" .;,")
    return [each.outcome for each in stated] if is_whole else []


def _statements(text: str, own: str = "") -> Iterator[tuple[int, int, list[_Stated]]]:
    """The statements of a sentence in the known forms.

    Yields:
        Where each begins, where its subject ends, and what it says.
    """
    for form in _heads():
        for head in form.finditer(text):
            groups = head.groupdict()
            before = _tests(groups.get("before") or "")
            unit = part_named(groups.get("where") or "", own)
            if unit is None:
                continue
            if stated := _chain(text, head.end(), before, unit):
                yield head.start(), head.end(), stated
    for label in _labels().finditer(text):
        # «Safety was poor» may be an outcome, or a sentence about safety.
        doubts = ("it is not said to be a judgement",) if label["verb"] else ()
        outcome = StatedOutcome(
            _test(label["test"]), _level(label["level"]), None, "", text, doubts
        )
        yield label.start(), label.end(), [_Stated(outcome, label.start(), label.end())]


def _chain(text: str, position: int, before: Sequence[Test], unit: str) -> list[_Stated]:
    """The levels with their tests that follow one another; empty where they are not clear.

    Args:
        text: The sentence.
        position: Where the first level begins.
        before: The tests that were named before it.
        unit: The part of the establishment that they are about.
    """
    found: list[_Stated] = []
    with_level, with_test = _parts()
    while True:
        match = with_level.match(text, position)
        has_tests = bool(match and (match["tests"] or match["all"]))
        if match and (match["qualified"] or (has_tests and before and not found)):
            # Tests before and behind the level: which of them it is about is open.
            return []
        named: list[Test | None]
        if match and has_tests:
            named = [None] if match["all"] else list(_tests(match["tests"]))
        elif match and not found:
            named = list(before) or [None]
        else:
            match = with_test.match(text, position)
            if match is None or not found:
                break
            named = list(_tests(match["tests"]))
        if found and not match["joint"].strip():
            break
        is_all = bool(match.groupdict().get("all"))
        start = position + len(match["joint"])
        found += [
            _Stated(
                StatedOutcome(test, _level(match["level"]), None, unit, text, is_of_all=is_all),
                start,
                match.end(),
            )
            for test in named
        ]
        position = match.end()
        if named == [None] and not is_all:
            break
    if found and re.match(r"-|\s+(?:enough|or)\b", text[position:]):
        # «good enough», «poor or not sufficiently good».
        return []
    return found


def part_named(where: str, own: str = "") -> str | None:
    """The part of an establishment that a sentence names.

    Args:
        where: Such as « in the main site»; « at HMP X» and « in this prison» name the whole.
        own: The names of the establishments that the document is about.

    Returns:
        The part; empty for the whole, and none where the words may name neither.
    """
    named = re.sub(r"^ (?:in|at|on|held (?:in|on|at)) (?:the )?", "", where).strip()
    whole = re.search(r" (?:at|of|in) (?=HM)(?P<name>.+)$", named)
    if whole and whole["name"].lower() in own.lower():
        # «the closed site at HMP X» is a part of it.
        named = named[: whole.start()]
    is_whole = not named or re.match(
        r"HM|YOI|(?:this |the |our )?(?:prison|establishment|jail|inspection)\b", named
    )
    if is_whole or named.lower() in own.lower():
        return ""
    return named if _IS_A_PART.search(named) else None


def _level(label: str) -> Level:
    return levels()[HMIP_OUTCOME][label.lower()]


def _tests(text: str) -> list[Test]:
    return [_test(name) for name in re.findall(_words().test, text, re.IGNORECASE)]


def _test(name: str) -> Test:
    return next(test for test in tests(HMIP_OUTCOME) if test.name == name.lower())
