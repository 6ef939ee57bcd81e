"""The gate's verdicts on a folder of event files, without publishing anything.

The rules are the models' own: dbt builds the log in a folder that is thrown away.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inspections.database import attached, literal
from inspections.dbt_project import prepare_manifest, run_dbt
from inspections.errors import ActionableError
from inspections.log.reference_seeds import check_reference_seeds

# What the gate says of each row, and the log that it leaves.
VERDICTS = "+int_log +int_unaccepted_rows"
_ROW = ("verdict", "file_name", "line_number", "event_id", "column_name", "value", "reason")


class GateError(ActionableError):
    """The gate could not be run, or what it was given was not let in."""


@dataclass(frozen=True)
class Judged:
    """The log as the gate made it of a folder.

    Attributes:
        database: The file that it was built in.
        unaccepted: The rows that are not in the log.
    """

    database: Path
    unaccepted: list[dict[str, Any]]

    def ask(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Query the built log (schemas ``staging`` and ``intermediate``)."""
        with attached(self.database, "build") as connection:
            return connection.execute(sql, list(values)).fetchall()

    def write(self, sql: str, path: Path) -> None:
        """Write what a query of the built log gives as Parquet.

        Two logs are compared by way of a file: their views name one catalog, and would read each
        other's tables.
        """
        with attached(self.database, "build") as connection:
            connection.execute(f"copy ({sql}) to {literal(str(path))} (format parquet)")


def judge(
    events_dir: Path,
    seeds_dir: Path,
    reports_dir: Path,
    work_dir: Path,
    select: str = VERDICTS,
) -> Judged:
    """Run the gate on a folder of event files.

    Args:
        events_dir: The folder.
        seeds_dir: The folder of reference seeds.
        reports_dir: The folder of kept texts.
        work_dir: A folder for the build, which the caller throws away.
        select: The models to build.

    Returns:
        The log and the verdicts.

    Raises:
        GateError: dbt could not build the log.
        BuildFailure: dbt cannot read its project.
    """
    # What dbt has parsed is used again: it must be there, and be of the project as it is.
    check_reference_seeds()
    prepare_manifest()
    database = work_dir / "build.duckdb"
    result = run_dbt(
        *("--log-format", "json", "build", "--select", select),
        *("--exclude", "resource_type:test", "resource_type:unit_test"),
        *("--target-path", str(work_dir / "target")),
        # What the project has parsed already is read there and never written.
        *("--partial-parse-file-path", "target/partial_parse.msgpack"),
        *("--log-path", str(work_dir / "logs")),
        environment={
            "BUILD_PATH": str(database),
            "EVENTS_DIR": str(events_dir),
            "SEEDS_DIR": str(seeds_dir),
            "REPORTS_DIR": str(reports_dir),
        },
    )
    if result.returncode:
        words = _what_failed(result.stdout)
        if words:
            raise GateError(words)
        said = " ".join(result.stderr.split())[-600:] or "dbt ended without a word"
        raise GateError(f"The gate could not be run: {said}.")
    judged = Judged(database, [])
    rows = judged.ask(
        f"select {', '.join(_ROW)} from intermediate.int_unaccepted_rows"
        " order by file_name, line_number"
    )
    return Judged(database, [dict(zip(_ROW, row, strict=True)) for row in rows])


def _what_failed(output: str) -> str:
    messages = []
    for line in output.splitlines():
        try:
            messages.append(str(json.loads(line)["info"]["msg"]).strip())
        except (ValueError, KeyError, TypeError):
            continue
    # The first lines are the fault, what follows them a traceback.
    return " ".join(" ".join(messages).split("Traceback")[0].split())[:600]
