"""The suites' own process: started first, asked once the tables are built, and kept for the next.

Great Expectations takes longer to import than a small log takes to replay. Its process starts
before the replay and runs on the second core. It is known here by its module's name alone: nothing
in this package imports the suites.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import IO

from inspections.errors import BuildFailure
from inspections.processes import child_environment
from inspections.settings import PROJECT

_WORKER = "expectations.worker"


@dataclass(frozen=True)
class SuiteFinding:
    """Result of one rule of a suite.

    Attributes:
        result: ``passed``, ``known``, ``failed``, ``warned`` or ``not evaluated``.
        stops: Whether it stops publication.
        words: The finding in one line, after its table.
    """

    result: str
    stops: bool
    words: str


class SuitesProcess:
    """A process that holds built tables to their suites."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._lock = Lock()

    def start(self) -> None:
        """Start the process, unless it runs."""
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", _WORKER],
                cwd=PROJECT,
                env=child_environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                encoding="utf-8",
                # An interrupt at the keyboard is the parent's to answer.
                start_new_session=True,
            )

    def findings(self, database: Path, built_at: str, seeds_dir: Path) -> list[SuiteFinding]:
        """Hold the tables of a build to their suites.

        Args:
            database: The file of the build, which nobody writes to meanwhile.
            built_at: The instant of the build, ISO 8601 in UTC.
            seeds_dir: The folder of reference seeds, with the departures that are accepted.

        Raises:
            BuildFailure: The suites could not be run.
        """
        with self._lock:
            self.start()
            assert self._process is not None
            asked, answers = _pipes(self._process)
            request = {
                "database": str(database),
                "built_at": built_at,
                "seeds_dir": str(seeds_dir),
            }
            try:
                asked.write(json.dumps(request) + "\n")
                asked.flush()
                line = answers.readline()
            except OSError:
                line = ""
        if not line:
            self.stop()
            raise BuildFailure(
                "The suites could not be run: their process ended. Run the preview again.",
                code="suites-failed",
            )
        answer = json.loads(line)
        if "error" in answer:
            raise BuildFailure(
                f"The suites could not be run: {answer['error']}.", code="suites-failed"
            )
        return [
            SuiteFinding(finding["result"], finding["stops"], finding["words"])
            for finding in answer["findings"]
        ]

    def stop(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is None:
            return
        asked, answers = _pipes(process)
        process.kill()
        process.wait()
        for pipe in (asked, answers):
            try:
                pipe.close()
            except OSError:
                # What it never read cannot be written to it any more.
                continue

    def __enter__(self) -> "SuitesProcess":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()


def _pipes(process: subprocess.Popen[str]) -> tuple[IO[str], IO[str]]:
    assert process.stdin is not None and process.stdout is not None
    return process.stdin, process.stdout
