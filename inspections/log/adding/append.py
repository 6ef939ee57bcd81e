"""Adding rows to the log: all of a batch or none of it, and never by way of an edit.

The batch is added to staged copies of the files that it belongs in, byte for byte as the log will
have them. The gate judges the log as those files will make it, old rows and new; only then do the
staged files take their places. So nothing that the log has accepted can be replaced or lost by a
row that comes later, whatever instants that row claims.
"""

import hashlib
import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

from inspections.database import connect, insert_rows, literal
from inspections.files import check_is_regular, remove, sync
from inspections.log.adding.batch import Batch, BatchRow
from inspections.log.adding.grown_files import GrownFile, grow, grow_documents
from inspections.log.adding.journal import commit, could_not_be_written, log_lock
from inspections.log.adding.kept_texts import KeptText, keep_text, link_texts, stage_text
from inspections.log.adding.notes import notes_on
from inspections.log.declaration import event_types
from inspections.log.files.event_files import load_event_files
from inspections.log.files.event_folder import NO_EVENTS, find_event_files, shown_name
from inspections.log.gate import GateError, Judged, judge
from inspections.settings import Settings

MAX_REPORTED = 20


@dataclass(frozen=True)
class Appended:
    """Result of an append.

    Attributes:
        counts: Rows appended, by event type.
        duplicates: Rows that the log has already: not appended again.
        waiting: What the rows that wait for something wait for, in words.
        recorded_at: The instant that was stamped; empty where the rows had their own.
        notes: What else to tell: an earlier append that was finished, files that were passed over,
            ids that look alike, doubts about days of publication.
        refusal: Why the log does not take the batch; empty where it does.
        first_lines: The line at which the new rows begin, by file.
    """

    counts: dict[str, int]
    duplicates: int
    waiting: list[str]
    recorded_at: str
    notes: list[str]
    refusal: str = ""
    first_lines: Mapping[str, int] = field(default_factory=dict)

    def is_of_batch(self, row: Mapping[str, Any]) -> bool:
        """Whether a row of the log with the batch, by its file and line, came with the batch."""
        first_line = self.first_lines.get(row["file_name"])
        return first_line is not None and bool(row["line_number"] >= first_line)


def append(
    batch: Batch | Callable[[Judged], Batch],
    settings: Settings,
    dry_run: bool = False,
    inspect: Callable[[Judged, str], None] = lambda judged, recorded_at: None,
    text: KeptText | None = None,
    scratch_dir: Path | None = None,
    shows_refused: bool = False,
    earlier: Judged | None = None,
) -> Appended:
    """Hold a batch to the gate, with the log that it would join, and add it: all of it or nothing.

    Empty ``recorded_at`` are stamped with one instant, later than all that the log has accepted;
    empty event ids are made of what the row says, so that the same batch twice is recognised.

    Args:
        batch: The rows; or what makes retractions and reinstatements of the log as it is, of events
            that it has accepted. These displace nothing, so that the gate runs once for them.
        settings: Where log, seeds and kept texts lie.
        dry_run: Whether to leave the log as it is after the verdicts.
        inspect: Given the log with the batch, and the instant stamped, before anything is written.
        text: A text that the rows cite, to be kept.
        scratch_dir: Where to build the trial log; the system's folder of temporary files without
            it. What ``inspect`` takes away stays.
        shows_refused: Of a dry run, whether to inspect a batch that is refused, too, and return
            why instead of raising it.
        earlier: Of a dry run, as for :func:`inspections.log.gate.judge`.

    Returns:
        What was appended.

    Raises:
        GateError: A row is rejected, or the log would lose one that it has accepted; the message
            names file, line, column and value of each.
    """
    # Resolved once: a path that leads through a link is not the path of what it leads to.
    settings = settings.replaced(
        events_dir=settings.events_dir.resolve(),
        seeds_dir=settings.seeds_dir.resolve(),
        reports_dir=settings.reports_dir.resolve(),
    )
    with (
        log_lock(settings.events_dir) as recovered,
        tempfile.TemporaryDirectory(dir=scratch_dir) as scratch,
    ):
        log = _Log(settings, Path(scratch), earlier)
        notes = [recovered] if recovered else []
        displaces_nothing = not isinstance(batch, Batch)
        if not isinstance(batch, Batch):
            batch = batch(log.judged)
        notes += batch.passed_over + log.passed_over
        fresh, duplicates, recorded_at = _fresh_rows(batch, log)
        if not fresh:
            return Appended({}, duplicates, [], "", notes)
        is_stamped = any(
            not row.values["recorded_at"] for rows in batch.rows.values() for row in rows
        )
        counts = {event_type: len(rows) for event_type, rows in fresh.items()}
        staged: dict[Path, Path] = {}
        refusal = ""
        try:
            grown = _stage(settings, fresh, batch, staged, text)
            waiting: list[str] = []
            if displaces_nothing and not dry_run:
                waiting = _check_that_rows_are_read(grown, Path(scratch))
            else:
                judged = log.judge_with(staged, text, with_marts=dry_run)
                try:
                    waiting = _check_verdicts(judged, grown)
                    log.check_that_nothing_is_lost(judged, grown)
                except GateError as error:
                    if not (dry_run and shows_refused):
                        raise
                    refusal = str(error)
                notes += notes_on(judged, grown)
                inspect(judged, recorded_at)
            if not dry_run:
                # From here on the journal decides whether they are the log or go.
                whole, staged = staged, {}
                commit(settings.events_dir, whole)
        finally:
            for new in staged.values():
                remove(new)
        stamp = recorded_at if is_stamped else ""
        first_lines = {file.name: file.first_line for file in grown}
        return Appended(counts, duplicates, waiting, stamp, notes, refusal, first_lines)


def documents_folder(events_dir: Path, seeds_dir: Path) -> Path:
    """Path of a log's list of documents: among the seeds, or beside event files elsewhere."""
    seeds_dir, events_dir = seeds_dir.resolve(), events_dir.resolve()
    return seeds_dir if events_dir.parent == seeds_dir else events_dir


class _Log:
    """Queries the log's files without locking them: DuckDB reads them."""

    def __init__(self, settings: Settings, work: Path, earlier: Judged | None = None) -> None:
        self._settings, self._work, self._earlier = settings, work, earlier
        found = find_event_files(settings.events_dir)
        self.paths = found.paths
        self.passed_over = found.passed_over
        for path in self.paths:
            try:
                check_is_regular(path)
            except OSError as error:
                raise GateError(
                    f"{shown_name(path)} cannot be read: {error.strerror}. Nothing was changed."
                    " Move it out of the events folder, or give the user who runs this the right"
                    " to read it."
                ) from error

    @cached_property
    def _texts(self) -> duckdb.DuckDBPyConnection:
        """The rows of the files as texts, in ``event_files``, and ``logged``: ids and instants.

        The files are read once for all that is asked of every row.
        """
        connection = connect(self._work / "texts")
        load_event_files(connection, self._settings.events_dir, self._work / "texts.files")
        rows = " union all ".join(
            f"select event_id, recorded_at, '{name}' as event_type from event_files.{name}"
            for name in event_types()
        )
        connection.execute(f"create temp table logged as {rows}")
        return connection

    @cached_property
    def judged(self) -> Judged:
        """The log as the gate has it without the batch; made only where something asks for it."""
        work = self._work / "before"
        work.mkdir()
        settings = self._settings
        return judge(settings.events_dir, settings.seeds_dir, settings.reports_dir, work)

    def rows(self, event_ids: Sequence[str]) -> dict[str, list[tuple[str, dict[str, str]]]]:
        """Event type and columns of some ids in the files, by id."""
        found: dict[str, list[tuple[str, dict[str, str]]]] = {}
        if not self.paths:
            return found
        self._texts.execute("create or replace temp table asked (event_id varchar)")
        insert_rows(self._texts, "asked", [(event_id,) for event_id in event_ids])
        holding = self._texts.execute(
            "select distinct event_type from logged semi join asked using (event_id) order by all"
        ).fetchall()
        for (name,) in holding:
            columns = event_types()[name].column_names
            for row in self._texts.execute(
                f"select {', '.join(columns)} from event_files.{name}"
                " where event_id in (select event_id from asked)"
            ).fetchall():
                values = {column: value or "" for column, value in zip(columns, row, strict=True)}
                found.setdefault(values["event_id"], []).append((name, values))
        return found

    def instant_after(self, now: datetime) -> str:
        """An instant for a batch: now, but later than all that the log has accepted."""
        if self.paths and self._claims_an_instant_from(now):
            # One rejected row must not move the clock: what is accepted counts.
            ((last,),) = self.judged.ask("select max(recorded_at) from intermediate.int_log")
            if last is not None and last.replace(tzinfo=UTC) >= now:
                now = last.replace(tzinfo=UTC) + timedelta(microseconds=1)
        return now.isoformat().replace("+00:00", "Z")

    def _claims_an_instant_from(self, now: datetime) -> bool:
        """Whether any row claims to be recorded at an instant or later, accepted or not.

        DuckDB compares: it knows years that Python has no dates for.
        """
        row = self._texts.execute(
            f"""
            select count(*) > 0
            from logged
            where
                try_cast(
                    case
                        when length(recorded_at) = 17 then substr(recorded_at, 1, 16) || ':00Z'
                        else recorded_at
                    end as timestamp
                ) >= timestamp '{now.replace(tzinfo=None)}'
            """
        ).fetchone()
        return bool(row and row[0])

    def judge_with(
        self, staged: dict[Path, Path], text: KeptText | None, with_marts: bool
    ) -> Judged:
        """Have the gate judge the log as its files will read once the staged ones are in place."""
        settings, work = self._settings, self._work / "with"
        trial = work / "events"
        trial.mkdir(parents=True)
        targets = {target.resolve(): new for target, new in staged.items()}
        beside_them = [settings.events_dir / name for name in NO_EVENTS]
        for path in [*self.paths, *beside_them, *staged]:
            if path.parent == settings.events_dir and (
                path in staged or path.exists() or path.is_symlink()
            ):
                link = trial / path.name
                if not link.is_symlink():
                    link.symlink_to(targets.get(path.resolve(), path))
        seeds = settings.seeds_dir
        if seeds / "documents.csv" in staged:
            seeds = work / "seeds"
            seeds.mkdir()
            for path in settings.seeds_dir.glob("*.csv"):
                if path.name != "documents.csv":
                    (seeds / path.name).symlink_to(path)
            (seeds / "documents.csv").symlink_to(staged[settings.seeds_dir / "documents.csv"])
        reports = settings.reports_dir
        if text is not None:
            reports = work / "reports"
            link_texts(settings.reports_dir, reports)
            keep_text(reports, text)
        return judge(trial, seeds, reports, work, with_marts, earlier=self._earlier)

    def check_that_nothing_is_lost(self, judged: Judged, grown: list[GrownFile]) -> None:
        """Refuse a batch after which a row that was accepted is not, or says something else.

        Raises:
            GateError: There is such a row; the message names it and the row that displaces it.
        """
        firsts = {file.name: file.first_line for file in grown}
        # A duplicate leaves its event in the log. A row that is rejected or waits may always have.
        if not any(
            row["verdict"] in ("rejected", "waiting")
            and row["line_number"] < firsts.get(row["file_name"], float("inf"))
            for row in judged.unaccepted
        ):
            return
        before = self.judged
        accepted = self._work / "accepted.parquet"
        before.write(
            "select distinct event_id, event_digest, file_name, line_number"
            " from intermediate.int_log",
            accepted,
        )
        lost = judged.ask(
            "select event_id, file_name, line_number"
            f" from read_parquet({literal(str(accepted))}) as accepted"
            " anti join intermediate.int_log as now using (event_id, event_digest)"
            " order by file_name, line_number, event_id"
        )
        if not lost:
            return
        reasons = {(row["file_name"], row["line_number"]): row for row in judged.unaccepted}
        details = []
        for event_id, file_name, line_number in lost[:MAX_REPORTED]:
            said = reasons.get((file_name, line_number), {}).get("reason", "it would not be read")
            displacing = _displacing(event_id, file_name, before, grown)
            by = f", because of {displacing.place}" if displacing else ""
            details.append(f"{file_name}, line {line_number}, event_id {event_id}{by}: {said}")
        if len(lost) > MAX_REPORTED:
            details.append(f"… and {len(lost) - MAX_REPORTED} more")
        raise GateError(
            f"The batch would displace {len(lost)} event(s) that the log has accepted; nothing was"
            " appended. Give the new rows ids of their own, or enter a correction that names the"
            " event in corrects_event_id.",
            details,
        )


def _displacing(
    event_id: str, file_name: str, before: Judged, grown: list[GrownFile]
) -> BatchRow | None:
    """The row of a batch that takes an event's place: by its id, or by the id it introduces."""
    event_type = event_types().get(file_name.split(".")[0])
    introduced = event_type.introduces if event_type else None
    subject = None
    if event_type and introduced:
        rows = before.ask(
            f"select {introduced} from intermediate.int_log where event_id = ? limit 1", event_id
        )
        subject = rows[0][0] if rows else None
    for file in grown:
        for row in file.rows:
            if row.values["event_id"] == event_id or (
                subject is not None
                and file.event_type == event_type
                and row.values.get(str(introduced)) == subject
            ):
                return row
    return None


def _fresh_rows(batch: Batch, log: _Log) -> tuple[dict[str, list[BatchRow]], int, str]:
    """The rows that the log has not, with ids and instants; how many it has; the instant."""
    named = {
        event_type: [_named(event_type, row) for row in rows]
        for event_type, rows in batch.rows.items()
    }
    logged = log.rows([row.values["event_id"] for rows in named.values() for row in rows])
    recorded_at = log.instant_after(datetime.now(UTC).replace(microsecond=0))
    fresh: dict[str, list[BatchRow]] = {}
    duplicates = 0
    for event_type, rows in named.items():
        for row in rows:
            known = logged.get(row.values["event_id"], [])
            if any(_says_the_same(name, values, event_type, row) for name, values in known):
                duplicates += 1
                continue
            values = {**row.values, "recorded_at": row.values["recorded_at"] or recorded_at}
            fresh.setdefault(event_type, []).append(BatchRow(row.source, row.line_number, values))
    return fresh, duplicates, recorded_at


def _named(event_type: str, row: BatchRow) -> BatchRow:
    if row.values["event_id"]:
        return row
    said = json.dumps(
        [event_type, sorted((k, v) for k, v in row.values.items() if v and k != "recorded_at")]
    )
    made = f"{event_type}-{hashlib.sha256(said.encode()).hexdigest()[:16]}"
    return BatchRow(row.source, row.line_number, {**row.values, "event_id": made})


def _says_the_same(name: str, values: dict[str, str], event_type: str, row: BatchRow) -> bool:
    """Whether the log has the row, its recording aside where the batch leaves that open."""
    ignored = set() if row.values["recorded_at"] else {"recorded_at"}
    return name == event_type and all(
        values.get(column, "") == value
        for column, value in row.values.items()
        if column not in ignored
    )


def _stage(
    settings: Settings,
    fresh: dict[str, list[BatchRow]],
    batch: Batch,
    staged: dict[Path, Path],
    text: KeptText | None = None,
) -> list[GrownFile]:
    """Write the new versions of the files into the events folder, each noted as it is begun."""
    try:
        grown = [
            grow(settings.events_dir, event_types()[event_type], rows, staged)
            for event_type, rows in fresh.items()
        ]
        folder = documents_folder(settings.events_dir, settings.seeds_dir)
        grow_documents(settings.events_dir, folder / "documents.csv", batch.documents, staged)
        if text is not None:
            stage_text(settings.events_dir, settings.reports_dir, text, staged)
        for new in staged.values():
            sync(new)
    except OSError as error:
        raise could_not_be_written(error) from error
    return grown


def _check_verdicts(judged: Judged, grown: list[GrownFile]) -> list[str]:
    """Stop on a rejected row of the batch; return what its waiting rows wait for.

    Raises:
        GateError: A row is rejected, or is not read as the row that it is.
    """
    faults: list[str] = []
    waiting: list[str] = []
    for file in grown:
        rows = file.rows_by_line
        own = [
            row
            for row in judged.unaccepted
            if row["file_name"] == file.name and row["line_number"] >= file.first_line
        ]
        for row in own:
            source = rows.get(row["line_number"])
            column = f", column {row['column_name']}" if row["column_name"] else ""
            value = "" if row["value"] is None else f", value {row['value']!r}"
            place = source.place if source else f"{file.name}, line {row['line_number']}"
            words = f"{place}{column}{value}: {row['reason']}"
            (faults if row["verdict"] == "rejected" else waiting).append(words)
        read = {row["line_number"] for row in own}
        read |= {
            line_number
            for (line_number,) in judged.ask(
                "select line_number from intermediate.int_log"
                f" where file_name = {literal(file.name)} and line_number >= {file.first_line}"
            )
        }
        # What is wrong since a line of the file itself is no fault of the rows behind it.
        older = {
            row["reason"]
            for row in judged.unaccepted
            if row["file_name"] == file.name and row["line_number"] < file.first_line
        }
        if not rows.keys() <= read or any(
            row["column_name"] is None and row["reason"] in older for row in own
        ):
            raise _swallowed(file, judged.unaccepted)
    if faults:
        if len(faults) > MAX_REPORTED:
            faults = [*faults[:MAX_REPORTED], f"… and {len(faults) - MAX_REPORTED} more"]
        raise GateError(
            f"{len(faults)} row(s) were rejected; nothing was appended. Fix them and append again.",
            faults,
        )
    return waiting


def _check_that_rows_are_read(grown: list[GrownFile], work: Path) -> list[str]:
    """Have the reader of event files read the staged ones: each new row must be a row there.

    Raises:
        GateError: One is not; the message names the line of the file that swallows it.
    """
    folder = work / "staged"
    folder.mkdir()
    for file in grown:
        (folder / file.name).symlink_to(file.staged)
    with connect(work / "staged-rows") as connection:
        load_event_files(connection, folder, work / "staged.files")
        for file in grown:
            ids = {
                event_id
                for (event_id,) in connection.execute(
                    f"select event_id from event_files.{file.event_type.name}"
                ).fetchall()
            }
            if not {row.values["event_id"] for row in file.rows} <= ids:
                refused = connection.execute(
                    "select file_name, line_number, reason from event_files.unreadable_rows"
                ).fetchall()
                names = ("file_name", "line_number", "reason")
                raise _swallowed(file, [dict(zip(names, row, strict=True)) for row in refused])
    return []


def _swallowed(file: GrownFile, refused: Sequence[dict[str, object]]) -> GateError:
    first = next((row for row in refused if row["file_name"] == file.name), None)
    where = f"{file.name}, line {first['line_number']}: {first['reason']}" if first else file.name
    return GateError(
        f"Rows added at the end of {file.name} would not be read as rows; nothing was appended."
        f" Fix the file first. {where}."
    )
