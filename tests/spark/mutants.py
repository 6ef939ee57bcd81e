"""Are the differences between the engines noticed, once a macro or a model forgets one?

Each mutant changes the dbt project in one place, as if a difference had been overlooked. It is caught
where the test of the engines' macros fails on Spark, or where Spark gives other verdicts than DuckDB gives by
the unchanged project on the hostile log. Run as ``python -m tests.spark.mutants`` (a quarter of an
hour); it prints a row a mutant, from the n-th on where a number is given.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from inspections.database import attached
from inspections.dbt_project import dbt_executable
from inspections.settings import DBT_PROJECT, PROJECT, Settings
from inspections.spark.bridge import bridge
from inspections.spark.build import start
from inspections.spark.cluster import local_cluster
from tests.conftest import run_build
from tests.spark.hostile_log import write_hostile_log


@dataclass(frozen=True)
class Mutant:
    """One change: in a file of the dbt project a text becomes another, wherever it stands.

    Attributes:
        file: The file, relative to the project.
        old: The text.
        new: What it becomes.
        shows_in: The node that is run with all that it needs: a test of macros, or a mart.
    """

    file: str
    old: str
    new: str
    shows_in: str = "engine_macros_keep_their_meaning"


TEXTS, DAYS, ROWS = (f"macros/engine/{name}.sql" for name in ("texts", "days", "rows"))
MUTANTS = [
    Mutant(DAYS, "'weekday(' ~ day ~ ') + 1'", "'dayofweek(' ~ day ~ ')'"),
    Mutant(DAYS, "'datediff(' ~ last ~ ', ' ~ first", "'datediff(' ~ first ~ ', ' ~ last"),
    Mutant(DAYS, "add_months(' ~ end ~ ', -1)", "add_months(' ~ end ~ ', 0)"),
    Mutant(TEXTS, " | replace('\\\\', '\\\\\\\\')", ""),
    Mutant(TEXTS, "'$2 $1'", "'$1 $2'"),
    Mutant(TEXTS, "\"') within group (order by \" ~ ordering ~ ')'", "\"')\""),
    Mutant(TEXTS, "'<U+' || format_string('%04X', ascii(one))", "'<U+' || format_string('%X', ascii(one))"),
    Mutant(TEXTS, "'(' ~ value ~ ') in ('", "'(' ~ value ~ ') not in ('"),
    Mutant(ROWS, "') ignore nulls'", "')'"),
    Mutant("macros/event_columns.sql", "\\\\z", "$", "rejected_rows"),
    Mutant("macros/row_fault.sql", "rank nulls last", "rank", "rejected_rows"),
    Mutant(TEXTS, "concat_ws('', ", "concat(", "events"),
    Mutant("macros/event_columns.sql", "when {{ matches(column.name, kinds[kind].pattern) }}", "when {{ column.name }} is not null", "rejected_rows"),
    Mutant("models/marts/dim_bodies.sql", "        name,", "        nullif(name, name) as name,", "dim_bodies"),
]  # fmt: skip


def main() -> int:
    """Run each mutant and print what noticed it.

    Returns:
        How many survived.
    """
    for mutant in MUTANTS:
        # All before any: one that no longer fits is told at once.
        if mutant.old not in (DBT_PROJECT / mutant.file).read_text("utf-8"):
            raise ValueError(f"{mutant.file} has no {mutant.old!r}")
    survived = 0
    with tempfile.TemporaryDirectory(prefix="mutants-") as scratch:
        folder = Path(scratch)
        write_hostile_log(folder / "events", streams=40, generated=400)
        warehouse = folder / "duckdb" / "warehouse.duckdb"
        built = run_build(folder / "events", warehouse, ON_REJECTED="publish")
        if built.code:
            print(built.output)
            return 1
        with local_cluster(folder / "server") as remote:
            for mutant in MUTANTS[int((sys.argv[1:] or ["0"])[0]) :]:
                noticed = _noticed(mutant, folder, remote)
                survived += not noticed
                change = f"`{' '.join(mutant.old.split())}` → `{' '.join(mutant.new.split())}`"
                print(
                    f"| {Path(mutant.file).name} | {change} | {noticed or 'nobody'} |", flush=True
                )
    return survived


def _noticed(mutant: Mutant, folder: Path, remote: str) -> str:
    """Test that catches a mutant; empty if it survives."""
    project = folder / "project"
    shutil.rmtree(project, ignore_errors=True)
    ignored = shutil.ignore_patterns("target", "logs")
    shutil.copytree(DBT_PROJECT, project / "dbt", ignore=ignored)
    (project / "seeds").symlink_to(PROJECT / "seeds")
    file = project / "dbt" / mutant.file
    file.write_text(file.read_text("utf-8").replace(mutant.old, mutant.new), "utf-8")
    is_of_macros = mutant.shows_in.startswith("engine_")
    settings = Settings.from_environment(
        events_dir=folder / "events",
        warehouse_path=folder / "spark" / "warehouse.duckdb",
        engine="spark",
        spark_remote=remote,
    )
    environment = {**os.environ, **settings.as_environment()}
    if not is_of_macros:
        build = start(settings)
        environment["SCHEMA_PREFIX"] = build.schema_prefix
    kinds = [] if is_of_macros else ["--exclude-resource-type", "test", "unit_test"]
    run = subprocess.run(
        [
            *(dbt_executable(), "--quiet", "build", "--target", "spark", *kinds),
            *("--select", mutant.shows_in if is_of_macros else f"+{mutant.shows_in}"),
        ],
        cwd=project / "dbt",
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode:
        return "the test of macros" if is_of_macros else "dbt"
    if is_of_macros:
        return ""
    settings.build_path.unlink(missing_ok=True)
    bridge(settings, build)
    with attached(folder / "duckdb" / "warehouse.duckdb", "published") as connection:
        connection.execute(f"attach '{settings.build_path}' as build (read_only)")
        columns = ", ".join(
            name
            for (name,) in connection.execute(
                "select column_name from duckdb_columns() where database_name = 'published'"
                f" and table_name = '{mutant.shows_in}' and column_name <> 'is_live'"
            ).fetchall()
        )
        differing = connection.execute(
            f"select count(*) from (select {columns} from published.main.{mutant.shows_in}"
            f" except all select {columns} from build.marts.{mutant.shows_in})"
        ).fetchall()[0][0]
    return f"{differing} rows of {mutant.shows_in}" if differing else ""


if __name__ == "__main__":
    sys.exit(main())
