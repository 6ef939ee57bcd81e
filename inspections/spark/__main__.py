"""Try the replay on Spark on this machine: start a server, build on both engines, compare.

``make spark`` runs it. The publications lie apart from the one that readers have: in
``data/on_spark`` and ``data/on_duckdb``.
"""

import subprocess
import sys
from pathlib import Path

from inspections.errors import ActionableError
from inspections.processes import child_environment
from inspections.publication.comparing.comparison import compared
from inspections.settings import PROJECT
from inspections.spark.cluster import local_cluster


def main() -> int:
    """Build the log on both engines and compare the two publications.

    Returns:
        The exit code: 0 where they are the same.
    """
    data = PROJECT / "data"
    files = {engine: data / f"on_{engine}" / "warehouse.duckdb" for engine in ("duckdb", "spark")}
    try:
        with local_cluster(data / "on_spark" / "server") as remote:
            print(f"Spark answers at {remote}: a master, two workers, Connect.")
            for engine, file in files.items():
                print(f"Building with {engine} …", flush=True)
                if not _build(engine, file, remote):
                    return 1
    except ActionableError as error:
        print(error, file=sys.stderr)
        return 1
    rows, faults = compared(files["duckdb"], files["spark"])
    print(f"{sum(rows.values())} rows of {len(rows)} tables compared.")
    print("\n".join(faults) or "The two publications are the same, row for row.")
    return bool(faults)


def _build(engine: str, file: Path, remote: str) -> bool:
    environment = child_environment(
        {"ENGINE": engine, "WAREHOUSE_PATH": str(file), "SPARK_REMOTE": remote}
    )
    command = [str(Path(sys.executable).with_name("inspections")), "build"]
    return subprocess.run(command, env=environment, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
