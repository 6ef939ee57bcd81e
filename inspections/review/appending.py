"""Appending what was kept, through the same door as ``inspections append``."""

from collections.abc import Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from inspections.log.adding.append import Appended, append
from inspections.log.adding.batch import read_batch
from inspections.log.adding.kept_texts import text_of_document
from inspections.log.declaration import event_types
from inspections.review.folder.deciding import Decider, OutOfDateError
from inspections.review.folder.proposal import TEXT, Proposal
from inspections.settings import Settings


@dataclass(frozen=True)
class AppendedProposal:
    """Result of appending one proposal.

    Attributes:
        proposal: The proposal.
        appended: What was appended.
    """

    proposal: Proposal
    appended: Appended


def append_proposal(
    proposal: Proposal, revision: str, decider: Decider, settings: Settings
) -> AppendedProposal:
    """Append what is kept of a proposal.

    Args:
        proposal: The proposal as it is now.
        revision: Its state as the person saw it in the summary.
        decider: Notes that it is appended.
        settings: Where the log lies.

    Raises:
        ActionableError: Nothing was appended; the message says why.
    """
    if proposal.revision != revision:
        raise OutOfDateError(
            "The proposal has changed since this summary was made. Nothing was appended. Check the"
            " summary again."
        )
    batch = read_batch([proposal.folder], settings.seeds_dir)
    text = None
    if proposal.document.get("file") and (proposal.folder / TEXT).is_file():
        text = text_of_document(proposal.folder / TEXT, batch)
    appended = append(batch, settings, text=text)
    decider.note_appended(proposal)
    return AppendedProposal(proposal, appended)


def in_order(proposals: Sequence[Proposal]) -> list[Proposal]:
    """Proposals in the order that their references need: a visit before what follows it up.

    Documents that name one another stay in their own order: rows wait in the log for what they
    name.
    """
    by_name = {proposal.folder.name: proposal for proposal in proposals}
    brings: dict[str, set[str]] = {}
    for name, proposal in by_name.items():
        for row in proposal.rows:
            introduced = event_types()[row.event_type].introduces or "event_id"
            for brought in ("event_id", introduced):
                if row.is_kept and row.values[brought]:
                    brings.setdefault(f"{brought} {row.values[brought]}", set()).add(name)
    needs: dict[str, set[str]] = {name: set() for name in by_name}
    for name, proposal in by_name.items():
        for row in proposal.rows:
            if not row.is_kept:
                continue
            for column in event_types()[row.event_type].columns:
                value = row.values[column.name]
                if not value or column.meta.get("introduces"):
                    continue
                key = f"{column.name} {value}"
                if column.name.endswith("event_id") and column.name != "event_id":
                    key = f"event_id {value}"
                owners = brings.get(key, set())
                # What a proposal brings itself it needs from no other.
                if column.name != "event_id" and name not in owners:
                    needs[name] |= owners
    try:
        order = list(TopologicalSorter(needs).static_order())
    except CycleError:
        order = list(needs)
    return [by_name[name] for name in order]
