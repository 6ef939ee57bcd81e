"""Prisons, visits, concerns, recommendations and events found by typing a few letters of them.

They are looked for in the proposal itself and in the log as the gate last built it.
"""

from dataclasses import dataclass

from rapidfuzz import fuzz, utils

from inspections.log.gate import Judged
from inspections.review.folder.proposal import Proposal, Row

_MOST = 12
_TYPES = {
    "establishment": ("establishments_described", "establishment_id"),
    "visit": ("visits_held", "visit_id"),
    "concern": ("concerns_raised", "concern_id"),
    "recommendation": ("recommendations_made", "recommendation_id"),
}


@dataclass(frozen=True)
class Found:
    """Something that a field may name.

    Attributes:
        id: Its id.
        words: What people know it by.
    """

    id: str
    words: str


def find(proposal: Proposal, judged: Judged | None, kind: str, typed: str) -> list[Found]:
    """Suggestions for typed letters, the likeliest first; without letters, the proposal's own.

    Args:
        proposal: The proposal.
        judged: The log with it; none before the gate has judged once.
        kind: A kind of subject, or ``event``.
        typed: What was typed.
    """
    candidates: dict[str, str] = {}
    for row in proposal.rows:
        if row.is_kept and (found := _of_row(row, kind)):
            candidates.setdefault(found.id, found.words)
    own = len(candidates)
    for identifier, words in _of_log(judged, kind):
        candidates.setdefault(identifier, words)
    sought = utils.default_process(typed)
    if not sought:
        return [Found(*each) for each in list(candidates.items())[: min(own, _MOST) or _MOST]]
    scored = []
    for place, (identifier, words) in enumerate(candidates.items()):
        said = utils.default_process(f"{identifier} {words}")
        parts = sought.split()
        score = 100.0 if all(part in said for part in parts) else fuzz.partial_ratio(sought, said)
        if typed.strip() == identifier:
            score = 200.0
        if score >= 70:
            scored.append((-score, place, Found(identifier, words)))
    return [found for _, _, found in sorted(scored, key=lambda each: each[:2])[:_MOST]]


def _of_row(row: Row, kind: str) -> Found | None:
    if kind == "event":
        return Found(row.event_id, row.values.get("text", "")) if row.event_id else None
    event_type, column = _TYPES.get(kind, ("", ""))
    if row.event_type != event_type or not row.values.get(column):
        return None
    values = row.values
    words = values.get("text") or values.get("name") or values.get("visit_type", "")
    if values.get("reference"):
        words = f"{values['reference']} {words}"
    return Found(values[column], words)


def _of_log(judged: Judged | None, kind: str) -> list[tuple[str, str]]:
    if judged is None:
        return []
    if kind == "event":
        rows = judged.ask(
            "select event_id, coalesce(text, '') from intermediate.int_log order by event_id"
        )
        return [(identifier, words) for identifier, words in rows]
    if kind not in _TYPES:
        return []
    event_type, column = _TYPES[kind]
    told = {
        "establishment": "name",
        "visit": "concat_ws(' ', visit_type, started_on, ended_on)",
        "concern": "text",
        "recommendation": "concat_ws(' ', reference, text)",
    }[kind]
    rows = judged.ask(
        f"select distinct {column}, coalesce({told}, '') from intermediate.int_log"
        f" where event_type = '{event_type}' and {column} is not null order by all"
    )
    return [(identifier, words) for identifier, words in rows]
