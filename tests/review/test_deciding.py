"""Each decision is in the proposal's own files, in the log's list of decisions, and can be undone.

The reports are invented.
"""

import csv
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from inspections.log.adding.batch import read_batch
from inspections.log.files.decisions import read_decisions, rule_records
from inspections.review.folder import journal
from inspections.review.folder.deciding import Decider, OutOfDateError
from inspections.review.folder.proposal import Proposal, Row, read_proposal
from tests.review.serving import proposal_of


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "harrowfell"
    return proposal_of("harrowfell_2024_inspection.txt", folder).folder


@pytest.fixture
def proposal(made: Path, tmp_path: Path) -> Proposal:
    shutil.copytree(made, tmp_path / "harrowfell")
    return read_proposal(tmp_path / "harrowfell")


@pytest.fixture
def decider(proposal: Proposal) -> Decider:
    return Decider(proposal.folder, log_file(proposal), "Invented Steward")


def log_file(proposal: Proposal) -> Path:
    return proposal.folder.parent / "log" / "intake_decisions.csv"


def logged(proposal: Proposal) -> list[tuple[str, str]]:
    return [(row["decision"], row["field"]) for row in read_decisions(log_file(proposal))]


def cells(proposal: Proposal, row: Row) -> dict[str, str]:
    """A row as a person would find it in its file."""
    with (proposal.folder / row.file).open(encoding="utf-8", newline="") as file:
        found = [each for each in csv.DictReader(file) if each["event_id"] == row.event_id]
    assert len(found) == 1
    return found[0]


def test_a_row_left_out_says_no_in_its_file_as_by_hand(
    proposal: Proposal, decider: Decider
) -> None:
    row = proposal.rows[3]
    others = (proposal.folder / row.file).read_text("utf-8")
    decider.leave_out([row.key], {row.key: row.digest})
    assert cells(proposal, row)["keep"] == "no"
    assert read_batch([proposal.folder]).left_out == 1
    decider.undo(row.key)
    assert (proposal.folder / row.file).read_text("utf-8") == others
    assert logged(proposal) == [("left_out", ""), ("undone", "decision_id")]


def test_a_decision_says_who_when_of_which_document_and_by_which_rule(
    proposal: Proposal, decider: Decider
) -> None:
    row = next(row for row in proposal.rows if row.event_type == "findings_recorded")
    decider.edit(row.key, row.digest, {"text": "Corrected.", "area": "security"})
    found = read_decisions(log_file(proposal))
    assert {(each["field"], each["to_value"]) for each in found} == {
        ("text", "Corrected."),
        ("area", "security"),
    }
    first = found[0]
    assert first["from_value"] in (row.values["text"], row.values["area"])
    assert first["document_digest"] == proposal.document_digest
    assert first["document_id"] == proposal.document_id
    assert first["event_type"] == "findings_recorded" and first["event_id"] == row.event_id
    assert first["rule"] == row.rule != ""
    assert first["reviewer"] == "Invented Steward"
    assert re.search(r",20\d\d-\d\d-\d\dT[\d:.]+Z,", log_file(proposal).read_text("utf-8"))
    assert cells(proposal, row)["text"] == "Corrected."


def test_columns_that_tell_which_row_it_is_are_never_edited(
    proposal: Proposal, decider: Decider
) -> None:
    row = proposal.rows[0]
    decider.edit(row.key, row.digest, {"event_id": "other", "document_id": "other"})
    assert cells(proposal, row)["event_id"] == row.event_id
    assert logged(proposal) == [("accepted", "")]


def test_one_answer_settles_all_rows_of_a_cause_and_one_undo_takes_it_back(
    proposal: Proposal, decider: Decider
) -> None:
    rows = [row for row in proposal.rows if row.event_type == "findings_recorded"][:4]
    before = (proposal.folder / rows[0].file).read_bytes()
    decider.fill([row.key for row in rows], digests(rows), {"area": "security"})
    assert {cells(proposal, row)["area"] for row in rows} == {"security"}
    decider.undo(rows[2].key)
    assert (proposal.folder / rows[0].file).read_bytes() == before


def digests(rows: list[Row]) -> dict[str, str]:
    return {row.key: row.digest for row in rows}


def test_an_edit_by_hand_is_noticed_and_never_overwritten(
    proposal: Proposal, decider: Decider
) -> None:
    """A page that was loaded before the file was edited must not put back what it showed."""
    row = next(row for row in proposal.rows if row.event_type == "findings_recorded")
    path = proposal.folder / row.file
    by_hand = path.read_text("utf-8").replace(row.values["text"], "Written by hand.", 1)
    path.write_text(by_hand, encoding="utf-8")
    with pytest.raises(OutOfDateError, match="changed elsewhere"):
        decider.leave_out([row.key], {row.key: row.digest})
    assert path.read_text("utf-8") == by_hand
    assert not log_file(proposal).exists()
    # A decision on another row leaves the edit where it is.
    other = next(each for each in proposal.rows if each.file == row.file and each != row)
    decider.leave_out([other.key], {other.key: other.digest})
    assert "Written by hand." in path.read_text("utf-8")


def test_what_was_edited_by_hand_after_a_decision_is_not_undone(
    proposal: Proposal, decider: Decider
) -> None:
    row = next(row for row in proposal.rows if row.event_type == "findings_recorded")
    decider.edit(row.key, row.digest, {"text": "Corrected."})
    path = proposal.folder / row.file
    by_hand = path.read_text("utf-8").replace("Corrected.", "By hand.")
    path.write_text(by_hand, encoding="utf-8")
    with pytest.raises(OutOfDateError, match="changed outside"):
        decider.undo(row.key)
    assert path.read_text("utf-8") == by_hand


def test_a_file_that_a_hand_broke_is_told_and_left_alone(
    proposal: Proposal, decider: Decider
) -> None:
    row = next(row for row in proposal.rows if row.event_type == "findings_recorded")
    path = proposal.folder / row.file
    path.write_text(path.read_text("utf-8") + "one,field,too few\n", encoding="utf-8")
    broken = path.read_bytes()
    found = read_proposal(proposal.folder)
    assert any("findings_recorded.csv, line" in fault for fault in found.faults)
    assert found.rows, "the other files are shown"
    other = next(each for each in found.rows if each.file != row.file)
    with pytest.raises(OutOfDateError, match="cannot be read"):
        decider.leave_out([other.key], {other.key: other.digest})
    assert path.read_bytes() == broken


def test_a_row_that_a_person_adds_is_a_row_like_the_others(
    proposal: Proposal, decider: Decider
) -> None:
    known = next(row for row in proposal.rows if row.event_type == "practice_noted")
    values = {**known.values, "text": "Seen in passing.", "event_id": known.event_id}
    (decision,) = decider.add("practice_noted", values, "added by a person; rests on «Seen»")
    found = read_proposal(proposal.folder)
    assert decision.key in found.by_key
    added = found.by_key[decision.key]
    assert added.event_id == f"{known.event_id}-2", "an id is never taken twice"
    assert added.is_added and added.is_kept
    decider.undo(added.key)
    assert added.key not in read_proposal(proposal.folder).by_key
    assert logged(proposal) == [("added", ""), ("undone", "decision_id")]


def test_a_first_row_of_a_type_makes_its_file(proposal: Proposal, decider: Decider) -> None:
    assert not (proposal.folder / "progress_reported.csv").exists()
    decider.add(
        "progress_reported",
        {"event_id": "new", "recommendation_id": "r", "occurred_precision": "unknown"},
        "added by a person",
    )
    batch = read_batch([proposal.folder])
    assert [row.values["event_id"] for row in batch.rows["progress_reported"]] == ["new"]


# What a kill leaves between two files is finished at the next start.


class KilledError(BaseException):
    """The server is no more."""


@pytest.mark.parametrize("after", ["note", "rewrite", "log"])
def test_a_server_that_is_killed_loses_no_decision_and_makes_none_twice(
    proposal: Proposal, decider: Decider, monkeypatch: pytest.MonkeyPatch, after: str
) -> None:
    row = next(row for row in proposal.rows if row.event_type == "findings_recorded")

    def die(*arguments: object) -> None:
        raise KilledError

    from inspections.review.folder import deciding

    place = {
        "note": (deciding, "_rewrite"),
        "rewrite": (deciding.log_decisions, "add_decisions"),
        "log": (journal.Journal, "note_done"),
    }[after]
    with monkeypatch.context() as patched:
        patched.setattr(*place, die)
        with pytest.raises(KilledError):
            decider.leave_out([row.key], {row.key: row.digest})
    assert Decider(proposal.folder, log_file(proposal)).recover() == 1
    assert cells(proposal, row)["keep"] == "no"
    assert logged(proposal) == [("left_out", "")]
    assert Decider(proposal.folder, log_file(proposal)).recover() == 0
    assert logged(proposal) == [("left_out", "")]


def test_a_restart_does_not_put_back_what_a_hand_changed_since(
    proposal: Proposal, decider: Decider
) -> None:
    row = next(row for row in proposal.rows if row.event_type == "findings_recorded")
    before = (proposal.folder / row.file).read_bytes()
    decider.leave_out([row.key], {row.key: row.digest})
    (proposal.folder / row.file).write_bytes(before)
    assert decider.recover() == 0
    assert (proposal.folder / row.file).read_bytes() == before


def test_a_line_that_a_power_cut_tore_is_no_decision(proposal: Proposal, decider: Decider) -> None:
    row = proposal.rows[0]
    decider.keep([row.key], {row.key: row.digest})
    for path in (decider.journal.path, log_file(proposal)):
        with path.open("ab") as file:
            file.write(b'{"decision_id": "torn')
    assert list(decider.standing()) == [row.key]
    decider.undo(row.key)
    assert logged(proposal) == [("accepted", ""), ("undone", "decision_id")]
    assert decider.standing() == {}


def test_rules_are_counted_by_what_became_of_their_rows(
    proposal: Proposal, decider: Decider
) -> None:
    rows = [replace(row) for row in proposal.rows if row.event_type == "findings_recorded"][:5]
    rule = rows[0].rule
    assert {row.rule for row in rows} == {rule}
    decider.keep([rows[0].key, rows[1].key], digests(rows))
    decider.leave_out([rows[2].key], digests(rows))
    decider.edit(rows[3].key, rows[3].digest, {"text": "Corrected."})
    # Edited, then kept: the rule was wrong all the same.
    now = read_proposal(proposal.folder).by_key[rows[3].key]
    decider.keep([now.key], {now.key: now.digest})
    decider.leave_out([rows[4].key], digests(rows))
    decider.undo(rows[4].key)
    decider.add("findings_recorded", {**rows[0].values, "event_id": "new"}, "added by a person")
    record = rule_records(read_decisions(log_file(proposal)))[rule]
    assert (record.accepted, record.edited, record.left_out) == (2, 1, 1)


def test_the_list_of_decisions_is_no_event_file(proposal: Proposal, decider: Decider) -> None:
    row = proposal.rows[0]
    decider.keep([row.key], {row.key: row.digest})
    shutil.copy(log_file(proposal), proposal.folder / "intake_decisions.csv")
    batch = read_batch([proposal.folder])
    assert len(batch) == len(proposal.rows) and not batch.passed_over


def test_a_read_only_list_of_decisions_stops_a_decision_and_the_next_start_finishes_it(
    proposal: Proposal, decider: Decider
) -> None:
    row = proposal.rows[0]
    log_file(proposal).parent.mkdir()
    # Root may write anywhere, but not into a folder of that name.
    log_file(proposal).mkdir()
    with pytest.raises(OSError):
        decider.leave_out([row.key], {row.key: row.digest})
    log_file(proposal).rmdir()
    decider.recover()
    assert cells(proposal, row)["keep"] == "no"
    assert logged(proposal) == [("left_out", "")]
