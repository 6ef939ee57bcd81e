"""The Spark Connect server: whether it answers, a session of it, and its failures in words.

What belongs here: talking to a server that somebody else runs. Starting one to try things with does
not: see :mod:`inspections.spark.cluster`.
"""

import importlib.util
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from inspections.errors import BuildFailure, SettingError, first_words

# Of a session, as of dbt's (dbt/profiles.yml): instants are UTC and have no zone, as in DuckDB.
CONFIGURATION = {
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.session.timeZone": "UTC",
}
_CONNECT_SECONDS = 5
_LOOK_SECONDS, _LOOKS_IN_VAIN = 2, 5


def check_is_installed() -> None:
    """Find out whether this environment can talk to Spark.

    Raises:
        SettingError: It cannot; the message says what installs it.
    """
    try:
        is_there = all(map(importlib.util.find_spec, ("pyspark", "dbt.adapters.spark")))
    except ModuleNotFoundError:
        is_there = False
    if not is_there:
        raise SettingError(
            "ENGINE=spark needs Spark's client and dbt's adapter for it, which are not installed:"
            " run make .venv/spark, or leave ENGINE empty to build with DuckDB."
        )


def address_of(remote: str) -> tuple[str, int]:
    """Host and port of ``sc://host[:port][/;parameters]``, as Spark Connect reads it."""
    address = urlsplit(remote)
    assert address.hostname is not None, "the settings let no other through"
    return address.hostname, address.port or 15002


def check_is_reachable(remote: str) -> None:
    """Find out whether a server listens: Spark's own client tries for ten minutes.

    Raises:
        BuildFailure: None does.
    """
    host, port = address_of(remote)
    try:
        socket.create_connection((host, port), timeout=_CONNECT_SECONDS).close()
    except OSError as error:
        raise BuildFailure(
            f"Spark cannot be reached at {host}:{port}: {error.strerror or error}. Nothing was"
            " built or published. Start its Connect server, or name another by SPARK_REMOTE.",
            can_retry=True,
            code="spark-unreachable",
        ) from None


@contextmanager
def session(remote: str) -> Iterator[Any]:
    """A session of a server, of its own settings, closed at the end.

    Args:
        remote: The server, ``sc://host:port``.

    Yields:
        The ``pyspark.sql.SparkSession``.

    Raises:
        BuildFailure: The server does not answer, or a statement fails.
    """
    check_is_reachable(remote)
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    try:
        spark = SparkSession.builder.remote(remote).create()
        try:
            for name, value in CONFIGURATION.items():
                spark.conf.set(name, value)
            yield spark
        finally:
            spark.stop()
    except PySparkException as error:
        raise BuildFailure(
            f"Spark failed at {':'.join(map(str, address_of(remote)))}; nothing was published.",
            [first_words(str(error))],
            can_retry=True,
            code="spark-failed",
        ) from error


def has_gone(remote: str) -> BuildFailure:
    """Raised when the server disappears mid-build."""
    return BuildFailure(
        f"Spark at {':'.join(map(str, address_of(remote)))} went away while the log was replayed;"
        " nothing was published. Start it again, and run the build again.",
        can_retry=True,
        code="spark-went-away",
    )


@contextmanager
def watched(remote: str, end: Callable[[], None]) -> Iterator[threading.Event]:
    """Look from time to time whether a server still listens, while something is done there.

    A client of a server that went away tries for ten minutes, each of dbt's threads for itself.

    Args:
        remote: The server, ``sc://host:port``.
        end: Called once, from a thread, when it has not answered for some ten seconds.

    Yields:
        What is set once the server has gone.
    """
    address = address_of(remote)
    is_done, gone = threading.Event(), threading.Event()

    def look() -> None:
        in_vain = 0
        while not is_done.wait(_LOOK_SECONDS):
            try:
                socket.create_connection(address, timeout=_CONNECT_SECONDS).close()
                in_vain = 0
            except OSError:
                in_vain += 1
            if in_vain == _LOOKS_IN_VAIN:
                gone.set()
                end()
                return

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield gone
    finally:
        is_done.set()
        watcher.join()
