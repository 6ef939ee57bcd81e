"""The proposals that a review was given, by their names: nothing else is looked up."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from starlette.exceptions import HTTPException

from inspections.errors import ActionableError, sentence_of
from inspections.log.files.decisions import (
    RuleRecord,
    decisions_path,
    read_decisions,
    rule_records,
)
from inspections.log.files.event_folder import state_of
from inspections.review.appending import in_order
from inspections.review.folder.blocks import Block
from inspections.review.folder.deciding import Decider
from inspections.review.folder.proposal import Proposal, is_proposal, read_proposal
from inspections.review.forms.fields import Vocabulary
from inspections.review.pages import Card, Review
from inspections.settings import Settings


@dataclass(frozen=True)
class Queued:
    """A proposal in the list of those to review.

    Attributes:
        name: Its name in the address.
        title: Its document's title.
        rows: How many rows it has.
        kept: How many of them would be appended.
        left: How many decisions are left.
        state: ``to review``, ``reviewed``, ``appended`` or ``cannot be read``.
        fault: Why it cannot be read.
    """

    name: str
    title: str
    rows: int = 0
    kept: int = 0
    left: int = 0
    state: str = "to review"
    fault: str = ""


class Library:
    """The proposals of one review.

    Args:
        path: A proposal, or a folder of them.
        settings: Where log and seeds lie.
        reviewer: Who decides, where that is known.
    """

    def __init__(self, path: Path, settings: Settings, reviewer: str) -> None:
        self.path = path
        self.is_single = is_proposal(path)
        self.vocabulary = Vocabulary(settings.seeds_dir)
        self._reviewer = reviewer
        self._decisions_file = decisions_path(settings.events_dir, settings.seeds_dir)
        self._recovered: set[Path] = set()

    def folder(self, name: str) -> Path:
        """The proposal of a name, among those that the command was given."""
        for folder in self.folders():
            if folder.name == name:
                if folder not in self._recovered:
                    self.decider(folder).recover()
                    self._recovered.add(folder)
                return folder
        raise HTTPException(404)

    def folders(self) -> list[Path]:
        """The folders of the proposals, by name; links are passed over."""
        if self.is_single:
            return [self.path]
        return sorted(
            path
            for path in self.path.iterdir()
            if is_proposal(path) and not path.is_symlink() and not path.name.startswith(".")
        )

    def proposal(self, name: str) -> Proposal:
        """A proposal as its files have it now."""
        return read_proposal(self.folder(name))

    def decider(self, folder: Path) -> Decider:
        """The object that carries out decisions on a proposal."""
        return Decider(folder, self._decisions_file, self._reviewer)

    def review(self, name: str) -> Review:
        """A proposal as the page shows it now."""
        proposal = self.proposal(name)
        held = self.decider(proposal.folder).standing()
        rules = _rules(self._decisions_file, state_of(self._decisions_file))
        return Review(name, proposal, held, self.vocabulary, rules)

    def card(self, review: Review, key: str) -> Card:
        """A row of a proposal.

        Raises:
            HTTPException: There is none of that key.
        """
        if key not in review.cards:
            raise HTTPException(404)
        return review.cards[key]

    def block(self, proposal: Proposal, number: str) -> Block | None:
        """A piece of a proposal's text; none where no number says which."""
        return next((block for block in proposal.blocks if str(block.number) == number), None)

    def queue(self) -> list[Queued]:
        """All proposals, by what is left to decide."""
        found = []
        for folder in self.folders():
            try:
                review = self.review(folder.name)
            except (ActionableError, OSError) as error:
                said = sentence_of(error) or str(error)
                found.append(Queued(folder.name, folder.name, state="cannot be read", fault=said))
                continue
            state = "to review" if review.left else "reviewed"
            found.append(
                Queued(
                    folder.name,
                    review.proposal.title,
                    len(review.proposal.rows),
                    review.kept,
                    review.left,
                    "appended" if review.is_appended else state,
                )
            )
        order = ("to review", "cannot be read", "reviewed", "appended")
        return sorted(found, key=lambda each: (order.index(each.state), -each.left, each.title))

    def reviewed(self) -> list[Review]:
        """The proposals that wait to be appended, in the order that their references need."""
        names = [each.name for each in self.queue() if each.state == "reviewed" and each.kept]
        reviews = {name: self.review(name) for name in names}
        order = in_order([review.proposal for review in reviews.values()])
        return [reviews[proposal.folder.name] for proposal in order]


@lru_cache(maxsize=4)
def _rules(path: Path, state: tuple[int, int]) -> dict[str, RuleRecord]:
    """How often each rule was right, by a list of decisions in one state."""
    return rule_records(read_decisions(path))
