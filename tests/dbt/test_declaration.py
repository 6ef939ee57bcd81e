"""Adding an event type, a column or a scale is rows and a line each. All that is added is invented."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from inspections.settings import PROJECT

DECLARED = """
      - name: incidents_logged
        description: An invented event, about a concern.
        columns:
          - *event_id
          - *occurred_on
          - *occurred_precision
          - *recorded_at
          - *document_id
          - *paragraph
          - *corrects_event_id
          - name: concern_id
            description: The concern that it is about.
            data_type: varchar
            config: {meta: {kind: id, required: true, names: concern}}
          - name: injuries
            description: How many were hurt.
            data_type: integer
            config: {meta: {kind: integer}}
"""
COLUMN = """
      - name: injuries
        data_type: integer
        description: How many were hurt, in an event of an invented type.
"""
ENVELOPE = (
    "event_id,occurred_on,occurred_precision,recorded_at,document_id,paragraph,corrects_event_id"
)
DAY = "2023-02-15,day,{instant},hmp-elmley-irp-2023-02,,"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The project in another folder, with a log of its own."""
    folder = tmp_path / "project"
    for name in ("inspections", "dagster_project", "expectations", "dbt", "seeds", "reports"):
        shutil.copytree(
            PROJECT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "target")
        )
    # The manifest that is there already saves a parse where nothing was changed.
    return folder


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8")


def run(copy: Path, *arguments: str) -> str:
    result = subprocess.run(
        [sys.executable, "-m", "inspections.cli.main", *arguments],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy), "EXPORT": "no"},
        capture_output=True,
        text=True,
        check=False,
    )
    return result.stdout + result.stderr


@pytest.mark.slow
def test_an_invented_type_with_a_new_column_and_a_scale_needs_rows_and_a_line_each(
    copy: Path,
) -> None:
    """A forgotten step let rows in that no table had, or stopped a build without a name."""
    staging = copy / "dbt" / "models" / "staging"
    edit(
        staging / "event_files.yml",
        "\n  - name: event_documents",
        f"{DECLARED}\n  - name: event_documents",
    )
    batch = copy / "batch"
    batch.mkdir()
    instant = DAY.format(instant="")
    (batch / "incidents_logged.csv").write_text(
        f"{ENVELOPE},concern_id,injuries\n"
        f"known,{instant},elmley-2022-1.42-concern,3\n"
        f"unknown,{instant},elmley-2022-9.99-concern,4\n"
    )
    said = run(copy, "append", str(batch))
    assert (
        "add {{ staged('incidents_logged') }} to dbt/models/staging/stg_incidents_logged.sql"
        in said
    )
    (staging / "stg_incidents_logged.sql").write_text("{{ staged('incidents_logged') }}\n")
    said = run(copy, "append", str(batch))
    assert (
        "add ref('stg_incidents_logged') to dbt/models/intermediate/rows/int_typed_rows.sql" in said
    )
    edit(
        copy / "dbt" / "models" / "intermediate" / "rows" / "int_typed_rows.sql",
        "ref('stg_events_reinstated'),",
        "ref('stg_events_reinstated'),\n        ref('stg_incidents_logged'),",
    )
    said = run(copy, "append", str(batch))
    assert "The column injuries of incidents_logged is declared" in said
    assert "describe it in dbt/models/marts/events.yml" in said
    edit(
        copy / "dbt" / "models" / "marts" / "events.yml",
        "\n      - name: opened_year",
        f"{COLUMN}\n      - name: opened_year",
    )
    with (copy / "seeds" / "judgement_levels.csv").open("a", encoding="utf-8") as levels:
        for rank in (1, 2, 3, 4, 5):
            levels.write(
                f"invented_five,level_{rank},Level {rank},{rank},{rank > 2},Invented.,Invented.,"
                "Invented five,,progress,,\n"
            )
            levels.write(
                f"invented_outcome,state_{rank},State {rank},{rank},,,,Invented outcome,,outcome,,\n"
            )
        levels.write("hmip_outcome,outstanding,Outstanding,5,true,,,HMIP outcome,hmip,outcome,,\n")
    with (copy / "seeds" / "healthy_prison_tests.csv").open("a", encoding="utf-8") as tests:
        tests.write("invented_dignity,Dignity,invented_dignity,all,,,,Invented,invented_outcome\n")
    (batch / "outcomes_judged.csv").write_text(
        f"{ENVELOPE},visit_id,unit,healthy_prison_test,outcome,scale\n"
        f"own,{instant},elmley-2022,,invented_dignity,state_5,invented_outcome\n"
        f"fifth,{instant},elmley-2022,invented wing,care,outstanding,\n"
    )
    (batch / "progress_judged.csv").write_text(
        f"{ENVELOPE},visit_id,recommendation_id,scale,judgement\n"
        f"five,{instant},elmley-2022,elmley-2022-1.42,invented_five,level_5\n"
    )
    said = run(copy, "append", str(batch))
    assert "incidents_logged: 2 row(s) appended" in said
    assert "concern_id names no concern that the log knows yet" in said
    said = run(copy, "build")
    assert "Published" in said
    assert "invented_five" in said
    # The pages list no scale: they show those that the log uses, with as many levels as they have.
    overview = (copy / "data" / "site" / "index.html").read_text("utf-8")
    assert "Invented five: 1 of 1 judgement reasonable or better<" in overview
    assert '<span class="chip level-5">Level 5</span>' in overview
    assert '<span class="chip level-3">Level 3</span>' in overview
    prison = (copy / "data" / "site" / "prisons" / "elmley.html").read_text("utf-8")
    assert '<span class="chip rank-5">State 5</span>' in prison
    assert '<span class="chip rank-5">Outstanding</span>' in prison
    assert "Invented outcome</h3>" in prison
    with duckdb.connect() as connection:
        connection.execute(f"attach '{copy / 'data' / 'warehouse.duckdb'}' as w (read_only)")
        connection.execute("use w")
        assert connection.execute(
            "select event_id, injuries from events where event_type = 'incidents_logged'"
        ).fetchall() == [("known", 3)]
        assert connection.execute(
            "select new_value from what_changed(timestamp '2020-01-01', timestamp '9999-12-30')"
            " where column_name = 'injuries'"
        ).fetchall() == [("3",)]
        assert connection.execute(
            "select judgement_label, judgement_rank from fct_progress_judgements"
            " where scale = 'invented_five'"
        ).fetchall() == [("Level 5", 5)]


def test_what_is_kept_compiled_outlives_a_new_document_and_no_changed_code(copy: Path) -> None:
    made_of = ["-c", "from inspections.dbt_project import project_digest as d; print(d())"]

    def digest() -> str:
        return subprocess.run(
            [sys.executable, *made_of],
            cwd=copy,
            env={
                **{name: value for name, value in os.environ.items() if not name.endswith("_DIR")},
                "PYTHONPATH": str(copy),
            },
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    before = digest()
    with (copy / "seeds" / "documents.csv").open("a", encoding="utf-8") as stream:
        stream.write("an-invented-document,,,,,,,\n")
    assert digest() == before
    with (copy / "seeds" / "areas.csv").open("a", encoding="utf-8") as stream:
        stream.write("an_invented_area,,,,,,,\n")
    assert digest() != before
