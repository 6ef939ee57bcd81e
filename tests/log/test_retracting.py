"""Retracting a document with all that cites it, whatever state that is in, and bringing it back.

Everything in the logs here is invented.
"""

from pathlib import Path

import pytest

from inspections.log.adding.append import Appended, append
from inspections.log.adding.retract import REINSTATED, RETRACTED, retract_or_reinstate
from inspections.log.gate import GateError, judge
from inspections.settings import Settings
from tests.event_streams import DOCUMENT, write_event_files
from tests.log.test_doors import JUDGED, MADE, as_batch
from tests.log.test_gate import PRISON, VISIT, Row, row

pytestmark = pytest.mark.minutes(0.5)

LETTER = "an-invented-letter"
CITES = {"document_id": LETTER}
SECOND = {**VISIT, "event_id": "v2", "visit_id": "w"}
# Facts of the letter in every state: live, waiting for their visit, hanging on a retracted visit,
# retracted for a reason of their own, and superseded by a correction of the letter.
LIVE = row("practice_noted", "live", visit_id="v", text="Live.", **CITES)
WAITS = row("practice_noted", "waits", visit_id="later", text="Waits.", **CITES)
HANGS = row("practice_noted", "hangs", visit_id="w", text="Hangs.", **CITES)
OWN = row("practice_noted", "own", visit_id="v", text="Wrong by itself.", **CITES)
SUPERSEDED = row("practice_noted", "superseded", visit_id="v", text="Old.", **CITES)
CORRECTION = {
    **SUPERSEDED,
    "event_id": "correction",
    "corrects_event_id": "superseded",
    "text": "New.",
    "recorded_at": "2022-02-01T00:00:00Z",
}
FACTS = [LIVE, WAITS, HANGS, OWN, SUPERSEDED, CORRECTION]
OF_THE_LETTER = {fact["event_id"] for fact in FACTS}
LOG = [
    PRISON,
    VISIT,
    SECOND,
    MADE,
    JUDGED,
    *FACTS,
    row("events_retracted", "r1", "2022-03-01", retracted_event_id="own", reason="a slip"),
    row("events_retracted", "r2", "2022-03-01", retracted_event_id="v2", reason="no such visit"),
]


class Log:
    """A log in a folder of its own, and what can be asked of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = Settings.from_environment(
            events_dir=folder / "log", warehouse_path=folder / "data" / "warehouse.duckdb"
        )
        self.builds = 0

    def write(self, rows: list[Row]) -> None:
        write_event_files(rows, self.folder / "log")
        with (self.folder / "log" / "documents.csv").open("a", encoding="utf-8") as stream:
            stream.write(f"{LETTER},An invented letter,hmip,,,\n")
            stream.write("another-letter,Another invented letter,hmip,,,\n")

    def add(self, *rows: Row) -> None:
        append(as_batch(*({**values, "recorded_at": ""} for values in rows)), self.settings)

    def lift(
        self, event_type: str, *event_ids: str, document: str | None = None, reason: str = "said"
    ) -> Appended:
        return append(
            lambda judged: retract_or_reinstate(judged, event_type, event_ids, document, reason),
            self.settings,
        )

    def live(self) -> set[str]:
        self.builds += 1
        work = self.folder / f"work{self.builds}"
        work.mkdir()
        settings = self.settings
        judged = judge(settings.events_dir, settings.seeds_dir, settings.reports_dir, work)
        return {
            event_id
            for (event_id,) in judged.ask(
                "select event_id from intermediate.int_log"
                " where is_live and event_type not in ('events_retracted', 'events_reinstated')"
            )
        }


@pytest.fixture
def log(tmp_path: Path) -> Log:
    made = Log(tmp_path)
    made.write(LOG)
    return made


def test_no_fact_of_a_withdrawn_document_comes_back_with_its_subject(log: Log) -> None:
    """Waiting facts, and those whose visit was retracted at that moment, were passed over: they
    were live again as soon as their subject arrived or came back."""
    withdrawn = log.lift(RETRACTED, document=LETTER, reason="withdrawn")
    assert withdrawn.counts == {"events_retracted": len(OF_THE_LETTER)}
    log.add({**VISIT, "event_id": "v3", "visit_id": "later"})
    log.lift(REINSTATED, "v2")
    assert log.live() & OF_THE_LETTER == set()
    # A second time there is nothing left to cover.
    with pytest.raises(GateError, match="There is no live event to retract"):
        log.lift(RETRACTED, document=LETTER)
    # What it says comes back but for what is wrong by itself and what was superseded.
    log.lift(REINSTATED, document=LETTER, reason="published again")
    assert log.live() & OF_THE_LETTER == {"live", "waits", "hangs", "correction"}
    with pytest.raises(GateError, match="There is no retracted event to reinstate"):
        log.lift(REINSTATED, document=LETTER)
    log.lift(REINSTATED, "own")
    assert "own" in log.live()


def test_reinstating_a_document_lifts_no_reason_but_its_own(log: Log) -> None:
    """An event that was retracted for a reason of its own came back with its document."""
    log.lift(RETRACTED, document=LETTER)
    log.lift(RETRACTED, "live", reason="wrong, whatever becomes of the letter")
    with pytest.raises(GateError, match="event 'live' is retracted already"):
        log.lift(RETRACTED, "live")
    back = log.lift(REINSTATED, document=LETTER)
    assert back.notes == [
        "live, own: stays retracted for its own reason; to reinstate it, name the event"
    ]
    assert log.live() & {"live", "own"} == set()
    log.lift(REINSTATED, "live")
    assert log.live() & {"live", "own"} == {"live"}


def test_an_event_named_stays_retracted_with_its_document(log: Log) -> None:
    log.lift(RETRACTED, document=LETTER)
    back = log.lift(REINSTATED, "own")
    assert back.notes == [
        f"own: stays retracted with document {LETTER}; to reinstate that, use reinstate --document"
        f" {LETTER}"
    ]
    # One that has no reason of its own comes back by its name.
    log.lift(REINSTATED, "live")
    assert log.live() & OF_THE_LETTER == {"live"}
    log.lift(REINSTATED, document=LETTER)
    assert {"own", "correction"} <= log.live()


def test_a_correction_from_another_document_stays_and_nothing_stands_behind_it(log: Log) -> None:
    """A superseded fact of the withdrawn document was live again once its correction was taken
    back; taking back the original would have taken the correction with it."""
    other = {
        **LIVE,
        "event_id": "other",
        "corrects_event_id": "live",
        "document_id": "another-letter",
        "text": "Otherwise.",
    }
    log.add(other)
    withdrawn = log.lift(RETRACTED, document=LETTER)
    assert [note.split(":")[0] for note in withdrawn.notes] == ["live"]
    assert log.live() & {"live", "other"} == {"other"}
    gone = log.lift(RETRACTED, "other")
    assert gone.counts == {"events_retracted": 2}
    assert log.live() & {"live", "other"} == set()
    log.lift(REINSTATED, "other")
    assert log.live() & {"live", "other"} == set()
    log.lift(REINSTATED, document=LETTER)
    assert log.live() & {"live", "other"} == {"other"}


def test_a_row_that_is_rejected_is_covered_too(log: Log) -> None:
    """Once it was fixed, the withdrawn document's fact was in the log."""
    broken = {**LIVE, "event_id": "broken", "occurred_on": "2020-13-01"}
    taken = {**LIVE, "event_id": "e1", "recorded_at": "2022-04-01T00:00:00Z"}
    log.write([*LOG, broken, taken])
    log.lift(RETRACTED, document=LETTER)
    rows = [*LOG, {**broken, "occurred_on": "2020-12-01"}]
    text = (log.settings.events_dir / "events_retracted.csv").read_text("utf-8")
    log.write(rows)
    (log.settings.events_dir / "events_retracted.csv").write_text(text, "utf-8")
    assert log.live() & {*OF_THE_LETTER, "broken"} == set()
    # The row whose id belongs to an event of another document retracts nothing of that.
    assert "e1" in log.live()


def test_a_document_without_an_event_has_nothing_to_retract(log: Log) -> None:
    with pytest.raises(GateError, match="There is no live event to retract"):
        log.lift(RETRACTED, document="another-letter")
    with pytest.raises(GateError, match="document 'nowhere' is not known"):
        log.lift(RETRACTED, document="nowhere")
    assert DOCUMENT != LETTER
