"""An empty past is a past: every table is there, without a row, and pages that say so."""

from pathlib import Path

from tests.conftest import EVENTS, Built, run_build, run_inspections


def test_before_the_first_recording_every_table_is_there_without_a_row(
    elmley: Built, tmp_path: Path
) -> None:
    """The very examples of --help ended with a failed test: Got 1 result."""
    result = run_inspections(
        *("export", "--out", str(tmp_path / "then"), "--known-at", "2024-01-01"),
        *("--events", str(EVENTS), "--warehouse", str(elmley.warehouse)),
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert "Exported" in result.stdout
    assert (tmp_path / "then" / "events.csv").read_text("utf-8").count("\n") == 1
    tables = {name for (name,) in elmley.rows("select table_name from duckdb_tables()")}
    assert {path.stem for path in (tmp_path / "then").glob("*.parquet")} == tables


def test_a_log_of_headers_alone_is_an_empty_warehouse_with_pages(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.mkdir()
    for path in EVENTS.glob("*.csv"):
        header = path.read_text("utf-8").splitlines()[0]
        (log / path.name).write_text(header + "\n", encoding="utf-8")
    built = run_build(log, tmp_path / "data" / "warehouse.duckdb", SITE="yes")
    assert built.code == 0, built.output
    assert built.rows("select count(*) from events") == [(0,)]
    assert built.rows("from recommendation_status_as_of(date '2024-01-01', null)") == []
    page = (tmp_path / "data" / "site" / "index.html").read_text("utf-8")
    assert "0 events" in " ".join(page.split())
