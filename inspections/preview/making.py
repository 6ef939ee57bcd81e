"""Making a preview: replay, checks, file, differences, pages, and the swap into place."""

import secrets
import shutil
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

import duckdb

from inspections.database import attached
from inspections.errors import ActionableError, BuildFailure, SettingError
from inspections.files import beside, remove, swap_folder
from inspections.log.adding.append import Appended, append
from inspections.log.adding.batch import Batch
from inspections.log.adding.journal import log_lock
from inspections.log.adding.kept_texts import KeptText
from inspections.log.compiled_models import DataTest, compiled_for
from inspections.log.files.event_folder import event_file_paths, find_event_files, state_of
from inspections.log.gate import Judged, judge
from inspections.log.verdicts import format_verdict
from inspections.pages import Preview, page_showing, write_pages
from inspections.preview.suites import SuitesProcess
from inspections.publication.build_lock import build_lock
from inspections.publication.companions import MOST_EVENTS, check_is_site
from inspections.publication.comparing.between import FileDifferences, differences_between
from inspections.publication.guard import check_log_is_unaltered
from inspections.publication.publish import write_file
from inspections.publication.published_file import publication_in_use
from inspections.settings import EVERYTHING, Settings

# The file of a preview, in its folder.
WAREHOUSE = "warehouse.duckdb"
# Of a larger build the steps follow one another: side by side each would have its own share of
# ``MEMORY_LIMIT``, and together they would pass it.
_SIDE_BY_SIDE_BYTES = 256 * 2**20
# The tables of a replay, kept beside the preview for the next one.
_KEPT = "kept"
# A test whose rows are told one by one.
_TOLD_OTHERWISE = "no_row_is_rejected"


@dataclass(frozen=True)
class PreviewResult:
    """Result of a preview.

    Attributes:
        folder: The folder of the preview, in which ``index.html`` is the first page.
        warehouse: Its DuckDB file.
        contains: What it shows, in words, as each page says.
        differences: What differs from the publication. Each change names the page that shows it.
        appended: What ``append`` would do with the batch. Its ``refusal`` says, in ``append``'s own
            words, why the log does not take the batch. None without a batch.
        rejected: The rows of the log that are rejected, one a line. Each stops a build, unless
            ``ON_REJECTED=publish``.
        faults: What else would stop a build, one a line: tests, suites, altered events.
        warnings: What a build would tell and publish, one a line.
        notes: What was noticed while the files were read, one a line.
        checks_passed: How many tests and rules passed.
        seconds: How long each step took.
    """

    folder: Path
    warehouse: Path
    contains: str
    differences: FileDifferences
    appended: Appended | None = None
    rejected: Sequence[str] = ()
    faults: Sequence[str] = ()
    warnings: Sequence[str] = ()
    notes: Sequence[str] = ()
    checks_passed: int = 0
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def index(self) -> Path:
        """The first page."""
        return self.folder / "index.html"

    @property
    def is_publishable(self) -> bool:
        """Whether the log takes the batch, and a build of the result would publish."""
        refused = self.appended is not None and bool(self.appended.refusal)
        return not (refused or self.rejected or self.faults)


def preview(
    settings: Settings,
    batch: Batch | None = None,
    text: KeptText | None = None,
    name: str = "",
) -> PreviewResult:
    """Show what the warehouse would look like, in a process that previews once.

    See :meth:`Previewer.preview`.
    """
    with Previewer(settings) as previewer:
        return previewer.preview(batch, text, name)


class Previewer:
    """Makes previews of one log, one after another.

    Args:
        settings: The settings of the build that is previewed.
        reloads: Whether open pages reload themselves when the next preview takes their place.
        suites: A process of the suites that others use too, which the caller ends; one of its own
            if it is left out.
    """

    def __init__(
        self, settings: Settings, reloads: bool = False, suites: SuitesProcess | None = None
    ) -> None:
        self._settings = settings
        self._reloads = reloads
        self._ends_suites = suites is None
        self._suites = suites or SuitesProcess()
        # Its own: another process may preview the same log.
        self._kept = beside(settings.preview_dir, f"{_KEPT}-{secrets.token_hex(4)}")
        self._earlier: _Earlier | None = None

    def __enter__(self) -> "Previewer":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the suites' process, unless others use it, and remove what was kept."""
        remove(self._kept)
        if self._ends_suites:
            self._suites.stop()

    def preview(
        self,
        batch: Batch | None = None,
        text: KeptText | None = None,
        name: str = "",
    ) -> PreviewResult:
        """Replay the log with a batch, check the result, and write it beside the warehouse.

        The publication is only read. The log is only read, but for an interrupted append, which is
        finished first as each command does. A batch that the log refuses is shown without its
        rejected rows.

        Args:
            batch: Rows to show with the log.
            text: The text that they cite.
            name: What to call the batch on the pages.

        Raises:
            ActionableError: There is no preview; the message says why. The last one stays.
        """
        settings = self._settings
        if batch is not None and settings.known_at != EVERYTHING:
            raise SettingError(
                "KNOWN_AT is set, and a batch is recorded later than that. Unset it, or preview"
                " the log alone."
            )
        folder = settings.preview_dir
        check_is_site(folder)
        if settings.warehouse_path.exists():
            with publication_in_use(settings.warehouse_path):
                # Whatever else lies there is no publication to compare with.
                pass
        self._suites.start()
        with build_lock(beside(folder, "lock")):
            new, work = beside(folder, "new"), beside(folder, "work")
            # A preview that fails leaves nothing to go on from.
            earlier, self._earlier = self._earlier, None
            try:
                for path in folder.parent.iterdir():
                    # Of a process that was killed, or of one that then starts from nothing.
                    is_kept = path.name.startswith(f"{beside(folder, _KEPT).name}-")
                    if is_kept and path != self._kept:
                        remove(path)
                for path in (new, work):
                    shutil.rmtree(path, ignore_errors=True)
                    path.mkdir()
                making = _Making(settings, self._suites, new, work, self._reloads, earlier)
                result = making.make(batch, text, name)
                self._earlier = making.left(self._kept)
                return result
            finally:
                for path in (new, work):
                    shutil.rmtree(path, ignore_errors=True)


@dataclass
class _Checked:
    """Results of the tests and suites."""

    faults: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    passed: int = 0


@dataclass(frozen=True)
class _Earlier:
    """What a preview leaves for the next one of the same process.

    Attributes:
        judged: The replay, with its tables.
        rows_found: How many rows each test found, by name.
        warehouse: Size and time of the preview's file, as it was left.
    """

    judged: Judged
    rows_found: dict[str, int]
    warehouse: tuple[int, int]


class _Making:
    """One preview in the making."""

    def __init__(
        self,
        settings: Settings,
        suites: SuitesProcess,
        new: Path,
        work: Path,
        reloads: bool,
        earlier: _Earlier | None,
    ) -> None:
        self._published = settings.warehouse_path
        self._folder = settings.preview_dir
        self._settings = settings.building_in(work)
        self._suites = suites
        self._new = new
        self._reloads = reloads
        self._work = work
        self._earlier = earlier
        self._judged: Judged | None = None
        self._rows_found: dict[str, int] = {}
        self._seconds: dict[str, float] = {}

    def make(self, batch: Batch | None, text: KeptText | None, name: str) -> PreviewResult:
        """Replay, check, write, compare, draw, and put the folder into place."""
        started = time.monotonic()
        built_at = datetime.now(UTC).replace(tzinfo=None).isoformat()
        appended, judged, notes = self._replay(batch, text)
        self._judged = judged
        self._lap("replay", started)
        contains = _contains(self._settings, appended, name)
        with ThreadPoolExecutor(3) as threads:
            suites = threads.submit(
                self._suites.findings, judged.database, built_at, self._settings.seeds_dir
            )
            is_large = judged.database.stat().st_size > _SIDE_BY_SIDE_BYTES
            if is_large:
                wait([suites])
            tests = threads.submit(self._test, judged)
            if is_large:
                wait([tests])
            started = time.monotonic()
            warehouse = self._new / WAREHOUSE
            write_file(
                self._settings,
                warehouse,
                written=self._written(judged),
                changed=judged.changed or (),
            )
            self._lap("file", started)
            comparing = threads.submit(self._compare, warehouse)
            if is_large:
                wait([comparing])
            started = time.monotonic()
            self._draw(warehouse, contains)
            self._lap("pages", started)
            differences = self._with_pages(comparing.result())
            checked = _Checked()
            for finding in suites.result():
                checked.passed += finding.result in ("passed", "known")
                if finding.stops:
                    checked.faults.append(finding.words)
                elif finding.result == "warned":
                    checked.warnings.append(finding.words)
            self._lap("suites", started)
            tested = tests.result()
        rejected = [
            format_verdict(row)
            for row in judged.unaccepted
            if row["verdict"] == "rejected" and not (appended and appended.is_of_batch(row))
        ]
        swap_folder(self._new, self._folder)
        return PreviewResult(
            self._folder,
            self._folder / WAREHOUSE,
            contains,
            differences,
            appended,
            rejected,
            [*tested.faults, *checked.faults],
            [*tested.warnings, *checked.warnings],
            notes,
            tested.passed + checked.passed,
            self._seconds,
        )

    def left(self, kept: Path) -> _Earlier | None:
        """What the next preview may go on from; nothing of a large log.

        Args:
            kept: Where to keep the replay's tables.
        """
        if self._judged is None or self._judged.project is None:
            return None
        self._judged.database.replace(kept)
        return _Earlier(
            replace(self._judged, database=kept),
            self._rows_found,
            state_of(self._folder / WAREHOUSE),
        )

    def _written(self, judged: Judged) -> Path | None:
        """The last preview's file, where this one goes on from its tables and nobody changed it."""
        warehouse = self._folder / WAREHOUSE
        if self._earlier is None or judged.changed is None:
            return None
        return warehouse if state_of(warehouse) == self._earlier.warehouse else None

    def _compare(self, warehouse: Path) -> FileDifferences:
        started = time.monotonic()
        differences = differences_between(self._published, warehouse)
        self._lap("differences", started)
        return differences

    def _lap(self, step: str, started: float) -> None:
        self._seconds[step] = round(time.monotonic() - started, 2)

    def _replay(
        self, batch: Batch | None, text: KeptText | None
    ) -> tuple[Appended | None, Judged, list[str]]:
        settings = self._settings
        earlier = self._earlier.judged if self._earlier else None
        taken: list[Judged] = []

        def take(judged: Judged, recorded_at: str) -> None:
            target = settings.build_path
            judged.database.replace(target)
            taken.append(replace(judged, database=target))

        appended = None
        notes: list[str] = []
        if batch is not None:
            appended = append(
                batch,
                settings,
                True,
                take,
                text,
                scratch_dir=self._work,
                shows_refused=True,
                earlier=earlier,
            )
            notes += appended.notes
        if taken:
            return appended, taken[0], notes
        # Without a batch, or with one that the log has already.
        with log_lock(settings.events_dir) as recovered:
            notes += [recovered] if recovered else []
            before = _states(settings)
            judged = judge(
                settings.events_dir,
                settings.seeds_dir,
                settings.reports_dir,
                self._work,
                with_marts=True,
                known_at=settings.known_at,
                earlier=earlier,
            )
            if _states(settings) != before:
                raise BuildFailure(
                    "Event files changed while they were read; there is no preview. Run it again"
                    " when nobody writes to them.",
                    can_retry=True,
                    code="changed-during-build",
                )
        if batch is None:
            notes += find_event_files(settings.events_dir).passed_over
        return appended, judged, notes

    def _test(self, judged: Judged) -> _Checked:
        """Run dbt's tests, and hold the log to the publication.

        A test that reads what has not changed since finds what it found.
        """
        checked = _Checked()
        project = judged.project or compiled_for(self._settings.known_at, self._settings.seeds_dir)
        known: Mapping[str, int] = {}
        if self._earlier is not None and judged.changed is not None:
            known = self._earlier.rows_found
        with attached(judged.database, "build") as connection:
            for test in project.tests:
                # The rejected rows are told one by one.
                if test.name == _TOLD_OTHERWISE:
                    continue
                if test.name not in known or not (judged.changed or set()).isdisjoint(test.reads):
                    self._rows_found[test.name] = _rows_found(connection, test)
                else:
                    self._rows_found[test.name] = known[test.name]
                _tell(test, self._rows_found[test.name], checked)
        try:
            check_log_is_unaltered(self._settings)
            checked.passed += 1
        except ActionableError as error:
            checked.faults.append(str(error))
        return checked

    def _draw(self, warehouse: Path, contains: str) -> None:
        """Draw the pages."""
        most_events = {None: MOST_EVENTS, True: None, False: 0}[self._settings.site]
        write_pages(
            warehouse,
            self._new,
            most_events=most_events,
            preview=Preview(
                contains,
                self._reloads,
                self._folder if self._folder.exists() else None,
                beside(self._folder, "templates"),
            ),
        )

    def _with_pages(self, differences: FileDifferences) -> FileDifferences:
        """Say of each change which page shows it."""
        return replace(
            differences,
            changes=[
                change.at(
                    page_showing(
                        self._new,
                        change.establishment_id,
                        change.visit_id,
                        change.recommendation_id,
                    )
                )
                for change in differences.changes
            ],
        )


def _rows_found(connection: duckdb.DuckDBPyConnection, test: DataTest) -> int:
    row = connection.execute(f"select count(*) from ({test.sql}) as found").fetchone()
    return int(row[0]) if row else 0


def _tell(test: DataTest, count: int, checked: _Checked) -> None:
    """Judge a test as dbt does: a row that it selects is a fault."""
    if not count:
        checked.passed += 1
        return
    words = f"{test.name}: Got {count} {'result' if count == 1 else 'results'}"
    (checked.faults if test.severity == "error" else checked.warnings).append(words)


def _states(settings: Settings) -> list[tuple[str, tuple[int, int]]]:
    return [(path.name, state_of(path)) for path in event_file_paths(settings.events_dir)]


def _contains(settings: Settings, appended: Appended | None, name: str) -> str:
    """The preview's subject, as a sentence."""
    log = "the log"
    if settings.known_at != EVERYTHING:
        log += f" as known at {settings.known_at}"
    if appended is None:
        return log
    rows = sum(appended.counts.values())
    counted = f"{rows} new {'row' if rows == 1 else 'rows'}"
    batch = f"{name}, {counted}" if name else counted
    refused = "; the log refuses them as they are" if appended.refusal else ""
    return f"{log} with {batch}{refused}" if rows else f"{log}, which has all rows of {name}"
