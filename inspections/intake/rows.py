"""Parts of a proposal: rows with their notes, and questions for a person."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import cast

from inspections.intake.grammar import Days
from inspections.intake.text.model import Block, Remark

SURE = "sure"
CHECK = "check"
NOTE = "intake_note"


@dataclass(frozen=True)
class Problem:
    """Something that needs a person.

    Attributes:
        rank: How much hangs on it; 0 is most.
        check: What kind of thing it is, such as ``judgement``.
        subject: What it is about.
        paragraph: Where the report has it.
        detail: What is wrong and what to do, in a sentence.
    """

    rank: int
    check: str
    subject: str
    paragraph: str
    detail: str
    stated: str = ""
    found: str = ""


@dataclass(frozen=True)
class Source:
    """The source of a proposed row.

    Attributes:
        event_type: The row's type.
        place: Its place among the rows of that type.
        block: The text.
        sentence: The words.
        rule: The name of the rule that made the row.
    """

    event_type: str
    place: int
    block: Block
    sentence: str
    rule: str = ""


@dataclass
class Proposal:
    """The rows proposed from a document.

    Attributes:
        rows: By event type, each row with its ``intake_note``.
        document: The row of ``documents.csv``.
        problems: What needs a person.
        sources: What the rows rest on, where that is a piece of the text.
        mentioned: The texts of recommendations that the document names and does not make, by id.
        mentioned_visits: The establishment and the days of visits that it only names, by id.
        mentioned_establishments: The names of establishments that it only names, by id.
    """

    rows: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    document: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    mentioned: dict[str, str] = field(default_factory=dict)
    mentioned_visits: dict[str, tuple[str, Days | None]] = field(default_factory=dict)
    mentioned_establishments: dict[str, str] = field(default_factory=dict)

    @property
    def reported_visits(self) -> set[str]:
        """The visits whose report the document is."""
        return {
            row["visit_id"]
            for row in self.rows.get("reports_published", [])
            # Without «what» a row is about its own document, as the report.
            if not row.get("what")
            or (row["what"] == "report" and row["published_document_id"] == row["document_id"])
        }


def first_of(day: date | None, precision: str) -> str:
    """A day as an event holds it: the first one of its month or year where that is all."""
    if day is None:
        return ""
    if precision == "year":
        return day.replace(month=1, day=1).isoformat()
    return (day.replace(day=1) if precision == "month" else day).isoformat()


class Note(str):
    """A row's ``intake_note``, with the reasons that its words give.

    Attributes:
        reasons: Its doubts and its remarks, each a sentence's part; none if the row is sure.
    """

    reasons: tuple[str, ...]

    @classmethod
    def of(cls, words: str, reasons: tuple[str, ...]) -> "Note":
        """A note in these words, for these reasons."""
        note = cls(words)
        note.reasons = reasons
        return note


def note_of(sentence: str, block: Block | None, doubts: Iterable[str]) -> Note:
    """Note on a row: its basis, whether it is sure, and the reason for any doubt."""
    reasons = _distinct(doubts)
    page = f" (page {block.page})" if block and block.page else ""
    quoted = sentence if len(sentence) <= 400 else f"{sentence[:400]}…"
    if reasons:
        return Note.of(f"{CHECK}: {'; '.join(reasons)}; rests on{page} «{quoted}»", reasons)
    return Note.of(f"{SURE}: rests on{page} «{quoted}»", ())


def _distinct(doubts: Iterable[str]) -> tuple[str, ...]:
    """Each reason once. Where a remark and a doubt have the same words, the doubt stays."""
    found: dict[str, str] = {}
    for doubt in doubts:
        if doubt not in found or isinstance(found[doubt], Remark):
            found[doubt] = doubt
    return tuple(found.values())


def reasons_of(row: dict[str, str]) -> tuple[str, ...]:
    """The reasons in a row's note, remarks among them; none if it is sure."""
    return cast(Note, row[NOTE]).reasons


def with_doubt(row: dict[str, str], doubt: str) -> None:
    """Give a row a doubt that was found after it was made.

    Args:
        row: The row, whose note is changed.
        doubt: Why it may be wrong.
    """
    known = reasons_of(row)
    if doubt in known:
        row[NOTE] = Note.of(row[NOTE], _distinct((*known, doubt)))
        return
    basis = row[NOTE].removeprefix(f"{CHECK if known else SURE}: ")
    row[NOTE] = Note.of(f"{CHECK}: {doubt}; {basis}", (doubt, *known))


def capital(text: str) -> str:
    """A text that opens a sentence."""
    return text[:1].upper() + text[1:]
