"""Sentences, and the words for numbers and months in them."""

import re

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
_TO_99 = "|".join(sorted(NUMBER_WORDS, key=len, reverse=True))
# «One hundred and five» is one number, and no «five».
WORDS = (
    rf"(?:(?:an?|{'|'.join(_UNITS[1:10])}) hundred(?: and (?:{_TO_99})\b)?"
    rf"|(?<!hundred and )(?<!thousand and )(?:{_TO_99})\b(?!(?: hundred| thousand| million)\b))"
)
# Digits are read whole or not at all: 1,234 is no 234, and 3.14 no 14.
NUMBER = rf"(?:(?<![\d.,])(?:\d{{1,3}}(?:,\d{{3}})+|\d+)(?![.,]?\d)|{WORDS}|none|no)"
COMPARISON = (
    r"(?:(?P<{0}>at least|more than|over|at most|no more than|fewer than|less than|up to)\s+)?"
)
COMPARISONS = {
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
MONTH = "(?:" + "|".join(month.capitalize() for month in MONTHS) + ")"
# Those whom outcomes are for; «women in prison» names no part of an establishment.
PEOPLE = (
    r"(?:(?:prisoners|children|women|men|young (?:adults|people|men|women)|detainees|residents"
    r"|boys|girls|those held)(?: (?:(?:held )?in (?:prison|custody|detention)))?\b)"
)
JUDGES = r"(?:considered|judged)"
PROGRESS_LABELS = r"(?:no meaningful|insufficient|reasonable|good|significant)"
_ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|etc|Mr|Mrs|Ms|Dr|St|No|approx))$")

# What is longer is no sentence: text that lost its full stops. The patterns below would take
# minutes over it.
LONGEST_SENTENCE = 2_000
TOO_LONG = "a sentence of over 2,000 characters is not read"


def number_of(text: str) -> int:
    """The number of a word or digits; none and no are zero."""
    text = " ".join(text.lower().split()).replace(",", "")
    if text in ("none", "no"):
        return 0
    if text.isdigit():
        return int(text)
    hundreds, is_over, rest = text.partition(" hundred")
    if is_over:
        rest = rest.removeprefix(" and ")
        return 100 * NUMBER_WORDS.get(hundreds, 1) + (NUMBER_WORDS[rest] if rest else 0)
    return NUMBER_WORDS[text]


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
