"""How much of a document a proposal reads, by type of fact, against the facts that it states.

The truth of a document is a JSON file beside it: by event type, what the document states. A row is
right if the document states it and its text is whole, damaged if its text has too much or too
little, wrong if the document does not state it, and silent if it is wrong or damaged and its
``intake_note`` says that it is sure.
"""

import csv
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

TYPES = (
    "visits_held",
    "outcomes_judged",
    "concerns_raised",
    "recommendations_made",
    "progress_judged",
    "progress_restated",
    "totals_stated",
    "practice_noted",
    "responses_received",
    "findings_recorded",
)
# Tests of one group have had several names.
_GROUPS = {
    "resettlement": "release",
    "rehabilitation_and_release_planning": "release",
    "preparation_for_release": "release",
    "care": "respect",
}
Row = dict[str, str]
Truth = dict[str, Any]


@dataclass
class Score:
    """The score of a document.

    Attributes:
        counts: By event type, how many rows are true, right, damaged, wrong, missing and silent.
        lines: What is not right, in words.
    """

    counts: dict[str, Counter[str]] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)

    @property
    def total(self) -> Counter[str]:
        """The counts of all types."""
        return sum(self.counts.values(), Counter())

    @property
    def recall(self) -> float:
        """The share of the stated facts that were read."""
        total = self.total
        return (total["right"] + total["damaged"]) / max(total["true"], 1)

    @property
    def precision(self) -> float:
        """The share of the rows that the document states."""
        total = self.total
        read = total["right"] + total["damaged"]
        return read / max(read + total["wrong"], 1)


def score(truth: Truth, folder: Path) -> Score:
    """Score a proposal.

    Args:
        truth: What the document states.
        folder: The proposal's folder.
    """
    return _Scoring(truth, folder).made()


def _rows(folder: Path, event_type: str) -> list[Row]:
    path = folder / f"{event_type}.csv"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _letters(text: str | None) -> str:
    return re.sub(r"[^a-z0-9]", "", (text or "").lower())


def _words(text: str | None) -> list[str]:
    return re.findall(r"[a-z0-9]+", (text or "").lower())


def _is_same(fact: Truth, row: Row) -> bool:
    return _letters(fact["text"])[:45] == _letters(row["text"])[:45]


class _Scoring:
    def __init__(self, truth: Truth, folder: Path) -> None:
        self.truth = truth
        self.rows = {event_type: _rows(folder, event_type) for event_type in TYPES}
        self.items = {row["recommendation_id"]: row for row in self.rows["recommendations_made"]}
        own = next((visit for visit in truth["visits_held"] if visit["visit"] == "this"), None)
        held = [
            row["visit_id"]
            for row in self.rows["visits_held"]
            if own and row["ended_on"] == own["ended_on"]
        ]
        published = [row["visit_id"] for row in _rows(folder, "reports_published")]
        self.this = next(iter(held + published), None)
        self.score = Score()

    def made(self) -> Score:
        """Compare each type of fact."""
        truth = self.truth
        is_plan = truth["type"] == "action_plan"
        self._tally("visits_held", self._visit, text=False, optional=lambda _: is_plan)
        # Before 2019 Ofsted's assessments had other parts; those that are read may be more.
        began = truth["visits_held"][0].get("started_on", "") if truth["visits_held"] else ""
        is_old = truth["type"] == "full_inspection" and began < "2019"
        self._tally(
            "outcomes_judged",
            self._outcome,
            text=False,
            optional=lambda row: is_old and row["healthy_prison_test"].startswith("ofsted"),
        )
        self._tally("concerns_raised", self._concern)
        self._tally("recommendations_made", self._item, optional=lambda _: is_plan)
        self._tally("progress_judged", self._judged, text=False)
        self._tally("progress_restated", self._judged, text=False)
        stated = [(code, str(count)) for code, count in truth.get("totals_optional", [])]
        self._tally(
            "totals_stated",
            self._total,
            text=False,
            optional=lambda row: (row["judgement"], row["stated_count"]) in stated,
        )
        self._tally("practice_noted", _is_same_practice, whole=_is_whole_practice)
        self._tally("responses_received", self._response, whole=_is_whole_response)
        printed = {(number, _letters(text)[:40]) for number, text in truth["printed"]}
        self._tally(
            "findings_recorded",
            lambda fact, row: row["paragraph"] == fact["paragraph"] and _is_same(fact, row),
            optional=lambda row: (row["paragraph"], _letters(row["text"])[:40]) in printed,
        )
        return self.score

    def _tally(
        self,
        event_type: str,
        is_it: Callable[[Truth, Row], bool],
        text: bool = True,
        optional: Callable[[Row], bool] = lambda _: False,
        whole: Callable[[Truth, Row], bool] = lambda fact, row: (
            _words(fact["text"]) == _words(row["text"])
        ),
    ) -> None:
        left = list(self.truth[event_type])
        counts = Counter(true=len(left))
        for row in self.rows[event_type]:
            is_sure = row["intake_note"].startswith("sure")
            fact = next((each for each in left if is_it(each, row)), None)
            if fact is None:
                if not optional(row):
                    counts["wrong"] += 1
                    counts["silent"] += is_sure
                    self.score.lines.append(f"wrong {event_type} sure={is_sure}: {_shown(row)}")
                continue
            left.remove(fact)
            if text and not whole(fact, row):
                counts["damaged"] += 1
                counts["silent"] += is_sure
                self.score.lines.append(f"damaged {event_type} sure={is_sure}: {_shown(row)}")
            else:
                counts["right"] += 1
        counts["missing"] = len(left)
        self.score.lines += [f"missing {event_type}: {str(fact)[:200]}" for fact in left]
        self.score.counts[event_type] = counts

    def _which(self, row: Row) -> str:
        return "this" if row["visit_id"] == self.this else "last"

    def _visit(self, fact: Truth, row: Row) -> bool:
        if row["visit_type"] != fact["visit_type"]:
            return False
        if fact["visit"] != "this":
            return row["occurred_on"][:4] == fact["year"]
        announced = fact.get("is_announced", row["is_announced"])
        return (row["started_on"], row["ended_on"], row["is_announced"]) == (
            fact["started_on"],
            fact["ended_on"],
            announced,
        )

    def _outcome(self, fact: Truth, row: Row) -> bool:
        test = _GROUPS.get(row["healthy_prison_test"], row["healthy_prison_test"])
        return (
            self._which(row) == fact["visit"]
            and test == fact["test"]
            and row["outcome"] == fact["outcome"]
            and fact.get("unit", row["unit"]) == row["unit"]
        )

    def _concern(self, fact: Truth, row: Row) -> bool:
        return (
            self._which(row) == fact["visit"]
            and _is_same(fact, row)
            and fact["is_priority"] in (None, row["is_priority"])
            and (not fact["ref"] or row["concern_id"].endswith(f"-{fact['ref']}-concern"))
        )

    def _item(self, fact: Truth, row: Row) -> bool:
        return (
            self._which(row) == fact["visit"]
            and _is_same(fact, row)
            and (row["kind"], row["body"]) == (fact["kind"], fact["body"])
            and (not fact["ref"] or row["reference"] == fact["ref"])
        )

    def _judged(self, fact: Truth, row: Row) -> bool:
        item = self.items.get(row["recommendation_id"], {"text": ""})
        return (
            _is_same(fact, item)
            and row["judgement"] == fact["judgement"]
            and row["scale"] == fact["scale"]
        )

    def _total(self, fact: Truth, row: Row) -> bool:
        return (row["judgement"], row["stated_count"]) == (
            fact["judgement"],
            str(fact["count"]),
        ) and (not fact.get("scale") or row["scale"] in (fact["scale"], ""))

    def _response(self, fact: Truth, row: Row) -> bool:
        is_of_it = row["paragraph"] == fact["ref"] or row["recommendation_id"].endswith(
            f"-{fact['rec']}"
        )
        return (
            is_of_it
            and row["response"] == fact["response"]
            and row["target_on"] in fact["target_on"]
            and _letters(row["text"]).startswith(_letters(fact["text"])[:30])
        )


def _is_same_practice(fact: Truth, row: Row) -> bool:
    return _is_same(fact, row)


def _is_whole_practice(fact: Truth, row: Row) -> bool:
    text = re.sub(r"\(?See paragraphs? [\d.]+\.?\)?", "", row["text"])
    return _words(fact["text"]) == _words(text)


def _is_whole_response(fact: Truth, row: Row) -> bool:
    stated, read = _words(fact["text"]), _words(row["text"])
    return read[: len(stated)] == stated and len(read) < len(stated) + 16


def _shown(row: Row) -> str:
    shown = ("paragraph", "visit_id", "recommendation_id", "healthy_prison_test", "outcome", "text")
    return "|".join(row[name][:120] for name in shown if row.get(name))
