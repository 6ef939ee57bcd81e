"""The common result of reading a document of any type."""

from dataclasses import dataclass, field

from inspections.intake.comparisons import Comparison
from inspections.intake.grammar import Days
from inspections.intake.rows import Proposal
from inspections.intake.text.layout import Layout
from inspections.intake.text.lines import Source
from inspections.intake.text.model import Block
from inspections.intake.text.patterns import NUMBERED


@dataclass
class Reading:
    """A document as read, with the rows that are proposed from it.

    Attributes:
        document_type: The code of its type, such as ``full_inspection``.
        source: The file as read.
        layout: Its text in blocks.
        proposal: The rows, and what needs a person.
        comparisons: What it says of itself against what was read.
        set_aside: Pieces of its text that are no statements: front matter, method, glossary.
        part_of: Pieces that belong to a row that rests on another piece.
        why: Why a piece is set aside or unread, by the block's identity.
        sections: The section that a piece stands in, by the block's identity.
        prison: The establishment as named.
        days: The visit's days as printed; empty where the title page does not give them.
        stated_on: When the document speaks: the visit's days, or those of the letter or the plan.
        text: The text to be kept, where it is not the file's own.
    """

    document_type: str
    source: Source
    layout: Layout
    proposal: Proposal
    comparisons: list[Comparison]
    prison: str = ""
    days: str = ""
    stated_on: Days | None = None
    set_aside: list[Block] = field(default_factory=list)
    text: str | None = None
    part_of: list[Block] = field(default_factory=list)
    why: dict[int, str] = field(default_factory=dict)
    sections: dict[int, str] = field(default_factory=dict)

    def fate_of(self, block: Block) -> tuple[str, str]:
        """The fate of a piece of text, and the reason.

        Args:
            block: One of the layout's blocks.

        Returns:
            ``became rows``, ``part of a row``, ``set aside`` or ``unread``, and the reason.
        """
        fate = self._fates().get(id(block), "")
        why = self.why.get(id(block), "")
        if not fate:
            is_piece = NUMBERED.match(block.text) or len(block.text) > 80
            fate, why = ("unread", why) if is_piece else ("set aside", why or "a heading or label")
        return fate, why

    def _fates(self) -> dict[int, str]:
        found = {id(block): "set aside" for block in self.set_aside}
        found |= {id(block): "part of a row" for block in self.part_of}
        return found | {id(source.block): "became rows" for source in self.proposal.sources}

    @property
    def unread(self) -> list[Block]:
        """The pieces of text that became no row and are not set aside, in their order."""
        used = {id(source.block) for source in self.proposal.sources}
        used |= {id(block) for block in (*self.set_aside, *self.part_of)}
        return [
            block
            for block in self.layout.blocks
            if id(block) not in used and (NUMBERED.match(block.text) or len(block.text) > 80)
        ]

    @property
    def became_rows(self) -> tuple[int, int]:
        """How many pieces of the text became rows, and of how many."""
        used = len({id(source.block) for source in self.proposal.sources})
        return used, used + len(self.unread)

    def coverage(self) -> dict[str, dict[str, int]]:
        """How many pieces of each section had which fate; all pieces are counted."""
        found: dict[str, dict[str, int]] = {}
        for block in self.layout.blocks:
            fate, _ = self.fate_of(block)
            counts = found.setdefault(self.sections.get(id(block), "front"), {})
            counts[fate] = counts.get(fate, 0) + 1
        return found

    @property
    def totals_reconciled(self) -> tuple[int, int]:
        """Number of stated totals that could be compared with the rows, and of all."""
        stated = [each for each in self.comparisons if each.check == "total" and each.stated]
        return sum(each.agrees is not None for each in stated), len(stated)
