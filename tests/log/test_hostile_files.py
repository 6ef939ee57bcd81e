"""Files as people really send them: read rightly, or refused by file, line, column and value.

Each case comes from a fault that people have reported of DuckDB, dbt or a spreadsheet. All rows
here are invented, and so are the prisons.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inspections.log.declaration import event_types
from inspections.log.files.csv_records import read_records
from inspections.log.files.event_files import load_event_files
from inspections.log.files.event_folder import EventFolderError
from tests.event_streams import write_event_files
from tests.replay import CompiledProject, replay

Replayed = Callable[..., duckdb.DuckDBPyConnection]
HEADER = ",".join(event_types()["establishments_described"].first_columns)
NAME = "establishments_described.csv"


def described(event_id: str, establishment: str = "invented-a", name: str = "A") -> str:
    return (
        f"{event_id},2020-01-01,day,2022-01-01T00:00:00Z,invented-report,,,{establishment},"
        f"{name},,,,,,"
    )


@pytest.fixture
def events(tmp_path: Path) -> Path:
    folder = tmp_path / "events"
    write_event_files([], folder)
    return folder


def write(folder: Path, content: str | bytes, name: str = NAME) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def lines(*rows: str, end: str = "\n") -> str:
    return end.join((HEADER, *rows)) + end


def refused(connection: duckdb.DuckDBPyConnection, name: str = "%") -> list[tuple]:
    return connection.execute(
        "select file_name, line_number, column_name, value, reason from rejected_rows"
        " where verdict = 'rejected' and file_name like ? order by file_name, line_number",
        [name],
    ).fetchall()


def names(connection: duckdb.DuckDBPyConnection, name: str = "%") -> list[tuple]:
    return connection.execute(
        "select event_id, name, line_number from events where file_name like ?"
        " order by line_number",
        [name],
    ).fetchall()


def is_accounted_for(connection: duckdb.DuckDBPyConnection, name: str = "%") -> bool:
    (ok,) = connection.execute(
        """
        select
            (select sum(rows_in_file) from event_files.files where file_name like $1)
            = (
                select count(distinct (file_name, line_number)) from events
                where file_name like $1
            )
            + (select count(*) from rejected_rows where file_name like $1)
        """,
        [name],
    ).fetchone()
    return ok


# Files of one type, each with a case of its own: one replay answers for all.
UNREADABLE = [
    (lines(described("e1")).encode("utf-16"), 1, "UTF-16"),
    (lines(described("e1"), described("e2", name="B\0")).encode(), 3, "NUL"),
    (lines(described("e1"), described("e2", name='B " quote')).encode(), 3, "quote"),
    (lines(described("e1"), described("e2", name='"never closed')).encode(), 3, "never closed"),
    (lines(described("e1"), described("e2", name='"B" more')).encode(), 3, "closing quote"),
    (lines(described("e1"), "e2,2020-01-01").encode(), 3, "2 fields"),
    (lines(described("e1"), described("e2") + ",,").encode(), 3, "17 fields"),
    (lines(described("e1"), HEADER).encode(), 3, "header stands here again"),
    (
        lines(described("e1"), described("e2", name="Prisoner’s")).encode("cp1252"),
        3,
        "byte 0x92, in Windows-1252 «’»",
    ),
    (
        lines(described("e1"), described("e2", name="1 – 2")).encode("cp1252"),
        3,
        "byte 0x96",
    ),
    (
        lines(described("e1"), described("e2", name="Prisoner’s"))
        .encode()
        .decode("cp1252")
        .encode(),
        3,
        "encoded twice; expected «Prisoner’s»",
    ),
    (b"", 1, "empty"),
    (lines(described("e1")).replace("name,", "nmae,").encode(), 2, "'nmae' stands there"),
    (lines(described("e1")).replace(",name,", ",name,name,").encode(), 2, "twice"),
]
IDS = ["007", "7", "1e5", "12/25/2020", "SEP1", "MAR-2", "1.50"]
TEXTS = [
    "2023-02-13, or 13/02/2023",
    '=HYPERLINK("http://invented.example","click")',
    "<script>alert(1)</script>",
    "'; drop table events; --",
    "x" * 2**20,
    "\u202eright to left\u202c and e\u0301",
    "line\nbreak, \"quoted\" and 'single'",
]
UNFIT = [
    ("occurred_on", "2020-01-01", "2023-02-30", "2023-02-13"),
    ("occurred_on", "2020-01-01", "0023-01-01", "likely day"),
    ("occurred_on", "2020-01-01", "2203-01-01", "likely day"),
    ("occurred_on", "2020-01-01", "01/02/2020", "ISO 8601"),
    ("occurred_on", "2020-01-01", "2020-1-1", "ISO 8601"),
    # Casts of these differ between engines: none of them is asked.
    ("occurred_on", "2020-01-01", "infinity", "ISO 8601 day"),
    ("occurred_on", "2020-01-01", "epoch", "ISO 8601 day"),
    ("occurred_on", "2020-01-01", "2021", "ISO 8601 day"),
    ("occurred_on", "2020-01-01", "+2021-01-01", "ISO 8601 day"),
    ("occurred_on", "2020-01-01", "12021-01-01", "ISO 8601 day"),
    ("occurred_on", "2020-01-01", "-0044-03-15", "ISO 8601 day"),
    ("recorded_at", "2022-01-01T00:00:00Z", "infinity", "UTC with Z"),
    ("recorded_at", "2022-01-01T00:00:00Z", "2022-01-01T24:00:00Z", "UTC with Z"),
    ("recorded_at", "2022-01-01T00:00:00Z", "2022-01-01T00:00:00+01:00", "UTC with Z"),
    ("recorded_at", "2022-01-01T00:00:00Z", "2022-01-01", "UTC with Z"),
    ("recorded_at", "2022-01-01T00:00:00Z", "2022-01-01T25:00:00Z", "UTC with Z"),
    ("occurred_precision", ",day,", ",week,", "day, month, year, unknown"),
    ("event_id", "e2", " e2", "begins or ends with a space"),
    ("establishment_id", "invented-a", "", "empty"),
    ("document_id", "invented-report", "not-there", "documents.csv"),
]


def file_of(kind: str, case: int) -> str:
    """The file of a case: an underscore in it would stand for any character."""
    return f"{NAME[:-4]}.{kind}-{case:02}.csv"


def files_of_cases() -> Iterator[tuple[str, str | bytes]]:
    for case, (content, _, _) in enumerate(UNREADABLE):
        yield file_of("unreadable", case), content.replace(b"\ne1,", f"\nu{case},".encode())
    for case, event_id in enumerate(IDS):
        # Numbers beside it, so that a reader that guesses types would take it for one.
        rows = described(event_id), described(f"1.5{case + 1}"), described(f"1.49{case}")
        yield file_of("id", case), lines(*rows)
    for case, text in enumerate(TEXTS):
        quoted = '"' + text.replace('"', '""') + '"'
        yield file_of("text", case), lines(described(f"t{case}", name=quoted))
    for case, (_, old, new, _) in enumerate(UNFIT):
        row = described(f"e2.{case}").replace(old, new)
        yield file_of("unfit", case), lines(described(f"f{case}"), row)


@pytest.fixture(scope="module")
def together(
    project: CompiledProject, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A replay of all these files."""
    folder = tmp_path_factory.mktemp("together") / "events"
    write_event_files([], folder)
    for name, content in files_of_cases():
        write(folder, content, name)
    with replay(project, folder, folder.with_name("work")) as connection:
        yield connection


@pytest.mark.parametrize(
    "content",
    [
        lines(described("e1"), described("e2", name='"B, with\na break"'), end="\r\n"),
        lines(described("e1"), described("e2", name='"B, with\na break"'), end="\r\r\n"),
        lines(described("e1"), described("e2", name='"B, with\na break"'), end="\r"),
        "\ufeff" + lines(described("e1"), described("e2", name='"B, with\na break"')),
        lines(described("e1"), described("e2", name='"B, with\na break"')).rstrip("\n"),
        lines(described("e1"), described("e2", name='"B, with\na break"')).replace(
            HEADER, HEADER.replace(",", " , ").upper()
        ),
    ],
    ids=["CRLF", "CRCRLF", "CR", "BOM", "no last line end", "header in capitals and spaces"],
)
def test_other_line_ends_and_headers_give_the_same_rows(
    events: Path, replayed: Replayed, content: str
) -> None:
    write(events, content)
    connection = replayed(events)
    assert refused(connection) == []
    assert [row[:2] for row in names(connection)] == [
        ("e1", "A"),
        ("e2", "B, with\na break"),
    ]


@pytest.mark.parametrize("case", range(len(UNREADABLE)))
def test_what_cannot_be_read_without_doubt_is_refused_by_line(
    together: duckdb.DuckDBPyConnection, case: int
) -> None:
    _, line, words = UNREADABLE[case]
    name = file_of("unreadable", case)
    found = refused(together, name)
    assert [row[:2] for row in found] == [(name, line)]
    assert words in found[0][4]
    assert is_accounted_for(together, name)
    if line == 3:
        assert names(together, name) == [(f"u{case}", "A", 2)]


def test_an_unknown_event_file_is_refused_with_the_nearest_name(
    events: Path, replayed: Replayed
) -> None:
    write(events, lines(described("e1")), "establishment_described.csv")
    assert "establishments_described" in refused(replayed(events))[0][4]


@pytest.mark.parametrize("event_id", IDS)
def test_text_stays_text(together: duckdb.DuckDBPyConnection, event_id: str) -> None:
    assert names(together, file_of("id", IDS.index(event_id)))[0][0] == event_id


@pytest.mark.parametrize(
    "case",
    range(len(TEXTS)),
    ids=["dates", "formula", "html", "sql", "one megabyte", "bidirectional", "quotes"],
)
def test_free_text_is_kept_as_it_is(together: duckdb.DuckDBPyConnection, case: int) -> None:
    assert names(together, file_of("text", case)) == [(f"t{case}", TEXTS[case], 2)]


@pytest.mark.parametrize("case", range(len(UNFIT)))
def test_a_value_that_does_not_fit_is_refused_by_column(
    together: duckdb.DuckDBPyConnection, case: int
) -> None:
    column, _, new, words = UNFIT[case]
    name = file_of("unfit", case)
    [(found, line, at, value, reason)] = refused(together, name)
    assert (found, line, at) == (name, 3, column)
    assert (value or "").removesuffix(f".{case}") == new.strip(",")
    assert words in reason
    assert is_accounted_for(together, name)


def test_all_faults_of_a_row_are_told_together(events: Path, replayed: Replayed) -> None:
    write(events, lines(described("e1").replace("2020-01-01,day", "2020-13-01,week")))
    [(*_, reason)] = refused(replayed(events))
    assert "occurred_on" in reason and "occurred_precision" in reason


@pytest.mark.parametrize("zone", ["UTC", "Europe/London"])
def test_instants_are_utc_in_any_time_zone(
    events: Path, replayed: Replayed, zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", zone)
    row = described("e1")
    write(
        events,
        lines(
            row.replace("2022-01-01T00:00:00Z", "2023-03-25T23:30Z"),
            row.replace("e1", "e2").replace("2022-01-01T00:00:00Z", "2023-03-26T23:30Z"),
        ),
    )
    assert [
        text
        for (text,) in replayed(events)
        .execute("select cast(recorded_at as varchar) from events order by event_id")
        .fetchall()
    ] == ["2023-03-25 23:30:00", "2023-03-26 23:30:00"]


def test_a_batch_sent_twice_under_two_names_counts_once(events: Path, replayed: Replayed) -> None:
    write(events, lines(described("e1")))
    write(events, lines(described("e1")), "establishments_described.sent again 'x' (1).csv")
    connection = replayed(events)
    assert connection.execute("select verdict, file_name from rejected_rows").fetchall() == [
        ("duplicate", NAME)
    ] or connection.execute(
        "select count(*) from rejected_rows where verdict = 'duplicate'"
    ).fetchone() == (1,)
    assert is_accounted_for(connection)


def test_one_id_with_two_contents_keeps_the_first_recorded(
    events: Path, replayed: Replayed
) -> None:
    later = described("e1", name="B").replace("2022-01-01T", "2023-01-01T")
    write(events, lines(later, described("e1")))
    connection = replayed(events)
    assert names(connection) == [("e1", "A", 3)]
    [(*_, value, reason)] = refused(connection)
    assert value == "e1"
    assert "line 3" in reason


def test_two_thousand_small_files_a_link_and_odd_names_are_one_log(
    events: Path, replayed: Replayed, tmp_path: Path
) -> None:
    for number in range(2000):
        write(events, lines(described(f"e{number}")), f"establishments_described.{number}.csv")
    write(tmp_path, lines(described("linked")), "elsewhere.csv")
    (events / "establishments_described.a link.csv").symlink_to(tmp_path / "elsewhere.csv")
    write(events, lines(described("odd")), 'establishments_described.odd "name" [1]*.csv')
    connection = replayed(events)
    assert connection.execute("select count(*) from events").fetchone() == (2002,)
    assert is_accounted_for(connection)


def test_header_only_files_and_missing_types_are_fine(events: Path, replayed: Replayed) -> None:
    write(events, lines())
    write(events, lines(described("e1")), "establishments_described.more.csv")
    connection = replayed(events)
    assert names(connection) == [("e1", "A", 2)]
    assert is_accounted_for(connection)


def test_a_folder_with_a_files_name_and_an_unreadable_file_are_refused(
    events: Path, replayed: Replayed
) -> None:
    write(events, lines(described("e1")))
    (events / "visits_held.csv").mkdir()
    (events / "concerns_raised.csv").symlink_to(events / "nowhere.csv")
    found = {row[0]: row[4] for row in refused(replayed(events))}
    assert set(found) == {"visits_held.csv", "concerns_raised.csv"}
    assert all("cannot be read" in reason for reason in found.values())


def test_a_log_on_read_only_storage_is_read(events: Path, replayed: Replayed) -> None:
    write(events, lines(described("e1")))
    events.chmod(0o555)
    try:
        assert names(replayed(events)) == [("e1", "A", 2)]
    finally:
        events.chmod(0o755)


def test_no_folder_and_no_file_are_said_in_a_sentence(tmp_path: Path) -> None:
    for folder in (tmp_path / "nowhere", tmp_path):
        with duckdb.connect() as connection, pytest.raises(EventFolderError, match="events folder"):
            load_event_files(connection, folder, tmp_path / "work")


def read_both_ways(folder: Path, work: Path) -> list[tuple]:
    """Rows, faults and counts of a folder, read directly where clean, and record by record."""
    results = []
    for direct_from_bytes in (0, 2**60):
        with duckdb.connect() as connection:
            load_event_files(connection, folder, work, direct_from_bytes)
            results.append(
                (
                    connection.execute(
                        "from event_files.establishments_described order by all"
                    ).fetchall(),
                    connection.execute("from event_files.unreadable_rows order by all").fetchall(),
                    connection.execute(
                        "select rows_in_file, rows_readable, rows_unreadable"
                        " from event_files.files order by file_name"
                    ).fetchall(),
                )
            )
    return results


VALID = lines(
    described("e1"),
    described("e2", name='"B, with\nbreaks\nand ""quotes"""'),
    described("e3", name="Ünïcode – “text”"),
    described("e4"),
)


@st.composite
def hostile_bytes(draw: st.DrawFn) -> bytes:
    """Bytes of a valid file, flipped, cut, doubled or encoded otherwise."""
    data = bytearray(draw(st.sampled_from([VALID, VALID.replace("\n", "\r\n")])).encode())
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, max(len(data) - 1, 0)))
        match draw(st.sampled_from(["flip", "cut", "double", "insert", "encode"])):
            case "flip":
                data[at : at + 1] = bytes([draw(st.integers(0, 255))])
            case "cut":
                del data[at : at + draw(st.integers(1, 40))]
            case "double":
                data[at:at] = data[at : at + draw(st.integers(1, 200))]
            case "insert":
                data[at:at] = draw(
                    st.sampled_from(
                        [b'"', b",", b"\r", b"\n", b"\0", b"\r\r\n", b"\xe2\x80", b"''"]
                    )
                )
            case "encode":
                text = bytes(data).decode("utf-8", "replace")
                codec = draw(st.sampled_from(["cp1252", "utf-16", "utf-8-sig"]))
                data = bytearray(text.encode(codec, "replace"))
    return bytes(data)


@pytest.mark.parametrize("examples", [80, pytest.param(250, marks=pytest.mark.slow)])
def test_hostile_bytes_are_read_alike_both_ways_and_wholly_accounted_for(
    tmp_path: Path, examples: int
) -> None:
    folder = tmp_path / "hostile"
    folder.mkdir()

    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(data=hostile_bytes())
    def agree(data: bytes) -> None:
        hold_to_the_strict_reader(folder, data)

    agree()


def hold_to_the_strict_reader(folder: Path, data: bytes) -> None:
    write(folder, data)
    directly, strictly = read_both_ways(folder, folder.with_name("hostile-work"))
    assert directly == strictly
    for rows, faults, [(in_file, readable, unreadable)] in (directly, strictly):
        assert in_file == readable + unreadable
        assert (len(rows), len(faults)) == (readable, unreadable)
    # Nothing is let in that a strict reader would read otherwise.
    strict = {
        record.line_number: record.fields for record in read_records(data) if not record.fault
    }
    for *values, _, line_number in strictly[0]:
        # What the file is too old to have is empty.
        absent = [""] * (len(values) - len(strict[line_number]))
        assert sorted(value or "" for value in values) == sorted(
            [*(text.replace("\r\n", "\n") for text in strict[line_number]), *absent]
        )


def test_every_row_of_a_file_of_many_blocks_has_its_line(events: Path, replayed: Replayed) -> None:
    """Threads read a block of some 30 MB each, and once wrote its rows when they had them."""
    header = ",".join(event_types()["concerns_raised"].column_names)
    with (events / "concerns_raised.csv").open("w", encoding="utf-8") as file:
        file.write(header + "\n")
        for line in range(2, 120_002):
            file.write(
                f"line-{line},2020-01-01,day,2022-01-01T00:00:00Z,invented-report,,,"
                f"invented-{line},invented-visit,safety,false,{'An invented concern. ' * 40}\n"
            )
    connection = replayed(events)
    assert connection.execute(
        "select count(*), count(*) filter (event_id <> 'line-' || line_number)"
        " from intermediate.int_event_rows"
    ).fetchall() == [(120_000, 0)]


def test_a_large_file_read_in_place_has_the_same_lines(tmp_path: Path) -> None:
    rows = [
        described(f"e{number}", name='"two\nlines, ""quoted"""' if number % 7 == 0 else "plain")
        for number in range(120_000)
    ]
    folder = tmp_path / "events"
    folder.mkdir()
    write(folder, lines(*rows))
    directly, strictly = read_both_ways(folder, tmp_path / "work")
    assert directly == strictly
    assert directly[2] == [(120_000, 120_000, 0)]
