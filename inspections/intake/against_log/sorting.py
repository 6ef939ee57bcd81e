"""Each proposed row: new, known and the same, more exact, known and different, or of this document.

A fact keeps the event that stated it first. What another document says of it is evidence about that
event; only what the log lacks, or what a visit's own report says in its own words, becomes a
correction. A contradiction is never settled here.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from rapidfuzz import fuzz

from inspections.intake.against_log.candidates import candidates
from inspections.intake.against_log.identities import identify
from inspections.intake.against_log.known import Fact, KnownLog
from inspections.intake.grammar import Days
from inspections.intake.rows import CHECK, NOTE, SURE, Problem, Proposal, first_of
from inspections.intake.text.vocabulary import HMIP_OUTCOME, plain
from inspections.log.declaration import event_types

# What tells two statements of one type to be about one fact.
_SAME_FACT = {
    "establishments_described": ("establishment_id",),
    "visits_held": ("visit_id",),
    "reports_published": ("visit_id", "what", "document_id"),
    "outcomes_judged": ("visit_id", "unit", "healthy_prison_test"),
    "concerns_raised": ("concern_id",),
    "recommendations_made": ("recommendation_id",),
    "responses_received": ("recommendation_id",),
    "progress_judged": ("visit_id", "recommendation_id", "scale"),
    "progress_restated": ("visit_id", "recommendation_id", "scale", "document_id"),
    "practice_noted": ("visit_id", "text"),
    "findings_recorded": ("document_id", "paragraph"),
    "figures_observed": ("document_id", "paragraph", "measure", "value"),
    "totals_stated": ("visit_id", "scale", "judgement", "comparison", "stated_count", "kind"),
    "outcome_bounds_stated": ("visit_id", "healthy_prison_test", "comparison", "compared_visit_id"),
    "urgent_notifications_issued": ("visit_id",),
}
# What two statements of one fact may contradict each other in.
_CONTRADICTS = {
    "establishments_described": ("opened_year",),
    "visits_held": ("visit_type", "started_on", "ended_on", "is_announced", "follows_visit_id"),
    "outcomes_judged": ("outcome", "scale"),
    "outcome_bounds_stated": ("outcome", "scale"),
    "concerns_raised": ("is_priority", "text"),
    "recommendations_made": ("kind", "reference", "text"),
    "responses_received": ("response", "target_on"),
    "progress_judged": ("judgement",),
    "progress_restated": ("judgement",),
}
# What one may say and the other leave out.
_ADDS = {
    "establishments_described": ("opened_year",),
    "visits_held": (
        "started_on",
        "ended_on",
        "is_announced",
        "bodies",
        "follows_visit_id",
        "establishment_ids_also",
    ),
    "outcomes_judged": ("bodies",),
    "concerns_raised": ("area", "is_priority"),
    "recommendations_made": (
        "concern_id",
        "area",
        "reference",
        "repeats_recommendation_id",
        "addressees",
        "raised_from_recommendation_id",
        "cites",
        "establishment_ids",
    ),
    "responses_received": ("target_on", "target_precision", "text"),
}
# Sets of codes or names, of which each document may know a part.
_SETS = ("bodies", "addressees", "cites", "establishment_ids", "establishment_ids_also")
# What an empty column says.
_MEANS = {"what": "report"}
# The visit's own report has the say in how these read.
_READS = ("area", "text", "addressees")
_SAME_WORDS = 85
_EXACTNESS = {"unknown": 0, "year": 1, "month": 2, "day": 3}


@dataclass
class Sorted:
    """A proposal's rows, sorted against the log.

    Attributes:
        counts: How many rows are ``new``, ``confirms``, ``adds``, ``disputes``, ``prefers``,
            ``names`` and ``this document``.
        problems: What needs a person, contradictions first.
        notes: What a person may want to know.
        rows: The rows to append, by event type.
        became: What became of each row of the proposal, by its type and place there, and the row
            as it is proposed.
        candidates: Recommendations that may repeat an earlier one.
    """

    counts: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    rows: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    became: dict[tuple[str, int], tuple[str, dict[str, str]]] = field(default_factory=dict)
    candidates: list[dict[str, str]] = field(default_factory=list)


def sort_against(
    proposal: Proposal,
    log: KnownLog,
    stated_on: Days | None,
    prefers: frozenset[str] | None = None,
    edition_of: str = "",
) -> Sorted:
    """Sort a proposal's rows by what the log knows.

    Args:
        proposal: The proposal; its rows get the log's ids.
        log: What the log knows.
        stated_on: When the document states it, as its evidence is dated.
        prefers: The events of the log that this document's word is to replace where the two
            differ; an empty set means all of them, none that nothing is replaced.
        edition_of: The document of the log of which this one is another edition; what the two say
            alike is not evidence of two.

    Returns:
        The rows to append.
    """
    identities = identify(proposal, log)
    done = Sorted(problems=list(identities.problems), notes=list(identities.notes))
    sorting = _Sorting(proposal, log, stated_on, prefers, edition_of, identities.facts, done)
    for event_type in event_types():
        for place, row in enumerate(proposal.rows.get(event_type, [])):
            done.became[event_type, place] = sorting.sort(event_type, row)
    sorting.texts_of_what_is_mentioned()
    sorting.names_by_reference()
    done.candidates = candidates(proposal, identities.facts)
    if done.candidates and done.rows:
        done.notes.append(
            f"{len(done.candidates)} pair(s) of recommendations are alike in words and may be"
            " repeated ones: candidates.csv. Put an earlier one's id into the later one's column"
            " repeats_recommendation_id where that is so."
        )
    return done


class _Sorting:
    def __init__(
        self,
        proposal: Proposal,
        log: KnownLog,
        stated_on: Days | None,
        prefers: frozenset[str] | None,
        edition_of: str,
        facts: list[Fact],
        done: Sorted,
    ) -> None:
        self.proposal = proposal
        self.document = proposal.document["document_id"]
        self.log = log
        self.stated_on = stated_on
        self.prefers = prefers
        self.edition_of = edition_of
        self.done = done
        self.entered = {
            fact.first_paragraph
            for fact in facts
            if fact.first_document_id == self.document and fact.first_paragraph
        }
        self.by_fact: dict[tuple[str, ...], list[Fact]] = {}
        for fact in facts:
            self.by_fact.setdefault(self._key(fact.event_type, _of_fact(fact)), []).append(fact)
        self.facts = facts
        self.cited: set[tuple[str, str]] = set()

    def _key(self, event_type: str, row: dict[str, str]) -> tuple[str, ...]:
        columns = _SAME_FACT.get(event_type, ("event_id",))
        return (
            event_type,
            *(
                plain(row.get(name, ""))
                if name == "text"
                else row.get(name) or _MEANS.get(name, "")
                for name in columns
            ),
        )

    def sort(self, event_type: str, row: dict[str, str]) -> tuple[str, dict[str, str]]:
        """Sort one row.

        Returns:
            What became of it, and the row that is proposed for it.
        """
        what, proposed = self._sorted(event_type, row)
        self.done.counts[what] += 1
        return what, proposed

    def _sorted(self, event_type: str, row: dict[str, str]) -> tuple[str, dict[str, str]]:
        known = self.by_fact.get(self._key(event_type, row), [])
        own = [
            fact for fact in known if self.document in (fact.document_id, fact.first_document_id)
        ]
        # Of a paragraph that was entered a person has decided what it says; what the log has taken
        # back is not proposed again either.
        is_taken = self.log.event_ids.get(row["event_id"]) == self.document
        if own or is_taken or row["paragraph"] in self.entered:
            return "this document", row
        if not known:
            return self._new(event_type, row)
        fact = known[-1]
        disputed = self._contradictions(event_type, row, fact)
        if disputed:
            return self._disputed(event_type, row, fact, disputed)
        added = self._added(event_type, row, fact)
        if added:
            return self._corrected(event_type, row, fact, added, "adds")
        if fact.document_id == self.edition_of:
            return "this document", row
        if event_type == "establishments_described":
            # To name a prison is not to confirm how it is described.
            return "names", row
        return "confirms", self._cite(fact, "confirms", row) or row

    def _new(self, event_type: str, row: dict[str, str]) -> tuple[str, dict[str, str]]:
        if row["event_id"] in self.log.event_ids:
            row["event_id"] = f"{row['event_id']}-in-{self.document}"
        if row["event_id"] in self.log.event_ids:
            return "this document", row
        self.done.rows.setdefault(event_type, []).append(row)
        return "new", row

    # The same, more, or otherwise ---------------------------------------------------------------

    def _contradictions(
        self, event_type: str, row: dict[str, str], fact: Fact
    ) -> list[tuple[str, str, str]]:
        """The columns in which a row contradicts the log, with what each says."""
        found = []
        for name in _CONTRADICTS.get(event_type, ()):
            ours, theirs = row.get(name, ""), fact.values.get(name, "")
            if name == "scale":
                ours, theirs = ours or HMIP_OUTCOME, theirs or HMIP_OUTCOME
            if not ours or not theirs or ours == theirs:
                continue
            if name == "visit_type" and theirs == "inspection":
                continue
            if name == "text" and fuzz.ratio(plain(ours), plain(theirs)) >= _SAME_WORDS:
                continue
            found.append((name, theirs, ours))
        if event_type == "visits_held" and not found:
            days = (row["occurred_on"], row["occurred_precision"])
            known = (fact.values["occurred_on"], fact.values["occurred_precision"])
            if not _fit(days, known):
                found.append(("occurred_on", " ".join(known), " ".join(days)))
        return found

    def _added(self, event_type: str, row: dict[str, str], fact: Fact) -> dict[str, str]:
        """Values of a row that the log lacks, by column."""
        found = {}
        is_own_report = self._is_own_report(fact)
        for name in _ADDS.get(event_type, ()):
            ours, theirs = row.get(name, ""), fact.values.get(name, "")
            if not ours:
                continue
            if name in _SETS and theirs:
                joined = "|".join(dict.fromkeys([*theirs.split("|"), *ours.split("|")]))
                if set(ours.split("|")) - set(theirs.split("|")):
                    found[name] = (
                        "|".join(sorted(joined.split("|"))) if name == "bodies" else joined
                    )
            elif not theirs:
                found[name] = ours
        for name in _READS if is_own_report else ():
            ours, theirs = row.get(name, ""), fact.values.get(name, "")
            if name in row and ours and theirs and ours != theirs:
                found[name] = ours
        days = (row["occurred_on"], row["occurred_precision"])
        known = (fact.values["occurred_on"], fact.values["occurred_precision"])
        is_finer = _EXACTNESS[days[1]] > _EXACTNESS[known[1]] and _fit(days, known)
        if event_type == "establishments_described":
            is_finer = days[0] != "" and days[0] < known[0] and _says_little(fact)
        if is_finer:
            found["occurred_on"], found["occurred_precision"] = days
        return found

    def _is_own_report(self, fact: Fact) -> bool:
        """Whether this document reports on the fact's visit, and the log's word is another's."""
        visit = fact.values.get("visit_id", "")
        return (
            visit in self.proposal.reported_visits
            and fact.document_id not in self.log.primary.get(visit, frozenset())
        )

    # What becomes of it -------------------------------------------------------------------------

    def _disputed(
        self,
        event_type: str,
        row: dict[str, str],
        fact: Fact,
        disputed: list[tuple[str, str, str]],
    ) -> tuple[str, dict[str, str]]:
        said = "; ".join(
            f"{name} is «{ours[:120]}» here, «{theirs[:120]}» in the log"
            for name, theirs, ours in disputed
        )
        prefers = self.prefers is not None and (not self.prefers or fact.event_id in self.prefers)
        if prefers:
            values = {
                name: value
                for name, value in row.items()
                if name in fact.values and value and name not in ("text",)
            }
            if any(name == "text" for name, _, _ in disputed):
                values["text"] = row["text"]
            return self._corrected(event_type, row, fact, values, "prefers")
        if (fact.event_id, self.document) not in self.cited:
            self.done.problems.append(
                Problem(
                    0,
                    "contradiction",
                    fact.event_id,
                    row["paragraph"],
                    f"{fact.event_id} of {fact.document_id}: {said}. It is proposed as evidence"
                    " that disputes it; with --prefer this-document it becomes a correction.",
                    disputed[0][1],
                    disputed[0][2],
                )
            )
        return "disputes", self._cite(fact, "disputes", row, said) or row

    def _corrected(
        self,
        event_type: str,
        row: dict[str, str],
        fact: Fact,
        values: dict[str, str],
        how: str,
    ) -> tuple[str, dict[str, str]]:
        """Propose a correction, and keep the log's document as evidence beside it."""
        columns = event_types()[event_type].column_names
        merged = {name: fact.values.get(name, "") for name in columns} | values
        event_id = f"{fact.event_id}-as-in-{self.document}"
        if event_id in self.log.event_ids:
            return "this document", row
        what = ", ".join(name for name in values if values[name] != fact.values.get(name, ""))
        merged |= {
            "event_id": event_id,
            "recorded_at": "",
            "document_id": self.document,
            "paragraph": row["paragraph"],
            "corrects_event_id": fact.event_id,
            NOTE: f"{CHECK}: {how} {what} to what {fact.document_id} says; {row[NOTE]}",
        }
        self.done.rows.setdefault(event_type, []).append(merged)
        if fact.document_id not in (self.edition_of, self.document):
            self._cite(fact, "confirms" if how == "adds" else "disputes", row, of_log=True)
        return how, merged

    def _cite(
        self, fact: Fact, stance: str, row: dict[str, str], said: str = "", of_log: bool = False
    ) -> dict[str, str] | None:
        """Propose evidence about a fact: this document's, or the log's own, once each."""
        document = fact.document_id if of_log else self.document
        if (fact.event_id, document) in self.cited:
            return None
        self.cited.add((fact.event_id, document))
        event_id = f"{fact.event_id}-{stance[:-1]}ed-by-{document}".replace("disputeed", "disputed")
        if event_id in self.log.event_ids:
            return None
        days = self.stated_on if not of_log else None
        words = said or _words(row[NOTE])
        if of_log:
            words = f"What the log held before, from {document}."
        cited = {
            "event_id": event_id,
            "occurred_on": first_of(days.end, days.precision) if days else "",
            "occurred_precision": days.precision if days else "unknown",
            "recorded_at": "",
            "document_id": document,
            "paragraph": fact.paragraph if of_log else row["paragraph"],
            "corrects_event_id": "",
            "about_event_id": fact.event_id,
            "stance": stance,
            "text": words,
            NOTE: f"{SURE if stance == 'confirms' else CHECK}: {stance} {fact.event_id};"
            f" {row[NOTE].partition(': ')[2]}",
        }
        self.done.rows.setdefault("evidence_cited", []).append(cited)
        return cited

    def names_by_reference(self) -> None:
        """Correct what names an item by the id that it had before its reference was known.

        Each fact stays the word of the document that stated it: only the id is another.
        """
        corrected = {
            row["corrects_event_id"]
            for rows in self.done.rows.values()
            for row in rows
            if row["corrects_event_id"]
        }
        for fact in self.facts:
            event_id = f"{fact.event_id}-by-its-reference"
            is_done = fact.event_id in corrected or event_id in self.log.event_ids
            if not fact.is_named_anew or is_done:
                continue
            columns = event_types()[fact.event_type].column_names
            row = {name: fact.values.get(name, "") for name in columns} | {
                "event_id": event_id,
                "recorded_at": "",
                "document_id": fact.document_id,
                "paragraph": fact.paragraph,
                "corrects_event_id": fact.event_id,
                NOTE: f"{SURE}: names the item by its reference, which this document prints",
            }
            self.done.rows.setdefault(fact.event_type, []).append(row)
            self.done.counts["adds"] += 1

    def texts_of_what_is_mentioned(self) -> None:
        """Hold the texts of what a document only names to the log's."""
        for own, text in self.proposal.mentioned.items():
            for fact in self.by_fact.get(("recommendations_made", own), []):
                known = fact.values["text"]
                if text and known and fuzz.ratio(plain(text), plain(known)) < _SAME_WORDS:
                    self.done.problems.append(
                        Problem(
                            1,
                            "text",
                            own,
                            fact.values["reference"],
                            f"{own} is «{text[:140]}» here and «{known[:140]}» in the log.",
                            known,
                            text,
                        )
                    )


def _says_little(fact: Fact) -> bool:
    """Whether a description has only a name, which may have held before its day."""
    said = ("name", "establishment_type", "opened_year", "establishment_id")
    payload = event_types()[fact.event_type].payload
    return not any(fact.values[column.name] for column in payload if column.name not in said)


def _of_fact(fact: Fact) -> dict[str, str]:
    return fact.values | {"document_id": fact.document_id, "paragraph": fact.paragraph}


def _words(note: str) -> str:
    """The words that a row rests on, out of its note."""
    _, _, quoted = note.partition("«")
    return quoted.rpartition("»")[0] or note


def _fit(first: tuple[str, str], second: tuple[str, str]) -> bool:
    """Whether two days, each as exact as its precision, may be one."""
    length = {"day": 10, "month": 7, "year": 4, "unknown": 0}
    shared = min(length[first[1]], length[second[1]])
    if shared == 10:
        ours, theirs = date.fromisoformat(first[0]), date.fromisoformat(second[0])
        return ours == theirs
    return first[0][:shared] == second[0][:shared]
