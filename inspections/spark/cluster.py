"""A server of Spark to try things with, on this machine: a master, workers and Connect.

It is started from pyspark's own wheel, listens on loopback alone, and is ended by the ids of its
processes. What belongs here: that. How a server of several machines is run does not: see
``docs/scaling.md``.
"""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from inspections.errors import BuildFailure, SettingError
from inspections.processes import SAFE_PATH
from inspections.spark.server import check_is_installed

_HOST = "127.0.0.1"
_START_SECONDS, _END_SECONDS = 120, 20
_CONFIGURATION = {
    # Tables are few and small beside a real log: fewer parts, fewer files.
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.catalogImplementation": "in-memory",
    "spark.ui.enabled": "false",
    "spark.driver.host": _HOST,
    "spark.driver.bindAddress": _HOST,
    "spark.connect.grpc.binding.address": _HOST,
}


@dataclass(frozen=True)
class Workers:
    """A master of Spark and its workers, which run.

    Attributes:
        master: The address of the master, ``spark://host:port``.
        processes: The processes of the workers.
        folder: Where they write their logs.
        memory: The memory of each worker's executor.
    """

    master: str
    processes: tuple[subprocess.Popen[bytes], ...]
    folder: Path
    memory: str


def check_java() -> None:
    """Find out whether Java is there, which Spark runs on.

    Raises:
        SettingError: It is not.
    """
    if shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
        raise SettingError(
            "Spark needs Java, which is not installed: install Java 17 (Debian: apt-get install"
            " openjdk-17-jre-headless)."
        )


@contextmanager
def local_cluster(folder: Path, memory: str = "1g") -> Iterator[str]:
    """Run a master, two workers and a Connect server, and end them.

    Args:
        folder: Where they write their logs and what they hold for a while.
        memory: The memory of each worker's executor, as Java writes sizes.

    Yields:
        The address of the Connect server, ``sc://host:port``, once it answers.

    Raises:
        SettingError: Java or Spark is not installed.
        BuildFailure: A process did not start; the message names its log.
    """
    with local_workers(folder, memory=memory) as workers, connect_server(workers) as remote:
        yield remote


@contextmanager
def local_workers(folder: Path, count: int = 2, memory: str = "1g") -> Iterator[Workers]:
    """Run a master and workers of a core each, and end them.

    Args:
        folder: Where they write their logs and what they hold for a while.
        count: How many workers, a process each.
        memory: The memory of each worker's executor, as Java writes sizes.

    Raises:
        SettingError: Java or Spark is not installed.
        BuildFailure: The master did not start; the message names its log.
    """
    check_java()
    check_is_installed()
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    master = f"spark://{_HOST}:{port}"
    place = ("--host", _HOST, "--webui-port", "0")
    master_class, worker_class = (
        f"org.apache.spark.deploy.{name}" for name in ("master.Master", "worker.Worker")
    )
    with ExitStack() as stack:
        command = ("spark-class", master_class, *place, "--port", str(port))
        process = stack.enter_context(_process(folder, "master", command))
        _wait_for(process, port, folder / "master.log")
        size = ("--cores", "1", "--memory", memory)
        worker = ("spark-class", worker_class, *place, *size, master)
        processes = [
            stack.enter_context(_process(folder, f"worker_{number}", worker))
            for number in range(count)
        ]
        yield Workers(master, tuple(processes), folder, memory)


@contextmanager
def connect_server(workers: Workers, port: int | None = None) -> Iterator[str]:
    """Run a Connect server, and end it.

    Args:
        workers: What it has the work done by.
        port: Where it listens; some free port without one.

    Yields:
        Its address, ``sc://host:port``, once it answers.

    Raises:
        BuildFailure: It did not start; the message names its log.
    """
    port = port or free_port()
    configuration = {
        **_CONFIGURATION,
        "spark.connect.grpc.binding.port": str(port),
        "spark.sql.warehouse.dir": str(workers.folder / "unused"),
        "spark.executor.memory": workers.memory,
    }
    command = (
        *("spark-submit", "--class", "org.apache.spark.sql.connect.service.SparkConnectServer"),
        *("--master", workers.master),
        *(f"--conf={name}={value}" for name, value in configuration.items()),
    )
    with _process(workers.folder, "connect", command, memory="1500m") as process:
        _wait_for(process, port, workers.folder / "connect.log")
        yield f"sc://{_HOST}:{port}"


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        return int(probe.getsockname()[1])


@contextmanager
def _process(
    folder: Path, name: str, command: tuple[str, ...], memory: str = "256m"
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a script of Spark's and whatever it starts as a group of its own, and end the group."""
    spec = find_spec("pyspark")
    assert spec is not None and spec.origin is not None
    home = Path(spec.origin).parent
    # Without the address of a server: a process of Spark's would ask that one.
    others = {name: value for name, value in os.environ.items() if name != "SPARK_REMOTE"}
    environment = {
        **others,
        **SAFE_PATH,
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": _HOST,
        "SPARK_LOCAL_DIRS": str(folder / "scratch"),
        "SPARK_WORKER_DIR": str(folder / "workers"),
        "SPARK_DAEMON_MEMORY": memory,
        # What lives for minutes is quicker with Java's quick compiler than with its thorough one,
        # whose room for compiled code is then too small by default: Spark's would be thrown out.
        "JAVA_TOOL_OPTIONS": (
            "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=256m -XX:+UseSerialGC"
        ),
    }
    with (folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(
            [home / "bin" / command[0], *command[1:]],
            env=environment,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        end(process)


def end(process: subprocess.Popen[bytes], how: signal.Signals = signal.SIGTERM) -> None:
    """End a process of the cluster with all that it has started."""
    for step in (how, signal.SIGKILL):
        try:
            os.killpg(process.pid, step)
            process.wait(_END_SECONDS)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue


def _wait_for(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Wait until a process listens.

    Raises:
        BuildFailure: It ended, or does not within two minutes.
    """
    last = time.monotonic() + _START_SECONDS
    while time.monotonic() < last and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex((_HOST, port)) == 0:
                return
        time.sleep(0.2)
    said = log.read_text("utf-8", "replace").splitlines()[-5:]
    raise BuildFailure(
        f"Spark could not be started here: {log.stem} does not listen. Its log is {log.name}.", said
    )
