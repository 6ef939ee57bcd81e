"""A published file of views: its rows lie beside it, and may be lost without it."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from inspections.database import literal
from inspections.errors import BuildFailure
from inspections.publication.guard import check_log_is_unaltered
from inspections.publication.publish import publish
from inspections.publication.published_file import described_tables, publication_in_use
from inspections.settings import Settings
from tests.event_streams import DOCUMENT, write_event_files
from tests.published import Built

EVENT = {
    "event_type": "establishments_described",
    "event_id": "E",
    "occurred_on": "2021-01-01",
    "occurred_precision": "day",
    "recorded_at": "2026-01-01T00:00:00Z",
    "document_id": DOCUMENT,
    "establishment_id": "ash",
    "name": "Ashmoor",
}


@pytest.fixture(scope="module")
def built(published: Callable[..., Built], tmp_path_factory: pytest.TempPathFactory) -> Built:
    log = tmp_path_factory.mktemp("views") / "log"
    write_event_files([EVENT], log)
    return published(log)


@pytest.fixture(params=["plain", "a b's [x] {y} é"])
def views(built: Built, tmp_path: Path, request: pytest.FixtureRequest) -> Settings:
    """The settings of a file of views, whose Parquet files DuckDB wrote here in Spark's place."""
    folder = tmp_path / request.param
    marts = folder / "spark" / "marts"
    marts.mkdir(parents=True)
    shutil.copy(built.warehouse.with_name("build.duckdb"), folder / "build.duckdb")
    with duckdb.connect() as connection:
        connection.execute(f"attach {literal(str(folder / 'build.duckdb'))} as build (read_only)")
        for (name,) in connection.execute(
            "select table_name from information_schema.tables"
            " where table_catalog = 'build' and table_schema = 'marts'"
        ).fetchall():
            (marts / name).mkdir()
            place = literal(str(marts / name / "rows.parquet"))
            connection.execute(f"copy build.marts.{name} to {place} (format parquet)")
    settings = Settings.from_environment(
        warehouse_path=folder / "warehouse.duckdb",
        engine="spark",
        publish="views",
        export=False,
        site=False,
    )
    publish(settings, 1, marts=marts)
    return settings


def test_rows_that_are_lost_are_named_with_their_folder(views: Settings) -> None:
    """Each later build ended with «a file could not be read», of which nothing said which."""
    assert check_log_is_unaltered(views) == 1
    (folder,) = views.parquet_dir.iterdir()
    folder.rename(views.data_dir / "elsewhere")
    with pytest.raises(BuildFailure, match=re.escape(f"parquet/{folder.name}/")) as failure:
        check_log_is_unaltered(views)
    assert "bridge_" in str(failure.value) and "and others" in str(failure.value)
    assert "Put the folder back" in str(failure.value)
    with pytest.raises(BuildFailure, match="not there"), publication_in_use(views.warehouse_path):
        pass
    (views.data_dir / "elsewhere").rename(folder)
    (folder / "events" / "rows.parquet").unlink()
    with pytest.raises(BuildFailure, match="those of events are not there"):
        check_log_is_unaltered(views)


def test_a_file_of_views_is_read_through_a_link_to_it(views: Settings, tmp_path: Path) -> None:
    """Views read the folder beside the file, not beside the link."""
    link = tmp_path / "link" / "warehouse.duckdb"
    link.parent.mkdir()
    link.symlink_to(views.warehouse_path)
    with publication_in_use(link) as connection:
        assert {table.name: table.rows for table in described_tables(connection)}["events"] == 1
    (views.data_dir / "build.duckdb").rename(link.with_name("build.duckdb"))
    assert check_log_is_unaltered(views.replaced(warehouse_path=link)) == 1
