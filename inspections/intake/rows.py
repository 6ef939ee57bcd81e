"""What a proposal is made of: rows with their notes, and what needs a person."""

from dataclasses import dataclass, field
from datetime import date

from inspections.intake.document_types.review.parts import NumberedParagraph, Restatement
from inspections.intake.grammar import Judgement, Total
from inspections.intake.patterns import Block

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


@dataclass
class Proposal:
    """The rows proposed from a report, and what the reconciliation needs to know of them.

    Attributes:
        rows: By event type, each row with its ``intake_note``.
        document: The row of ``documents.csv``.
        totals: The totals that the report states of its judgements.
        practice_stated: How many examples of notable practice it says there are, and where.
        judged: The judgements by the place of the item.
        restated: The restatements by the place of the item, and how alike the texts are.
        unmatched: Restatements of nothing that is known.
        problems: What needs a person.
    """

    rows: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    document: dict[str, str] = field(default_factory=dict)
    totals: list[tuple[str, Total]] = field(default_factory=list)
    practice_stated: list[tuple[str, int]] = field(default_factory=list)
    judged: dict[int, tuple[NumberedParagraph, Judgement]] = field(default_factory=dict)
    restated: dict[int, Restatement] = field(default_factory=dict)
    unmatched: list[Restatement] = field(default_factory=list)
    recommendation_ids: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def first_of(day: date | None, precision: str) -> str:
    """A day as an event holds it: the first one of its month or year where that is all."""
    if day is None:
        return ""
    if precision == "year":
        return day.replace(month=1, day=1).isoformat()
    return (day.replace(day=1) if precision == "month" else day).isoformat()


def note_of(sentence: str, block: Block | None, doubts: list[str]) -> str:
    """What a row rests on, how sure that is and, where it is not, why."""
    page = f" (page {block.page})" if block and block.page else ""
    quoted = sentence if len(sentence) <= 400 else f"{sentence[:400]}…"
    if doubts:
        return f"{CHECK}: {'; '.join(dict.fromkeys(doubts))}; rests on{page} «{quoted}»"
    return f"{SURE}: rests on{page} «{quoted}»"


def capital(text: str) -> str:
    """A text that opens a sentence."""
    return text[:1].upper() + text[1:]
