"""``make benchmark ENGINE=spark``: one invented log through both engines, on this machine.

Spark has a master, two workers of a core each and a Connect server on loopback. The steps of both
builds are timed, and what they publish is compared row for row. The results are added to
``benchmarks/results.json`` and ``docs/benchmark.md``.
"""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.generate_events import generate
from benchmarks.run import RESULTS, bare_load, measure, step_seconds, write_page
from inspections.publication.comparing.comparison import compared
from inspections.settings import PROJECT, Settings
from inspections.spark.build import SparkBuild, land
from inspections.spark.cluster import local_cluster


def main() -> None:
    """Measure, and write the results."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--worker-memory", default="2g")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        engines = run(Path(folder), arguments.events, arguments.worker_memory)
    results = json.loads(RESULTS.read_text("utf-8"))
    results["engines"] = engines
    RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    write_page(results)
    print(json.dumps(engines, indent=2))


def run(work: Path, events: int, worker_memory: str) -> dict[str, Any]:
    """Build one log on both engines.

    Args:
        work: A folder for the log, the builds and the server.
        events: The rows of the log.
        worker_memory: The memory of each of Spark's two executors, as Java writes sizes.

    Returns:
        The seconds of each engine's steps, those of the landing and of DuckDB's bare load, and how
        many rows were compared.

    Raises:
        RuntimeError: A build failed, or the publications differ.
    """
    log = work / "log"
    generate(events, 1, log)
    found: dict[str, Any] = {"events": events, "worker_memory": worker_memory}
    found["bare_load_s"] = bare_load(log, work, "4GB")
    settings = Settings.from_environment(
        events_dir=log, warehouse_path=work / "landing" / "warehouse.duckdb"
    )
    settings.data_dir.mkdir()
    started = time.monotonic()
    land(settings, SparkBuild("landing", work / "landed", "sc://127.0.0.1"))
    found["landing_s"] = time.monotonic() - started
    files = {engine: work / engine / "warehouse.duckdb" for engine in ("duckdb", "spark")}
    # Without a server beside it, which would take a part of the machine.
    found["duckdb"] = _build("duckdb", log, files["duckdb"], settings.spark_remote)
    with local_cluster(work / "server", worker_memory) as remote:
        found["spark"] = _build("spark", log, files["spark"], remote)
    rows, faults = compared(files["duckdb"], files["spark"])
    if faults:
        raise RuntimeError("\n".join(faults))
    found["rows_compared"] = sum(rows.values())
    return found


def _build(engine: str, log: Path, file: Path, remote: str) -> dict[str, float]:
    command = [str(Path(sys.executable).with_name("inspections")), "build"]
    whole = measure(
        [*command, "--events", str(log), "--warehouse", str(file)],
        {"ENGINE": engine, "SPARK_REMOTE": remote, "SITE": "no", "EXPORT": "no"},
        PROJECT,
    )
    return {**step_seconds(whole.output), "whole_s": whole.seconds}


if __name__ == "__main__":
    main()
