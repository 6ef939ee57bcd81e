"""The sentences that state totals of judgements."""

import re
from dataclasses import dataclass

from inspections.intake.grammar.judgements import SUBJECT, judging_body
from inspections.intake.grammar.sentences import (
    COMPARISON,
    COMPARISONS,
    JUDGES,
    LONGEST_SENTENCE,
    NUMBER,
    PROGRESS_LABELS,
    TOO_LONG,
    number_of,
)
from inspections.intake.text.vocabulary import HMIP, OFSTED, PROGRESS_SCALES, levels


@dataclass(frozen=True)
class Total:
    """A number of judgements, or of items followed up, that a sentence states.

    Attributes:
        scale: The scale of the words, such as ``hmip_concern_follow_up``; empty for all.
        judgement: The codes of the levels; empty for all.
        comparison: How the number is to be taken, such as ``at_least``.
        count: How many.
        sentence: The words.
        is_key: Whether it counts those about areas of key concern alone.
    """

    scale: str
    judgement: str
    comparison: str
    count: int
    sentence: str
    is_key: bool = False


_PAIR = re.compile(
    rf"\b(?P<levels>{PROGRESS_LABELS}(?: or {PROGRESS_LABELS})*(?: or better)?)"
    r"(?: progress)?(?: (?:had been|has been|have been|was|were) made)?"
    r" (?:in|against|on|for|with) (?:only |just |all )?"
    + COMPARISON.format("comparison")
    + rf"(?P<count>{NUMBER})(?![\w%-])(?! per cent)(?: of)?(?: the| our)?(?: other| further)?"
    r"(?P<noun> (?:key |priority |Ofsted )*(?:recommendations?|concerns?|themes?|areas?))?",
    re.IGNORECASE,
)
_FOLLOWED = re.compile(
    r"\b(?P<subject>Ofsted )?(?:followed up|assessed progress against|reviewed progress against"
    r"|looked at)(?: progress (?:in|on|against))?(?: the| all| our)*\s+"
    + COMPARISON.format("comparison")
    + rf"(?P<count>{NUMBER})(?: of (?:the|our) (?P<out_of>{NUMBER}))?"
    r"(?: (?:key|priority|main|HMI Prisons|Ofsted))*"
    r" (?P<noun>recommendations?|concerns?|areas of concern|themes?)"
    rf"(?:[^.;]*?\bincluding (?P<themes>{NUMBER}) (?:Ofsted )?themes?\b)?",
    re.IGNORECASE,
)
_FIGURE_TOTAL = re.compile(r"\(n\s*=\s*(?P<count>\d{1,3})\)")
_PRACTICE_TOTAL = re.compile(
    rf"\bfound (?P<count>{NUMBER}) examples? of notable positive practice", re.IGNORECASE
)
_HINTS_AT_TOTAL = re.compile(
    rf"\b{PROGRESS_LABELS}\b[^.]*\b(?:in|against|on|for|with)\b[^.]*?"
    rf"\b(?:{NUMBER}|half|two-thirds|a third|most|all|both|every|many)\b[^.]*?"
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
    if len(text) > LONGEST_SENTENCE:
        return [], TOO_LONG
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
        if match["comparison"] and match["comparison"].lower() not in COMPARISONS:
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
    match = re.match(rf"(?:[^.]*?\b)?{SUBJECT} {JUDGES}\b", text, re.IGNORECASE)
    if match:
        body = judging_body(match["subject"])
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
    code = COMPARISONS.get((comparison or "").lower(), "exactly")
    totals.append(Total(scale, judgement, code, number_of(count), sentence))
