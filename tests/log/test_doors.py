"""Appended rows are validated as the log will hold them. Everything in these logs is invented."""

import csv
import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from inspections.errors import BuildFailure
from inspections.files import remove
from inspections.log.adding.append import append
from inspections.log.adding.batch import Batch, BatchRow, read_batch
from inspections.log.adding.grown_files import grow
from inspections.log.adding.kept_texts import KeptText, text_of_document
from inspections.log.declaration import event_types
from inspections.log.files.csv_records import shown
from inspections.log.files.digests import event_file_digests
from inspections.log.files.event_files import load_event_files
from inspections.log.files.event_folder import EventFolderError, find_event_files
from inspections.log.gate import GateError, judge
from inspections.publication.guard import check_log_is_unaltered
from inspections.settings import Settings
from tests.conftest import Built
from tests.event_streams import DOCUMENT, write_event_files
from tests.log.test_gate import CORRECTED, PRISON, VISIT, Replayed, Row, row

pytestmark = pytest.mark.minutes(1)

MADE = row(
    "recommendations_made",
    "m1",
    recommendation_id="v-1.1",
    visit_id="v",
    kind="recommendation",
    body="hmip",
    text="Do it.",
)
JUDGED = row(
    "progress_judged",
    "j1",
    visit_id="v",
    recommendation_id="v-1.1",
    scale="hmip_progress",
    judgement="good_progress",
)
LOG = [PRISON, VISIT, MADE, JUDGED]
EARLIER = "2021-01-01T00:00:00Z"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A log of four events in a folder of its own."""
    write_event_files(LOG, tmp_path / "log")
    return Settings.from_environment(
        events_dir=tmp_path / "log", warehouse_path=tmp_path / "data" / "warehouse.duckdb"
    )


def as_batch(*rows: Row) -> Batch:
    batch = Batch()
    for number, values in enumerate(rows, 2):
        columns = event_types()[values["event_type"]].column_names
        batch.add(
            values["event_type"],
            BatchRow("new.csv", number, {name: values.get(name, "") for name in columns}),
        )
    return batch


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_no_batch_displaces_an_event_that_the_log_has_accepted(settings: Settings) -> None:
    """An earlier recorded_at won: the old row was rejected, and the new one published."""
    before = contents(settings.events_dir)
    with pytest.raises(GateError) as refused:
        append(
            as_batch(
                {**JUDGED, "recorded_at": EARLIER, "judgement": "reasonable_progress"},
                {**VISIT, "event_id": "v2", "recorded_at": EARLIER},
                {**MADE, "event_id": "m2", "recorded_at": EARLIER, "text": "Do other things."},
            ),
            settings,
        )
    said = str(refused.value)
    for old, new in (
        ("progress_judged.csv, line 2, event_id j1", "new.csv, line 2"),
        ("visits_held.csv, line 2, event_id v1", "new.csv, line 3"),
        ("recommendations_made.csv, line 2, event_id m1", "new.csv, line 4"),
    ):
        assert f"{old}, because of {new}: " in said, said
    assert contents(settings.events_dir) == before


def test_a_published_event_is_live_retracted_or_corrected_but_never_gone(
    settings: Settings, published: Callable[..., Built]
) -> None:
    """With ON_REJECTED=publish, rows that displaced others by hand were published in their place."""
    log = settings.events_dir
    built = published(log)

    def said_of_the_log_now() -> str:
        """The guard's verdict on the log, replayed beside the publication."""
        beside = settings.replaced(warehouse_path=built.warehouse)
        beside.build_path.unlink()
        judge(log, settings.seeds_dir, settings.reports_dir, beside.data_dir)
        with pytest.raises(BuildFailure) as refused:
            check_log_is_unaltered(beside)
        return str(refused.value)

    write_event_files(
        [*LOG, {**JUDGED, "recorded_at": EARLIER, "judgement": "reasonable_progress"}], log
    )
    displaced = said_of_the_log_now()
    assert "progress_judged.csv line 2, event_id j1: it is rejected now, as" in displaced
    write_event_files(LOG, log)
    documents = (log / "documents.csv").read_text().replace(DOCUMENT, "another-report")
    (log / "documents.csv").write_text(documents)
    undocumented = said_of_the_log_now()
    assert "4 published event(s)" in undocumented
    assert "document_id names no document" in undocumented


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\r\r\n"], ids=["LF", "CRLF", "CR", "CRCRLF"])
@pytest.mark.parametrize("is_ended", [True, False], ids=["ended", "last line not ended"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"], ids=["", "BOM"])
def test_a_row_is_added_in_the_file_s_own_dialect(
    end: str, is_ended: bool, bom: bytes, settings: Settings, tmp_path: Path
) -> None:
    """It came with line ends of its own, which the next build rejected."""
    path = settings.events_dir / "establishments_described.csv"
    lines = path.read_text("utf-8").splitlines()
    text = end.join([lines[0], lines[1].replace(",A,", f',"A, first{end}second line",')])
    path.write_bytes(bom + (text + (end if is_ended else "")).encode())
    rows = as_batch(
        {**CORRECTED, "name": "line one\nline “two”, «three»\rfour"},
        {**CORRECTED, "event_id": "e3", "name": 'quoted "so"'},
    ).rows["establishments_described"]
    staged: dict[Path, Path] = {}
    grown = grow(settings.events_dir, event_types()["establishments_described"], rows, staged)
    assert grown.staged.read_bytes().startswith(path.read_bytes())
    grown.staged.replace(path)
    with duckdb.connect() as connection:
        load_event_files(connection, settings.events_dir, tmp_path / "work")
        assert connection.execute("from event_files.unreadable_rows").fetchall() == []
        read = connection.execute(
            "select event_id, name, line_number from event_files.establishments_described"
            " order by line_number"
        ).fetchall()
    assert [name for _, name, _ in read] == [
        "A, first\nsecond line",
        "line one\nline “two”, «three»" + ("\n" if end == "\r" else "\r") + "four",
        'quoted "so"',
    ]
    assert {line: row.values["event_id"] for line, row in grown.rows_by_line.items()} == {
        line: event_id for event_id, _, line in read[1:]
    }


def test_a_row_behind_a_quote_that_never_closed_is_not_swallowed(settings: Settings) -> None:
    path = settings.events_dir / "establishments_described.csv"
    path.write_text(path.read_text() + path.read_text().splitlines()[1].replace("e1", '"e0') + "\n")
    before = contents(settings.events_dir)
    with pytest.raises(GateError, match=r"establishments_described\.csv, line 3: a quote opens"):
        append(as_batch(CORRECTED), settings)
    assert contents(settings.events_dir) == before


def test_columns_that_a_file_does_not_have_are_not_lost(settings: Settings, tmp_path: Path) -> None:
    path = settings.events_dir / "establishments_described.csv"
    with path.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    with path.open("w", newline="") as stream:
        columns = [name for name in rows[0] if name != "opened_year"]
        writer = csv.DictWriter(stream, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    staged: dict[Path, Path] = {}
    new = as_batch({**CORRECTED, "opened_year": "1992"}).rows["establishments_described"]
    grown = grow(settings.events_dir, event_types()["establishments_described"], new, staged)
    assert grown.name == "establishments_described.2.csv"
    assert "1992" in grown.staged.read_text()


def test_one_rejected_row_does_not_move_the_clock_and_an_accepted_one_does(
    settings: Settings,
) -> None:
    """A rejected row of 2099 put honest rows into 2099, where questions as known today miss them."""
    far = {**VISIT, "event_id": "v9", "visit_id": "v9", "recorded_at": "2099-01-01T00:00:00Z"}
    beyond = {**far, "event_id": "v8", "recorded_at": "20000-01-01T00:00:00Z"}
    write_event_files([*LOG, {**far, "visit_type": "no such type"}, beyond], settings.events_dir)
    stamped = append(as_batch({**CORRECTED, "recorded_at": ""}), settings, dry_run=False)
    assert stamped.recorded_at[:4] == str(datetime.now(UTC).year)
    write_event_files([*LOG, far], settings.events_dir)
    stamped = append(as_batch({**CORRECTED, "recorded_at": ""}), settings, dry_run=False)
    assert stamped.recorded_at == "2099-01-01T00:00:00.000001Z"


def test_every_file_is_seen_or_named(settings: Settings, tmp_path: Path) -> None:
    log = settings.events_dir
    (log / "progress_judged.csv").rename(log / "progress_judged.CSV")
    shutil.copy(log / "visits_held.csv", log / "visits_held.csv.txt")
    (log / "2024").mkdir()
    shutil.copy(log / "visits_held.csv", log / "2024")
    (log / "concerns_raised.xlsx").touch()
    found = find_event_files(log)
    assert [path.name for path in found.paths] == [
        "establishments_described.csv",
        "progress_judged.CSV",
        "recommendations_made.csv",
        "visits_held.csv",
    ]
    assert [words.split(" ")[0] for words in found.passed_over] == [
        "log/2024",
        "log/concerns_raised.xlsx",
        "log/visits_held.csv.txt",
    ]
    batch = read_batch([log])
    assert set(batch.rows) == {values["event_type"] for values in LOG}
    assert batch.passed_over == found.passed_over
    # The id is known though the file's ending has capitals, and the row goes into that file.
    again = append(as_batch(JUDGED), settings)
    assert (again.counts, again.duplicates, again.notes) == ({}, 1, found.passed_over)
    grown = grow(
        log, event_types()["progress_judged"], as_batch(JUDGED).rows["progress_judged"], {}
    )
    assert grown.name == "progress_judged.CSV"
    remove(grown.staged)


@pytest.mark.parametrize("kind", ["pipe", "folder", "broken link", "looping link"])
@pytest.mark.parametrize("name", ["outcomes_judged.csv", "documents.csv"])
def test_what_is_no_file_is_refused_by_name_at_once(
    kind: str, name: str, settings: Settings, tmp_path: Path
) -> None:
    """Reading a pipe waited for ever for somebody to write to it."""
    for folder in (settings.events_dir, tmp_path / "batch"):
        folder.mkdir(exist_ok=True)
        path = folder / name
        path.unlink(missing_ok=True)
        if kind == "pipe":
            os.mkfifo(path)
        elif kind == "folder":
            path.mkdir()
        else:
            path.symlink_to(path if kind == "looping link" else folder / "nowhere")
    shutil.copy(settings.events_dir / "visits_held.csv", tmp_path / "batch")
    assert event_file_digests(settings)
    with pytest.raises(GateError, match=f"{name}.* cannot be read"):
        read_batch([tmp_path / "batch"])
    if name != "documents.csv":
        with pytest.raises(GateError, match=f"{name} cannot be read"):
            append(as_batch(CORRECTED), settings)


@pytest.mark.parametrize(
    "unseen",
    [
        "\u200b",
        "\u00ad",
        "\u200f",
        "\u2066",
        "\ufeff",
        "\u2003",
        "\u3000",
        "\u00a0",
        "\u2028",
        "\u3164",
    ],
    ids=ascii,
)
def test_ids_with_what_nobody_sees_are_refused_and_shown(
    unseen: str, replayed: Replayed, tmp_path: Path
) -> None:
    write_event_files(
        [
            {**PRISON, "establishment_id": f"invented{unseen}-a"},
            {**PRISON, "event_id": f"e2{unseen}"},
            {**VISIT, "event_id": "v1", "document_id": f"{unseen}{DOCUMENT}"},
        ],
        tmp_path / "events",
    )
    found = (
        replayed(tmp_path / "events")
        .execute("select column_name, value, reason from intermediate.int_unaccepted_rows")
        .fetchall()
    )
    assert {column for column, _, _ in found} == {"establishment_id", "event_id", "document_id"}
    for _, value, reason in found:
        assert f"<U+{ord(unseen):04X}>" in value
        assert "nobody sees" in reason
    assert shown(f"a{unseen}b") == f"a<U+{ord(unseen):04X}>b"


def test_ids_that_look_alike_are_named_with_both_lines(settings: Settings) -> None:
    appended = append(
        as_batch(
            {**PRISON, "event_id": "E1", "establishment_id": "Invented-A", "recorded_at": ""},
            {**PRISON, "event_id": "caf\u00e9", "establishment_id": "x", "recorded_at": ""},
            {**PRISON, "event_id": "cafe\u0301", "establishment_id": "y", "recorded_at": ""},
            {**PRISON, "event_id": "gro\u00df", "establishment_id": "z", "recorded_at": ""},
            {**PRISON, "event_id": "GROSS", "establishment_id": "w", "recorded_at": ""},
        ),
        settings,
    )
    file = "establishments_described.csv"
    assert [note for note in appended.notes if "looks like" in note] == [
        f"{file}, line 3: establishment_id 'Invented-A' looks like 'invented-a' of {file}, line 2,"
        " and is another id",
        f"{file}, line 3: event_id 'E1' looks like 'e1' of {file}, line 2, and is another id",
        f"{file}, line 5: event_id 'cafe\\u0301' looks like 'caf\\xe9' of {file}, line 4,"
        " and is another id",
        f"{file}, line 7: event_id 'GROSS' looks like 'gro\\xdf' of {file}, line 6, and is another id",
    ]


def test_a_document_listed_with_other_words_is_refused(settings: Settings, tmp_path: Path) -> None:
    """The row of a batch's documents.csv was passed over without a word."""
    write_event_files([CORRECTED], tmp_path / "batch")
    documents = tmp_path / "batch" / "documents.csv"
    documents.write_text(documents.read_text().replace("An invented report", "Another title"))
    batch = read_batch([tmp_path / "batch"])
    with pytest.raises(GateError, match=r"documents.csv, line 2, column title, value 'Another"):
        append(batch, settings)


def test_no_events_folder_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(EventFolderError, match="There is no events folder 'nowhere'"):
        find_event_files(tmp_path / "nowhere")


@pytest.mark.parametrize(
    "file", ["../out.txt", ".", "/abs.txt", "x" * 300, "a\nb.txt", "a\u200bb.txt"], ids=ascii
)
def test_a_text_is_kept_under_a_name_that_is_one(file: str, tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("1.1 An invented text.")
    batch = as_batch(CORRECTED)
    batch.documents.append(BatchRow("documents.csv", 2, {"document_id": "d", "file": file}))
    with pytest.raises(
        GateError, match=r"documents\.csv, line 2, column file, value .*not the name"
    ):
        text_of_document(tmp_path / "text.txt", batch)


def test_a_refused_batch_leaves_nothing_among_the_kept_texts(
    settings: Settings, tmp_path: Path
) -> None:
    reports = shutil.copytree(settings.reports_dir, tmp_path / "reports")
    kept = sorted(reports.rglob("*"))
    settings = settings.replaced(reports_dir=reports)
    batch = as_batch({**VISIT, "event_id": "v2", "visit_type": "no such type"})
    text = KeptText("2024/invented.txt", b"1.1 An invented text.")
    with pytest.raises(GateError, match=r"new\.csv, line 2, column visit_type"):
        append(batch, settings, text=text)
    assert sorted(reports.rglob("*")) == kept
    assert append(as_batch(CORRECTED), settings, text=text).counts
    assert (reports / text.file).read_bytes() == text.content
