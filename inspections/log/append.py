"""Adding rows to the log: all of a batch or none of it, and never by way of an edit.

The batch goes through the gate together with the log. Then the new versions of the event files
are written beside the old ones, and a journal says that they are whole: from that instant on the
batch is in the log, whatever happens, since every next command finishes what the journal says.
"""

import csv
import fcntl
import hashlib
import io
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from inspections.files import sync
from inspections.log.csv_records import read_records
from inspections.log.declaration import EventType, event_types
from inspections.log.documents import COLUMNS
from inspections.log.gate import VERDICTS, GateError, Judged, judge

JOURNAL = ".append-journal.json"
_STAGED = ".append-"
NOTE = "intake_note"
# What a batch may leave to be filled in.
_FILLED_IN = ("event_id", "recorded_at")
_WAIT_SECONDS = 60.0


@dataclass
class Batch:
    """Rows to append.

    Attributes:
        rows: By event type, each with the file and line that it came from.
    """

    rows: dict[str, list[tuple[str, int, dict[str, str]]]] = field(default_factory=dict)

    def add(self, event_type: str, source: str, line_number: int, row: dict[str, str]) -> None:
        """Add one row."""
        self.rows.setdefault(event_type, []).append((source, line_number, row))

    def __len__(self) -> int:
        return sum(len(rows) for rows in self.rows.values())


@dataclass(frozen=True)
class Appended:
    """What an append did.

    Attributes:
        counts: Rows appended, by event type.
        duplicates: Rows that the log has already: not appended again.
        waiting: What the rows that wait for something wait for, in words.
        recorded_at: The instant that was stamped; empty where the rows had their own.
        recovered: What an earlier, interrupted append left, in words; empty where nothing.
    """

    counts: dict[str, int]
    duplicates: int
    waiting: list[str]
    recorded_at: str
    recovered: str


def read_batch(paths: list[Path]) -> Batch:
    """Read event files, or folders of them, as a batch.

    Args:
        paths: Files named ``<event type>.csv`` or ``<event type>.<anything>.csv``, or folders.

    Raises:
        GateError: A file cannot be read as one of events; the message names file and line.
    """
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            files += sorted(
                file
                for file in path.glob("*.csv")
                if file.name not in ("documents.csv", "reconciliation.csv")
            )
        else:
            files.append(path)
    if not files:
        raise GateError("There is no event file to append.")
    batch = Batch()
    for file in files:
        _read_file(file, batch)
    if not len(batch):
        raise GateError("The files hold no row to append.")
    return batch


def _read_file(file: Path, batch: Batch) -> None:
    event_type = event_types().get(file.name.split(".")[0])
    if event_type is None:
        raise GateError(
            f"{file.name}: the name gives no known event type. Known are"
            f" {', '.join(event_types())}; rename the file."
        )
    try:
        records = list(read_records(file.read_bytes()))
    except OSError as error:
        raise GateError(f"{file.name} cannot be read: {error.strerror}.") from error
    header = tuple(cell.strip().lower() for cell in records[0].fields)
    for record in records:
        if record.fault:
            raise GateError(
                f"{file.name}, line {record.line_number}, value {record.fault.value!r}:"
                f" {record.fault.reason}."
            )
        if len(record.fields) != len(header):
            raise GateError(
                f"{file.name}, line {record.line_number}: the row has {len(record.fields)}"
                f" fields; expected {len(header)}. A text with commas needs quotes around it."
            )
    missing = [
        name for name in event_type.column_names if name not in header and name not in _FILLED_IN
    ]
    unknown = [name for name in header if name not in event_type.column_names and name != NOTE]
    if missing or unknown:
        raise GateError(
            f"{file.name}, line 1:"
            + (f" the header lacks {', '.join(missing)}." if missing else "")
            + (f" The header has unknown {', '.join(unknown)}." if unknown else "")
            + f" Expected {','.join(event_type.column_names)}."
        )
    for record in records[1:]:
        values = dict(zip(header, record.fields, strict=True))
        row = {name: values.get(name, "") for name in event_type.column_names}
        batch.add(event_type.name, file.name, record.line_number, row)


@contextmanager
def log_lock(events_dir: Path, wait_seconds: float = _WAIT_SECONDS) -> Iterator[str]:
    """Hold the log for writing, and finish what an interrupted append left.

    The lock is on the folder itself and goes with its process.

    Yields:
        What was finished or tidied up, in words; empty where nothing was left.

    Raises:
        GateError: Another append runs still, or there is no such folder.
    """
    try:
        descriptor = os.open(events_dir, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise GateError(
            f"There is no events folder {events_dir.name!r} to append to: {error.strerror}."
        ) from error
    try:
        deadline = time.monotonic() + wait_seconds
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise GateError(
                        "Another append is running. Nothing was changed: run this one again"
                        " when it has ended."
                    ) from None
                time.sleep(0.1)
        yield recover(events_dir)
    finally:
        os.close(descriptor)


def recover(events_dir: Path) -> str:
    """Finish an append that was interrupted after its journal, or forget one before it.

    Returns:
        What was done, in words; empty where nothing was left.
    """
    journal = events_dir / JOURNAL
    if journal.exists():
        staged: dict[str, str] = json.loads(journal.read_text("utf-8"))
        for name, new in staged.items():
            if (events_dir / new).exists():
                (events_dir / new).replace(events_dir / name)
        sync(events_dir)
        journal.unlink()
        sync(events_dir)
        return (
            "An earlier append was interrupted when its batch was already whole: it is in the"
            " log now."
        )
    leftovers = [path for path in events_dir.glob(f"{_STAGED}*") if path.is_file()]
    for path in leftovers:
        path.unlink(missing_ok=True)
    if leftovers:
        return (
            "An earlier append was interrupted before its batch was whole: the log is as it was"
            " before it."
        )
    return ""


def append(
    batch: Batch,
    events_dir: Path,
    seeds_dir: Path,
    reports_dir: Path,
    dry_run: bool = False,
    inspect: Callable[[Judged, str], None] = lambda judged, recorded_at: None,
    select: str = VERDICTS,
    documents: list[dict[str, str]] | None = None,
) -> Appended:
    """Hold a batch to the gate and add it to the log, all of it or nothing.

    Empty ``recorded_at`` are stamped with one instant, later than the log's last; empty
    event ids are made of what the row says, so that the same batch twice is recognised.

    Args:
        batch: The rows.
        events_dir: The folder of the log.
        seeds_dir: The folder of reference seeds.
        reports_dir: The folder of kept texts.
        dry_run: Whether to leave the log as it is after the verdicts.
        inspect: Given the log with the batch, and the instant stamped, before anything is written.
        select: The models to build for it.
        documents: Further rows of ``documents.csv`` that the batch cites.

    Returns:
        What was appended.

    Raises:
        GateError: A row is rejected; the message names file, line, column and value of each.
    """
    with log_lock(events_dir) as recovered, tempfile.TemporaryDirectory() as scratch:
        work = Path(scratch)
        trial = work / "events"
        trial.mkdir()
        for path in sorted(events_dir.glob("*.csv")):
            # A copy: nothing that runs on the trial can reach the log.
            shutil.copyfile(path, trial / path.name)
        seeds = _seeds_with(documents or [], seeds_dir, work)
        logged = _logged_rows(trial)
        recorded_at = _stamp(logged)
        stamped = False
        duplicates, sources = 0, {}
        counts: dict[str, int] = {}
        fresh: dict[str, list[dict[str, str]]] = {}
        for event_type, rows in batch.rows.items():
            for source, line_number, row in rows:
                row = dict(row)
                if not row["event_id"]:
                    row["event_id"] = _made_id(event_type, row)
                known = logged.get(row["event_id"])
                if known is not None and _says_the_same(known, event_type, row):
                    duplicates += 1
                    continue
                stamped = stamped or not row["recorded_at"]
                row["recorded_at"] = row["recorded_at"] or recorded_at
                fresh.setdefault(event_type, []).append(row)
                counts[event_type] = counts.get(event_type, 0) + 1
                sources[event_type, len(fresh[event_type]) + 1] = (source, line_number)
        if not fresh:
            return Appended({}, duplicates, [], "", recovered)
        for event_type, new_rows in fresh.items():
            text = _as_csv(event_types()[event_type].column_names, new_rows, "\n", header=True)
            (trial / f"{event_type}.batch.csv").write_bytes(text)
        judged = judge(trial, seeds, reports_dir, work, select)
        waiting = _hold(judged, sources, fresh)
        inspect(judged, recorded_at)
        if not dry_run:
            _write(events_dir, fresh)
        return Appended(counts, duplicates, waiting, recorded_at if stamped else "", recovered)


def _seeds_with(documents: list[dict[str, str]], seeds_dir: Path, work: Path) -> Path:
    """The seeds, with rows of documents that are not among them yet."""
    if not documents:
        return seeds_dir
    seeds = work / "seeds"
    seeds.mkdir()
    for path in seeds_dir.glob("*.csv"):
        shutil.copyfile(path, seeds / path.name)
    add_documents(seeds, documents)
    return seeds


def documents_folder(events_dir: Path, seeds_dir: Path) -> Path:
    """Where a log lists its documents: among the seeds, or beside files that lie elsewhere."""
    return seeds_dir if events_dir.resolve().parent == seeds_dir.resolve() else events_dir


def add_documents(folder: Path, documents: list[dict[str, str]]) -> list[str]:
    """Add rows to ``documents.csv`` that are not in it, by one rename.

    Returns:
        The ids that were added.
    """
    path = folder / "documents.csv"
    old = path.read_bytes() if path.exists() else _as_csv(COLUMNS, [], "\n", header=True)
    records = list(read_records(old))
    header = [cell.strip() for cell in records[0].fields]
    known = {dict(zip(header, record.fields, strict=True))["document_id"] for record in records[1:]}
    new = [row for row in documents if row["document_id"] not in known]
    if new:
        text = old if old.endswith(b"\n") else old + b"\n"
        staged = path.with_name(f".{path.name}.new")
        staged.write_bytes(text + _as_csv(header, new, "\n", header=False))
        sync(staged)
        staged.replace(path)
        sync(folder)
    return [row["document_id"] for row in new]


def _logged_rows(events_dir: Path) -> dict[str, tuple[str, dict[str, str]]]:
    rows = {}
    for path in sorted(events_dir.glob("*.csv")):
        event_type = event_types().get(path.name.split(".")[0])
        if event_type is None:
            continue
        records = read_records(path.read_bytes())
        header = tuple(cell.strip().lower() for cell in next(records).fields)
        for record in records:
            if not record.fault and len(record.fields) == len(header):
                row = dict(zip(header, record.fields, strict=True))
                rows[row.get("event_id", "")] = (event_type.name, row)
    return rows


def _stamp(logged: dict[str, tuple[str, dict[str, str]]]) -> str:
    """Now in UTC, but later than what the log has recorded last: a batch is after the log."""
    now = datetime.now(UTC).replace(microsecond=0)
    for _, row in logged.values():
        try:
            recorded = datetime.fromisoformat(row.get("recorded_at", ""))
        except ValueError:
            continue
        if recorded.tzinfo is not None and recorded >= now:
            now = recorded.astimezone(UTC) + timedelta(microseconds=1)
    return now.isoformat().replace("+00:00", "Z")


def _made_id(event_type: str, row: dict[str, str]) -> str:
    said = json.dumps(
        [event_type, sorted((k, v) for k, v in row.items() if v and k != "recorded_at")]
    )
    return f"{event_type}-{hashlib.sha256(said.encode()).hexdigest()[:16]}"


def _says_the_same(known: tuple[str, dict[str, str]], event_type: str, row: dict[str, str]) -> bool:
    """Whether the log has the row, its recording aside where the batch leaves that open."""
    if known[0] != event_type:
        return False
    ignored = set() if row["recorded_at"] else {"recorded_at"}
    return all(
        known[1].get(name, "") == value for name, value in row.items() if name not in ignored
    )


def _hold(
    judged: Judged,
    sources: dict[tuple[str, int], tuple[str, int]],
    fresh: dict[str, list[dict[str, str]]],
) -> list[str]:
    """Stop on a rejected row of the batch; return what its waiting rows wait for."""
    faults: list[str] = []
    waiting: list[str] = []
    lines = _lines_of(fresh)
    for row in judged.unaccepted:
        stem, _, rest = row["file_name"].partition(".")
        if rest != "batch.csv":
            continue
        place = lines[stem].get(row["line_number"], 0)
        source, line_number = sources[stem, place]
        column = f", column {row['column_name']}" if row["column_name"] else ""
        value = "" if row["value"] is None else f", value {row['value']!r}"
        words = f"{source}, line {line_number}{column}{value}: {row['reason']}"
        (faults if row["verdict"] == "rejected" else waiting).append(words)
    if faults:
        more = f"\n… and {len(faults) - 20} more" if len(faults) > 20 else ""
        raise GateError(
            f"{len(faults)} row(s) were rejected; nothing was appended.\n"
            + "\n".join(faults[:20])
            + more
        )
    return waiting


def _lines_of(fresh: dict[str, list[dict[str, str]]]) -> dict[str, dict[int, int]]:
    """The place of each row in its batch, by the physical line on which it was written."""
    result: dict[str, dict[int, int]] = {}
    for event_type, rows in fresh.items():
        line_number, lines = 2, {}
        for place, row in enumerate(rows, 2):
            lines[line_number] = place
            line_number += 1 + sum(value.count("\n") for value in row.values())
        result[event_type] = lines
    return result


def _as_csv(
    columns: tuple[str, ...] | list[str], rows: list[dict[str, str]], line_end: str, header: bool
) -> bytes:
    stream = io.StringIO()
    writer = csv.DictWriter(
        stream, columns, restval="", lineterminator=line_end, extrasaction="ignore"
    )
    if header:
        writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode("utf-8")


def _write(events_dir: Path, fresh: dict[str, list[dict[str, str]]]) -> None:
    """Put the rows into the log's files: staged, journalled, renamed, each synced."""
    staged: dict[str, str] = {}
    try:
        for event_type, rows in fresh.items():
            name, content = _grown(events_dir, event_types()[event_type], rows)
            new = f"{_STAGED}{name}"
            path = events_dir / new
            path.write_bytes(content)
            sync(path)
            staged[name] = new
        journal = events_dir / f"{_STAGED}journal.new"
        journal.write_text(json.dumps(staged), encoding="utf-8")
        sync(journal)
        sync(events_dir)
        journal.replace(events_dir / JOURNAL)
        sync(events_dir)
    except OSError as error:
        for path in events_dir.glob(f"{_STAGED}*"):
            path.unlink(missing_ok=True)
        raise GateError(
            f"The batch could not be written: {error.strerror}; the log is as it was. Make room"
            " or make the folder writable, and run it again."
        ) from error
    recover(events_dir)


def _grown(
    events_dir: Path, event_type: EventType, rows: list[dict[str, str]]
) -> tuple[str, bytes]:
    """An event file's name and bytes with further rows, in its own columns and line ends."""
    name = f"{event_type.name}.csv"
    path = events_dir / name
    old = path.read_bytes() if path.exists() else b""
    if not old.strip():
        return name, _as_csv(event_type.column_names, rows, "\n", header=True)
    header = [cell.strip().lower() for cell in next(read_records(old)).fields]
    first_line = old.partition(b"\n")[0]
    line_end = "\r\n" if first_line.endswith(b"\r") else "\n"
    if not old.endswith(b"\n"):
        old += line_end.encode()
    return name, old + _as_csv(header, rows, line_end, header=False)


def lifting_batch(
    judged: Judged, event_type: str, event_ids: list[str], document_id: str | None, reason: str
) -> Batch:
    """The retractions, or reinstatements, of named events or of all that cite a document.

    Args:
        judged: The log.
        event_type: ``events_retracted`` or ``events_reinstated``.
        event_ids: The events named.
        document_id: The document whose events are meant, or None.
        reason: Why, in plain words.

    Raises:
        GateError: An event is not in the log, or there is nothing to take or bring back.
    """
    is_retraction = event_type == "events_retracted"
    column = "retracted_event_id" if is_retraction else "reinstated_event_id"
    taken_back = {
        event_id
        for (event_id,) in judged.ask(
            "select target_event_id from intermediate.int_taken_back_periods"
            " where is_taken_back and known_to is null"
        )
    }
    if document_id is not None:
        if not judged.ask("select 1 from event_files.documents where document_id = ?", document_id):
            raise GateError(
                f"document {document_id!r} is not known; expected an id of documents.csv."
            )
        cited = judged.ask(
            "select distinct event_id, is_live from intermediate.int_log where document_id = ?"
            " and event_type not in ('events_retracted', 'events_reinstated') order by event_id",
            document_id,
        )
        event_ids = [
            event_id
            for event_id, is_live in cited
            if (is_live if is_retraction else event_id in taken_back)
        ]
    else:
        known = {
            event_id
            for (event_id,) in judged.ask(
                "select distinct event_id from intermediate.int_log"
                " where event_type not in ('events_retracted', 'events_reinstated')"
            )
        }
        for event_id in event_ids:
            if event_id not in known:
                raise GateError(
                    f"event {event_id!r} is not in the log; expected the id of an accepted event"
                    " that is no retraction or reinstatement."
                )
            if (event_id in taken_back) == is_retraction:
                state = "taken back already" if is_retraction else "not taken back"
                raise GateError(f"event {event_id!r} is {state}; nothing was written.")
    if not event_ids:
        raise GateError(
            "There is no live event to retract."
            if is_retraction
            else "There is no retracted event to reinstate."
        )
    batch = Batch()
    today = datetime.now(UTC).date().isoformat()
    for event_id in dict.fromkeys(event_ids):
        row: dict[str, Any] = dict.fromkeys(event_types()[event_type].column_names, "")
        row |= {
            "occurred_on": today,
            "occurred_precision": "day",
            column: event_id,
            "reason": reason,
        }
        # Retracted again after a reinstatement is another event: its instant tells them apart.
        row["event_id"] = (
            f"{event_type}-{event_id}-{datetime.now(UTC).strftime('%Y%m%dT%H%M%S%fZ')}"
        )
        batch.add(event_type, "command line", 1, row)
    return batch
