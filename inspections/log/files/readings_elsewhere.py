"""Readings of large files by several processes, so that all cores read the log.

What belongs here: sharing the files out, and taking back what was found. The reading itself is
:func:`inspections.log.files.file_reading.read_file`, Python and NumPy on one thread; in threads of
one process two of them take as long as one after the other.
"""

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from inspections.log.declaration import event_types
from inspections.log.files.clean_blocks import CleanFile
from inspections.log.files.event_folder import state_of
from inspections.log.files.file_reading import (
    Refusal,
    Refusals,
    RowWriters,
    ScannedFile,
    WrittenRows,
    read_file,
)
from inspections.processes import child_environment

# Less than this is read here before another process has started.
WORTH_A_PROCESS_BYTES = 64 * 2**20


class ReadingsElsewhere:
    """Reads files in other processes, each with its share."""

    def __init__(self, shares: Sequence[Sequence[Path]], work_dir: Path, block_bytes: int) -> None:
        self._work_dir = work_dir
        self._places = {path: place for place, share in enumerate(shares) for path in share}
        # Of no other run: a process whose own was killed writes on for a while.
        run = secrets.token_hex(4)
        self._names = {path: f"{run}-{number}" for number, path in enumerate(self._places)}
        self._processes = [
            subprocess.Popen(
                [sys.executable, "-m", __name__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=child_environment(),
            )
            for _ in shares
        ]
        for process, share in zip(self._processes, shares, strict=True):
            asked = {
                "work_dir": str(work_dir),
                "block_bytes": block_bytes,
                "files": {self._names[path]: str(path) for path in share},
            }
            assert process.stdin is not None
            # One that ended at once answers nothing, which is seen when it is asked.
            with suppress(BrokenPipeError), process.stdin as stream:
                stream.write(json.dumps(asked).encode())
            process.stdin = None
        self._found: dict[int, dict[str, Any]] = {}

    def reads(self, scanned: ScannedFile) -> bool:
        """Whether a file is of another process's share."""
        return scanned.path in self._places

    def has_read(self, scanned: ScannedFile) -> bool:
        """Whether another process has read a file in the state that it is in; waits for it.

        Of a process that ended early nothing is known: its files are left to the asker.
        """
        if not self.reads(scanned):
            return False
        answers = self._answers(self._places[scanned.path])
        answer = answers.get(self._names[scanned.path])
        return answer is not None and state_of(scanned.path) == (
            answer["bytes"],
            answer["modified_ns"],
        )

    def take(self, scanned: ScannedFile, refusals: Refusals) -> list[WrittenRows]:
        """Take what was found of a file that has been read.

        Args:
            scanned: The file; noted in it as by :func:`read_file`.
            refusals: Take its rows that cannot be read.

        Returns:
            Where its readable rows are, where it was not proved clean.
        """
        reading = self._names[scanned.path]
        answer = self._answers(self._places[scanned.path])[reading]
        direct = answer.pop("direct")
        if direct:
            scanned.direct = CleanFile(**{**direct, "header": tuple(direct["header"])})
        written = answer.pop("written")
        for name, value in answer.items():
            setattr(scanned, name, value)
        with _refused_file(self._work_dir, reading).open(encoding="utf-8") as stream:
            refusals.take(map(json.loads, stream))
        return [WrittenRows(name, Path(path), longest) for name, path, longest in written]

    def _answers(self, place: int) -> dict[str, Any]:
        if place not in self._found:
            output, _ = self._processes[place].communicate()
            self._found[place] = {} if self._processes[place].returncode else json.loads(output)
        return self._found[place]

    def stop(self) -> None:
        """End the processes that still run."""
        for process in self._processes:
            if process.poll() is None:
                process.kill()
                process.communicate()


@contextmanager
def readings_elsewhere(
    large: Sequence[ScannedFile],
    work_dir: Path,
    block_bytes: int,
    worth_bytes: int = WORTH_A_PROCESS_BYTES,
) -> Iterator[ReadingsElsewhere]:
    """Have the larger share of some files read on the other cores.

    Args:
        large: Files of declared types, which DuckDB is to read in place where they are clean.
        work_dir: Where readable rows of others are written for DuckDB, and refused ones for us.
        block_bytes: How many bytes of any other file are read at a time.
        worth_bytes: The least that a process is started for, in bytes.

    Yields:
        What is read there; the rest is left to this process.
    """
    shares: list[list[Path]] = [[] for _ in os.sched_getaffinity(0)]
    sizes = [0] * len(shares)
    by_size = []
    for scanned in large:
        # One that has gone since is the asker's to tell.
        with suppress(OSError):
            by_size.append((scanned.path.stat().st_size, scanned.path))
    # The first share is this process's: of two that are as large, the other starts later.
    for size, path in sorted(by_size, reverse=True):
        place = min(range(len(shares)), key=lambda place: (sizes[place], -place))
        shares[place].append(path)
        sizes[place] += size
    others = [
        share for share, size in zip(shares[1:], sizes[1:], strict=True) if size >= worth_bytes
    ]
    readings = ReadingsElsewhere(others, work_dir, block_bytes)
    try:
        yield readings
    finally:
        readings.stop()


def _refused_file(work_dir: Path, reading: str) -> Path:
    return work_dir / f"refused.{reading}.jsonl"


def main() -> None:
    """Read the files that are asked for, and print what was found, as JSON."""
    asked = json.load(sys.stdin)
    work_dir = Path(asked["work_dir"])
    answers = {}
    for reading, path in asked["files"].items():
        scanned = ScannedFile(Path(path), event_types()[Path(path).name.split(".")[0]])
        with ExitStack() as stack:
            stream = stack.enter_context(
                _refused_file(work_dir, reading).open("w", encoding="utf-8")
            )

            def write(refused: list[Refusal], stream: Any = stream) -> None:
                stream.writelines(json.dumps(row) + "\n" for row in refused)

            writers, refusals = RowWriters(work_dir, stack, f".{reading}.csv"), Refusals(write)
            read_file(scanned, True, asked["block_bytes"], writers, refusals)
            refusals.flush()
        answers[reading] = {
            "bytes": scanned.bytes,
            "modified_ns": scanned.modified_ns,
            "sha256": scanned.sha256,
            "rows_in_file": scanned.rows_in_file,
            "rows_readable": scanned.rows_readable,
            "rows_unreadable": scanned.rows_unreadable,
            "direct": scanned.direct and vars(scanned.direct),
            "written": [
                (rows.event_type, str(rows.path), rows.longest) for rows in writers.written()
            ],
        }
    print(json.dumps(answers))


if __name__ == "__main__":
    main()
