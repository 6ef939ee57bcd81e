"""Previews: what a build would publish, row for row, and what a batch would change.

Prisons named invented do not exist.
"""

import atexit
import csv
import random
import re
import shutil
from pathlib import Path

import pytest

from inspections.errors import BuildFailure, SettingError
from inspections.log.adding.append import append
from inspections.log.adding.batch import read_batch
from inspections.log.compiled_models import Model, compiled_project
from inspections.pages import Preview, write_pages, writing
from inspections.preview import Previewer, PreviewResult, making
from inspections.preview.suites import SuitesProcess
from inspections.publication.comparing.between import format_file_differences
from inspections.publication.comparing.comparison import compared
from inspections.settings import Settings
from tests.conftest import EVENTS, Built, run_build, run_inspections
from tests.event_streams import DOCUMENT, random_stream, write_event_files
from tests.published import publish_log
from tests.spark.hostile_log import write_hostile_log

pytestmark = pytest.mark.minutes(1)

PRISON = "invented-prison"


def settings_for(events: Path, warehouse: Path, **changed: object) -> Settings:
    return Settings.from_environment(events_dir=events, warehouse_path=warehouse, **changed)


def write_rows(file: Path, **values: str) -> Path:
    """A file of one row."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(values), lineterminator="\n")
        writer.writeheader()
        writer.writerow(values)
    return file


def described(
    name: str, event_id: str = "", recorded_at: str = "", day: str = "2020-01-01"
) -> dict:
    return {
        "event_id": event_id,
        "occurred_on": day,
        "occurred_precision": "day",
        "recorded_at": recorded_at,
        "document_id": "invented-report",
        "paragraph": "",
        "corrects_event_id": "",
        "establishment_id": PRISON,
        "name": name,
        "establishment_type": "",
        "function": "",
        "security_category": "",
        "operator": "",
        "region": "",
        "opened_year": "",
    }


@pytest.fixture
def small_log(tmp_path: Path) -> Path:
    """One prison, and its document."""
    folder = tmp_path / "events"
    write_event_files([], folder)
    write_rows(
        folder / "establishments_described.csv",
        **described("Invented", "invented-1", "2022-01-01T00:00:00Z"),
    )
    return folder


# One process of the suites for all tests of a worker: it takes seconds to start.
SUITES = SuitesProcess()
atexit.register(SUITES.stop)


def preview(settings: Settings, *given: object, **named: object) -> PreviewResult:
    with Previewer(settings, suites=SUITES) as previewer:
        return previewer.preview(*given, **named)  # type: ignore[arg-type]


def state_of_files(*folders: Path) -> dict[Path, bytes]:
    return {
        path: path.read_bytes()
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def own(elmley: Built, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, PreviewResult]:
    """The project's own log, previewed beside a copy of its publication."""
    warehouse = tmp_path_factory.mktemp("own") / "warehouse.duckdb"
    shutil.copy(elmley.warehouse, warehouse)
    return warehouse, preview(settings_for(EVENTS, warehouse))


def test_it_shows_what_a_build_publishes(own: tuple[Path, PreviewResult], elmley: Built) -> None:
    _, found = own
    rows, faults = compared(elmley.warehouse, found.warehouse)
    assert faults == []
    assert sum(rows.values()) > 10_000
    assert format_file_differences(found.differences) == ["Nothing changes."]
    assert found.is_publishable
    # The same tests and rules as the build's, whose ledger counts a few more of its own.
    ((in_build,),) = elmley.rows("select max(checks_passed) from publications")
    assert found.checks_passed >= in_build


def test_it_leaves_the_publication_as_it_is(own: tuple[Path, PreviewResult], elmley: Built) -> None:
    warehouse, found = own
    assert warehouse.read_bytes() == elmley.warehouse.read_bytes()
    assert found.folder == warehouse.parent / "preview"
    shown = {path.name for path in warehouse.parent.iterdir() if not path.name.startswith(".")}
    assert shown == {warehouse.name, "preview"}


def test_each_page_says_that_it_is_a_preview_and_of_what(
    own: tuple[Path, PreviewResult],
) -> None:
    _, found = own
    pages = sorted(found.folder.rglob("*.html"))
    assert len(pages) > 80
    for page in pages:
        text = page.read_text("utf-8")
        assert "<strong>Preview</strong> of the log. Nothing of it is published." in text, page
        assert "<title>Preview: " in text, page
        assert "Published " not in text.split("<footer")[1], page


@pytest.mark.slow
def test_it_equals_a_build_of_a_hostile_log(tmp_path: Path) -> None:
    """Own events, random streams, generated ones, and odd values in every column."""
    events = tmp_path / "events"
    write_hostile_log(events, streams=60, generated=800)
    built = run_build(events, tmp_path / "built" / "warehouse.duckdb", ON_REJECTED="publish")
    assert built.code == 0, built.output
    found = preview(settings_for(events, tmp_path / "named.duckdb"))
    rows, faults = compared(built.warehouse, found.warehouse)
    assert faults == []
    assert rows["rejected_rows"] > 100 and rows["events"] > 1000
    assert found.folder == tmp_path / "named.preview"
    rejected = built.rows("select count(*) from rejected_rows where verdict = 'rejected'")
    assert [(len(found.rejected),)] == rejected


@pytest.mark.slow
def test_it_shows_what_was_known_at_an_instant(tmp_path: Path) -> None:
    known_at = "2023-01-01T00:00:00Z"
    # What is recorded later stands behind, so that the lines of the rest are the same.
    stream = random_stream(random.Random(5), 40, "invented")
    rows = sorted(stream, key=lambda row: row["recorded_at"])
    write_event_files(rows, tmp_path / "events")
    shown = preview(settings_for(tmp_path / "events", tmp_path / "w.duckdb", known_at=known_at))
    with_all = preview(settings_for(tmp_path / "events", tmp_path / "all.duckdb"))
    early = [row for row in rows if row["recorded_at"] <= known_at]
    write_event_files(early, tmp_path / "early")
    expected = publish_log(tmp_path / "early", tmp_path / "published")
    _, faults = compared(expected.warehouse, shown.warehouse)
    _, later = compared(expected.warehouse, with_all.warehouse)
    assert faults == []
    assert later


def test_an_empty_past_passes_every_check_and_has_every_table(
    elmley: Built, tmp_path: Path
) -> None:
    """Of nothing dbt's tests ended with "Got 1 result"."""
    before_all = settings_for(
        EVENTS, tmp_path / "w.duckdb", known_at="2024-01-01T00:00:00Z", site=False
    )
    found = preview(before_all)
    assert found.faults == [] and found.is_publishable
    past = Built(0, "", found.warehouse)
    assert past.rows("select count(*) from events") == [(0,)]
    tables = "select table_name from duckdb_tables() where database_name = 'warehouse' order by all"
    assert past.rows(tables) == elmley.rows(tables)


def test_a_batch_is_shown_as_it_would_be_appended(small_log: Path, tmp_path: Path) -> None:
    published = publish_log(small_log, tmp_path / "data")
    settings = settings_for(small_log, published.warehouse)
    write_rows(
        tmp_path / "batch" / "establishments_described.csv",
        **described("Renamed", day="2021-01-01"),
    )
    batch = read_batch([tmp_path / "batch"])
    before = state_of_files(small_log)
    found = preview(settings, batch, name="batch")
    assert state_of_files(small_log) == before
    assert found.contains == "the log with batch, 1 new row"
    assert found.appended is not None and found.appended.counts == {"establishments_described": 1}
    (change,) = found.differences.changes
    assert (change.change, change.subject) == ("added", PRISON)
    assert ("name", None, "Renamed") in change.values
    assert change.page == f"prisons/{PRISON}.html"
    assert "Renamed" in (found.folder / change.page).read_text("utf-8")
    assert found.differences.tables["dim_establishments"] == (2, 1)
    append(batch, settings)
    _, faults = compared(publish_log(small_log, tmp_path / "after").warehouse, found.warehouse)
    # But for the instant of the recording, which is stamped anew, the append gives the same.
    assert {fault.split(":")[0] for fault in faults} <= {
        "log_digest", "events", "dim_establishment_history",
    }  # fmt: skip


def test_a_row_that_claims_an_earlier_recording_is_a_difference_too(
    small_log: Path, tmp_path: Path
) -> None:
    """Two instants of one file do not tell: the row lies before the publication's last."""
    published = publish_log(small_log, tmp_path / "data")
    file = write_rows(
        tmp_path / "batch" / "establishments_described.csv",
        **described("Earlier", "invented-0", "2021-01-01T00:00:00Z", day="2019-01-01"),
    )
    found = preview(settings_for(small_log, published.warehouse), read_batch([file]))
    assert [change.event_id for change in found.differences.changes] == ["invented-0"]


def test_a_refused_batch_is_shown_with_the_words_of_append(small_log: Path, tmp_path: Path) -> None:
    settings = settings_for(small_log, tmp_path / "data" / "warehouse.duckdb")
    file = write_rows(tmp_path / "establishments_described.csv", **described("B", day="2021-02-30"))
    batch = read_batch([file])
    with pytest.raises(Exception, match=r"1 row\(s\) were rejected") as refused:
        append(batch, settings, dry_run=True)
    found = preview(settings, batch)
    assert found.appended is not None and found.appended.refusal == str(refused.value)
    assert not found.is_publishable and found.rejected == []
    assert "the log refuses them as they are" in found.index.read_text("utf-8")


def test_rejected_rows_failing_tests_and_altered_events_are_told(
    small_log: Path, tmp_path: Path
) -> None:
    published = publish_log(small_log, tmp_path / "data")
    settings = settings_for(small_log, published.warehouse)
    write_rows(
        small_log / "establishments_described.csv",
        **described("Altered", "invented-1", "2022-01-01T00:00:00Z"),
    )
    write_rows(
        small_log / "establishments_described.more.csv",
        **described("Later", "invented-2", "2022-01-01T00:00:00Z", day="soon"),
    )
    found = preview(settings)
    assert not found.is_publishable
    (rejected,) = found.rejected
    assert rejected.startswith("establishments_described.more.csv, line 2, column occurred_on")
    (altered,) = [fault for fault in found.faults if "published event(s) were altered" in fault]
    assert "name was Invented, is Altered" in altered
    (change,) = found.differences.changes
    assert change.values == (("name", "Invented", "Altered"),)


def test_a_contradiction_that_a_suite_finds_is_told(tmp_path: Path) -> None:
    """Neither the gate nor a dbt test knows that a review of progress gives no outcomes."""

    def event(event_type: str, event_id: str, **columns: str) -> dict[str, str]:
        return {
            **described("", event_id, "2022-01-01T00:00:00Z"),
            **{"event_type": event_type, "document_id": DOCUMENT, "name": ""},
            **columns,
        }

    visit = {"visit_id": "invented-review"}
    rows = [
        event("establishments_described", "described", name="Invented"),
        event("visits_held", "held", visit_type="independent_review_of_progress", **visit),
        event(
            "outcomes_judged",
            "judged",
            **{**visit, "healthy_prison_test": "safety", "outcome": "good"},
        ),
    ]
    write_event_files(rows, tmp_path / "events")
    found = preview(settings_for(tmp_path / "events", tmp_path / "data" / "warehouse.duckdb"))
    assert found.rejected == []
    assert found.faults == [
        "fct_outcomes: a review of progress gives no healthy prison outcome: 1 row(s) at fault:"
        " event_id judged, visit_id invented-review"
    ]
    assert not found.is_publishable


def test_without_pages_there_is_one_that_says_so(small_log: Path, tmp_path: Path) -> None:
    found = preview(settings_for(small_log, tmp_path / "data" / "warehouse.duckdb", site=False))
    (page,) = found.folder.rglob("*.html")
    assert "<strong>Preview</strong> of the log." in page.read_text("utf-8")
    assert "<code>SITE=no</code>" in page.read_text("utf-8")


def test_a_folder_that_is_no_preview_is_left_alone(small_log: Path, tmp_path: Path) -> None:
    own = tmp_path / "data" / "preview" / "notes.txt"
    own.parent.mkdir(parents=True)
    own.write_text("mine")
    with pytest.raises(BuildFailure, match="Move it away"):
        preview(settings_for(small_log, tmp_path / "data" / "warehouse.duckdb"))
    assert own.read_text() == "mine"


def test_a_file_that_is_no_publication_is_not_compared_with(
    small_log: Path, tmp_path: Path
) -> None:
    other = tmp_path / "data" / "warehouse.duckdb"
    other.parent.mkdir()
    other.write_bytes(b"notes of mine")
    with pytest.raises(BuildFailure, match="is not a publication of this warehouse"):
        preview(settings_for(small_log, other))
    assert other.read_bytes() == b"notes of mine"


def test_steps_of_a_large_build_follow_one_another(
    small_log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Side by side, three databases in memory would each take half of MEMORY_LIMIT."""
    order: list[str] = []
    tested, written = making._Making._test, making.write_file
    monkeypatch.setattr(making, "_SIDE_BY_SIDE_BYTES", 0)

    def test(*given: object) -> object:
        found = tested(*given)  # type: ignore[arg-type]
        order.append("tests")
        return found

    def write(*given: object, **named: object) -> object:
        order.append("file")
        return written(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(making._Making, "_test", test)
    monkeypatch.setattr(making, "write_file", write)
    preview(settings_for(small_log, tmp_path / "data" / "warehouse.duckdb"))
    assert order == ["tests", "file"]


def test_a_batch_and_an_earlier_instant_exclude_one_another(
    small_log: Path, tmp_path: Path
) -> None:
    file = write_rows(tmp_path / "establishments_described.csv", **described("B"))
    settings = settings_for(small_log, tmp_path / "w.duckdb", known_at="2022-06-01T00:00:00Z")
    with pytest.raises(SettingError, match="KNOWN_AT is set"):
        preview(settings, read_batch([file]))


def test_the_command_prints_the_differences_and_says_what_would_stop_a_build(
    small_log: Path, tmp_path: Path
) -> None:
    published = publish_log(small_log, tmp_path / "data")
    places = ("--events", str(small_log), "--warehouse", str(published.warehouse))
    write_rows(
        tmp_path / "batch" / "establishments_described.csv", **described("B", day="2021-01-01")
    )
    sound = run_inspections("preview", str(tmp_path / "batch"), *places)
    assert sound.returncode == 0, sound.stdout + sound.stderr
    assert f"added: {PRISON}, establishments described" in sound.stdout
    assert "  name: B" in sound.stdout
    assert "establishments_described: 1 row(s) would be appended" in sound.stdout
    assert "data/preview/index.html. Nothing was published." in sound.stdout
    write_rows(tmp_path / "batch" / "establishments_described.csv", **described("B", day="soon"))
    refused = run_inspections("preview", str(tmp_path / "batch"), *places)
    assert refused.returncode == 3
    assert "1 row(s) were rejected; nothing was appended." in refused.stdout


def test_pages_that_did_not_change_are_not_drawn_again(
    small_log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []
    render = writing._render

    def noted(environment: object, path: str, *rest: object, **content: object) -> bytes:
        drawn.append(path)
        return render(environment, path, *rest, **content)  # type: ignore[arg-type]

    monkeypatch.setattr(writing, "_render", noted)
    other = described("Other", "invented-other", "2022-01-01T00:00:00Z")
    write_rows(
        small_log / "establishments_described.other.csv",
        **{**other, "establishment_id": "invented-other"},
    )
    file = write_rows(tmp_path / "establishments_described.csv", **described("B", day="2021-01-01"))
    with Previewer(
        settings_for(small_log, tmp_path / "data" / "warehouse.duckdb"), suites=SUITES
    ) as previewer:
        previewer.preview()
        assert {"index.html", f"prisons/{PRISON}.html", "prisons/invented-other.html"} < {*drawn}
        drawn.clear()
        previewer.preview()
        assert drawn == []
        found = previewer.preview(read_batch([file]))
    assert f"prisons/{PRISON}.html" in drawn and "index.html" in drawn
    assert "prisons/invented-other.html" not in drawn
    kept = (found.folder / "prisons" / "invented-other.html").read_text("utf-8")
    assert "<strong>Preview</strong> of the log with 1 new row" in kept


@pytest.mark.slow
def test_pages_that_are_taken_are_as_if_they_were_drawn(tmp_path: Path) -> None:
    """Event after event of a nasty stream, each drawing taking what it can of the one before."""
    rows = sorted(
        random_stream(random.Random(11), 60, "invented"), key=lambda row: row["recorded_at"]
    )
    earlier = None
    for step, count in enumerate((20, 35, 36, 48, 60)):
        write_event_files(rows[:count], tmp_path / f"events-{step}")
        published = publish_log(tmp_path / f"events-{step}", tmp_path / f"data-{step}")
        taking, fresh = tmp_path / f"taking-{step}", tmp_path / f"fresh-{step}"
        contains = f"the log of {count} events"
        write_pages(published.warehouse, taking, preview=Preview(contains, earlier=earlier))
        write_pages(published.warehouse, fresh, preview=Preview(contains))
        one, other = (
            {path.relative_to(folder): content for path, content in state_of_files(folder).items()}
            for folder in (taking, fresh)
        )
        assert one.keys() == other.keys()
        assert [path for path in one if one[path] != other[path]] == []
        earlier = taking


def test_a_preview_that_goes_on_from_the_last_one_is_as_a_first_one(tmp_path: Path) -> None:
    """Files grow, change, shrink and go, with a batch in between; each time all is compared."""
    rows = sorted(
        random_stream(random.Random(7), 70, "invented"), key=lambda row: row["recorded_at"]
    )
    events, data = tmp_path / "events", tmp_path / "data"
    batch = write_rows(
        tmp_path / "batch" / "establishments_described.csv",
        **described("In a batch", "invented-batch", "2035-01-01T00:00:00Z"),
    )
    settings = settings_for(events, data / "warehouse.duckdb", site=False)
    first = settings_for(events, tmp_path / "first" / "warehouse.duckdb", site=False)
    went_on = []

    def is_as_a_first_one(previewer: Previewer, *given: object) -> None:
        found, fresh = previewer.preview(*given), preview(first, *given)  # type: ignore[arg-type]
        _, faults = compared(fresh.warehouse, found.warehouse)
        assert faults == []
        for name in ("rejected", "faults", "warnings", "checks_passed"):
            assert getattr(found, name) == getattr(fresh, name), name
        earlier = previewer._earlier
        assert earlier is not None
        went_on.append(earlier.judged.changed)

    write_event_files(rows[:40], events)
    with Previewer(settings, suites=SUITES) as previewer:
        previewer.preview()
        write_event_files(rows, events)
        is_as_a_first_one(previewer)
        is_as_a_first_one(previewer, read_batch([batch]))
        retracted = events / "events_retracted.csv"
        lines = retracted.read_text("utf-8").splitlines(keepends=True)
        retracted.write_text("".join(lines[:-1]), encoding="utf-8")
        documents = (events / "documents.csv").read_text("utf-8")
        (events / "documents.csv").write_text(documents.replace("An invented", "A renamed"))
        (events / "progress_judged.csv").unlink()
        is_as_a_first_one(previewer)
    built = {model.relation for model in compiled_project().models if not model.is_view}
    # Each went on from the tables of the one before it: some had the same rows as before.
    assert all(changed and built - changed for changed in went_on)
    assert [path for path in data.iterdir() if "kept" in path.name] == []


def test_every_relation_that_compiled_sql_names_is_one_that_it_is_known_to_read() -> None:
    """A replay that goes on from an earlier one builds again what reads changed relations."""
    project = compiled_project()
    relations = {model.name: model.relation for model in project.models}
    named = re.compile(r'\b"?(event_files|reference|staging|intermediate|marts)"?\."?(\w+)')
    for one in (*project.models, *project.tests):
        known = (
            {*one.sources, *(relations[name] for name in one.parents)}
            if isinstance(one, Model)
            else {*one.reads}
        )
        assert known, one.name
        assert {".".join(found) for found in named.findall(one.sql)} <= known, one.name


def test_a_page_that_was_altered_is_drawn_again(small_log: Path, tmp_path: Path) -> None:
    """A process killed as it writes, or a person, may leave a page that is not what was drawn."""
    settings = settings_for(small_log, tmp_path / "data" / "warehouse.duckdb")
    with Previewer(settings, suites=SUITES) as previewer:
        page = previewer.preview().folder / "prisons" / f"{PRISON}.html"
        drawn = page.read_text("utf-8")
        page.write_text(drawn[: len(drawn) // 2], encoding="utf-8")
        previewer.preview()
        assert page.read_text("utf-8").rstrip().endswith("</html>")
