"""The numbers in prose."""

import re
from dataclasses import dataclass
from decimal import Decimal

from inspections.intake.grammar.sentences import (
    LONGEST_SENTENCE,
    MONTH,
    WORDS,
    number_of,
)


@dataclass(frozen=True)
class FigureInProse:
    """A number in a sentence, with the words that say what it counts.

    Attributes:
        value: The number, with every digit that is printed.
        unit: What it counts, such as ``prisoners`` or ``percent``.
        measure: The words beside it.
        sentence: The sentence.
    """

    value: Decimal
    unit: str
    measure: str
    sentence: str


_DIGITS = r"(?:\d{1,3}(?:,\d{3})+|\d+)"
# A number with a point is a paragraph's, such as 3.14, unless its size or its unit says otherwise.
_DECIMAL = (
    r"(?:\d{1,3}(?:,\d{3})+|\d{3,}|(?<=£)\d+)\.\d+"
    r"|\d+\.\d+(?=\s?(?:hours?|days?|weeks?|months?|years?|minutes?|million|billion|times)\b)"
)
_FIGURE = re.compile(
    r"(?<![\w.,/–-])(?<!\d )(?:"
    rf"(?P<percent>{_DIGITS}(?:\.\d+)?)\s?(?:%|per cent\b|percent\b)"
    rf"|(?P<digits>(?:{_DECIMAL}|{_DIGITS})(?![.,]?\d)(?! \d{{3}}\b))(?![\w%/.–]*\d)"
    r"(?P<digit_unit>-(?:hour|day|week|month|year)s?\b)?"
    rf"|(?P<word>{WORDS})(?P<word_unit>-(?:hour|day|week|month|year)\b)?"
    r"|(?P<half>half)(?= (?:of|the)\b)"
    r")(?![\w-])(?P<times>\s(?:hundred|thousand|million|billion)\b)?",
    re.IGNORECASE,
)
_TIMES = {
    "hundred": 100,
    "thousand": 1_000,
    "million": 1_000_000,
    "billion": 1_000_000_000,
}
_NOT_A_FIGURE_BEFORE = re.compile(
    r"(?:paragraphs?|figure|table|section|appendix|theme|category|version|level|part|page|test"
    rf"|recommendations?|{MONTH})\s*$",
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
    if len(sentence) > LONGEST_SENTENCE:
        return found
    for match in _FIGURE.finditer(sentence):
        before, after = sentence[: match.start()], sentence[match.end() :]
        if _NOT_A_FIGURE_BEFORE.search(before) or re.match(rf"[–-]?\d|\s+{MONTH}", after):
            continue
        if match["percent"]:
            value, unit = Decimal(match["percent"].replace(",", "")), "percent"
        elif match["half"]:
            value, unit = Decimal(50), "percent"
        elif match["digits"]:
            digits = match["digits"].replace(",", "")
            is_year = len(digits) == 4 and "," not in match["digits"] and digits[:2] in ("19", "20")
            if is_year or (before.endswith("(") and after.startswith(")")):
                continue
            value, unit = Decimal(digits), (match["digit_unit"] or "").strip("-")
        else:
            word = match["word"].lower()
            if word in ("zero",) or (word == "one" and not _COUNTED_ONE.match(after)):
                continue
            value, unit = Decimal(number_of(word)), (match["word_unit"] or "").strip("-")
        if match["times"]:
            value = Decimal(f"{(value * _TIMES[match['times'].strip().lower()]).normalize():f}")
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
