"""The parts that documents of any type are read into."""

from dataclasses import dataclass

from inspections.intake.text.model import Block


@dataclass
class NumberedParagraph:
    """A numbered paragraph with its place.

    Attributes:
        number: Its number as printed.
        text: Its text.
        section: The role of its section, such as ``progress``.
        heading: The heading above it, where that is an area or another heading.
        item: The place of the item that it is about among the items, where there is one.
    """

    number: str
    text: str
    block: Block
    section: str
    heading: str = ""
    item: int | None = None


@dataclass
class Unread:
    """A piece of text that no row rests on.

    Attributes:
        why: What it is taken for.
        needs_person: Whether a person should look at it.
    """

    block: Block
    where: str
    why: str
    needs_person: bool
