"""Recognises the columns of an action plan by their titles."""

import re

from inspections.intake.text.vocabulary import plain

REFERENCE = r"(?:[A-Z]{1,2}\d{1,3}|\d{1,2}\.\d{1,3})"
_REFERENCE_CELL = re.compile(
    rf"^(?:(?:(?:key|priority|main)\s+)?(?:concerns?|recommendations?|rec|no|ref)?\.?\s*)?"
    rf"[(]?(?P<reference>{REFERENCE}|\d{{1,2}})[.):]*$",
    re.IGNORECASE,
)
_HEADER_WORD = re.compile(
    r"(?:rec|recs|recommendations?|concerns?|no|nos|number|ref|reference|para|paragraph|priority|key"
    r"|main|agreed|partly|partially|not|accepted|rejected|response|responses|action|actions|taken"
    r"|planned|required|to|be|and|or|the|of|for|in|by|when|responsible|owners?|functions?|leads?"
    r"|role|target|dates?|timescales?|deadlines?|due|completion|progress|status|rag|rating|update"
    r"|comments?|additional|evidence|measures?|success|who|what|issue|hmip|hmcip|report|area|each)",
    re.IGNORECASE,
)


def reference_in(text: str) -> str:
    """The reference that a cell holds, such as ``5.1`` or ``S40``; empty where it holds none."""
    match = _REFERENCE_CELL.match(" ".join(text.split()).strip(" *"))
    return match["reference"] if match else ""


def is_of_a_header(text: str) -> bool:
    """Whether a line may be one of a table's header: nothing in it but words of such titles."""
    words = re.findall(r"[A-Za-z]+", text)
    known = sum(bool(_HEADER_WORD.fullmatch(word)) for word in words)
    return 0 < len(words) <= 40 and known >= len(words) * 0.85


def columns_of(texts: list[str]) -> dict[str, int]:
    """The columns by what they hold, where a row is the table's header.

    Args:
        texts: The titles, from left to right.

    Returns:
        The place of ``reference``, ``text``, ``answer``, ``action``, ``owner`` and ``target``;
        empty where fewer than three are known.
    """
    found: dict[str, int] = {}
    for place, text in enumerate(texts):
        key = re.sub(r"^\d{1,2}[.)]?\s+", "", plain(text))
        if not key or len(key) > 90 or len(key.split()) > 12:
            continue
        if re.fullmatch(
            r"(?:(?:key|priority|main) )?(?:rec|recommendation|concern|para|paragraph|hmip|action)?"
            r"s?\.? ?(?:no|number|ref|reference)s?\.?",
            key,
        ):
            found.setdefault("reference", place)
        elif "target" in key or re.search(
            r"by when|timescale|deadline|due date|date due|completion(?: date)?$"
            r"|^(?:end )?date$|^when$",
            key,
        ):
            found.setdefault("target", place)
        elif re.search(r"owner|function|responsib|\blead\b|by whom|^who$", key):
            found.setdefault("owner", place)
        elif re.search(r"status|progress|\brag\b|rating|update|evidence|success|comment", key):
            continue
        elif "action" in key:
            found.setdefault("action", place)
        elif "agreed" in key or "accepted" in key or key == "response":
            found.setdefault("answer" if "answer" not in found else "action", place)
        elif "recommendation" in key or "concern" in key or key == "issue":
            found.setdefault("text", place)
        elif "response" in key:
            found.setdefault("action", place)
    if "action" not in found and "answer" in found and plain(texts[found["answer"]]) == "response":
        # Of a plan that agrees to nothing, the response is the action.
        found["action"] = found.pop("answer")
    if len(found) < 3 or "action" not in found:
        return {}
    if 0 not in found.values():
        found.setdefault("reference", 0)
    return found
