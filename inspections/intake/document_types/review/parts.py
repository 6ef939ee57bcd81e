"""The parts that a review's report is read into."""

from dataclasses import dataclass, field

from inspections.intake.document_types.practice import PracticeRead
from inspections.intake.grammar import Days, Judgement, Total
from inspections.intake.parts import NumberedParagraph, Unread
from inspections.intake.rows import Proposal
from inspections.intake.text.layout import Layout
from inspections.intake.text.lines import Source
from inspections.intake.text.model import Block
from inspections.intake.text.names import Named


@dataclass
class Item:
    """A followed-up item: a recommendation, a concern or a theme.

    Attributes:
        kind: ``recommendation``, ``concern`` or ``theme``.
        body: Whose it is.
        text: Its text without its reference.
        reference: Its reference as printed; empty where it has none.
        ordinal: Its number as printed, such as that of «Theme 1»; empty where it has none.
        concern: The concern that it answers.
        heading: The area's heading above it.
        label: The section that it stands in, as an event cites it.
    """

    kind: str
    body: str
    text: str
    block: Block
    reference: str = ""
    ordinal: str = ""
    concern: Block | None = None
    concern_text: str = ""
    is_priority: bool | None = None
    heading: str = ""
    label: str = ""
    doubts: list[str] = field(default_factory=list)


@dataclass
class Restatement:
    """A judgement as the last section lists it."""

    text: str
    level: str
    group: str
    block: Block
    label: str


@dataclass
class Report:
    """A report of an independent review of progress.

    Attributes:
        source: The file as read.
        layout: Its blocks.
        prefix: What stands before the establishment's name, such as ``HMP``.
        name: The establishment's name.
        title: The report's title without its days.
        named: The establishments of its title, and what is left of that.
        is_named_in_title: Whether the title page names it; else the text does.
        days: The days of the visit; none where the title page does not give them.
        sections: The role and the label of each section, in order.
        paragraphs: Its numbered paragraphs.
        items: What is followed up.
        restatements: The judgements of its last section.
        figures: The captions of its figures, with the role of the section.
        headings: The headings of its section on progress.
        about: The text of its introduction and appendices, each with its section's label.
        unread: Text that no row rests on.
        practice: Examples of notable practice that have no number.
        outcome_rows: Rows of tables of outcomes, each with its section's label.
        consumed: Text that is part of a row that rests on another block.
    """

    source: Source
    layout: Layout
    prefix: str = ""
    name: str = ""
    title: str = ""
    days: Days | None = None
    named: Named = field(default_factory=lambda: Named((), ""))
    sections: list[tuple[str, str]] = field(default_factory=list)
    paragraphs: list[NumberedParagraph] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    restatements: list[Restatement] = field(default_factory=list)
    figures: list[tuple[str, str, Block]] = field(default_factory=list)
    headings: list[Block] = field(default_factory=list)
    about: list[tuple[str, Block]] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    practice: list[PracticeRead] = field(default_factory=list)
    outcome_rows: list[tuple[list[Block], str]] = field(default_factory=list)
    consumed: list[Block] = field(default_factory=list)
    is_named_in_title: bool = True

    @property
    def full_name(self) -> str:
        """The establishment's name as the report prints it, such as ``HMP Elmley``."""
        return f"{self.prefix} {self.name}"

    @property
    def blocks(self) -> list[Block]:
        """The report's text in order."""
        return self.layout.blocks

    def has_section(self, role: str) -> bool:
        """Whether the report has a section of this role."""
        return any(each == role for each, _ in self.sections)


@dataclass
class ReviewProposal(Proposal):
    """The rows proposed from a review, and what the reconciliation needs to know of them.

    Attributes:
        totals: The totals that the report states of its judgements.
        practice_stated: How many examples of notable practice it says there are, and where.
        judged: The judgements by the place of the item.
        restated: The restatements by the place of the item.
        unmatched: Restatements of nothing that is known.
        recommendation_ids: The ids of what is followed up, in the order of the items.
    """

    totals: list[tuple[str, Total]] = field(default_factory=list)
    practice_stated: list[tuple[str, int]] = field(default_factory=list)
    judged: dict[int, tuple[NumberedParagraph, Judgement]] = field(default_factory=dict)
    restated: dict[int, Restatement] = field(default_factory=dict)
    unmatched: list[Restatement] = field(default_factory=list)
    recommendation_ids: list[str] = field(default_factory=list)
