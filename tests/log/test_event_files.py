"""The reading of files, by itself: what is text, on which line, and what is refused and why.

Over 500 lines, since each hostile file is read by the same helpers both ways.

``tests/log/test_hostile_files.py`` follows such files through the whole gate. Here are the two ways
of reading, held to each other, the places that DuckDB could take for something else, and the
documents. All rows here are invented, and so are the prisons.
"""

import csv
import io
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest
from dbt.adapters.duckdb.credentials import DuckDBCredentials
from dbt_common.exceptions import DbtRuntimeError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inspections.log.adding.batch import BatchRow
from inspections.log.adding.grown_files import grow_documents
from inspections.log.dbt_plugin import Plugin
from inspections.log.declaration import event_types
from inspections.log.files.csv_records import BLOCK_BYTES, Record, RecordReader
from inspections.log.files.documents import COLUMNS as DOCUMENT_COLUMNS
from inspections.log.files.documents import (
    LATER_COLUMNS,
    DocumentsError,
    load_documents,
    paragraphs_of,
    read_documents,
)
from inspections.log.files.event_files import load_event_files
from inspections.log.files.event_folder import EventFolderError, state_of
from inspections.log.files.file_reading import Refusals, ScannedFile
from inspections.log.files.readings_elsewhere import (
    WORTH_A_PROCESS_BYTES,
    ReadingsElsewhere,
    readings_elsewhere,
)
from inspections.settings import PROJECT

TYPE = event_types()["establishments_described"]
NAMES = TYPE.first_columns
HEADER = ",".join(NAMES)
NAME = "establishments_described.csv"
IN_PLACE, STRICTLY = 0, 2**60
# Larger than any file here but those whose memory is measured.
WHOLE = 2**26
Reading = tuple[list[tuple], list[tuple], list[tuple]]


def described(event_id: str, name: str = "A") -> str:
    return (
        f"{event_id},2020-01-01,day,2022-01-01T00:00:00Z,invented-report,,,invented-a,{name},,,,,,"
    )


def lines(*rows: str, end: str = "\n") -> str:
    return end.join((HEADER, *rows)) + end


@pytest.fixture
def events(tmp_path: Path) -> Path:
    folder = tmp_path / "events"
    folder.mkdir()
    return folder


def write(folder: Path, content: str | bytes, name: str | bytes = NAME) -> Path:
    path = folder / os.fsdecode(name)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def create_typed(connection: duckdb.DuckDBPyConnection) -> None:
    """As the replay does it: lines that are not given follow from the order of the rows."""
    connection.execute("create table ordered as from event_files.establishments_described")
    connection.execute(
        "create view typed as select * replace (coalesce(line_number,"
        " 2 + rowid - min(rowid) over (partition by file_name)) as line_number) from ordered"
    )


def read(
    events: Path,
    direct_from_bytes: int,
    block_bytes: int = BLOCK_BYTES,
    worth_a_process_bytes: int = WORTH_A_PROCESS_BYTES,
) -> Reading:
    """The rows (id, name, file, line), the faults and the counts of a folder."""
    with duckdb.connect() as connection:
        load_event_files(
            connection,
            events,
            events.with_name("work"),
            direct_from_bytes,
            block_bytes,
            worth_a_process_bytes,
        )
        create_typed(connection)
        return (
            connection.execute(
                "select event_id, name, file_name, line_number from typed order by all"
            ).fetchall(),
            connection.execute("from event_files.unreadable_rows order by all").fetchall(),
            connection.execute(
                "select file_name, rows_in_file, rows_readable, rows_unreadable, bytes, sha256"
                " from event_files.files order by all"
            ).fetchall(),
        )


def read_alike(events: Path) -> Reading:
    """Read both ways, and strictly in blocks of any size, which must agree; account for each row."""
    strictly = read(events, STRICTLY, WHOLE)
    assert read(events, IN_PLACE) == strictly
    assert read(events, STRICTLY) == strictly
    if all(path.stat().st_size < 10_000 for path in events.iterdir()):
        assert read(events, STRICTLY, 100) == strictly
    rows, faults, files = strictly
    assert len(rows) == sum(file[2] for file in files)
    assert len(faults) == sum(file[3] for file in files)
    assert all(file[1] == file[2] + file[3] for file in files)
    return strictly


def is_read_in_place(events: Path) -> bool:
    with duckdb.connect() as connection:
        scan = load_event_files(connection, events, events.with_name("work"), IN_PLACE)
        return all(scanned.direct is not None for scanned in scan.files)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ('"a\rb"', "a\rb"),
        ('"a\r\nb"', "a\nb"),
        ('"a\n\nb"', "a\n\nb"),
        ('""', None),
        ('"say ""so"", then"', 'say "so", then'),
        ('"a\\"', "a\\"),
        ("  a  ", "  a  "),
        ("a\u2028b\x0bc\x85d", "a\u2028b\x0bc\x85d"),
        ("NULL", "NULL"),
        ("#a", "#a"),
        ("Â Bread", "Â Bread"),
        ("Â", "Â"),
        ("Château d’Ô", "Château d’Ô"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_a_text_is_the_same_whichever_way_it_is_read(
    events: Path, name: str, text: str | None, end: str
) -> None:
    """A lone carriage return within quotes once stopped DuckDB with an error of its own.

    Told by `new_line` how the lines end, DuckDB reads no row of a file with CRLF, and no error.
    """
    write(events, lines(described("e1", name), described("e2"), end=end))
    rows, faults, _ = read_alike(events)
    assert faults == []
    assert [row[:2] for row in rows] == [("e1", text), ("e2", "A")]


@pytest.mark.parametrize(
    ("found", "meant"),
    [
        ("Prisonerâ€™s", "Prisoner’s"),
        ("Prisonerâ\x80\x99s", "Prisoner’s"),
        ("cafÃ©", "café"),
        ("Â£5", "£5"),
        ("Ãˆre", "Ère"),
        ("âˆ’5", "−5"),
        ("xâ„¢", "x™"),
        ("dÅµr", "dŵr"),
        ("Å·d", "ŷd"),
        ("Å\x81Ã³dÅº", "Łódź"),
        ("Å¡koda", "škoda"),
        ("Ð¡Ð¿Ð°", "Спа"),
        ("Î±Î²", "αβ"),
        ("Ø³Ù„Ø§Ù…", "سلام"),
        ("ðŸ˜€", "😀"),
    ],
)
def test_text_encoded_twice_is_refused_whichever_way_it_is_read(
    events: Path, found: str, meant: str
) -> None:
    """The scan of a large file once knew four of the patterns, the strict reader all."""
    write(events, lines(described("e1"), described("e2", found)))
    rows, [(_, line, event_id, column, _, reason)], _ = read_alike(events)
    assert [row[0] for row in rows] == ["e1"]
    assert (line, event_id, column) == (3, "e2", "name")
    assert f"expected «{meant}»" in reason


@pytest.mark.parametrize(
    "text",
    [
        "«CAFÉ»",
        "“CAFÉ”",
        "CAFÉ’S",
        "CAFÉ – BAR",
        "CAFÉ–BAR",
        "CAFÉ\u00a0!",
        "CAFÉ…",
        "CAFÉ¹",
        "No. Ñ°",
        "2×½",
    ],
)
def test_a_capital_before_a_sign_is_not_taken_for_text_encoded_twice(
    events: Path, text: str
) -> None:
    write(events, lines(described("e1", text)))
    assert [row[1] for row in read_alike(events)[0]] == [text]


@pytest.mark.parametrize(
    "again",
    [
        HEADER,
        HEADER.upper(),
        HEADER.title(),
        HEADER.replace(",", " , "),
        " " + HEADER,
        "\u00a0" + HEADER,
        ",".join(f'"{name}"' for name in NAMES),
        ",".join(f'" {name.upper()}"' for name in NAMES),
    ],
)
def test_the_header_is_known_again_in_any_capitals_spaces_or_quotes(
    events: Path, again: str
) -> None:
    """Of a large file, the header in capitals was once read as an event."""
    write(events, lines(described("e1"), again, described("e2")))
    rows, [(_, line, *_, reason)], _ = read_alike(events)
    assert [row[0] for row in rows] == ["e1", "e2"]
    assert line == 3 and "header stands here again" in reason


def test_ids_that_begin_as_the_header_does_are_still_read_in_place(events: Path) -> None:
    write(events, lines(described("event_1"), described("EVENT_2"), described("event")))
    assert is_read_in_place(events)
    assert len(read_alike(events)[0]) == 3


def test_a_header_with_another_line_end_than_its_rows_is_refused_both_ways(
    events: Path,
) -> None:
    write(events, f"{HEADER}\r\r\n{described('e1')}\r\n")
    rows, faults, _ = read_alike(events)
    assert rows == [] and [fault[1] for fault in faults] == [2]


def test_mixed_line_ends_outside_quotes_are_accepted(events: Path) -> None:
    write(events, f"{HEADER}\r\n{described('e1')}\n{described('e2')}\r\n")
    assert [row[3] for row in read_alike(events)[0]] == [2, 3]


def test_blank_lines_and_breaks_within_texts_count_in_line_numbers(events: Path) -> None:
    write(
        events,
        lines("", described("e1", '"two\nlines"'), "", "", described("e2"), "", described("e3")),
    )
    assert [row[3] for row in read_alike(events)[0]] == [3, 7, 9]


def test_a_row_with_256_fields_too_many_is_not_taken_for_a_whole_one(events: Path) -> None:
    """The scan sums the commas of a row in a byte, where 256 more look like none."""
    write(events, lines(described("e1"), described("e2") + "," * 256))
    rows, [(_, line, *_, reason)], _ = read_alike(events)
    assert [row[0] for row in rows] == ["e1"]
    assert line == 3 and "271 fields; expected 15" in reason


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_files_of_many_blocks_have_the_right_lines(events: Path, end: str) -> None:
    rows = [
        described(f"e{number}", f'"two\nlines, of ""{"x" * 90}"""' if number % 7 == 0 else "plain")
        for number in range(30_000)
    ]
    write(events, lines(*rows, end=end))
    assert is_read_in_place(events)
    found, faults, _ = read_alike(events)
    assert len(found) == 30_000 and faults == []
    assert {(row[0], row[3]) for row in found} == {
        (f"e{number}", 2 + number + (number + 6) // 7) for number in range(30_000)
    }


def test_a_fault_in_a_late_block_is_found(events: Path) -> None:
    rows = [described(f"e{number}", "y" * 200) for number in range(20_000)]
    for at, name in ((1, "Prisoner\udc92s"), (2, "lone \x00"), (3, "xâ„¢")):
        rows[-at] = described(f"e{20_000 - at}", name)
    write(events, lines(*rows).encode("utf-8", "surrogateescape"))
    found, faults, _ = read_alike(events)
    assert len(found) == 19_997
    assert [fault[1] for fault in faults] == [19_999, 20_000, 20_001]


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (HEADER + "\n", "visit_held.csv", "nearest known name is visits_held"),
        (HEADER.replace("name", "nmae") + "\n", NAME, "no column name; 'nmae' stands there"),
        (HEADER + ",note\n", NAME, "'note'"),
        (HEADER + ",name\n", NAME, "name twice"),
        ("", NAME, "expected a header line"),
        ("\n\n", NAME, "expected a header line"),
    ],
)
def test_a_fault_of_a_file_without_rows_is_told_at_its_first_line(
    events: Path, content: str, name: str, words: str
) -> None:
    """A misspelt header or file name without a row below once passed in silence."""
    write(events, content, name)
    rows, [(file_name, line, *_, reason)], _ = read_alike(events)
    assert (rows, file_name, line) == ([], name, 1)
    assert words in reason


@pytest.mark.parametrize(
    "name",
    [
        "establishments_described.[1].csv",
        "establishments_described.*.csv",
        "establishments_described.?.csv",
        "establishments_described.{a,b}.csv",
        "establishments_described.it's; drop table files --.csv",
        'establishments_described."x" y.csv',
        "establishments_described.back\\slash.csv",
        "establishments_described.two\nlines.csv",
        "establishments_described.~.csv",
        "establishments_described.Ünïcode.csv",
    ],
)
def test_a_file_name_is_read_as_it_stands(events: Path, name: str) -> None:
    write(events, lines(described("e1")), name)
    # Files that a pattern would find as well.
    for other in ("1", "a", "b", "x"):
        write(events, lines(described(other)), f"establishments_described.{other}.csv")
    assert is_read_in_place(events)
    rows, faults, _ = read_alike(events)
    assert faults == []
    assert [row[2] for row in rows if row[0] == "e1"] == [name]
    assert len(rows) == 5


@pytest.mark.parametrize("name", [b"establishments_described.\xff.csv", b"x\xff.csv"])
def test_a_file_name_that_is_not_utf8_is_shown_and_never_a_traceback(
    events: Path, name: bytes
) -> None:
    try:
        write(events, lines(described("e1")), name)
    except OSError:
        pytest.skip("this file system takes no such name")
    rows, faults, _ = read_alike(events)
    assert [row[2] if len(row) == 4 else row[0] for row in rows + faults] == [
        name.decode("utf-8", "backslashreplace")
    ]


@pytest.mark.parametrize("folder", ["event_id=other", "[a]*{b,c}?", "it's", "a.gz"])
def test_the_folders_of_the_log_and_of_the_work_are_read_as_they_stand(
    tmp_path: Path, folder: str
) -> None:
    """DuckDB takes `event_id=other/` for a column's value, and brackets for a pattern."""
    events = tmp_path / folder / "events"
    events.mkdir(parents=True)
    write(events, lines(described("e1")))
    assert is_read_in_place(events)
    assert [row[:2] for row in read_alike(events)[0]] == [("e1", "A")]


def test_a_link_is_followed_whatever_its_target_is_called(events: Path, tmp_path: Path) -> None:
    target = write(tmp_path, lines(described("e1")), "[x] sent.csv.gz")
    (events / NAME).symlink_to(target)
    assert is_read_in_place(events)
    assert read_alike(events)[0] == [("e1", "A", NAME, 2)]


def test_other_files_are_passed_over_and_files_are_listed_by_name(events: Path) -> None:
    for name in ("README.md", "establishments_described.csv~", ".x.csv", "documents.csv"):
        write(events, "anything", name)
    for name in ("b", "a b", "A"):
        write(events, lines(described(name)), f"establishments_described.{name}.csv")
    with duckdb.connect() as connection:
        scan = load_event_files(connection, events, events.with_name("work"))
    assert [scanned.name.split(".")[1] for scanned in scan.files] == ["A", "a b", "b"]


def test_a_pipe_in_the_folder_is_refused_and_not_waited_for(events: Path) -> None:
    os.mkfifo(events / NAME)
    _, [(_, line, *_, reason)], _ = read_alike(events)
    assert line == 1 and "pipe or a device" in reason


def test_a_file_without_the_right_to_read_is_refused_at_line_one(events: Path) -> None:
    path = write(events, lines(described("e1")))
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("whoever runs this may read anything")
    _, [(_, line, *_, reason)], _ = read_alike(events)
    assert line == 1 and "cannot be read" in reason


def test_a_second_reading_starts_clean_and_leaves_other_files_alone(
    events: Path, tmp_path: Path
) -> None:
    work = tmp_path / "work"
    work.mkdir()
    (work / "of-somebody-else.txt").write_text("kept")
    with duckdb.connect() as connection:
        count = "select count(*) from event_files.establishments_described"
        write(events, lines(described("e1"), described("e2")))
        load_event_files(connection, events, work)
        assert connection.execute(count).fetchone() == (2,)
        write(events, lines(described("e1")))
        load_event_files(connection, events, work)
        assert connection.execute(count).fetchone() == (1,)
        write(events, lines())
        load_event_files(connection, events, work)
        assert connection.execute(count).fetchone() == (0,)
    assert (work / "of-somebody-else.txt").read_text() == "kept"
    assert not (work / NAME).exists()


def test_the_log_is_never_taken_for_the_work_folder(events: Path) -> None:
    """The work folder is emptied: the log would be gone."""
    path = write(events, lines(described("e1")))
    (events.parent / "link").symlink_to(events)
    with duckdb.connect() as connection:
        for work in (events, events.parent / "link"):
            with pytest.raises(EventFolderError, match="work files into the events folder"):
                load_event_files(connection, events, work)
    assert path.exists()


def test_every_type_has_a_relation_of_text_with_file_and_line(events: Path) -> None:
    write(events, lines())
    with duckdb.connect() as connection:
        load_event_files(connection, events, events.with_name("work"))
        for event_type in event_types().values():
            assert connection.execute(
                f"select column_name, column_type from (describe event_files.{event_type.name})"
            ).fetchall() == [
                *((name, "VARCHAR") for name in event_type.column_names),
                ("file_name", "VARCHAR"),
                ("line_number", "BIGINT"),
            ]


def test_lines_follow_the_order_of_a_file_that_many_threads_read(events: Path) -> None:
    """Larger than what DuckDB gives one thread at a time, and in more than one file."""
    filler = "x" * 400
    for part in ("a", "b"):
        write(
            events,
            lines(*(described(f"{part}{number}", filler) for number in range(2, 90_002))),
            f"establishments_described.{part}.csv",
        )
    assert min(path.stat().st_size for path in events.iterdir()) > 40 * 10**6
    with duckdb.connect(config={"threads": 4}) as connection:
        load_event_files(connection, events, events.with_name("work"))
        create_typed(connection)
        assert connection.execute(
            "select count(*), count(*) filter ("
            "where event_id <> substr(file_name, 26, 1) || line_number) from typed"
        ).fetchone() == (180_000, 0)


PIECES = ['"', '""', ",", "\n", "\r\n", "\r", "a", "’", "é", "Ã", "â", "€", "™", " ", "\0", HEADER]


@st.composite
def hostile_files(draw: st.DrawFn) -> bytes:
    """A file whose texts are made of what readers stumble over, and which is then spoilt."""
    end = draw(st.sampled_from(["\n", "\r\n"]))
    out = io.StringIO()
    writer = csv.writer(
        out,
        lineterminator=end,
        quoting=draw(st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL])),
    )
    texts = st.lists(st.sampled_from(PIECES[:-1]), max_size=5).map("".join)
    rows = draw(st.lists(st.tuples(st.sampled_from(["e1", "event_id", "é"]), texts), max_size=5))
    writer.writerow(NAMES)
    for event_id, text in rows:
        writer.writerow([event_id, *[""] * 7, text, *[""] * 6])
    data = out.getvalue().encode()
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(data)))
        match draw(st.sampled_from(["flip", "cut", "double", "insert", "encode"])):
            case "flip":
                data = data[:at] + bytes([draw(st.integers(0, 255))]) + data[at + 1 :]
            case "cut":
                data = data[:at] + data[at + draw(st.integers(1, 30)) :]
            case "double":
                data += data[at : at + draw(st.integers(1, 400))]
            case "insert":
                piece = draw(st.sampled_from(PIECES))
                data = data[:at] + piece.encode() + data[at:]
            case "encode":
                codec = draw(st.sampled_from(["cp1252", "utf-16", "utf-8-sig"]))
                data = data.decode("utf-8", "replace").encode(codec, "replace")
    return data


@pytest.mark.parametrize("examples", [40, pytest.param(120, marks=pytest.mark.slow)])
def test_both_ways_of_reading_agree_on_hostile_bytes(events: Path, examples: int) -> None:
    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(data=hostile_files())
    def agree(data: bytes) -> None:
        write(events, data)
        read_alike(events)

    agree()


# Blocks.


def records(data: bytes, block_bytes: int) -> list[Record]:
    return list(RecordReader(io.BytesIO(data), block_bytes))


TEXT = 'two\nlines, "quoted" – and ’€😀' + "x" * 90
QUOTED = '"' + TEXT.replace("\n", "\r\n").replace('"', '""') + '"'


@pytest.mark.parametrize(
    "text",
    [
        QUOTED,
        "Prisoner\udc92s, cut \udce2\udc80",
        "xâ„¢",
        'B "quoted" B',
        '"B" more',
        '"never closed, ’',
        '"never closed, ""’',
        '"never closed, \r\r\n""’"',
        "other\rend",
        "other\r\r\nend",
        "\r\n\n\n",
        "\0",
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r\r\n", "\r"], ids=["LF", "CRLF", "CRCRLF", "CR"])
def test_a_file_is_read_alike_wherever_it_is_cut_into_blocks(text: str, end: str) -> None:
    """Cut in quotes, between CR and LF, within characters: in blocks of any size, rows shifted."""
    for shift in range(6):
        begin, last = ("\ufeffa,b", "") if shift % 2 else ('"a",b', end)
        rows = [f"e1,{QUOTED}", "y" * shift, f"e2,{text}", "", f"{QUOTED},e3", "e4,"]
        data = (end.join([begin, *rows]) + last).encode("utf-8", "surrogateescape")
        whole = records(data, WHOLE)
        assert [record.fields for record in whole[:2]] == [("a", "b"), ("e1", TEXT)]
        for block_bytes in range(1, len(data) + 1):
            assert records(data, block_bytes) == whole, block_bytes


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('"never closed', "a quote opens a text and is never closed"),
        ('"never ""closed', "text follows a closing quote"),
        ('"never ""closed""', "text follows a closing quote"),
        ('"closed" here', "text follows a closing quote"),
        ('in "the" midst', "a quote is inside a text that is not quoted"),
        ("other\rend", "the line end differs from that of the file's first line"),
    ],
)
@pytest.mark.parametrize("block_bytes", [1, 7, WHOLE])
def test_a_fault_of_structure_is_told_on_every_line_from_its_record_on(
    text: str, what: str, block_bytes: int
) -> None:
    data = f'a,b\ne1,"two\nlines"\n"e\n2",{text}\n\ne3,{"x" * 200}'.encode()
    _, sound, *lost = records(data, block_bytes)
    assert (sound.line_number, sound.fault) == (2, None)
    assert [record.line_number for record in lost if record.fields] == []
    assert (lost[0].line_number, lost[-1].line_number) == (4, 7 + ("\r" in text))
    for record in lost:
        assert record.fault is not None
        assert record.fault.reason.startswith(f"{what} in line 5, so that from line 4 on nothing")


@settings(
    max_examples=400,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(data=hostile_files(), block_bytes=st.integers(1, 600))
def test_hostile_bytes_are_read_alike_in_blocks_of_any_size(data: bytes, block_bytes: int) -> None:
    assert records(data, block_bytes) == records(data, WHOLE)


@pytest.mark.parametrize("before", range(0, 60, 3))
def test_a_clean_block_that_ends_amid_a_text_leaves_it_to_the_next(
    events: Path, before: int
) -> None:
    """Blocks of the size that a build takes, of which only that with the faulty byte is unclean."""
    start = lines(described("e1", "x" * (3 * BLOCK_BYTES - len(lines(described("e1"))) - before)))
    awkward = [described(f"a{number}", '"two\nlines, ""’"""') for number in range(3)]
    plain = [described(f"b{number}", "y" * 100) for number in range(2_000)]
    rest = "\n".join([*awkward, *plain, described("c", "\udc92"), *plain, *awkward])
    write(events, (start + rest).encode("utf-8", "surrogateescape"))
    whole = read(events, STRICTLY, WHOLE)
    assert read(events, STRICTLY) == whole
    assert [(fault[1], fault[2]) for fault in whole[1]] == [(2_009, "c")]
    assert whole[2][0][1:4] == (4_008, 4_007, 1)


MEASURE = """
import re, sys
from pathlib import Path

import duckdb

from inspections.log.files.event_files import load_event_files
from inspections.log.files.csv_records import RecordReader

folder = Path(sys.argv[1])
if sys.argv[2] == "gate":
    with duckdb.connect() as connection:
        load_event_files(connection, folder, folder.with_name("work"))
        (count,) = connection.execute("select rows_in_file from event_files.files").fetchone()
else:
    with next(folder.iterdir()).open("rb") as stream:
        count = sum(1 for record in RecordReader(stream)) - 1
# Not getrusage: a process begins with the peak of the one that started it.
print(count, re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
"""


def peak_memory(events: Path, what: str) -> tuple[int, float]:
    """The rows that a process of its own counts in a file, and its peak in MB."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(events), what],
        cwd=Path(__file__).parents[2],
        check=True,
        capture_output=True,
        text=True,
    )
    count, kilobytes = map(int, done.stdout.split())
    return count, kilobytes / 1000


@pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="the peak is known from Linux alone"
)
@pytest.mark.parametrize(
    ("what", "fault", "end"),
    [
        ("gate", "20\udc9220", "\n"),
        ("records", "20\udc9220", "\n"),
        ("records", '20"20', "\n"),
        ("records", '"2020', "\n"),
        ("records", "2020", "\r"),
    ],
    ids=["faulty byte, gate", "faulty byte", "stray quote", "never closed", "CR"],
)
def test_a_large_file_with_a_fault_is_read_in_bounded_memory(
    events: Path, what: str, fault: str, end: str
) -> None:
    """Of more than 60 MB. Held whole, it once took more than twice its size."""
    many = "".join(described(f"e{number}", "A prison" * 10) + end for number in range(1_000))
    path = write(events, lines(described("e1"), end=end))
    _, base = peak_memory(events, what)
    faulty = described("e2").replace("2020", fault, 1) + end
    with path.open("ab") as stream:
        for part in (*[many] * 200, faulty, *[many] * 200):
            stream.write(part.encode("utf-8", "surrogateescape"))
    assert path.stat().st_size > 60 * 10**6
    count, peak = peak_memory(events, what)
    assert count == 400_002
    assert peak - base < 20


# Documents.


@pytest.fixture
def folders(tmp_path: Path) -> Iterator[dict[str, Path]]:
    made = {name: tmp_path / name for name in ("events", "seeds", "reports")}
    for folder in made.values():
        folder.mkdir()
    (made["reports"] / "kept.txt").write_text("- 1.1\tFirst.\n\n- 1.2\tSecond.\n")
    yield made
    shutil.rmtree(tmp_path)


def document(document_id: str = "d1", title: str = "T", file: str = "kept.txt") -> str:
    return f"{document_id},{title},hmip,{file},,,,\n"


def write_documents(folder: Path, *rows: str, header: str = ",".join(DOCUMENT_COLUMNS)) -> None:
    (folder / "documents.csv").write_text(header + "\n" + "".join(rows))


def documents(folders: dict[str, Path]) -> list[tuple]:
    with duckdb.connect() as connection:
        load_documents(connection, folders["events"], folders["seeds"], folders["reports"])
        return connection.execute(
            "select document_id, title, file, paragraph, paragraphs.line_number, text"
            " from event_files.documents"
            " left join event_files.document_paragraphs as paragraphs using (document_id)"
            " order by all"
        ).fetchall()


def test_documents_are_those_of_the_seeds_and_those_beside_the_log(
    folders: dict[str, Path],
) -> None:
    write_documents(folders["seeds"], document(), document("d2", file=""))
    write_documents(folders["events"], document(), document("d3", file=""))
    assert documents(folders) == [
        ("d1", "T", "kept.txt", "1.1", 1, "First."),
        ("d1", "T", "kept.txt", "1.2", 3, "Second."),
        ("d2", "T", None, None, None, None),
        ("d3", "T", None, None, None, None),
    ]


def test_a_list_of_documents_older_than_a_column_reads_as_before(folders: dict[str, Path]) -> None:
    write_documents(folders["seeds"], "d1,T,hmip,kept.txt,,,cy,ours\n")
    older = ",".join(name for name in DOCUMENT_COLUMNS if name not in LATER_COLUMNS)
    write_documents(folders["events"], "d2,T,hmip,,,\n", header=older)
    with duckdb.connect() as connection:
        load_documents(connection, folders["events"], folders["seeds"], folders["reports"])
        assert connection.execute(
            "select document_id, language, wording from event_files.documents order by all"
        ).fetchall() == [("d1", "cy", "ours"), ("d2", None, None)]


def test_a_list_older_than_a_column_gets_it_with_the_first_row_that_fills_it(
    tmp_path: Path,
) -> None:
    """The value was lost without a word."""
    write_documents(
        tmp_path,
        'd1,"T, with a comma",hmip,,,\r\n',
        header="document_id,title,body,file,source_address,licence",
    )
    path = tmp_path / "documents.csv"
    before = path.read_bytes()

    def grown(**values: str) -> bytes:
        staged: dict[Path, Path] = {}
        row = dict.fromkeys(DOCUMENT_COLUMNS, "") | {"document_id": "d2", "title": "U"} | values
        grow_documents(tmp_path, path, [BatchRow("new/documents.csv", 2, row)], staged)
        return staged[path].read_bytes()

    assert grown().startswith(before)
    path.write_bytes(grown(wording="ours"))
    rows = {row["document_id"]: row for _, row in read_documents(path)}
    assert rows["d1"]["title"] == "T, with a comma" and rows["d1"]["wording"] == ""
    assert rows["d2"]["wording"] == "ours"


def test_whose_words_texts_are_is_one_of_two(folders: dict[str, Path]) -> None:
    write_documents(folders["seeds"], "d1,T,hmip,,,,,mine\n")
    with pytest.raises(
        DocumentsError, match=r"line 2, column wording, value 'mine': expected verb"
    ):
        documents(folders)


def test_one_document_with_two_contents_names_both_files_lines_and_the_column(
    folders: dict[str, Path],
) -> None:
    write_documents(folders["seeds"], document())
    write_documents(folders["events"], document("d0"), document(title="Other"))
    with pytest.raises(DocumentsError) as refused:
        documents(folders)
    for words in ("events/documents.csv, line 3", "seeds/documents.csv, line 2", "title 'T'"):
        assert words in str(refused.value)


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("../outside.txt", "leaves the reports folder"),
        ("sub/../kept.txt", "leaves the reports folder"),
        ("link.txt", "leaves the reports folder"),
        ("missing.txt", "no such text"),
        ("folder", "no text file"),
        ("latin.txt", "not UTF-8"),
        ("x" * 300, "cannot be read"),
    ],
)
def test_a_text_that_may_not_or_cannot_be_read_is_refused(
    folders: dict[str, Path], file: str, words: str
) -> None:
    reports = folders["reports"]
    outside = reports.with_name("outside.txt")
    outside.write_text("- 1.1\tSecret.\n")
    (reports / "link.txt").symlink_to(outside)
    (reports / "folder").mkdir()
    (reports / "latin.txt").write_bytes(b"\x92")
    write_documents(folders["seeds"], document(file=file))
    with pytest.raises(DocumentsError, match=words) as refused:
        documents(folders)
    assert "seeds/documents.csv, line 2, column file" in str(refused.value)


def test_an_absolute_path_is_refused_even_within_the_reports_folder(
    folders: dict[str, Path],
) -> None:
    """The column is published, and would tell of the machine that built it."""
    write_documents(folders["seeds"], document(file=str(folders["reports"] / "kept.txt")))
    with pytest.raises(DocumentsError, match="leaves the reports folder"):
        documents(folders)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ('d1,"T" x,hmip,,,,\n', "line 2"),
        ("d1,cafÃ©,hmip,,,,\n", "line 2, column title"),
        ("d1,T\n", "line 2: the row has 2 fields; expected 8"),
        (",T,hmip,,,,,\n", "line 2: document_id is empty"),
    ],
)
def test_a_fault_of_documents_names_file_line_and_column(
    folders: dict[str, Path], row: str, words: str
) -> None:
    write_documents(folders["events"], row)
    with pytest.raises(DocumentsError, match="events/documents.csv, " + words):
        documents(folders)


def test_a_header_of_documents_with_another_column_is_refused(folders: dict[str, Path]) -> None:
    write_documents(folders["seeds"], header="document_id,titel")
    with pytest.raises(DocumentsError, match=r"seeds/documents\.csv, line 1: the header is"):
        documents(folders)


def test_a_link_to_documents_that_leads_nowhere_is_refused(folders: dict[str, Path]) -> None:
    (folders["events"] / "documents.csv").symlink_to("nowhere.csv")
    with pytest.raises(DocumentsError, match="cannot be read"):
        documents(folders)


REPORT = """\
# Contents

Section 1\tChief Inspector's summary .....\t3
1.1\tAn entry that some reports list .....\t4
Appendix I\tAbout this report .....\t9

Section 1\tChief Inspector's summary

- 1.1\tThe text runs on

over a page break.
- 1.10\tAnother, which is not 1.1 again.
1.5 Without a dash.

**1.50** In bold.

- S1 From a summary.
- S40 From its end.

Figure 2: Progress on recommendations

**Concern:** a bold label is no part of it.

- 2.1\tEnds here.

A caption that stands apart.

Appendix I: About this report
"""


def test_paragraphs_and_labels_are_found_once_with_their_lines_and_texts() -> None:
    found = [(place.paragraph, place.line_number, place.text) for place in paragraphs_of(REPORT)]
    assert found == [
        ("Section 1", 7, "Chief Inspector's summary"),
        ("1.1", 9, "The text runs on over a page break."),
        ("1.10", 12, "Another, which is not 1.1 again."),
        ("1.5", 13, "Without a dash."),
        ("1.50", 15, "In bold."),
        ("S1", 17, "From a summary."),
        ("S40", 18, "From its end."),
        ("Figure 2", 20, "Progress on recommendations"),
        ("2.1", 24, "Ends here."),
        ("Appendix I", 28, "About this report"),
    ]


# The plugin.


@pytest.fixture
def opened(
    folders: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., duckdb.DuckDBPyConnection]:
    """Opens a database as dbt does, with the environment that a build gives it."""
    for seed in (PROJECT / "seeds").glob("*.csv"):
        if not (folders["seeds"] / seed.name).exists() and seed.name != "documents.csv":
            shutil.copyfile(seed, folders["seeds"] / seed.name)

    def run(build_path: Path = tmp_path / "new" / "build.duckdb", **environment: str) -> Any:
        for name, folder in folders.items():
            monkeypatch.setenv(f"{name.upper()}_DIR", str(folder))
        monkeypatch.setenv("BUILD_PATH", str(build_path))
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        credentials = DuckDBCredentials(path="../data/build.duckdb", schema="main")
        plugin = Plugin("inspections.log.dbt_plugin", {}, credentials)
        config: dict[str, Any] = {}
        plugin.update_connection_config(credentials, config)
        connection = duckdb.connect(credentials.path, config=config)
        with ExitStack() as stack:
            stack.callback(connection.close)
            plugin.configure_connection(connection)
            stack.pop_all()
        return connection

    return run


def test_the_plugin_makes_events_and_documents_when_the_connection_opens(
    folders: dict[str, Path], tmp_path: Path, opened: Callable[..., duckdb.DuckDBPyConnection]
) -> None:
    write(folders["events"], lines(described("e1")))
    write_documents(folders["seeds"], document())
    with opened(MEMORY_LIMIT="1GB", DUCKDB_THREADS="1") as connection:
        assert connection.execute(
            "select (select count(*) from event_files.establishments_described),"
            " (select count(*) from event_files.document_paragraphs)"
        ).fetchone() == (1, 2)
        assert connection.execute(
            "select current_database(), current_setting('memory_limit'),"
            " current_setting('threads'), current_setting('temp_directory')"
        ).fetchone() == ("build", "476.8 MiB", 1, str(tmp_path / "new" / "build.duckdb.spill"))


def test_the_plugin_says_what_is_wrong_in_one_plain_sentence(
    folders: dict[str, Path], tmp_path: Path, opened: Callable[..., duckdb.DuckDBPyConnection]
) -> None:
    with pytest.raises(DbtRuntimeError, match="holds no event file"):
        opened()
    write(folders["events"], lines(described("e1")))
    (tmp_path / "build.duckdb.files").write_text("a file where the work folder should be")
    with pytest.raises(DbtRuntimeError, match=r"'build\.duckdb\.files' cannot be written"):
        opened(tmp_path / "build.duckdb")
    with pytest.raises(
        DbtRuntimeError, match=r"names 'other\.duckdb'\. Expected a file build.duckdb"
    ):
        opened(tmp_path / "other.duckdb")
    with pytest.raises(
        DbtRuntimeError, match=r"setting MEMORY_LIMIT is 'lots'; expected a size such as 4GB"
    ):
        opened(MEMORY_LIMIT="lots")
    with pytest.raises(
        DbtRuntimeError, match=r"setting DUCKDB_THREADS is 'two'; expected a number"
    ):
        opened(MEMORY_LIMIT="4GB", DUCKDB_THREADS="two")
    write_documents(folders["seeds"], document(file="missing.txt"))
    with pytest.raises(DbtRuntimeError, match="no such text"):
        opened(DUCKDB_THREADS="2")


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="One processor: all is read here.")
@pytest.mark.parametrize("executable", [sys.executable, "/bin/false"], ids=["reads", "ends early"])
def test_what_other_processes_read_is_what_this_one_would(
    events: Path, executable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Clean files and torn ones, more refused rows than are passed on at once, a file of faults."""
    for number in range(4):
        rows = [described(f"e{number}-{n}") for n in range(50 + number)]
        write(events, lines(*rows), f"{NAME[:-4]}.{number}.csv")
        torn = [described(f"torn-{number}-{n}") + ",x" * (n % 7 > 0) for n in range(3000)]
        write(events, lines(*torn), f"{NAME[:-4]}.torn{number}.csv")
    for number in range(2):
        write(events, "no header\na,b\n" * 2_000, f"{NAME[:-4]}.none{number}.csv")
    here = read(events, IN_PLACE, worth_a_process_bytes=2**60)
    assert [len(found) for found in here] == [206 + 4 * 429, 4 * 2571 + 2 * 3999, 10]
    monkeypatch.setattr(sys, "executable", executable)
    assert read(events, IN_PLACE, worth_a_process_bytes=0) == here
    with readings_of(events) as (elsewhere, scans):
        shares = Counter(map(elsewhere.reads, scans))
        assert shares[True] > 0 < shares[False]
        assert {elsewhere.has_read(scanned) for scanned in scans if elsewhere.reads(scanned)} == {
            executable != "/bin/false"
        }


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="One processor: all is read here.")
def test_each_run_has_other_processes_write_files_of_its_own(events: Path) -> None:
    """A process outlives a build that was killed, and goes on writing while the next one reads."""
    for number in range(4):
        write(events, lines(described(f"e{number}"), "torn"), f"{NAME[:-4]}.{number}.csv")
    work, written = events.with_name("work"), []
    for _ in range(2):
        read(events, IN_PLACE, worth_a_process_bytes=0)
        written.append({file.name for file in work.iterdir()} - {NAME})
    assert len(written[0]) == len(written[1]) > 0
    assert not written[0] & written[1]


@contextmanager
def readings_of(events: Path) -> Iterator[tuple[ReadingsElsewhere, list[ScannedFile]]]:
    work = events.with_name("work")
    work.mkdir(exist_ok=True)
    scans = [ScannedFile(path, TYPE) for path in sorted(events.iterdir())]
    with readings_elsewhere(scans, work, BLOCK_BYTES, worth_bytes=0) as elsewhere:
        yield elsewhere, scans


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="One processor: all is read here.")
def test_a_reading_is_of_the_state_that_a_file_was_in(events: Path) -> None:
    """One that has changed since is left to the asker."""
    paths = [write(events, lines(described(f"e{n}")), f"{NAME[:-4]}.{n}.csv") for n in range(4)]
    was = {path: state_of(path) for path in paths}
    with readings_of(events) as (elsewhere, scans):
        read_there = [scanned for scanned in scans if elsewhere.has_read(scanned)]
        assert read_there
        for path in paths:
            write(events, lines(described("e8"), described("e9")), path.name)
        for scanned in read_there:
            assert not elsewhere.has_read(scanned)
            elsewhere.take(scanned, Refusals(pytest.fail))
            assert (scanned.bytes, scanned.modified_ns) == was[scanned.path]
            assert scanned.rows_in_file == 1


def test_a_large_file_that_has_gone_is_left_to_the_asker(events: Path) -> None:
    there = write(events, lines(described("e1")))
    gone = write(events, "", f"{NAME[:-4]}.gone.csv")
    scans = [ScannedFile(there, TYPE), ScannedFile(gone, TYPE)]
    gone.unlink()
    with readings_elsewhere(scans, events.parent, BLOCK_BYTES, worth_bytes=0) as elsewhere:
        assert not elsewhere.reads(scans[1])
