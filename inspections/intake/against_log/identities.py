"""Matches a document's subjects with the log: by name, days, reference and text."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from rapidfuzz import fuzz, process

from inspections.intake.against_log.known import Fact, KnownLog, name_key
from inspections.intake.grammar.sentences import MONTHS
from inspections.intake.rows import Problem, Proposal
from inspections.intake.text.vocabulary import plain

# In hundredths, of letters that two texts share. One that is asked about is never taken.
_SAME_TEXT = 92
_SAME_REFERENCE = 60
_LIKE_A_NAME = 88
# What the columns that hold ids of subjects are mapped by.
_COLUMNS = {
    "establishment_id": "establishment",
    "visit_id": "visit",
    "follows_visit_id": "visit",
    "recommendation_id": "recommendation",
    "repeats_recommendation_id": "recommendation",
    "raised_from_recommendation_id": "recommendation",
    "concern_id": "concern",
}


@dataclass
class Identities:
    """The log's ids of a document's subjects, and what is not certain of them.

    Attributes:
        known: The log's id by kind of subject and the proposal's id.
        notes: What a person may want to know, without having to decide.
        problems: What a person has to decide.
        facts: The log's facts about the establishments, by the ids that they are to have.
        placeholders: The id by which the log is to know a subject from now on, by kind and by the
            id that it had while no document gave its reference.
    """

    known: dict[tuple[str, str], str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    placeholders: dict[tuple[str, str], str] = field(default_factory=dict)
    own_establishments: frozenset[str] = frozenset()
    new_visits: dict[str, str] = field(default_factory=dict)

    def of(self, kind: str, own: str) -> str:
        """The log's id of a subject, or its own where the log does not know it."""
        return self.known.get((kind, own), own)


def identify(proposal: Proposal, log: KnownLog) -> Identities:
    """Find the subjects of a proposal in the log and give them the log's ids.

    The rows of the proposal are changed; their event ids are not.

    Args:
        proposal: The proposal.
        log: What the log knows.
    """
    found = Identities()
    found.own_establishments = frozenset(
        row["establishment_id"] for row in proposal.rows.get("establishments_described", [])
    ) | frozenset(proposal.mentioned_establishments)
    _establishments(proposal, log, found)
    _renamed(proposal, found)
    ids = {row["establishment_id"] for row in proposal.rows.get("establishments_described", [])}
    ids |= {found.of("establishment", own) for own in proposal.mentioned_establishments}
    found.facts = log.facts(sorted(ids), sorted(proposal.mentioned))
    _visits(proposal, found)
    _renamed(proposal, found)
    if proposal.mentioned and found.known:
        # What waits is named by the ids that the log's visits have.
        found.facts = log.facts(sorted(ids), sorted(proposal.mentioned))
    _recommendations(proposal, found)
    _renamed(proposal, found)
    found.facts = [_named_anew(fact, found.placeholders) for fact in found.facts]
    return found


def _named_anew(fact: Fact, placeholders: dict[tuple[str, str], str]) -> Fact:
    """A fact by the ids that its subjects are to have."""
    new = {
        column: placeholders[kind, fact.values[column]]
        for column, kind in _COLUMNS.items()
        if (kind, fact.values.get(column, "")) in placeholders
    }
    return replace(fact, values=fact.values | new, is_named_anew=True) if new else fact


def _renamed(proposal: Proposal, found: Identities) -> None:
    """Give the rows the log's ids."""
    for rows in proposal.rows.values():
        for row in rows:
            for own, new in found.new_visits.items():
                # The log has events of these names, about the other visit.
                is_renamed = row["event_id"].startswith(f"{new}-")
                if row["event_id"].startswith(f"{own}-") and not is_renamed:
                    row["event_id"] = f"{new}{row['event_id'][len(own) :]}"
            for column, kind in _COLUMNS.items():
                if row.get(column):
                    row[column] = _renamed_id(kind, row[column], found)
            for column in ("establishment_ids", "establishment_ids_also"):
                if several := row.get(column):
                    row[column] = "|".join(
                        found.of("establishment", each) for each in several.split("|")
                    )
    proposal.mentioned = {
        _renamed_id("recommendation", own, found): text for own, text in proposal.mentioned.items()
    }
    proposal.mentioned_visits = {
        found.of("visit", own): days for own, days in proposal.mentioned_visits.items()
    }


def _renamed_id(kind: str, own: str, found: Identities) -> str:
    direct = found.known.get((kind, own))
    if direct is not None:
        return direct
    if kind in ("recommendation", "concern"):
        # The log's id of a visit is the head of the ids of what it made.
        for (of_kind, visit), known in sorted(
            found.known.items(), key=lambda each: -len(each[0][1])
        ):
            is_renamed = known in found.new_visits.values() and own.startswith(f"{known}-")
            if is_renamed:
                return own
            if of_kind == "visit" and visit != known and own.startswith(f"{visit}-"):
                return f"{known}{own[len(visit) :]}"
    if kind == "visit":
        # «redmoor-a-2024» is a visit to Redmoor A, whatever Redmoor is called in the log.
        heads = [each for each in found.own_establishments if own.startswith(f"{each}-")]
        establishment = max(heads, key=len, default="")
        known = found.known.get(("establishment", establishment), establishment)
        if known != establishment:
            return f"{known}{own[len(establishment) :]}"
    return own


def _establishments(proposal: Proposal, log: KnownLog, found: Identities) -> None:
    named = {
        row["establishment_id"]: row["name"]
        for row in proposal.rows.get("establishments_described", [])
    } | proposal.mentioned_establishments
    for own, name in named.items():
        known = log.establishments.get(name_key(name))
        if known is not None:
            found.known["establishment", own] = known
            continue
        near = process.extractOne(
            name_key(name), list(log.establishments), scorer=fuzz.ratio, score_cutoff=_LIKE_A_NAME
        )
        if near is not None:
            found.problems.append(
                Problem(
                    0,
                    "establishment",
                    own,
                    "",
                    f"The log does not know {name}, but {log.establishments[near[0]]}"
                    f" («{near[0]}»), which is spelt nearly so. If that is meant, put its id in the"
                    " rows; else it is proposed as new.",
                )
            )
        elif log.judged is not None:
            found.notes.append(f"The log does not know {name}: it is proposed as new ({own}).")


def _visits(proposal: Proposal, found: Identities) -> None:
    known = [fact.values for fact in found.facts if fact.event_type == "visits_held"]
    for row in proposal.rows.get("visits_held", []):
        _visit(row, known, found)
    for own, (establishment, days) in list(proposal.mentioned_visits.items()):
        row = {
            "visit_id": own,
            "establishment_id": found.of("establishment", establishment),
            "visit_type": "full_inspection",
            "occurred_on": days.start.isoformat() if days else "",
            "occurred_precision": days.precision if days else "unknown",
            "started_on": days.start.isoformat() if days and days.precision == "day" else "",
            "ended_on": days.end.isoformat() if days and days.precision == "day" else "",
        }
        _visit(row, known, found)


def _visit(row: dict[str, str], known: list[dict[str, str]], found: Identities) -> None:
    own = row["visit_id"]
    if own in found.new_visits.values():
        return
    alike = [
        visit
        for visit in known
        if visit["establishment_id"] == row["establishment_id"]
        and _is_like_type(visit["visit_type"], row["visit_type"])
    ]
    candidates = [
        visit
        for visit in alike
        if _may_be_one(row, visit) or (visit["visit_id"] == own and not _are_apart(row, visit))
    ]
    namesake = [visit for visit in alike if visit["visit_id"] == own and _are_apart(row, visit)]
    if namesake and not candidates:
        # The second visit of one kind to one place in a year: an id of its own.
        ended = date.fromisoformat(row.get("ended_on") or row["occurred_on"])
        # A month's name is no item's number, so that no id of an item is an id of the visit's.
        new = f"{own}-{list(MONTHS)[ended.month - 1]}"
        found.known["visit", own] = found.new_visits[own] = new
        found.notes.append(
            f"The log's {own} was held on other days ({namesake[0]['occurred_on']}): this visit is"
            f" proposed as another, {new}."
        )
        return
    same = [visit for visit in candidates if visit["visit_id"] == own]
    chosen = same or candidates
    if len(chosen) == 1:
        found.known["visit", own] = chosen[0]["visit_id"]
    elif len(chosen) > 1:
        listed = ", ".join(sorted(visit["visit_id"] for visit in chosen))
        found.problems.append(
            Problem(
                0,
                "visit",
                own,
                "",
                f"The log knows several visits that {own} may be: {listed}. Put the right id in"
                " the rows.",
            )
        )


def _is_like_type(first: str, second: str) -> bool:
    return first == second or ("inspection" in (first, second) and "review" not in first + second)


def _may_be_one(first: dict[str, str], second: dict[str, str]) -> bool:
    """Whether two visits may be one by their days, as exactly as each is dated."""
    ours, theirs = _span(first), _span(second)
    return bool(ours and theirs) and ours[0] <= theirs[1] and theirs[0] <= ours[1]  # type: ignore[index]


def _are_apart(first: dict[str, str], second: dict[str, str]) -> bool:
    """Whether two visits are certainly two by their days: weeks apart, no slip of a day."""
    ours, theirs = _span(first), _span(second)
    if ours is None or theirs is None:
        return False
    apart = timedelta(days=21)
    return ours[0] - theirs[1] > apart or theirs[0] - ours[1] > apart


def _span(row: dict[str, str]) -> tuple[date, date] | None:
    if row.get("started_on"):
        first = date.fromisoformat(row["started_on"])
        return first, date.fromisoformat(row.get("ended_on") or row["started_on"])
    if not row.get("occurred_on"):
        return None
    first = date.fromisoformat(row["occurred_on"])
    if row["occurred_precision"] == "day":
        return first, first
    if row["occurred_precision"] == "month":
        return first, (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(1)
    return first, first.replace(month=12, day=31)


def _recommendations(proposal: Proposal, found: Identities) -> None:
    by_visit: dict[str, list[Fact]] = {}
    for fact in found.facts:
        if fact.event_type == "recommendations_made":
            by_visit.setdefault(fact.values["visit_id"], []).append(fact)
    taken: set[str] = set()
    own_rows = [
        (
            row["recommendation_id"],
            row["visit_id"],
            row["reference"],
            row["text"],
            row["concern_id"],
            row["kind"],
        )
        for row in proposal.rows.get("recommendations_made", [])
    ]
    visits = sorted(proposal.mentioned_visits, key=len, reverse=True)
    for own, text in proposal.mentioned.items():
        visit = next((each for each in visits if own.startswith(f"{each}-")), "")
        own_rows.append((own, visit, own[len(visit) + 1 :] if visit else "", text, "", ""))
    for own, visit, reference, text, concern, kind in own_rows:
        candidates = [
            fact
            for fact in by_visit.get(visit, [])
            if fact.event_id not in taken and (not kind or fact.values["kind"] == kind)
        ]
        match = _recommendation(own, reference, text, candidates, found)
        if match is None:
            continue
        taken.add(match.event_id)
        if reference and kind and not match.values["reference"]:
            # A document that came first followed it up and did not print its reference.
            found.placeholders["recommendation", match.values["recommendation_id"]] = own
            if concern and match.values["concern_id"]:
                found.placeholders["concern", match.values["concern_id"]] = concern
            continue
        found.known["recommendation", own] = match.values["recommendation_id"]
        if concern and match.values["concern_id"]:
            found.known["concern", concern] = match.values["concern_id"]
        elif concern:
            found.known["concern", concern] = f"{match.values['recommendation_id']}-concern"


def _recommendation(
    own: str, reference: str, text: str, candidates: list[Fact], found: Identities
) -> Fact | None:
    words = plain(text)
    by_reference = [
        fact for fact in candidates if reference and fact.values["reference"] == reference
    ]
    for fact in by_reference:
        likeness = fuzz.ratio(words, plain(fact.values["text"])) if words else 100
        if likeness >= _SAME_REFERENCE or not fact.values["text"]:
            return fact
        found.problems.append(
            Problem(
                0,
                "recommendation",
                own,
                reference,
                f"{reference} is «{text[:120]}» here, and in the log ({fact.event_id})"
                f" «{fact.values['text'][:120]}»: two texts under one reference.",
                fact.values["text"],
                text,
            )
        )
        return fact
    by_text = [
        fact for fact in candidates if fuzz.ratio(words, plain(fact.values["text"])) >= _SAME_TEXT
    ]
    by_text = [
        fact
        for fact in by_text
        if not (reference and fact.values["reference"]) or reference == fact.values["reference"]
    ] or (by_text if not reference else [])
    if len(by_text) == 1:
        return by_text[0]
    exact = [fact for fact in by_text if plain(fact.values["text"]) == words]
    return exact[0] if len(exact) == 1 else None
