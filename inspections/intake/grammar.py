"""The sentences that a report states its facts in: judgements, totals, outcomes, days, figures.

Each function answers only for wording that it knows. Where words point to a fact in a wording
that is not known, it says so; nothing here guesses.
"""

import itertools
import re
from dataclasses import dataclass
from datetime import date
from functools import cache

from inspections.intake.vocabulary import (
    BODY_NAMES,
    HMIP,
    OFSTED,
    PROGRESS_SCALES,
    Level,
    Test,
    body_of,
    levels,
    tests,
)

_UNIT_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
    " fifteen sixteen seventeen eighteen nineteen"
)
_TEN_WORDS = "twenty thirty forty fifty sixty seventy eighty ninety"
_UNITS, _TENS = _UNIT_WORDS.split(), _TEN_WORDS.split()
NUMBER_WORDS = {word: number for number, word in enumerate(_UNITS)} | {
    ten + ("" if not unit else f"-{_UNITS[unit]}"): 20 + 10 * place + unit
    for place, ten in enumerate(_TENS)
    for unit in range(10)
}
_WORDS = "|".join(sorted(NUMBER_WORDS, key=len, reverse=True))
_NUMBER = rf"(?:\d{{1,3}}|{_WORDS}|none|no)"
_COMPARISON = (
    r"(?:(?P<{0}>at least|more than|over|at most|no more than|fewer than|less than|up to)\s+)?"
)
_COMPARISONS = {
    "at least": "at_least",
    "more than": "more_than",
    "over": "more_than",
    "at most": "at_most",
    "no more than": "at_most",
    "up to": "at_most",
}
_MONTH_WORDS = (
    "january february march april may june july august september october november december"
)
MONTHS = {month: number for number, month in enumerate(_MONTH_WORDS.split(), 1)}
_MONTH = "(?:" + "|".join(month.capitalize() for month in MONTHS) + ")"
_JUDGES = r"(?:considered|judged)"
_PROGRESS_LABELS = r"(?:no meaningful|insufficient|reasonable|good|significant)"
_ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|etc|Mr|Mrs|Ms|Dr|St|No|approx))$")

# What is longer is no sentence: text that lost its full stops. The patterns below would take
# minutes over it.
_LONGEST_SENTENCE = 2_000
_TOO_LONG = "a sentence of over 2,000 characters is not read"


def number_of(text: str) -> int:
    """The number that a word or digits stand for; none and no are zero."""
    text = text.lower()
    if text in ("none", "no"):
        return 0
    return int(text) if text.isdigit() else NUMBER_WORDS[text]


def sentences(text: str) -> list[str]:
    """A paragraph's sentences."""
    found: list[str] = []
    start = 0
    for match in re.finditer(r"[.!?][)\"'’”]*\s+(?=[A-Z‘“'\"(])", text):
        if _ABBREVIATION.search(text[start : match.start()]):
            continue
        found.append(text[start : match.end()].strip())
        start = match.end()
    if text[start:].strip():
        found.append(text[start:].strip())
    return found


# Judgements ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Judgement:
    """A judgement in a closing sentence; ``level`` is none where the words are not known."""

    body: str
    level: Level | None
    sentence: str
    fault: str = ""


_SUBJECT = (
    r"(?P<subject>we|inspectors|"
    + "|".join(f"(?:{names})(?: inspectors)?" for names in BODY_NAMES.values())
    + ")"
)
_PLACE = (
    r"(?:in|against|on|with|towards) (?:this|the) (?:key |priority )*"
    r"(?:area(?: of concern)?|recommendation|concern|theme)"
)
_SAID = rf"^{_SUBJECT} {_JUDGES}"
_LEVEL = rf"(?P<level>{_PROGRESS_LABELS}) progress"
_WHO = (
    r"(?:(?:the|this) (?:prison|establishment|institution|centre|young offender institution|YOI)"
    r"|leaders(?: and managers)?|managers|HM(?:P|YOI)\b[\w/ &'’-]{2,40}?)"
)
_JUDGEMENT_FORMS = [
    re.compile(rf"{_SAID} {form} {_PLACE}\.?$", re.IGNORECASE)
    for form in (
        rf"that {_WHO} had made {_LEVEL}",
        rf"that there (?:was|had been) {_LEVEL}",
        rf"that {_LEVEL} had been made",
        rf"there to have been {_LEVEL}",
    )
]
# What speaks of a verdict on the item in whatever words.
_HINTS_AT_JUDGEMENT = re.compile(
    rf"\bprogress\b[^.]*\b{_PLACE}\b|^{_SUBJECT} (?:\w+ly )?(?:considered|judged|concluded|felt|"
    rf"found|assessed)\b[^.]*\bprogress\b|\b{_PROGRESS_LABELS} progress\b[^.]*\b{_PLACE}\b",
    re.IGNORECASE,
)


def judgement_in(sentence: str) -> Judgement | None:
    """Read a closing sentence such as «We considered that the prison had made … progress …».

    Args:
        sentence: One sentence.

    Returns:
        The judgement; one with a fault where the sentence hints at a judgement in words that
        are not known; none where it says nothing of the kind.
    """
    text = " ".join(sentence.split())
    if len(text) > _LONGEST_SENTENCE:
        return Judgement("", None, text[:200], _TOO_LONG)
    for form in _JUDGEMENT_FORMS:
        match = form.match(text)
        if not match:
            continue
        body = _body_of(match["subject"])
        scale = PROGRESS_SCALES.get(body)
        if scale is None:
            return Judgement(body, None, text, f"the scale of {match['subject']} is not known")
        level = levels()[scale].get(f"{match['level'].lower()} progress")
        if level is None:
            fault = f"{match['level'].lower()!r} is no level of the scale {scale}"
            return Judgement(body, None, text, fault)
        return Judgement(body, level, text)
    if _HINTS_AT_JUDGEMENT.search(text):
        return Judgement("", None, text, "it may be a judgement, in words that are not known")
    return None


def _body_of(subject: str) -> str:
    return body_of(re.sub(r" inspectors$", "", subject, flags=re.IGNORECASE)) or HMIP


# Stated totals ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Total:
    """A number of judgements, or of items followed up, that a sentence states."""

    scale: str
    judgement: str
    comparison: str
    count: int
    sentence: str


_PAIR = re.compile(
    rf"\b(?P<levels>{_PROGRESS_LABELS}(?: or {_PROGRESS_LABELS})*(?: or better)?)"
    r"(?: progress)?(?: (?:had been|has been|have been|was|were) made)?"
    r" (?:in|against|on|for|with) (?:only |just |all )?"
    + _COMPARISON.format("comparison")
    + rf"(?P<count>{_NUMBER})(?![\w%-])(?! per cent)(?: of)?(?: the| our)?(?: other| further)?"
    r"(?P<noun> (?:key |priority |Ofsted )*(?:recommendations?|concerns?|themes?|areas?))?",
    re.IGNORECASE,
)
_FOLLOWED = re.compile(
    r"\b(?P<subject>Ofsted )?(?:followed up|assessed progress against|reviewed progress against"
    r"|looked at)(?: progress (?:in|on|against))?(?: the| all| our)*\s+"
    + _COMPARISON.format("comparison")
    + rf"(?P<count>{_NUMBER})(?: of (?:the|our) (?P<out_of>{_NUMBER}))?"
    r"(?: (?:key|priority|main|HMI Prisons|Ofsted))*"
    r" (?P<noun>recommendations?|concerns?|areas of concern|themes?)"
    rf"(?:[^.;]*?\bincluding (?P<themes>{_NUMBER}) (?:Ofsted )?themes?\b)?",
    re.IGNORECASE,
)
_FIGURE_TOTAL = re.compile(r"\(n\s*=\s*(?P<count>\d{1,3})\)")
_PRACTICE_TOTAL = re.compile(
    rf"\bfound (?P<count>{_NUMBER}) examples? of notable positive practice", re.IGNORECASE
)
_HINTS_AT_TOTAL = re.compile(
    rf"\b{_PROGRESS_LABELS}\b[^.]*\b(?:in|against|on|for|with)\b[^.]*?"
    rf"\b(?:{_NUMBER}|half|two-thirds|a third|most|all|both|every|many)\b[^.]*?"
    r"\b(?:recommendations?|concerns?|themes?|areas?)\b",
    re.IGNORECASE,
)


def totals_in(sentence: str) -> tuple[list[Total], str]:
    """Read the totals that a sentence states.

    Args:
        sentence: One sentence, or a figure's caption with its «(n=7)».

    Returns:
        The totals, and what hints at one in words that are not known; empty where nothing does.
    """
    totals: list[Total] = []
    text = " ".join(sentence.split())
    if len(text) > _LONGEST_SENTENCE:
        return [], _TOO_LONG
    default = _scale_of_sentence(text)
    for match in _FOLLOWED.finditer(text):
        noun = match["noun"].lower()
        is_theme = noun.startswith("theme") or bool(match["subject"])
        scale = PROGRESS_SCALES[OFSTED if is_theme else HMIP]
        if match["themes"]:
            scale = ""
        _add(totals, scale, "", match["comparison"], match["count"], text)
        if match["themes"]:
            _add(totals, PROGRESS_SCALES[OFSTED], "", None, match["themes"], text)
    fault = ""
    pairs = list(_PAIR.finditer(text)) if "progress" in text.lower() else []
    for match in pairs:
        scale = default
        noun = (match["noun"] or "").lower()
        if "theme" in noun:
            scale = PROGRESS_SCALES[OFSTED]
        elif "recommendation" in noun or "concern" in noun:
            scale = PROGRESS_SCALES[HMIP]
        if match["comparison"] and match["comparison"].lower() not in _COMPARISONS:
            fault = f"{match[0]!r}: the comparison is not known"
            continue
        judgement = _codes(match["levels"].lower(), scale)
        if judgement is None:
            fault = f"{match[0]!r}: not levels of one scale"
            continue
        _add(totals, scale, judgement, match["comparison"], match["count"], text)
    if not pairs and not totals and _HINTS_AT_TOTAL.search(text):
        fault = "it may state a total, in words that are not known"
    return totals, fault


def figure_total(caption: str) -> Total | None:
    """The total of a figure's caption, such as «… recommendations … (n=7)»."""
    match = _FIGURE_TOTAL.search(caption)
    if not match:
        return None
    noun = caption[: match.start()].lower()
    if "theme" in noun:
        scale = PROGRESS_SCALES[OFSTED]
    elif "recommendation" in noun or "concern" in noun:
        scale = PROGRESS_SCALES[HMIP]
    else:
        return None
    return Total(scale, "", "exactly", int(match["count"]), caption)


def practice_total(sentence: str) -> int | None:
    """How many examples of notable positive practice a sentence states."""
    match = _PRACTICE_TOTAL.search(sentence)
    return number_of(match["count"]) if match else None


def _scale_of_sentence(text: str) -> str:
    match = re.match(rf"(?:[^.]*?\b)?{_SUBJECT} {_JUDGES}\b", text, re.IGNORECASE)
    if match:
        body = _body_of(match["subject"])
        if body in PROGRESS_SCALES:
            return PROGRESS_SCALES[body]
    return ""


def _codes(words: str, scale: str) -> str | None:
    if words.endswith(" or better"):
        return "reasonable_or_better" if words == "reasonable or better" else None
    codes = []
    for label in words.split(" or "):
        own = [
            levels()[each][f"{label} progress"]
            for each in ((scale,) if scale else PROGRESS_SCALES.values())
            if f"{label} progress" in levels()[each]
        ]
        if not own:
            return None
        codes.append(own[0].code)
    return "|".join(codes)


def _add(
    totals: list[Total],
    scale: str,
    judgement: str,
    comparison: str | None,
    count: str,
    sentence: str,
) -> None:
    code = _COMPARISONS.get((comparison or "").lower(), "exactly")
    totals.append(Total(scale, judgement, code, number_of(count), sentence))


# Days ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Days:
    """Days, months or years as a text gives them.

    Attributes:
        start: The first day; with precision month or year the first of it.
        end: The last day; with precision month or year the first of the last month or year.
        precision: ``day``, ``month`` or ``year``.
        stretches: How many stretches apart the text names.
        text: The words.
    """

    start: date
    end: date
    precision: str
    stretches: int
    text: str


_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_JOINT = r"(?:\s*[-–—]\s*|\s+(?:to|until)\s+)"
_STRETCH = rf"{_DAY}(?:\s+{_MONTH})?(?:\s+\d{{4}})?(?:{_JOINT}{_DAY}(?:\s+{_MONTH})?)?"
_AND = r"(?:\s*(?:,\s*and\b|[,;&])\s*|\s+and\s+)"
_DAYS = re.compile(
    rf"(?P<stretches>{_STRETCH}(?:{_AND}{_STRETCH})*)"
    r"(?<=[a-z])\s+(?P<year>\d{4})"
)
_MONTHS_RANGE = re.compile(
    rf"(?P<first>{_MONTH})(?:,?\s+(?P<first_year>\d{{4}}))?(?:\s*(?:[-–—/]|to|and)\s*"
    rf"(?P<last>{_MONTH}))?,?\s+(?P<year>\d{{4}})"
)
_YEAR = re.compile(r"\b(?P<year>(?:19|20)\d{2})\b")


def days_in(text: str) -> Days | None:
    """The first days, months or year that a text names, as exactly as it names them."""
    text = re.sub(r"\b(between \d{1,2}(?: [A-Z]\w+)?) and\b", r"\1 to", " ".join(text.split()))
    if match := _DAYS.search(text):
        found = _days(match["stretches"], int(match["year"]))
        if found:
            first, last, stretches = found
            return Days(first, last, "day", stretches, match[0])
    if match := _MONTHS_RANGE.search(text):
        year = int(match["year"])
        first = date(int(match["first_year"] or year), MONTHS[match["first"].lower()], 1)
        last = date(year, MONTHS[(match["last"] or match["first"]).lower()], 1)
        if last >= first:
            return Days(first, last, "month", 1, match[0])
    if match := _YEAR.search(text):
        year_start = date(int(match["year"]), 1, 1)
        return Days(year_start, year_start, "year", 1, match[0])
    return None


def _days(text: str, year: int) -> tuple[date, date, int] | None:
    pieces = re.split(_AND, text)
    month: str | None = None
    found: list[tuple[date, date]] = []
    # Months are named once for several days, and the last is always named: read backwards.
    for piece in reversed(pieces):
        ends = []
        for part in reversed(re.split(_JOINT, piece)):
            match = re.match(
                rf"(\d{{1,2}})(?:st|nd|rd|th)?(?:\s+({_MONTH}))?(?:\s+(\d{{4}}))?$", part.strip()
            )
            month = (match[2] if match else None) or month
            if match is None or month is None:
                return None
            year = int(match[3] or year)
            try:
                ends.append(date(year, MONTHS[month.lower()], int(match[1])))
            except ValueError:
                return None
        found.append((ends[-1], ends[0]))
    found.reverse()
    if any(last < first for first, last in found) or any(
        later[0] <= earlier[1] for earlier, later in itertools.pairwise(found)
    ):
        return None
    stretches = 1
    for earlier, later in itertools.pairwise(found):
        stretches += (later[0] - earlier[1]).days > 1
    return found[0][0], found[-1][1], stretches


def years_in(text: str) -> list[int]:
    """The years that a text names, each once."""
    return list(dict.fromkeys(int(match["year"]) for match in _YEAR.finditer(text)))


# Outcomes -----------------------------------------------------------------------------------


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
    if len(text) > _LONGEST_SENTENCE:
        return [], _TOO_LONG
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


# Figures ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FigureInProse:
    """A number in a sentence, with the words that say what it counts."""

    value: float
    unit: str
    measure: str
    sentence: str


_FIGURE = re.compile(
    r"(?<![\w.,/–-])(?:"
    r"(?P<percent>\d{1,3}(?:\.\d+)?)\s?(?:%|per cent\b|percent\b)"
    r"|(?P<digits>\d{1,3}(?:,\d{3})+|\d+)(?![\w%/.–]*\d)(?P<digit_unit>-(?:hour|day|week|month|year)s?\b)?"
    rf"|(?P<word>{_WORDS})(?P<word_unit>-(?:hour|day|week|month|year)\b)?"
    r"|(?P<half>half)(?= (?:of|the)\b)"
    r")(?![\w-])",
    re.IGNORECASE,
)
_NOT_A_FIGURE_BEFORE = re.compile(
    r"(?:paragraphs?|figure|table|section|appendix|theme|category|version|level|part|page|test"
    rf"|recommendations?|{_MONTH})\s*$",
    re.IGNORECASE,
)
_COUNTED_ONE = re.compile(
    r" (?:example|prisoner|child|boy|young person|man|woman|incident|death|officer|patient)\b"
)
_STOP_WORDS = (
    "a an the and or but which who whom that this these those were was is are had has have been"
    " being be with from to at on by for as so because when where while than then into per not"
    " could would should did do does took now in out only currently almost around nearly about"
    " approximately some more less least most just"
)
_STOPS = frozenset(_STOP_WORDS.split())


def figures_in(sentence: str) -> list[FigureInProse]:
    """The numbers of a sentence, in digits or words, apart from years, days and references.

    The word «one» counts only before people and events: it is a pronoun nearly everywhere else.
    """
    found: list[FigureInProse] = []
    if len(sentence) > _LONGEST_SENTENCE:
        return found
    for match in _FIGURE.finditer(sentence):
        before, after = sentence[: match.start()], sentence[match.end() :]
        if _NOT_A_FIGURE_BEFORE.search(before) or re.match(rf"[–-]?\d|\s+{_MONTH}", after):
            continue
        if match["percent"]:
            value, unit = float(match["percent"]), "percent"
        elif match["half"]:
            value, unit = 50.0, "percent"
        elif match["digits"]:
            digits = match["digits"].replace(",", "")
            is_year = len(digits) == 4 and "," not in match["digits"] and digits[:2] in ("19", "20")
            if is_year or (before.endswith("(") and after.startswith(")")):
                continue
            value, unit = float(digits), (match["digit_unit"] or "").strip("-")
        else:
            word = match["word"].lower()
            if word in ("zero",) or (word == "one" and not _COUNTED_ONE.match(after)):
                continue
            value, unit = float(NUMBER_WORDS[word]), (match["word_unit"] or "").strip("-")
        words = _words_after(after)
        # What stands in brackets counts what stands before them.
        is_bracketed = before.rfind("(") > before.rfind(")")
        if not words or (is_bracketed and len(words) < 2):
            words = _words_before(before.rpartition("(")[0] if is_bracketed else before)
        if not unit:
            unit = next((word for word in words[:4] if word.endswith("s") and len(word) > 3), "")
        elif unit != "percent":
            unit += "" if unit.endswith("s") else "s"
        found.append(FigureInProse(value, unit, "_".join(words) or "number", sentence))
    return found


def _words_after(text: str) -> list[str]:
    clause = re.split(r"[.,;:()–—]", text, maxsplit=1)[0]
    words = re.findall(r"[a-z][a-z'’-]*", clause.lower())
    while words and words[0] in ("of", "the", "these", "our", "all", *_STOPS):
        words.pop(0)
    kept: list[str] = []
    for word in words:
        if word in _STOPS or len(kept) == 6:
            break
        kept.append(re.sub(r"['’]", "", word).replace("-", "_"))
    return kept


def _words_before(text: str) -> list[str]:
    words = re.findall(r"[a-z][a-z'’-]*", re.split(r"[.;:]", text)[-1].lower())
    kept = [re.sub(r"['’]", "", word).replace("-", "_") for word in words if word not in _STOPS]
    return kept[-4:]
