"""Recommendations that may repeat an earlier one of the same prison, for a person to confirm.

Two inspections rarely use the same words, and alike words may ask for different things: a likeness
is a question, never an answer.
"""

from rapidfuzz import fuzz

from inspections.intake.against_log.known import Fact
from inspections.intake.rows import Proposal
from inspections.intake.text.vocabulary import plain

COLUMNS = ("recommendation_id", "repeats_recommendation_id", "score", "text", "earlier_text")
# In hundredths. Below this, pairs of one prison are alike by their subject alone.
_LEAST = 65
_MOST_PER_ITEM = 3


def candidates(proposal: Proposal, facts: list[Fact]) -> list[dict[str, str]]:
    """The pairs of a later and an earlier recommendation whose texts are alike.

    Args:
        proposal: The proposal, with the log's ids.
        facts: The log's facts about its establishments.

    Returns:
        Rows of ``candidates.csv``, the likest first. An item whose report says itself what it
        repeats is in none.
    """
    days = _days(proposal, facts)
    made = {
        fact.values["recommendation_id"]: fact.values
        for fact in facts
        if fact.event_type == "recommendations_made"
    }
    proposed = {
        row["recommendation_id"]: row for row in proposal.rows.get("recommendations_made", [])
    }
    made |= {own: row for own, row in proposed.items() if own not in made}
    found = []
    for later in made.values():
        if later["repeats_recommendation_id"] or not later["text"]:
            continue
        alike = []
        for earlier in made.values():
            is_of_this = later["recommendation_id"] in proposed
            is_of_this = is_of_this or earlier["recommendation_id"] in proposed
            first, second = days.get(earlier["visit_id"], ""), days.get(later["visit_id"], "")
            if not (is_of_this and earlier["text"] and first and first < second):
                continue
            score = fuzz.token_sort_ratio(
                plain(later["text"]), plain(earlier["text"]), score_cutoff=_LEAST
            )
            if score:
                alike.append((score, earlier["recommendation_id"], earlier["text"]))
        alike.sort(key=lambda each: (-each[0], each[1]))
        found += [
            (score, later["recommendation_id"], earlier_id, later["text"], text)
            for score, earlier_id, text in alike[:_MOST_PER_ITEM]
        ]
    found.sort(key=lambda each: (-each[0], each[1], each[2]))
    return [
        dict(zip(COLUMNS, (later, earlier, f"{score:.0f}", text, earlier_text), strict=True))
        for score, later, earlier, text, earlier_text in found
    ]


def _days(proposal: Proposal, facts: list[Fact]) -> dict[str, str]:
    """The first day of each visit, as exactly as it is known."""
    days = {
        fact.values["visit_id"]: fact.values["occurred_on"]
        for fact in facts
        if fact.event_type == "visits_held"
    }
    return days | {
        row["visit_id"]: row["occurred_on"]
        for row in proposal.rows.get("visits_held", [])
        if row["occurred_on"]
    }
