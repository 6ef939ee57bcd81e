"""An empty past is a past: every table is there, without a row, and pages that say so."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import EVENTS, Built, run_inspections


@pytest.mark.slow
def test_before_the_first_recording_every_table_is_there_without_a_row(
    elmley: Built, tmp_path: Path
) -> None:
    """The very examples of --help ended with a failed test: Got 1 result."""
    before = elmley.warehouse.read_bytes()
    result = run_inspections(
        *("export", "--out", str(tmp_path / "then"), "--known-at", "2024-01-01"),
        *("--events", str(EVENTS), "--warehouse", str(elmley.warehouse)),
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert "Exported" in result.stdout
    assert (tmp_path / "then" / "events.csv").read_text("utf-8").count("\n") == 1
    package = json.loads((tmp_path / "then" / "datapackage.json").read_text("utf-8"))
    assert package["known_at"] == "2024-01-01T00:00:00Z"
    assert elmley.warehouse.read_bytes() == before
    tables = {name for (name,) in elmley.rows("select table_name from duckdb_tables()")}
    assert {path.stem for path in (tmp_path / "then").glob("*.parquet")} == tables


def test_a_log_of_headers_alone_is_an_empty_warehouse_with_pages(
    tmp_path: Path, published: Callable[..., Built]
) -> None:
    log = tmp_path / "log"
    log.mkdir()
    for path in EVENTS.glob("*.csv"):
        header = path.read_text("utf-8").splitlines()[0]
        (log / path.name).write_text(header + "\n", encoding="utf-8")
    built = published(log, site=True)
    assert built.rows("select count(*) from events") == [(0,)]
    assert built.rows("from recommendation_status_as_of(date '2024-01-01', null)") == []
    page = (built.warehouse.parent / "site" / "index.html").read_text("utf-8")
    assert "0 events" in " ".join(page.split())
