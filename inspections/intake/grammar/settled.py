"""Whether a sentence settles a fact: whose it is, when it held, and whether it is stated at all.

Outcomes of this visit are stated in plain words. Whatever is denied, compared, wished, expected,
said by others, or about other prisons, is no outcome of it. In doubt, a person is asked.
"""

import re

_NEGATION = re.compile(
    r"\b(?:not(?! sufficiently)|never|no|none|neither|nor|hardly|barely|scarcely|seldom|rarely"
    r"|cannot|without|nothing|nobody|few|far from|short of|anything but|less than|too)\b|n[’']t\b",
    re.IGNORECASE,
)
_WISH = re.compile(
    r"\b(?:will|would|should|shall|must|(?-i:may)|might|could|can|if|unless|until|whether|expect\w*"
    r"|aim\w*|plan(?:s|ned|ning)?|hop(?:e|es|ed|ing)|target\w*|likely|unlikely|intend\w*"
    r"|in order to|need\w* to|ought|ambition\w*|predict\w*|forecast\w*)\b",
    re.IGNORECASE,
)
_COMPARISON = re.compile(
    r"\b(?:than|compared|comparison|unlike|similar to|as (?:poor|good|bad) as|better|worse|rather"
    r"|instead|almost|nearly|close to|approach\w*|at least|at best|at most"
    r"|from being|(?:improved|declined|risen|fallen) from)\b",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"\b(?:other|similar|comparable|comparator|neighbouring|most|many|some|those)"
    r" (?:\w+ ){0,2}(?:prisons|establishments|jails|sites|institutions)\b|\bnationally\b"
    r"|\belsewhere\b|\bacross the (?:estate|country|prison system|prison service)\b",
    re.IGNORECASE,
)
# What was found before the last inspection is neither this one's nor the last one's.
_LONG_AGO = re.compile(
    r"\b(?:inspections?|visits?|reports?)\b[^.;]{0,20}\bbefore (?:the )?(?:last|that|previous)\b"
    r"|\b(?:two|three|several) (?:inspections|visits) ago\b|\blast but one\b"
    r"|\bpenultimate (?:inspection|visit)\b",
    re.IGNORECASE,
)
_NAMED = re.compile(r"\bHM ?(?:P|YOI)s?(?:[/ &]+(?:HM ?)?(?:P|YOI))* (?P<name>[A-Z][\w’'-]+)")
_SAID_BY_OTHERS = re.compile(
    r"\b(?:believ\w+|thought|claim\w*|assert\w*|told us|self[- ]assess\w*|themselves"
    r"|in (?:their|his|her) (?:view|opinion)|perceiv\w+|leaders (?:judged|assessed|rated)"
    r"|reported by|(?:prisoners|children|women|staff|leaders|managers|governors?|they|he|she|many"
    r"|some) (?:\w+ )?(?:said|say|felt|feel|described|rated|reported|considered|judged))\b",
    re.IGNORECASE,
)
_BOUNDARY = re.compile(
    r"[;:–—]|,\s+(?:and|but|so|while|whereas|although|though)\b|\b(?:but|whereas|while)\b"
    r"|\band (?=(?:the )?outcomes\b)|\band (?:the )?$",
    re.IGNORECASE,
)

_OF_LAST_TIME = re.compile(
    r"\b(?:(?:at|in|during|after|by|of) )?(?:our|the|that|its|their|an?)"
    r" (?:last|previous|most recent|earlier|preceding|former|prior)"
    r"(?: (?:full|unannounced|announced|scrutiny|two|three))* (?:inspections?|visits?|reports?)\b"
    r"|\b(?:at|in|during) (?:our|the) (?:(?:19|20)\d{2} (?:inspection|visit|report)"
    r"|(?:inspection|visit) (?:in|of|on) (?:\w+ )?(?:19|20)\d{2})\b"
    r"|\b(?:when|where) (?:we|inspectors) (?:last |had |previously )*"
    r"(?:inspected|visited|reported)\b"
    r"|\b(?:previously|formerly|last time|in the past|at that time|hitherto)\b"
    r"|\b(?:\w+ )?(?:years?|months?) (?:ago|earlier|before|previously)\b"
    r"|\b(?:until|before|prior to) (?:\w+ )?(?:19|20)\d{2}\b|\buntil recently\b"
    r"|\bhad been\b|\bused to be\b|\bonce been\b",
    re.IGNORECASE,
)
# «Since our last inspection» and «as at our last inspection» speak of now.
_ONLY_COMPARED = re.compile(
    r"\b(?:since|than|as|like|unlike|from|with|compared to|similar to|worse|better"
    r"|improvement on|decline from)(?: (?:in|at|during|was|were|that|those|the case))*\s*$",
    re.IGNORECASE,
)
_OF_NOW = re.compile(
    r"\b(?:at|in|during|on) (?:this|our current|the current) (?:inspection|visit|occasion|review)\b"
    r"|\bthis time\b|\bnow\b|\bcurrently\b|\btoday\b",
    re.IGNORECASE,
)
# A change is one since the last inspection, unless the sentence says when it was.
_CHANGED = re.compile(
    r"\bhad (?:improved|deteriorated|declined|fallen|slipped|dropped|worsened|risen)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(
    r"(?<!since )(?<!from )\b(?:in|of|during)(?: \w+)? (?P<year>(?:19|20)\d{2})\b", re.IGNORECASE
)


def why_unsettled(text: str, start: int, end: int, own: str = "") -> str:
    """Why the words before a statement keep it from being one; empty where none does.

    Args:
        text: The sentence.
        start: Where the statement begins in it.
        end: Where its subject ends, which may name whom it is about.
        own: The names of the establishments that the document is about; empty where all are its
            own.
    """
    before = text[:start]
    boundaries = list(_BOUNDARY.finditer(before))
    clause = before[boundaries[-1].end() :] if boundaries else before
    for pattern, what in (
        (_NEGATION, "is denied"),
        (_WISH, "is wished or expected"),
        (_COMPARISON, "is compared"),
        (_SAID_BY_OTHERS, "is said by others"),
    ):
        if match := pattern.search(clause):
            return f"what it says may be what {what} («{match[0]}»)"
    if match := _LONG_AGO.search(text[:end]):
        return f"it is of an inspection before the last («{match[0]}»)"
    if match := _ELSEWHERE.search(text[:end]):
        return f"it may be about other prisons («{match[0]}»)"
    for match in _NAMED.finditer(text[:end]) if own else ():
        if match["name"].lower() not in own.lower():
            return f"it may be about another prison («{match[0]}»)"
    return ""


class OfBothTimes(str):
    """The doubt that a statement may be of the last inspection, which its sentence names too."""

    __slots__ = ()


def is_of_last_time(
    text: str, start: int, end: int, this_year: int | None = None
) -> tuple[bool | None, str]:
    """Whether a statement is of an earlier inspection.

    Args:
        text: The sentence.
        start: Where the statement begins in it.
        end: Where it ends.
        this_year: The year of the visit, where known: earlier years are of an earlier time.

    Returns:
        Yes, no, or none where the sentence does not say; and a doubt.
    """
    marks = [
        (match.start(), True)
        for match in _OF_LAST_TIME.finditer(text)
        if not _ONLY_COMPARED.search(text[: match.start()])
    ]
    marks += [(match.start(), False) for match in _OF_NOW.finditer(text)]
    if this_year is not None:
        marks += [
            (match.start(), True)
            for match in _YEAR.finditer(text)
            if int(match["year"]) < this_year
        ]
    if not any(mark[0] < end for mark in marks):
        marks += [(match.start(), False) for match in _CHANGED.finditer(text)]
    before = [mark for mark in sorted(marks) if mark[0] < end]
    after = [mark for mark in sorted(marks) if mark[0] >= end]
    if before:
        return before[-1][1], ""
    if not after:
        return None, ""
    kinds = {is_last for _, is_last in after}
    boundary = _BOUNDARY.search(text, end)
    comma = text.find(",", end)
    ends = [boundary.start()] if boundary else []
    is_near = all(after[0][0] < each for each in [*ends, *([comma] if comma >= 0 else [])])
    if kinds == {True} and is_near:
        return True, ""
    if True in kinds:
        return None, OfBothTimes("it speaks of the last inspection too")
    return False, ""
