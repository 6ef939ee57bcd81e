"""All of a batch or none of it: through links, with its text, and whatever step is interrupted.

Everything in the logs here is invented.
"""

import json
import os
import shutil
from pathlib import Path

import pytest

import inspections.log.adding.journal as journal
from inspections.files import sync
from inspections.intake.against_log.known import read_known
from inspections.log.adding.append import _stage, append
from inspections.log.adding.batch import Batch, BatchRow
from inspections.log.adding.journal import JOURNAL, JournalError, recover
from inspections.log.adding.kept_texts import KeptText
from inspections.log.files.digests import content
from inspections.log.files.documents import read_documents
from inspections.log.files.event_folder import event_file_paths
from inspections.log.gate import judge
from inspections.log.verdicts import check_there_is_a_log
from inspections.settings import PROJECT, Settings
from tests.event_streams import write_event_files
from tests.log.test_doors import CORRECTED, LOG, as_batch

pytestmark = pytest.mark.minutes(0.5)

LETTER = "an-invented-letter"


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    """Reference seeds with an invented log in them, in a folder of their own."""
    folder = tmp_path / "own" / "seeds"
    folder.mkdir(parents=True)
    for path in (PROJECT / "seeds").glob("*.csv"):
        if path.name != "documents.csv":
            shutil.copy(path, folder)
    write_event_files(LOG, folder / "events")
    (folder / "events" / "documents.csv").rename(folder / "documents.csv")
    (tmp_path / "own" / "reports").mkdir()
    return folder


def settings_of(events: Path, seeds: Path) -> Settings:
    own = seeds.resolve().parent
    return Settings.from_environment(
        events_dir=events,
        seeds_dir=seeds,
        reports_dir=own / "reports",
        warehouse_path=own / "data" / "warehouse.duckdb",
    )


@pytest.fixture
def settings(seeds: Path) -> Settings:
    return settings_of(seeds / "events", seeds)


def with_a_letter(file: str = "") -> Batch:
    """A batch whose row cites a new document."""
    batch = as_batch({**CORRECTED, "document_id": LETTER, "recorded_at": ""})
    values = {"document_id": LETTER, "title": "A letter", "body": "hmip", "file": file}
    batch.documents.append(BatchRow("documents.csv", 2, values))
    return batch


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def hidden(folder: Path) -> list[str]:
    return [name for name in files(folder) if "append" in name]


@pytest.mark.parametrize("link", ["events folder", "seeds folder", "a folder above", "both"])
def test_a_batch_is_whole_through_a_symbolic_link(link: str, seeds: Path, tmp_path: Path) -> None:
    """The path of documents.csv was computed as if the link were the folder that it leads to: the
    file stayed behind, the exit code was 0, and the next build rejected the rows."""
    (tmp_path / "far" / "away").mkdir(parents=True)
    own = tmp_path / "far" / "away" / "own"
    own.symlink_to(seeds.parent)
    events_link, seeds_link = tmp_path / "far" / "log", tmp_path / "far" / "away" / "seeds"
    events_link.symlink_to(seeds / "events")
    seeds_link.symlink_to(seeds)
    events, through = {
        "events folder": (events_link, seeds),
        "seeds folder": (seeds / "events", seeds_link),
        "a folder above": (own / "seeds" / "events", own / "seeds"),
        "both": (events_link, seeds_link),
    }[link]
    settings = settings_of(events, through)
    assert append(with_a_letter("letter.txt"), settings, text=KeptText("letter.txt", b"x")).counts
    assert LETTER in [row["document_id"] for _, row in read_documents(seeds / "documents.csv")]
    assert hidden(seeds.parent) == []
    assert (seeds.parent / "reports" / "letter.txt").read_bytes() == b"x"
    judged = judge(events, through, settings.reports_dir, make(tmp_path / "work"))
    assert judged.unaccepted == []


def make(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_a_file_that_is_a_link_stays_one_and_what_it_leads_to_grows(
    settings: Settings, tmp_path: Path
) -> None:
    """The link was replaced by a file, and what it led to was the log no more."""
    elsewhere = make(tmp_path / "elsewhere")
    for path in (
        settings.events_dir / "establishments_described.csv",
        settings.seeds_dir / "documents.csv",
    ):
        shutil.move(path, elsewhere)
        path.symlink_to(elsewhere / path.name)
    assert append(with_a_letter(), settings).counts
    for path in elsewhere.iterdir():
        assert LETTER in path.read_text()
    assert (settings.seeds_dir / "documents.csv").is_symlink()
    assert (settings.events_dir / "establishments_described.csv").is_symlink()
    assert hidden(tmp_path) == []


def enter(batch: Batch, settings: Settings, text: KeptText | None = None) -> None:
    """Add a batch as ``append`` does, without what the gate says of it."""
    staged: dict[Path, Path] = {}
    _stage(settings, batch.rows, batch, staged, text)
    journal.commit(settings.events_dir, staged)


@pytest.mark.parametrize("call", range(1, 20))
def test_a_disk_that_fails_at_any_step_leaves_the_old_log_or_a_whole_batch(
    call: int, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A text stayed whose rows did not, and a corrected one was refused from then on; staged files
    were removed although the journal had called them the log."""
    own = settings.seeds_dir.parent
    before = files(own)
    calls = 0

    def failing(path: Path) -> None:
        nonlocal calls
        calls += 1
        if calls == call:
            raise OSError(28, os.strerror(28))
        sync(path)

    monkeypatch.setattr(journal, "sync", failing)
    monkeypatch.setattr("inspections.log.adding.append.sync", failing)
    batch = with_a_letter("2024/letter.txt")
    is_whole = True
    try:
        enter(batch, settings, KeptText("2024/letter.txt", b"1.1 A text."))
    except JournalError as error:
        is_whole = "The batch is safe" in str(error)
        assert is_whole or "the log is as it was" in str(error)
    monkeypatch.undo()
    if not is_whole:
        # What was staged before the commit is removed by whoever staged it, or by the next command.
        recover(settings.events_dir)
        assert files(own) == before
        assert not (own / "reports" / "2024").exists()
        enter(batch, settings, KeptText("2024/letter.txt", b"1.1 Another text."))
    # Whatever reads the log next finishes it.
    event_file_paths(settings.events_dir)
    after = files(own)
    assert {name for name in after if after[name] != before.get(name)} == {
        "reports/2024/letter.txt",
        "seeds/documents.csv",
        "seeds/events/establishments_described.csv",
    }
    assert hidden(own) == []


def test_what_reads_the_log_finishes_an_interrupted_append_first(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The digests, the build's first look and intake read one file of a batch without the other."""

    def killed(folder: Path, entries: object) -> None:
        raise KeyboardInterrupt

    def look_of_intake() -> None:
        with read_known(settings) as known:
            assert known.judged is not None

    for number, read in enumerate(
        (lambda: content(settings), lambda: check_there_is_a_log(settings), look_of_intake)
    ):
        monkeypatch.setattr(journal, "_finish", killed)
        with pytest.raises(KeyboardInterrupt):
            enter(as_batch({**CORRECTED, "event_id": f"e-{number}"}), settings)
        monkeypatch.undo()
        assert (settings.events_dir / JOURNAL).exists()
        read()
        assert not (settings.events_dir / JOURNAL).exists()
        assert f"e-{number}" in (settings.events_dir / "establishments_described.csv").read_text()


@pytest.mark.parametrize("is_changed", [False, True])
def test_a_journal_s_file_that_is_neither_staged_nor_in_place_is_an_error(
    is_changed: bool, settings: Settings
) -> None:
    """It was passed over, and the log was half of a batch from then on."""
    folder = settings.events_dir
    before = files(folder)
    entry = {"staged": ".append-visits_held.csv", "sha256": "0" * 64}
    other = {"staged": ".append-progress_judged.csv", "sha256": "1" * 64}
    (folder / ".append-progress_judged.csv").write_text("new\n")
    (folder / JOURNAL).write_text(
        json.dumps({"progress_judged.csv": other, "visits_held.csv": entry})
    )
    if not is_changed:
        (folder / "visits_held.csv").unlink()
    for _ in range(2):
        with pytest.raises(JournalError, match=r"visits_held\.csv: an append was interrupted"):
            event_file_paths(folder)
        # The other file was not put in place without it.
        assert (folder / "progress_judged.csv").read_bytes() == before["progress_judged.csv"]
    (folder / ".append-visits_held.csv").write_text("found again\n")
    assert "in the log now" in recover(folder)
    assert (folder / "visits_held.csv").read_text() == "found again\n"
    assert (folder / "progress_judged.csv").read_text() == "new\n"


def test_each_text_counts_in_the_digest_of_the_documents(settings: Settings) -> None:
    """Of two texts of one name, in folders of one name, a change of the first was not seen."""
    texts = [settings.reports_dir / part / "2024" / "letter.txt" for part in ("a", "b")]
    seen = set()
    for number, text in enumerate(texts):
        text.parent.mkdir(parents=True)
        text.write_text(f"1.1 {number}")
    for text in texts:
        seen.add(content(settings)["documents"])
        text.write_text("1.1 Changed.")
    seen.add(content(settings)["documents"])
    assert len(seen) == 3
