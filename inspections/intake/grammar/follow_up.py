"""The sentences that count what an inspection followed up, raised or was answered."""

import re
from dataclasses import dataclass
from functools import cache

from inspections.intake.grammar.sentences import LONGEST_SENTENCE, NUMBER, number_of
from inspections.intake.grammar.totals import Total
from inspections.intake.text.vocabulary import FOLLOW_UP_SCALES, levels, plain, tests

# «no longer relevant» begins with no number.
_COUNT = rf"(?P<count>{NUMBER})\b(?! longer)"
_WORD = r"(?:achieved|addressed)"
_LEVEL = (
    rf"(?:(?P<negative>not|none)\s+)?(?:been\s+)?(?P<part>partially|partly)?\s*(?:been\s+)?"
    rf"(?:fully\s+)?(?P<word>{_WORD})|(?P<relevant>no longer relevant)"
)
_COUNT_THEN_LEVEL = re.compile(
    rf"\b{_COUNT}(?P<between>(?:(?!\b(?:{NUMBER})\b(?! longer))[^.;:]){{0,110}}?)\b(?:{_LEVEL})",
    re.IGNORECASE,
)
_LEVEL_THEN_COUNT = re.compile(rf"\b(?:{_LEVEL})\s+{_COUNT}", re.IGNORECASE)
_HINTS = re.compile(
    rf"\b(?:concerns?|recommendations?|points?)\b[^.]*\b(?:had|have|has|were|was)\b[^.]*\b{_WORD}\b"
    rf"|\b{_WORD}\b[^.]*\b(?:concerns?|recommendations?)\b"
    rf"|^{NUMBER} (?:of (?:our|the|those) )?(?:recommendations?|concerns?)\b[^.]*"
    r"\bno longer relevant\b",
    re.IGNORECASE,
)
_RAISED = re.compile(
    rf"\b(?:raised|made|identified)\s+(?P<count>{NUMBER})\s+(?:(?P<key>key|main|priority)\s+)?"
    r"(?P<noun>concerns?|recommendations?|housekeeping points?)"
    rf"(?:,?\s+(?:of which\s+)?(?P<sub>{NUMBER})(?:\s+of which)?"
    r"\s+(?:were|should be treated as|are)"
    r"\s+(?P<what>priorit\w+(?:\s+concerns)?|(?:about|in)\s+(?:areas of\s+)?key\s+concern\w*))?"
    r"(?P<about>\s+(?:about|in)\s+(?:areas of\s+)?key\s+concern\w*)?"
    r"(?:\s+in the area of\s+(?P<test>[a-z ]{4,40}?)(?=[.,;]|$))?",
    re.IGNORECASE,
)
_ANSWERS = re.compile(
    rf"\b(?:(?P<full>fully accepted|accepted)|(?P<part>partially \(or subject to resources\)"
    r" accepted|partially accepted|accepted in part)|(?P<rejected>rejected))\s+"
    rf"(?P<count>{NUMBER})\b",
    re.IGNORECASE,
)
# Ombudsmen, monitoring boards and managers count recommendations of their own.
_OF_OTHERS = re.compile(
    r"\b(?:ombudsm[ae]n|PPO|monitoring boards?|IMB|coroners?|auditors?|audits?|peer review\w*"
    r"|self-assessments?|own (?:\w+ )?plans?"
    r"|according to (?:the )?(?:leaders|managers|prison|governor)"
    r"|(?:leaders|managers|staff|governors?|HMPPS|the prison service|the region|the provider)"
    r" (?:\w+ )?(?:told|said|believed|reported|claimed|considered|estimated|assessed))\b",
    re.IGNORECASE,
)
_IDENTIFIED_NOW = re.compile(
    r"\b(?:during|at|in) this (?:inspection|visit|report)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class RaisedTotal:
    """How many concerns or recommendations a report says that an inspection raised.

    Attributes:
        noun: ``concern``, ``recommendation`` or ``housekeeping point``.
        count: How many.
        priority: How many of them are priorities, or about areas of key concern; none where the
            sentence does not say.
        test: The healthy prison test's name that it is about, reduced to words; empty for all.
        is_key: Whether it counts key ones alone.
        is_now: Whether this report's own are counted.
    """

    noun: str
    count: int
    priority: int | None
    test: str
    is_key: bool
    is_now: bool


def follow_up_totals_in(sentence: str) -> tuple[list[Total], str]:
    """Read how many items a sentence says were achieved, addressed, or not.

    Args:
        sentence: One sentence.

    Returns:
        The totals, and what hints at one in words that are not known; empty where nothing does.
    """
    text = " ".join(sentence.split())
    if len(text) > LONGEST_SENTENCE or not _HINTS.search(text) or _OF_OTHERS.search(text):
        return [], ""
    if re.search(r"\b(?:should|must|needs? to|will|would|could)\b[^.]{0,40}\b" + _WORD, text):
        return [], ""
    is_key = bool(re.search(r"\bareas? of key concern|\bkey recommendations?\b", text, re.I))
    form = _LEVEL_THEN_COUNT if _LEVEL_THEN_COUNT.search(text) else _COUNT_THEN_LEVEL
    found: list[Total] = []
    fault = ""
    word = next(iter(re.findall(rf"\b({_WORD})\b", text, re.IGNORECASE)), "")
    for match in form.finditer(text):
        if re.match(r"\s*(?:per cent|%)", text[match.end("count") :]):
            continue
        is_negative = match["negative"] or re.search(
            r"\bnot\s+(?:yet\s+)?(?:been\s+)?$",
            text[: match.start("word")] if match["word"] else "",
        )
        # A sentence of its own may say what is no longer relevant: only items achieved can be so.
        kind = (match["word"] or word or "achieved").lower()
        scale = FOLLOW_UP_SCALES[kind]
        label = (
            "no longer relevant"
            if match["relevant"]
            else f"{'not ' if is_negative else 'partially ' if match['part'] else ''}{kind}"
        )
        level = levels()[scale].get(label)
        if level is None:
            fault = f"{label!r} is no level of the scale {scale}"
            continue
        count = number_of(match["count"])
        found.append(Total(scale, level.code, "exactly", count, text, is_key))
    if len({total.judgement for total in found}) < len(found):
        return [], "it gives one level two counts"
    if not found and re.search(rf"\b(?:{NUMBER}|all|most|half|none)\b[^.]*\b{_WORD}\b", text, re.I):
        return [], fault or "it may count what was followed up, in words that are not known"
    return found, fault


@cache
def _test_names() -> frozenset[str]:
    return frozenset(plain(test.name) for test in tests())


def raised_in(sentence: str) -> list[RaisedTotal]:
    """Read how many concerns or recommendations a sentence says were raised.

    Args:
        sentence: One sentence.
    """
    text = " ".join(sentence.split())
    if len(text) > LONGEST_SENTENCE or _OF_OTHERS.search(text):
        return []
    found = []
    for match in _RAISED.finditer(text):
        test = plain(match["test"] or "")
        noun = plain(match["noun"]).removesuffix("s")
        found.append(
            RaisedTotal(
                noun,
                number_of(match["count"]),
                number_of(match["sub"]) if match["sub"] else None,
                test if test in _test_names() else "",
                bool(match["about"])
                or ((match["key"] or "").lower() in ("key", "main") and "concern" not in noun),
                bool(_IDENTIFIED_NOW.search(text))
                and not re.search(r"\b(?:last|previous) inspection\b", text, re.IGNORECASE),
            )
        )
    return found


def answers_in(text: str) -> dict[str, int]:
    """Read how many recommendations a text says were accepted, partially accepted, rejected.

    Args:
        text: A paragraph: the numbers may stand in several sentences.

    Returns:
        The counts by ``accepted``, ``partially_accepted`` and ``rejected``.
    """
    found: dict[str, int] = {}
    for match in _ANSWERS.finditer(" ".join(text.split())[: LONGEST_SENTENCE * 2]):
        key = "accepted" if match["full"] else "partially_accepted" if match["part"] else "rejected"
        found.setdefault(key, number_of(match["count"]))
    return found
