"""The open data: the same numbers in each format, texts as texts, and a package that validates."""

import csv
import datetime
import io
import json
import shutil
from pathlib import Path

import duckdb
import openpyxl
import pytest
from frictionless import Package

from inspections.errors import BuildFailure
from inspections.log.verdicts import escape_formula
from inspections.publication.formats.data_package import WORKBOOK
from inspections.publication.formats.export import export
from inspections.publication.formats.workbook import EXCEL_TEXT, sheet_names
from tests.conftest import EVENTS, Built, run_inspections

HOSTILE = [
    '=HYPERLINK("http://example.invalid","1.50")',
    "+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "{=1}",
    "http://example.invalid",
    "1.50",
    "007",
    "1e5",
    "SEP1",
    "12/25/2020",
    'a "quoted", text;\r\nin two lines',
    "<r><t>markup</t></r>",
    "<script>alert(1)</script> & more",
    "_x0041_",
    "bell \x07, unit separator \x1f",
    "no characters: \ufffe\uffff",
    "right to left: עברית, combined: é",
    " blanks around ",
    "😀" * 20_000,
    "long " * 200_000,
]


def as_written(text: str) -> str:
    """Text that a workbook should show: XML cannot hold two non-characters."""
    return text.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")


def read_back(value: object) -> object:
    """A cell's value as Excel shows it: the reader leaves control characters escaped."""
    return openpyxl.utils.escape.unescape(value) if isinstance(value, str) else value


@pytest.fixture(scope="module")
def hostile(elmley: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published file of the project, with texts in it that mean something elsewhere."""
    path = tmp_path_factory.mktemp("hostile") / "warehouse.duckdb"
    shutil.copy(elmley.warehouse, path)
    path.chmod(0o644)
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table kept as from dim_recommendations limit 1")
        connection.execute("delete from dim_recommendations")
        for number, text in enumerate(HOSTILE):
            connection.execute(
                "insert into dim_recommendations select * replace"
                " (? as recommendation_id, ? as text, ? as reference) from kept",
                [f"invented-{number:03}", text, "1.50"],
            )
        connection.execute("drop table kept")
        connection.execute(
            "update dim_establishments set valid_from = date '1899-12-31' where is_current"
        )
    path.chmod(0o444)
    return path


def csv_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        csv.field_size_limit(10_000_000)
        return list(csv.DictReader(stream))


def sheet_rows(folder: Path, sheet: str) -> list[dict[str, object]]:
    book = openpyxl.load_workbook(folder / WORKBOOK, read_only=True)
    rows = book[sheet].iter_rows(values_only=True)
    head = next(rows)
    return [dict(zip(head, map(read_back, row), strict=True)) for row in rows]


def test_a_build_publishes_open_formats_beside_its_file(elmley: Built) -> None:
    folder = elmley.warehouse.with_name("export")
    package = json.loads((folder / "datapackage.json").read_text("utf-8"))
    ((digest,),) = elmley.rows(
        "select log_digest from publications order by published_at desc limit 1"
    )
    assert package["log_digest"] == digest
    tables = [
        name for (name,) in elmley.rows("select table_name from duckdb_tables() where not internal")
    ]
    expected = {f"{name}.{ending}" for name in tables for ending in ("csv", "parquet")}
    assert {path.name for path in folder.iterdir()} == expected | {WORKBOOK, "datapackage.json"}
    assert not list(elmley.warehouse.parent.glob(".*"))


def test_the_data_package_is_valid_and_says_all_that_the_file_says(elmley: Built) -> None:
    folder = elmley.warehouse.with_name("export")
    package = Package(str(folder / "datapackage.json"))
    report = package.validate()
    assert report.valid, report.flatten(["title", "message"])
    described = {
        (resource.name, field.name): field.description
        for resource in package.resources
        if resource.type == "table"
        for field in resource.schema.fields
    }
    assert described == {
        (table, column): comment
        for table, column, comment in elmley.rows(
            "select table_name, column_name, comment from duckdb_columns()"
            " where database_name = 'warehouse'"
        )
    }
    schema = package.get_resource("fct_progress_judgements").schema
    assert schema.primary_key == ["event_id"]
    assert {(key["fields"][0], key["reference"]["resource"]) for key in schema.foreign_keys} >= {
        ("visit_id", "dim_visits"),
        ("recommendation_id", "dim_recommendations"),
    }
    assert schema.get_field("judgement_rank").type == "integer"
    assert package.get_resource("dim_recommendations").schema.get_field("reference").type == (
        "string"
    )
    licences = {licence["name"] for licence in package.licenses}
    assert licences == {"OGL-UK-3.0"}
    cited = elmley.rows("select count(distinct document_id) from events")
    assert [(len(package.sources),)] == cited


def test_a_package_that_was_altered_is_not_valid(elmley: Built, tmp_path: Path) -> None:
    folder = tmp_path / "altered"
    shutil.copytree(elmley.warehouse.with_name("export"), folder)
    path = folder / "fct_progress_judgements.csv"
    lines = path.read_bytes().split(b"\r\n")
    path.write_bytes(b"\r\n".join([*lines[:2], lines[1], *lines[2:]]))
    report = Package(str(folder / "datapackage.json")).validate()
    types = {error for (error,) in report.flatten(["type"])}
    assert {"hash-count", "byte-count", "primary-key"} <= types


def test_every_format_has_the_rows_of_the_file_in_their_order(elmley: Built) -> None:
    folder = elmley.warehouse.with_name("export")
    names = sheet_names(
        [
            name
            for (name,) in elmley.rows(
                "select table_name from duckdb_tables() where not internal order by table_name"
            )
        ]
    )
    book = openpyxl.load_workbook(folder / WORKBOOK, read_only=True)
    assert book.sheetnames == ["About", *names.values()]
    for table, sheet in names.items():
        rows = elmley.rows(f"from {table}")
        with duckdb.connect() as connection:
            parquet = connection.execute(f"from '{folder / table}.parquet'").fetchall()
        assert parquet == rows, table
        # Dates and truth apart, a CSV is what the engine itself would print.
        read = csv_rows(folder / f"{table}.csv")
        assert len(read) == len(rows), table
        for cells, row in zip(read, rows, strict=True):
            for cell, value in zip(cells.values(), row, strict=True):
                assert cell == as_csv(value), table
        written = sheet_rows(folder, sheet)
        assert len(written) == len(rows), table
        for cells, row in zip(written, rows, strict=True):
            for cell, value in zip(cells.values(), row, strict=True):
                assert alike(cell, value), (table, cell, value)


def as_csv(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime.datetime):
        return value.isoformat() + "Z"
    return str(escape_formula(value))


def alike(cell: object, value: object) -> bool:
    """Whether a cell shows a value: Excel has no dates apart from instants."""
    if isinstance(value, datetime.datetime):
        return isinstance(cell, datetime.datetime) and abs(cell - value) < datetime.timedelta(
            seconds=1
        )
    if isinstance(value, datetime.date):
        if value < datetime.date(1900, 3, 1):
            return cell == value.isoformat()
        return isinstance(cell, datetime.datetime) and cell.date() == value
    return cell == value and isinstance(cell, bool) == isinstance(value, bool)


def test_csv_is_as_rfc_4180_has_it(hostile: Path, tmp_path: Path) -> None:
    export(hostile, tmp_path / "out", ["dim_recommendations"])
    raw = (tmp_path / "out" / "dim_recommendations.csv").read_bytes()
    assert raw.endswith(b"\r\n")
    strict = list(csv.reader(io.StringIO(raw.decode(), newline=""), strict=True))
    assert {len(row) for row in strict} == {len(strict[0])}
    again = io.StringIO(newline="")
    csv.writer(again, lineterminator="\r\n").writerows(strict)
    # Outside of quotes there are no lone line ends.
    outside = b"".join(raw.split(b'"')[::2])
    assert outside.count(b"\n") == outside.count(b"\r\n") == outside.count(b"\r")


def test_texts_that_mean_something_to_a_spreadsheet_stay_texts(
    hostile: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    export(hostile, out, ["dim_recommendations"])
    texts = [row["text"] for row in csv_rows(out / "dim_recommendations.csv")]
    assert texts == [escape_formula(text) for text in HOSTILE]
    assert [row["reference"] for row in csv_rows(out / "dim_recommendations.csv")] == [
        "1.50"
    ] * len(HOSTILE)
    with duckdb.connect() as connection:
        parquet = connection.execute(
            f"select text, reference from '{out}/dim_recommendations.parquet'"
        ).fetchall()
    assert parquet == [(text, "1.50") for text in HOSTILE]

    book = openpyxl.load_workbook(out / WORKBOOK)
    head = [cell.value for cell in book["dim_recommendations"][1]]
    for number, text in enumerate(HOSTILE, 2):
        row = book["dim_recommendations"][number]
        reference = row[head.index("reference")]
        assert (reference.data_type, reference.value) == ("s", "1.50")
        cell = row[head.index("text")]
        assert cell.data_type == "s" and cell.hyperlink is None
        shown = str(read_back(cell.value))
        if len(text.encode("utf-16-le")) // 2 <= EXCEL_TEXT:
            assert shown == as_written(text)
        else:
            assert len(shown.encode("utf-16-le")) // 2 <= EXCEL_TEXT
            assert shown.startswith(text[:10_000])
            assert shown.endswith(
                f" […cut here: {len(text):,} characters in all, whole in dim_recommendations.csv]"
            )
    about = "\n".join(str(row[0]) for row in book["About"].iter_rows(values_only=True) if row[0])
    assert "2 text(s) of dim_recommendations are longer than the 32,767 characters" in about


def test_a_package_with_hostile_texts_is_valid(hostile: Path, tmp_path: Path) -> None:
    export(hostile, tmp_path / "out", ["dim_recommendations", "dim_establishments"])
    report = Package(str(tmp_path / "out" / "datapackage.json")).validate()
    assert report.valid, report.flatten(["title", "message"])


def test_a_day_before_excels_calendar_is_a_text(hostile: Path, tmp_path: Path) -> None:
    export(hostile, tmp_path / "out", ["dim_establishments"])
    days = {row["valid_from"] for row in sheet_rows(tmp_path / "out", "dim_establishments")}
    assert "1899-12-31" in days


def test_a_table_longer_than_a_sheet_is_cut_there_and_said_to_be(
    elmley: Built, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    counts = export(elmley.warehouse, out, ["dim_dates", "dim_areas"], sheet_rows=100)
    assert len(sheet_rows(out, "dim_dates")) == 100
    about = openpyxl.load_workbook(out / WORKBOOK)["About"]
    notes = [str(row[0]) for row in about.iter_rows(values_only=True) if row[0]]
    assert (
        f"Not whole: dim_dates has {counts['dim_dates']:,} rows, its sheet the first 100."
        " All are in dim_dates.csv and .parquet."
    ) in notes
    assert not any("dim_areas has" in note for note in notes)
    assert len(csv_rows(out / "dim_dates.csv")) == counts["dim_dates"]


def test_sheets_have_names_that_excel_takes_and_no_two_alike() -> None:
    tables = ["fct_recommendation_status_periods", "fct_recommendation_status_perils", "About"]
    names = sheet_names(tables)
    assert names["fct_recommendation_status_periods"] == "fct_recommendation_status_perio"
    assert names["fct_recommendation_status_perils"] == "fct_recommendation_status_peril"
    assert names["About"] == "About~2"
    alike = sheet_names([f"fct_recommendation_status_periods_{number}" for number in range(12)])
    assert len(set(alike.values())) == 12
    assert max(map(len, alike.values())) == 31


def test_a_folder_with_something_else_in_it_is_refused(elmley: Built, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.txt").write_text("mine")
    with pytest.raises(BuildFailure, match=r"no part of an earlier export \(thesis\.txt\)"):
        export(elmley.warehouse, out, ["dim_areas"])
    (out / "thesis.txt").unlink()
    export(elmley.warehouse, out, ["dim_areas"])
    export(elmley.warehouse, out, ["dim_eras"])
    assert not (out / "dim_areas.csv").exists()
    (out / "thesis.txt").write_text("mine")
    with pytest.raises(BuildFailure, match=r"thesis\.txt"):
        export(elmley.warehouse, out, ["dim_areas"])
    assert (out / "dim_eras.csv").exists()


def test_the_command_says_what_it_wrote_and_what_it_could_not(
    elmley: Built, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    options = ("--out", str(out), "--warehouse", str(elmley.warehouse))
    result = run_inspections("export", *options, "--tables", "dim_areas, fct_outcomes")
    assert result.returncode == 0, result.stderr
    assert "2 tables to out/" in result.stdout
    assert {path.suffix for path in out.iterdir()} == {".csv", ".parquet", ".json", ".xlsx"}

    result = run_inspections("export", *options, "--tables", "fct_nothing")
    assert result.returncode == 1
    assert "There is no table fct_nothing. The tables are bridge_" in result.stderr
    assert (out / "dim_areas.csv").exists()

    result = run_inspections("export", "--out", str(out), "--warehouse", str(tmp_path / "none.db"))
    assert result.returncode == 1
    assert "There is no publication none.db yet" in result.stderr

    result = run_inspections("export", *options, MEMORY_LIMIT="lots")
    assert result.returncode == 1
    assert (
        result.stderr
        == "The setting MEMORY_LIMIT is 'lots'; expected a size such as 4GB or 800MB.\n"
    )

    result = run_inspections("export", *options, "--known-at", "yesterday")
    assert result.returncode == 2
    assert not list(tmp_path.glob(".*"))


@pytest.mark.slow
def test_what_was_known_at_an_instant_is_exported_without_touching_what_is_published(
    elmley: Built, tmp_path: Path
) -> None:
    recorded = elmley.rows("select distinct recorded_at from events order by recorded_at")
    instant = recorded[0][0]
    known = elmley.rows(
        f"select count(*) from events where known_from <= timestamp '{instant}'"
        f" and (known_to is null or known_to > timestamp '{instant}')"
    )
    before = elmley.warehouse.read_bytes()
    out = tmp_path / "then"
    result = run_inspections(
        "export",
        "--out",
        str(out),
        "--known-at",
        f"{instant.isoformat()}Z",
        "--warehouse",
        str(elmley.warehouse),
        "--events",
        str(EVENTS),
    )
    assert result.returncode == 0, result.stdout + result.stderr
    package = json.loads((out / "datapackage.json").read_text("utf-8"))
    assert package["known_at"] == f"{instant.isoformat()}Z"
    live = [row for row in csv_rows(out / "events.csv") if row["is_live"] == "true"]
    assert [(len(live),)] == known
    assert elmley.warehouse.read_bytes() == before
