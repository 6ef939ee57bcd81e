"""Contents of the page: rows grouped by cause, each with its headline, and the document.

Everything is escaped text by the time that it is a page: the templates escape all values, and no
value is put in without them.
"""

import hashlib
import itertools
import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from inspections.intake.text.vocabulary import plain
from inspections.log.declaration import Column
from inspections.log.files.decisions import ACCEPTED, ADDED, EDITED, LEFT_OUT, RuleRecord
from inspections.pages.wording import listed, parts, words
from inspections.review.folder.blocks import Block
from inspections.review.folder.journal import APPENDED, SETTLED, Decision
from inspections.review.folder.proposal import Proposal, Question, Row, general
from inspections.review.folder.recounting import Recount, recount
from inspections.review.forms.fields import Choice, Vocabulary, label_of, named_columns
from inspections.review.judging import Judgement

STATIC = Path(__file__).with_name("static")

TYPES = {
    "establishments_described": "Prison",
    "visits_held": "Visit",
    "reports_published": "Report published",
    "outcomes_judged": "Outcome",
    "concerns_raised": "Concern",
    "recommendations_made": "Recommendation",
    "responses_received": "Response",
    "progress_reported": "Progress reported",
    "progress_judged": "Judgement",
    "progress_restated": "Judgement restated",
    "practice_noted": "Positive practice",
    "findings_recorded": "Finding",
    "figures_observed": "Figure",
    "totals_stated": "Total stated",
    "outcome_bounds_stated": "Bound of outcomes",
    "evidence_cited": "Evidence",
    "follow_up_ended": "Follow-up ended",
    "status_observed": "Status observed",
    "urgent_notifications_issued": "Urgent notification",
}
BECAME = {
    "new": "",
    "confirms": "confirms a fact of the log",
    "adds": "makes the log more exact",
    "disputes": "contradicts the log",
    "prefers": "replaces a value in the log",
    "names": "known: its name alone",
    "this document": "in the log from this document",
}
# What kinds of question intake asks, for people.
CHECKS = {
    "type": "What the document is",
    "read into nothing": "Text that became no row",
    "total": "Totals that do not agree, or that nothing holds",
    "practice": "Examples of positive practice",
    "area": "Headings that are no known area",
    "title": "The title page",
    "days": "The days of the visit",
    "numbering": "Numbers that are missing or out of order",
    "section": "Sections that the contents list",
    "restatement": "Judgements stated again",
    "reference": "References",
    "target date": "Target dates",
    "response": "Answers",
    "repeated": "Recommendations that are repeated",
    "last inspection": "The last inspection",
    "parent inspection": "The inspection that is followed up",
}
DECIDED = {ACCEPTED: "Kept", EDITED: "Edited", LEFT_OUT: "Left out", ADDED: "Added"}
_AREA = "area"


@dataclass(frozen=True)
class Card:
    """A row as the page shows it.

    Attributes:
        row: The row.
        type_name: What it is, for people.
        facts: Its codes, numbers and days, by the names of their columns.
        text: Its words.
        about: The recommendation or concern that it is about: its id, and its text where known.
        decision: What was decided of it; none where nothing was.
        became: What the log made of it, in words.
        rule: How often its rule was right; none where nobody decided one of its rows yet.
        candidates: Earlier recommendations that it may repeat.
    """

    row: Row
    type_name: str
    facts: list[tuple[str, str]]
    text: str
    about: str
    decision: Decision | None
    became: str
    rule: RuleRecord | None
    candidates: list[dict[str, str]]

    @property
    def is_decided(self) -> bool:
        """Whether a person has decided it."""
        return self.decision is not None

    @property
    def decided(self) -> str:
        """The decision in a word; the file's own value if nobody decided here."""
        if not self.row.is_kept:
            return "Left out"
        return DECIDED.get(self.decision.decision, "Kept") if self.decision else ""

    @property
    def quote(self) -> str:
        """The words that it rests on, where its own text does not say them."""
        said = self.row.words
        return "" if not said or plain(said) in plain(self.text) else said

    @property
    def is_doubtful(self) -> bool:
        """Whether a person should look at it."""
        return bool(self.row.doubts) or self.row.became in ("disputes", "prefers")


@dataclass(frozen=True)
class Asked:
    """A question about the document.

    Attributes:
        question: The question.
        is_settled: Whether a person has settled it.
        block: The piece of text that it is about; none where none is found.
    """

    question: Question
    is_settled: bool
    block: int | None


@dataclass
class Group:
    """Doubtful rows and questions about the document with the same cause.

    Attributes:
        key: What tells it from the others.
        title: The cause, in a sentence.
        cards: The rows.
        questions: What intake asks.
        settled: The keys of the questions that are settled.
        fills: The column that one answer fills in all of the rows; empty where there is none.
        choices: The codes that the answer may be.
    """

    key: str
    title: str
    cards: list[Card] = field(default_factory=list)
    questions: list[Asked] = field(default_factory=list)
    fills: str = ""
    choices: tuple[Choice, ...] = ()

    @property
    def id(self) -> str:
        """Its key as a page may name it."""
        return hashlib.sha256(self.key.encode()).hexdigest()[:10]

    @property
    def open_cards(self) -> list[Card]:
        """The rows that nobody has decided yet."""
        return [card for card in self.cards if not card.decided]

    @property
    def open_questions(self) -> list[Asked]:
        """The questions that nobody has settled yet; the rows of a cause settle its question."""
        return [] if self.cards else [each for each in self.questions if not each.is_settled]

    @property
    def asked(self) -> int:
        """How many decisions it asks for."""
        return len(self.cards) or len(self.questions)

    @property
    def left(self) -> int:
        """How many of them are left."""
        return len(self.open_cards) + len(self.open_questions)


@dataclass
class Review:
    """A proposal as the page shows it.

    Attributes:
        name: Its name in the address.
        proposal: The proposal.
        held: The decisions that hold, by row or question.
        vocabulary: The codes of the seeds.
        rules: How often each rule was right.
    """

    name: str
    proposal: Proposal
    held: dict[str, list[Decision]]
    vocabulary: Vocabulary
    rules: dict[str, RuleRecord]

    @cached_property
    def cards(self) -> dict[str, Card]:
        """The rows as cards, by their keys."""
        texts = {
            row.values[name]: row.values["text"]
            for event_type, name in (
                ("concerns_raised", "concern_id"),
                ("recommendations_made", "recommendation_id"),
            )
            for row in self.proposal.rows
            if row.event_type == event_type
        }
        return {row.key: self._card(row, texts) for row in self.proposal.rows}

    @property
    def is_appended(self) -> bool:
        """Whether the proposal was appended to the log."""
        return APPENDED in self.held

    @cached_property
    def groups(self) -> list[Group]:
        """Questions and doubtful rows that need a decision, by cause."""
        groups: dict[str, Group] = {}
        placed: set[str] = set()
        for question in self.proposal.questions:
            asked = Asked(
                question,
                any(each.decision == SETTLED for each in self.held.get(question.key, ())),
                self.proposal.block_of(question),
            )
            by_heading = self._by_heading(question, placed)
            for heading, cards in by_heading.items():
                # One answer fills the column in all the rows below the heading.
                key = f"{question.key} {heading}"
                choices = tuple(self.vocabulary.codes("areas.area"))
                title = f"Which area is «{heading}»?"
                groups[key] = Group(key, title, cards, [asked], "area", choices)
            if not by_heading:
                key = f"c{question.check}"
                title = CHECKS.get(question.check) or words(question.check)
                groups.setdefault(key, Group(key, title)).questions.append(asked)
        for card in self.cards.values():
            if not card.is_doubtful or card.row.key in placed:
                continue
            doubt = card.row.doubts[0] if card.row.doubts else BECAME[card.row.became]
            key = f"d{plain(general(doubt))}"
            groups.setdefault(key, Group(key, _sentence(doubt))).cards.append(card)
        return sorted(groups.values(), key=lambda group: not group.left)

    @cached_property
    def asked_keys(self) -> frozenset[str]:
        """The keys of the rows that a person is asked about."""
        return frozenset(card.row.key for group in self.groups for card in group.cards)

    @cached_property
    def sure(self) -> list[tuple[str, list[Card]]]:
        """The rows that nothing speaks against, by type."""
        found: dict[str, list[Card]] = {}
        for card in self.cards.values():
            if card.row.key not in self.asked_keys:
                found.setdefault(card.row.event_type, []).append(card)
        return list(found.items())

    @property
    def left(self) -> int:
        """How many decisions are left."""
        return sum(group.left for group in self.groups)

    @property
    def decided(self) -> int:
        """How many of the decisions that were asked for are made."""
        return self.asked - self.left

    @property
    def asked(self) -> int:
        """How many decisions are asked for."""
        return sum(group.asked for group in self.groups)

    @property
    def kept(self) -> int:
        """How many rows would be appended."""
        return sum(row.is_kept for row in self.proposal.rows)

    @cached_property
    def totals(self) -> list[Recount]:
        """The totals that the document states, counted now."""
        better = frozenset(
            (row["scale"], row["code"])
            for row in self.vocabulary.rows("judgement_levels")
            if row["is_reasonable_or_better"] == "true"
        )
        return recount(self.proposal, better)

    def _by_heading(self, question: Question, placed: set[str]) -> dict[str, list[Card]]:
        """The rows that a question about headings is about, by the heading above them."""
        if question.check != _AREA:
            return {}
        found = {}
        for heading in (question.subject, *re.findall(r"«([^»]+)»", question.detail)):
            cards = [card for card in self._below(heading) if card.row.key not in placed]
            if heading and cards:
                found[heading] = cards
                placed |= {card.row.key for card in cards}
        return found

    def _below(self, heading: str) -> list[Card]:
        """The rows without an area below a heading."""
        found = []
        for card in self.cards.values():
            row = card.row
            if row.block is None or "area" not in row.values:
                continue
            is_open = not row.values["area"] or any(
                "area" in decision.after and not (decision.before or {}).get("area")
                for decision in self.held.get(row.key, ())
                if decision.after
            )
            above = self.proposal.heading_above(row.block)
            if is_open and above is not None and plain(above.text) == plain(heading):
                found.append(card)
        return found

    def _card(self, row: Row, texts: dict[str, str]) -> Card:
        scale = row.values.get("scale", "")
        facts = [
            (label_of(column.name), _told(self.vocabulary, column, value, scale))
            for column in named_columns(row.event_type)
            if (value := row.values[column.name])
        ]
        subject = row.values.get("recommendation_id", "")
        about = ""
        if row.event_type not in ("recommendations_made", "concerns_raised") and subject:
            known = texts.get(subject, "")
            about = f"{subject}: {known}" if known else subject
        decisions = [each for each in self.held.get(row.key, ()) if each.decision in DECIDED]
        return Card(
            row,
            TYPES.get(row.event_type) or words(row.event_type),
            facts,
            _text_of(row),
            about,
            decisions[-1] if decisions else None,
            BECAME.get(row.became, ""),
            self.rules.get(row.rule),
            self.proposal.candidates.get(subject, [])
            if row.event_type == "recommendations_made"
            else [],
        )

    def marked(self, block: Block) -> list[tuple[str, str]]:
        """A block's text in segments, each with the keys of the rows that rest on it."""
        spans = []
        for row in self.proposal.rows_of(block.number):
            pattern = r"\s+".join(re.escape(word) for word in row.words.split())
            found = re.search(pattern, block.text) if pattern else None
            spans.append((found.start(), found.end(), row.key) if found else (0, 0, row.key))
        edges = sorted({edge for start, end, _ in spans for edge in (start, end)})
        edges = sorted({0, *edges, len(block.text)})
        segments = []
        for start, end in itertools.pairwise(edges):
            keys = " ".join(key for one, other, key in spans if one <= start and end <= other)
            segments.append((block.text[start:end], keys))
        return segments


def _told(vocabulary: Vocabulary, column: Column, value: str, scale: str) -> str:
    """A value of a headline, which has no room for the column's name."""
    if column.kind == "boolean":
        label = label_of(column.name)
        return label if value == "true" else f"Not {label.lower()}"
    return vocabulary.name_of(column, value, scale) if column.kind == "code" else value


def _text_of(row: Row) -> str:
    values = row.values
    for name in ("text", "measure", "name", "title", "reason"):
        if name == "measure" and values.get("measure"):
            return words(values["measure"])
        if values.get(name):
            return values[name]
    if row.event_type == "visits_held":
        return values["visit_id"]
    return ""


def _sentence(doubt: str) -> str:
    said = general(doubt)
    return said[:1].upper() + said[1:]


def environment() -> Environment:
    """The templates, which escape every value."""
    made = Environment(
        loader=PackageLoader("inspections.review", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["words"] = words
    made.filters["type_name"] = lambda name: TYPES.get(name) or words(name)
    made.filters["counted"] = counted
    made.filters["parts"] = parts
    made.filters["listed"] = listed
    return made


def counted(count: int, one: str, many: str = "") -> str:
    """A number with its noun."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def verdict_of(judgement: Judgement | None, key: str) -> dict[str, Any]:
    """The gate's verdict on a row, in the script's format."""
    if judgement is None:
        return {"verdict": "pending", "reason": ""}
    if judgement.fault:
        return {"verdict": "unknown", "reason": ""}
    found = judgement.verdicts.get(key)
    return {
        "verdict": found.verdict if found else "pending",
        "reason": found.reason if found else "",
    }
