"""The sentences that judge progress."""

import re
from dataclasses import dataclass

from inspections.intake.grammar.sentences import (
    JUDGES,
    LONGEST_SENTENCE,
    PROGRESS_LABELS,
    TOO_LONG,
)
from inspections.intake.text.vocabulary import (
    BODY_NAMES,
    HMIP,
    PROGRESS_SCALES,
    Level,
    body_of,
    levels,
)


@dataclass(frozen=True)
class Judgement:
    """A judgement in a closing sentence; ``level`` is none where the words are not known."""

    body: str
    level: Level | None
    sentence: str
    fault: str = ""


SUBJECT = (
    r"(?P<subject>we|inspectors|"
    + "|".join(f"(?:{names})(?: inspectors)?" for names in BODY_NAMES.values())
    + ")"
)
_PLACE = (
    r"(?:in|against|on|with|towards) (?:this|the) (?:key |priority )*"
    r"(?:area(?: of concern)?|recommendation|concern|theme)"
)
_SAID = (
    r"^(?:(?:overall|on balance|however|nevertheless|therefore|as a result|in conclusion"
    r"|in summary),? )?"
    rf"{SUBJECT},? (?:(?:therefore|overall|nevertheless|still),? )?{JUDGES}"
)
_LEVEL = rf"(?P<level>{PROGRESS_LABELS}) progress"
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
    rf"\bprogress\b[^.]*\b{_PLACE}\b|^{SUBJECT} (?:\w+ly )?(?:considered|judged|concluded|felt|"
    rf"found|assessed)\b[^.]*\bprogress\b|\b{PROGRESS_LABELS} progress\b[^.]*\b{_PLACE}\b",
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
    if len(text) > LONGEST_SENTENCE:
        return Judgement("", None, text[:200], TOO_LONG)
    for form in _JUDGEMENT_FORMS:
        match = form.match(text)
        if not match:
            continue
        body = judging_body(match["subject"])
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


def judging_body(subject: str) -> str:
    """The body that speaks of itself by these words."""
    return body_of(re.sub(r" inspectors$", "", subject, flags=re.IGNORECASE)) or HMIP
