"""The parts that the report of a visit is read into, of whatever type."""

from dataclasses import dataclass, field

from inspections.intake.document_types.declared import DeclaredType
from inspections.intake.document_types.practice import PracticeRead
from inspections.intake.grammar import Days
from inspections.intake.parts import NumberedParagraph, Unread
from inspections.intake.text.layout import Layout
from inspections.intake.text.lines import Source
from inspections.intake.text.model import Block
from inspections.intake.text.names import Establishment, Named
from inspections.intake.text.vocabulary import Level


@dataclass
class Item:
    """A concern, recommendation or theme that the visit raises or follows up.

    Attributes:
        kind: ``concern``, ``recommendation``, ``housekeeping_point`` or ``theme``.
        reference: Its reference as printed: a paragraph's, or its number in the list of concerns;
            empty where none is printed.
        text: Its text without reference and addressees.
        block: Where it is printed.
        place: What an event cites: the paragraph, the section, or the heading of the list.
        concern_text: The concern that it answers, where one is printed.
        concern_block: Where that is printed, if not in the same paragraph.
        is_priority: Whether the report calls it a priority; none where it does not say.
        is_key: Whether it stands among the key or main ones.
        area: The heading of the area above it.
        test: The name of the healthy prison test that it stands under, reduced to words.
        addressees: Those whom it is addressed to, as printed.
        repeats: The reference of the earlier one that it repeats; empty where none is named.
        doubts: Why the row may not be as the report has it.
        ordinal: Its number as printed, such as that of «Theme 1»; empty where it has none.
        body: The body whose it is, where that is not the report's.
        verdict: The label that follows it up, as printed, in small letters.
        repeated_as: Its reference in this report, where that says that it is repeated.
        of_scrutiny_visit: Whether a scrutiny visit raised it.
        level: The level that the visit judged it at.
        judged_in: The number of the paragraph that judges it.
    """

    kind: str
    reference: str
    text: str
    block: Block
    place: str = ""
    concern_text: str = ""
    concern_block: Block | None = None
    is_priority: bool | None = None
    is_key: bool = False
    area: str = ""
    test: str = ""
    addressees: list[str] = field(default_factory=list)
    repeats: str = ""
    doubts: list[str] = field(default_factory=list)
    ordinal: str = ""
    body: str = ""
    verdict: str = ""
    repeated_as: str = ""
    of_scrutiny_visit: bool = False
    level: Level | None = None
    judged_in: str = ""


@dataclass
class Restatement:
    """A judgement as the last section of a review lists it."""

    text: str
    level: str
    group: str
    block: Block
    label: str


@dataclass
class OutcomeRead:
    """An outcome with the words that state it.

    Attributes:
        visit: The visit that it is of: ``this``, ``last``, or the year of an earlier one.
        held: The days that the head of a table's row or column gives that one.
    """

    test: str
    scale: str
    outcome: str
    unit: str
    visit: str
    place: str
    block: Block
    sentence: str
    doubts: list[str] = field(default_factory=list)
    held: Days | None = None


@dataclass
class RatingRead:
    """The rating of a standard or of one of its quality indicators.

    Attributes:
        number: The indicator's number, or the standard's label.
        text: What is rated.
        level: The level in small letters.
    """

    number: str
    text: str
    level: str
    block: Block


@dataclass
class Report:
    """The report of a visit.

    Attributes:
        declared: Its type as its body's file declares it.
        is_announced: Whether it was announced; none where the title does not say.
        named: The establishments of its title, and what is left of that.
        is_named_in_title: Whether the title page names it; else the text does.
        days: The days of the visit; none where the title page does not give them.
        items: What it raises.
        listed: The entries of the list in which it repeats what it raises.
        followed_up: What it follows up.
        restatements: The judgements of its last section.
        sections: The role and the label of each section, in order.
        listed_practice: Examples of good practice in the list at the end.
        paragraphs: Its numbered paragraphs that are no items.
        introductions: Text without a number that may state totals and outcomes, with its place.
        figures: The captions of its figures, with the role of the section.
        about: The text of its introduction and appendices.
        unread: Text that no row rests on.
        consumed: Text that goes on with what a row rests on.
        test_of: The healthy prison test that a text stands under, by the block's identity.
        tests_seen: The names of the tests that have a section or a heading, reduced to words.
        section_of: The section that a block stands in, by the block's identity.
    """

    source: Source
    layout: Layout
    declared: DeclaredType
    is_announced: bool | None
    named: Named
    is_named_in_title: bool
    days: Days | None
    items: list[Item] = field(default_factory=list)
    listed: list[Item] = field(default_factory=list)
    followed_up: list[Item] = field(default_factory=list)
    restatements: list[Restatement] = field(default_factory=list)
    outcomes: list[OutcomeRead] = field(default_factory=list)
    ratings: list[RatingRead] = field(default_factory=list)
    practice: list[PracticeRead] = field(default_factory=list)
    listed_practice: list[PracticeRead] = field(default_factory=list)
    sections: list[tuple[str, str]] = field(default_factory=list)
    paragraphs: list[NumberedParagraph] = field(default_factory=list)
    introductions: list[tuple[str, Block]] = field(default_factory=list)
    figures: list[tuple[str, str, Block]] = field(default_factory=list)
    about: list[tuple[str, Block]] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    consumed: list[Block] = field(default_factory=list)
    test_of: dict[int, str] = field(default_factory=dict)
    tests_seen: set[str] = field(default_factory=set)
    section_of: dict[int, str] = field(default_factory=dict)

    @property
    def body(self) -> str:
        """The code of the body that publishes it."""
        return self.declared.body

    @property
    def prison(self) -> Establishment:
        """The first establishment that it is about."""
        return self.named.establishments[0]

    @property
    def title(self) -> str:
        """Its title, as one that a person would cite."""
        how = {True: "announced ", False: "unannounced ", None: ""}[self.is_announced]
        names = " and ".join(each.full_name for each in self.named.establishments)
        return f"Report on {self.declared.cited_as.replace('(announced) ', how)} {names}"

    def has_section(self, role: str) -> bool:
        """Whether the report has a section of this role."""
        return any(each == role for each, _ in self.sections)
