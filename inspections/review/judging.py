"""The gate's verdict on a proposal's present decisions, with recounted totals.

The log's files and the rows that are kept lie side by side in a folder that is thrown away, and the
gate judges them as it would judge the log after an append. Nothing is written beside the log. It
runs in a thread of its own, a second or so behind the decisions, and always on the last of them.
"""

import csv
import hashlib
import io
import shutil
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from inspections.database import connect, insert_rows
from inspections.errors import ActionableError, sentence_of
from inspections.log.adding.kept_texts import KeptText, keep_text, link_texts
from inspections.log.declaration import event_types
from inspections.log.files.documents import COLUMNS as DOCUMENT_COLUMNS
from inspections.log.files.documents import read_documents
from inspections.log.files.event_files import load_event_files
from inspections.log.files.event_folder import find_event_files, state_of
from inspections.log.gate import Judged, judge
from inspections.review.folder.proposal import TEXT, Proposal, Row
from inspections.settings import Settings

# The name behind an event type under which the proposal's rows lie beside the log's.
_OURS = "in-review"
_RECONCILIATIONS = "report_reconciliations"


@dataclass(frozen=True)
class Verdict:
    """The gate's verdict on a row.

    Attributes:
        verdict: ``accepted``, ``duplicate``, ``rejected``, ``waiting`` or ``left out``.
        reason: Why, with the column.
        column: The column that it is about.
    """

    verdict: str
    reason: str = ""
    column: str = ""


@dataclass(frozen=True)
class StatedTotal:
    """A total that the document states, counted over the log with what is kept.

    Attributes:
        key: The row that states it.
        stated: The number, with how it is meant.
        counted: What is counted.
        agrees: Whether the two agree; none where that cannot be told.
    """

    key: str
    stated: str
    counted: int
    agrees: bool | None


@dataclass
class Judgement:
    """The gate's verdict on a whole proposal.

    Attributes:
        revision: The state of the proposal that it judged.
        verdicts: By the rows' keys.
        totals: The totals.
        fault: Why the gate could not judge at all; empty where it did.
        seconds: How long it took.
    """

    revision: str
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    totals: list[StatedTotal] = field(default_factory=list)
    fault: str = ""
    seconds: float = 0.0

    def count(self, verdict: str) -> int:
        """How many rows have a verdict."""
        return sum(each.verdict == verdict for each in self.verdicts.values())


@dataclass(frozen=True)
class Trial:
    """A separate folder with the log's files and a proposal's rows.

    Attributes:
        events: The event files.
        reports: The kept texts.
        places: The proposal's rows by file and line.
    """

    events: Path
    reports: Path
    places: dict[tuple[str, int], str]


def lay_out_trial(proposal: Proposal, kept: Sequence[Row], settings: Settings, work: Path) -> Trial:
    """Put the log's files and some rows of a proposal side by side.

    Args:
        proposal: The proposal.
        kept: The rows.
        settings: Where log, seeds and kept texts lie.
        work: The folder that gets them.
    """
    events = work / "events"
    events.mkdir()
    for path in find_event_files(settings.events_dir).paths:
        (events / path.name).symlink_to(path.resolve())
    _write_documents(events / "documents.csv", proposal, settings)
    reports = work / "reports"
    link_texts(settings.reports_dir, reports)
    if proposal.document.get("file") and (proposal.folder / TEXT).is_file():
        content = (proposal.folder / TEXT).read_bytes()
        keep_text(reports, KeptText(_plain_name(proposal.document["file"]), content))
    return Trial(events, reports, _write_rows(events, kept))


class Judge:
    """Judges proposals in a thread of its own; of one that changes meanwhile, the last state.

    Args:
        settings: Where log, seeds and kept texts lie.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._scratch = Path(tempfile.mkdtemp(prefix="inspections-review-"))
        self._lock = threading.Lock()
        self._wanted: dict[Path, Proposal] = {}
        self._found: dict[Path, Judgement] = {}
        self._judged: dict[Path, Judged] = {}
        self._asked = threading.Event()
        self._is_closing = False
        self._logged: tuple[tuple[Any, ...], duckdb.DuckDBPyConnection] | None = None
        self._reading = threading.Lock()
        self._count = 0
        self._thread = threading.Thread(target=self._run, name="gate", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop judging, and remove what was built."""
        self._is_closing = True
        self._asked.set()
        self._thread.join(timeout=30)
        if self._thread.is_alive():
            # It still reads what would be closed and removed here, and ends with the process.
            return
        if self._logged is not None:
            self._logged[1].close()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def ask(self, proposal: Proposal) -> Judgement | None:
        """The judgement of a proposal as it is; none as long as it is being judged."""
        with self._lock:
            found = self._found.get(proposal.folder)
            if found is not None and found.revision == self._state(proposal):
                return found
            self._wanted[proposal.folder] = proposal
        self._asked.set()
        return None

    def last(self, folder: Path) -> Judgement | None:
        """The last judgement of a proposal, of whatever state."""
        with self._lock:
            return self._found.get(folder)

    def judged(self, folder: Path) -> Judged | None:
        """The log with the proposal, as the gate last built it."""
        with self._lock:
            return self._judged.get(folder)

    def wait(self, proposal: Proposal, seconds: float = 60) -> Judgement:
        """The judgement of a proposal as it is, waited for."""
        until = time.monotonic() + seconds
        while (found := self.ask(proposal)) is None:
            if time.monotonic() > until:
                return Judgement(self._state(proposal), fault="The gate did not answer in time.")
            time.sleep(0.02)
        return found

    def is_in_log(self, rows: Sequence[Row]) -> set[str]:
        """The keys of rows that the log has already, their recording aside."""
        with self._reading:
            return self._is_in_log(rows)

    def _state(self, proposal: Proposal) -> str:
        """Fingerprint of a judgement's inputs: the kept rows, and the log."""
        return f"{proposal.revision} {hash(_log_state(self._settings))}"

    def _run(self) -> None:
        while True:
            self._asked.wait()
            self._asked.clear()
            if self._is_closing:
                return
            while True:
                with self._lock:
                    folder = next(iter(self._wanted), None)
                    if folder is None:
                        break
                    proposal = self._wanted.pop(folder)
                self._judge(proposal)
                if self._is_closing:
                    return

    def _judge(self, proposal: Proposal) -> None:
        started = time.monotonic()
        state = self._state(proposal)
        self._count += 1
        work = self._scratch / str(self._count)
        work.mkdir()
        try:
            judgement, judged = self._judgement(proposal, work)
        except Exception as error:  # Told on the page: a thread has nobody else to tell.
            said = sentence_of(error) or f"The gate could not be run: {error}"
            judgement, judged = Judgement(state, fault=said), None
        judgement.revision = state
        judgement.seconds = time.monotonic() - started
        with self._lock:
            before = self._judged.pop(proposal.folder, None)
            self._found[proposal.folder] = judgement
            if judged is not None:
                self._judged[proposal.folder] = judged
        if before is not None:
            shutil.rmtree(before.database.parent, ignore_errors=True)
        if judged is None:
            shutil.rmtree(work, ignore_errors=True)

    def _judgement(self, proposal: Proposal, work: Path) -> tuple[Judgement, Judged]:
        if proposal.faults:
            raise ActionableError(" ".join(proposal.faults))
        settings = self._settings
        known = self.is_in_log(proposal.rows)
        verdicts = {
            row.key: Verdict("duplicate", "the log has it already") if row.key in known
            else Verdict("accepted") if row.is_kept
            else Verdict("left out")
            for row in proposal.rows
        }  # fmt: skip
        kept = [row for row in proposal.rows if row.is_kept and row.key not in known]
        trial = lay_out_trial(proposal, kept, settings, work)
        judged = judge(
            trial.events, settings.seeds_dir, trial.reports, work, also=(_RECONCILIATIONS,)
        )
        for said in judged.unaccepted:
            key = trial.places.get((said["file_name"], said["line_number"]))
            if key is not None:
                verdicts[key] = _verdict(said)
        return Judgement("", verdicts, _totals(judged, proposal, kept)), judged

    def _is_in_log(self, rows: Sequence[Row]) -> set[str]:
        connection = self._log_texts()
        connection.execute("create or replace temp table asked (event_id varchar)")
        insert_rows(connection, "asked", [(row.event_id,) for row in rows if row.event_id])
        found = set()
        for event_type in dict.fromkeys(row.event_type for row in rows):
            columns = event_types()[event_type].column_names
            logged = {
                values[0]: dict(zip(columns, (value or "" for value in values), strict=True))
                for values in connection.execute(
                    f"select {', '.join(columns)} from event_files.{event_type}"
                    " semi join asked using (event_id)"
                ).fetchall()
            }
            for row in rows:
                known = logged.get(row.event_id) if row.event_type == event_type else None
                if known is not None and all(
                    known[name] == value
                    for name, value in row.values.items()
                    if name != "recorded_at" or value
                ):
                    found.add(row.key)
        return found

    def _log_texts(self) -> duckdb.DuckDBPyConnection:
        """The log's rows as texts, read once for each state of its files."""
        state = _log_state(self._settings)
        if self._logged is None or self._logged[0] != state:
            if self._logged is not None:
                self._logged[1].close()
            work = self._scratch / f"log-{hashlib.sha256(repr(state).encode()).hexdigest()[:12]}"
            shutil.rmtree(work, ignore_errors=True)
            work.mkdir()
            connection = connect(work / "texts")
            load_event_files(connection, self._settings.events_dir, work / "files")
            self._logged = (state, connection)
        return self._logged[1]


def _log_state(settings: Settings) -> tuple[Any, ...]:
    folder = settings.events_dir
    paths = sorted(folder.iterdir()) if folder.is_dir() else []
    return tuple((path.name, *state_of(path)) for path in paths if path.suffix == ".csv")


def _write_rows(events: Path, rows: Sequence[Row]) -> dict[tuple[str, int], str]:
    """Write rows as event files; return the row's key by file name and line."""
    now = datetime.now(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
    places: dict[tuple[str, int], str] = {}
    for event_type in dict.fromkeys(row.event_type for row in rows):
        name = f"{event_type}.{_OURS}.csv"
        columns = event_types()[event_type].column_names
        buffer = io.StringIO()
        writer = csv.DictWriter(buffer, columns, lineterminator="\n")
        writer.writeheader()
        line = 2
        for row in rows:
            if row.event_type != event_type:
                continue
            places[(name, line)] = row.key
            before = buffer.tell()
            writer.writerow(
                {
                    **row.values,
                    "event_id": row.event_id or f"unnamed-{row.key}",
                    "recorded_at": row.values["recorded_at"] or now,
                }
            )
            line += buffer.getvalue()[before:].count("\n")
        (events / name).write_text(buffer.getvalue(), encoding="utf-8", newline="")
    return places


def _write_documents(path: Path, proposal: Proposal, settings: Settings) -> None:
    """The log's documents and the proposal's own."""
    rows: dict[str, dict[str, str]] = {}
    own = settings.events_dir / "documents.csv"
    if own.is_file():
        rows = {row["document_id"]: row for _, row in read_documents(own)}
    for _, row in read_documents(proposal.folder / "documents.csv"):
        rows.setdefault(row["document_id"], row)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, DOCUMENT_COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows.values())


def _plain_name(file: str) -> str:
    path = Path(file)
    if path.is_absolute() or ".." in path.parts or not path.name:
        raise ActionableError(
            f"documents.csv, column file, value {file!r}: that is no name of a file within the"
            " reports folder."
        )
    return file


def _verdict(said: dict[str, Any]) -> Verdict:
    column = said["column_name"] or ""
    value = "" if said["value"] is None else f" {said['value']!r}"
    words = f"{column}{value} {said['reason']}".strip() if column else str(said["reason"])
    return Verdict(str(said["verdict"]), words, column)


def _totals(judged: Judged, proposal: Proposal, kept: Sequence[Row]) -> list[StatedTotal]:
    """The totals that the kept rows state, counted over the log with these rows."""
    by_id = {row.event_id: row.key for row in kept if row.event_type == "totals_stated"}
    if not by_id:
        return []
    words = {"exactly": "", "at_least": "at least ", "more_than": "more than ",
             "at_most": "at most ", "about": "about "}  # fmt: skip
    return [
        StatedTotal(by_id[event_id], f"{words.get(comparison, '')}{stated}", counted, agrees)
        for event_id, comparison, stated, counted, agrees in judged.ask(
            "select event_id, comparison, stated_count, counted, agrees"
            f" from marts.{_RECONCILIATIONS} order by document_id, paragraph, event_id"
        )
        if event_id in by_id and stated is not None
    ]
