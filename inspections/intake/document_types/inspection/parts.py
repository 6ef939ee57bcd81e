"""The parts that an inspection's report is read into."""

from dataclasses import dataclass, field

from inspections.intake.document_types.declared import DeclaredType
from inspections.intake.document_types.practice import PracticeRead
from inspections.intake.grammar import Days
from inspections.intake.parts import NumberedParagraph, Unread
from inspections.intake.text.layout import Layout
from inspections.intake.text.lines import Source
from inspections.intake.text.model import Block
from inspections.intake.text.names import Named


@dataclass
class RaisedItem:
    """A concern, recommendation or housekeeping point that the inspection raises.

    Attributes:
        kind: ``concern``, ``recommendation`` or ``housekeeping_point``.
        reference: Its reference as printed: a paragraph's, or its number in the list of concerns.
        text: Its text without reference and addressees.
        block: Where it is printed.
        place: What an event cites: the paragraph, or the heading of the list.
        concern_text: The concern that it answers, where one is printed.
        concern_block: Where that is printed, if not in the same paragraph.
        is_priority: Whether the report calls it a priority; none where it does not say.
        is_key: Whether it stands among the key or main ones.
        area: The heading of the area above it.
        test: The name of the healthy prison test that it stands under, reduced to words.
        addressees: Those whom it is addressed to, as printed.
        repeats: The reference of the earlier one that it repeats; empty where none is named.
        doubts: Why the row may not be as the report has it.
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


@dataclass
class ListedItem:
    """An entry of the list in which a report repeats what it raises."""

    text: str
    reference: str
    repeats: str
    addressees: list[str]
    kind: str
    block: Block


@dataclass
class FollowedUp:
    """Items of the last inspection, with this inspection's verdicts.

    Attributes:
        kind: ``concern``, ``recommendation`` or ``housekeeping_point``.
        text: Its text without its reference.
        reference: Its reference in the last report; empty where none is printed.
        verdict: The label as printed, in small letters.
        repeated_as: Its reference in this report, where that says that it is repeated.
        test: The healthy prison test that it stands under, reduced to words.
        is_key: Whether it stands among the key or main ones.
        is_priority: Whether it stands among the priorities; none where that is not said.
        of_scrutiny_visit: Whether a scrutiny visit raised it.
        place: The section that an event cites.
    """

    kind: str
    text: str
    reference: str
    verdict: str
    repeated_as: str
    test: str
    is_key: bool
    is_priority: bool | None
    of_scrutiny_visit: bool
    place: str
    block: Block
    doubts: list[str] = field(default_factory=list)


@dataclass
class OutcomeRead:
    """An outcome with the words that state it."""

    test: str
    scale: str
    outcome: str
    unit: str
    is_last: bool
    place: str
    block: Block
    sentence: str
    doubts: list[str] = field(default_factory=list)


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
class Inspection:
    """The report of an inspection or a scrutiny visit.

    Attributes:
        declared: Its type as its body's file declares it.
        is_announced: Whether it was announced; none where the title does not say.
        named: The establishments of its title, and what is left of that.
        days: The days of the visit; none where the title page does not give them.
        sections: The role and the label of each section, in order.
        listed_practice: Examples of good practice in the list at the end.
        paragraphs: Its numbered paragraphs that are no items.
        introductions: Text without a number that may state totals and outcomes, with its place,
            the test that it stands under and its section's role.
        about: The text of its introduction and appendices.
        unread: Text that no row rests on.
        consumed: Text that goes on with what a row rests on.
        tests_by_paragraph: The healthy prison test that a paragraph stands under.
        tests_seen: The names of the tests that have a section or a heading, reduced to words.
        section_of: The section that a block stands in, by the block's identity.
    """

    source: Source
    layout: Layout
    declared: DeclaredType
    is_announced: bool | None
    named: Named
    days: Days | None
    items: list[RaisedItem] = field(default_factory=list)
    listed: list[ListedItem] = field(default_factory=list)
    followed_up: list[FollowedUp] = field(default_factory=list)
    outcomes: list[OutcomeRead] = field(default_factory=list)
    ratings: list[RatingRead] = field(default_factory=list)
    practice: list[PracticeRead] = field(default_factory=list)
    listed_practice: list[PracticeRead] = field(default_factory=list)
    sections: list[tuple[str, str]] = field(default_factory=list)
    paragraphs: list[NumberedParagraph] = field(default_factory=list)
    introductions: list[tuple[str, str, str, Block]] = field(default_factory=list)
    figures: list[tuple[str, str, Block]] = field(default_factory=list)
    about: list[tuple[str, Block]] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    consumed: list[Block] = field(default_factory=list)
    tests_by_paragraph: dict[str, str] = field(default_factory=dict)
    tests_seen: set[str] = field(default_factory=set)
    section_of: dict[int, str] = field(default_factory=dict)

    @property
    def visit_type(self) -> str:
        """The code of its kind of visit."""
        return self.declared.visit_type

    @property
    def body(self) -> str:
        """The code of the body that publishes it."""
        return self.declared.body

    @property
    def title(self) -> str:
        """Its title, as one that a person would cite."""
        how = {True: "an announced ", False: "an unannounced ", None: "an "}[self.is_announced]
        what = {
            "full_inspection": f"{how}inspection of",
            "follow_up_inspection": f"{how}follow-up inspection of",
            "scrutiny_visit": "a scrutiny visit to",
            "short_scrutiny_visit": "short scrutiny visits to",
        }[self.visit_type]
        names = " and ".join(each.full_name for each in self.named.establishments)
        return f"Report on {what} {names}"

    def has_section(self, role: str) -> bool:
        """Whether the report has a section of this role."""
        return any(each == role for each, _ in self.sections)
