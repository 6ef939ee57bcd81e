"""Proofs of large files by several processes, so that all cores read the log.

What belongs here: sharing the files out, and taking back what was found. The proof itself is
:func:`inspections.log.files.clean_blocks.prove_clean`, one thread of NumPy; in threads of one
process two of them take as long as one after the other.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path

from inspections.log.declaration import event_types
from inspections.log.files.clean_blocks import CleanFile, prove_clean

# Less than this is proved here before another process has started.
WORTH_A_PROCESS_BYTES = 64 * 2**20


class ProofsElsewhere:
    """What is found, here and there, with the state that each file was in beforehand."""

    def __init__(
        self, shares: Sequence[Sequence[Path]], states: Mapping[Path, tuple[int, int]]
    ) -> None:
        self._states = states
        self._places = {path: place for place, share in enumerate(shares) for path in share}
        self._processes = [
            subprocess.Popen(
                [sys.executable, "-m", __name__, *map(str, share)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
            for share in shares
        ]
        self._found: dict[int, dict[str, CleanFile | None]] = {}

    def prove_here(self, path: Path) -> None:
        """Prove a file while others are proved elsewhere; one that cannot be read is left."""
        with suppress(OSError):
            here = self._found.setdefault(-1, {})
            here[str(path)] = prove_clean(path, event_types()[path.name.split(".")[0]])
            self._places[path] = -1

    def knows(self, path: Path, state: tuple[int, int]) -> bool:
        """Whether a file was looked at in the state that it is in; waits for the answer.

        Of a process that ended early nothing is known: its files are left to the asker.
        """
        if path not in self._places or self._states[path] != state:
            return False
        return str(path) in self._answers(self._places[path])

    def of(self, path: Path) -> CleanFile | None:
        """What was found of a file that is known: as :func:`prove_clean` has it."""
        return self._answers(self._places[path])[str(path)]

    def _answers(self, place: int) -> dict[str, CleanFile | None]:
        if place not in self._found:
            output, _ = self._processes[place].communicate()
            found = {} if self._processes[place].returncode else json.loads(output)
            self._found[place] = {
                path: CleanFile(**{**proof, "header": tuple(proof["header"])}) if proof else None
                for path, proof in found.items()
            }
        return self._found[place]

    def stop(self) -> None:
        """End what still runs, for whoever asks no more."""
        for process in self._processes:
            if process.poll() is None:
                process.kill()
                process.communicate()


@contextmanager
def proofs_elsewhere(
    paths: Sequence[Path], worth_bytes: int = WORTH_A_PROCESS_BYTES
) -> Iterator[ProofsElsewhere]:
    """Have the larger share of some files proved on the other cores.

    Args:
        paths: Files of declared types, to be proved by this process unless another does.
        worth_bytes: The least that a process is started for, in bytes.

    Yields:
        What is found there.
    """
    states = {}
    for path in paths:
        # One that has gone since is the asker's to tell.
        with suppress(OSError):
            states[path] = state_of(path)
    shares: list[list[Path]] = [[] for _ in os.sched_getaffinity(0)]
    sizes = [0] * len(shares)
    # The first share is this process's: of two that are as large, the other starts later.
    for size, path in sorted(((size, path) for path, (size, _) in states.items()), reverse=True):
        place = min(range(len(shares)), key=lambda place: (sizes[place], -place))
        shares[place].append(path)
        sizes[place] += size
    others = [
        share for share, size in zip(shares[1:], sizes[1:], strict=True) if size >= worth_bytes
    ]
    proofs = ProofsElsewhere(others, states)
    try:
        if others:
            # Before anything waits for the others.
            for path in shares[0]:
                proofs.prove_here(path)
        yield proofs
    finally:
        proofs.stop()


def state_of(path: Path) -> tuple[int, int]:
    """What tells one content of a file from the next without reading it: size and last change."""
    state = path.stat()
    return state.st_size, state.st_mtime_ns


def main(paths: Sequence[str]) -> None:
    """Prove files and print what was found, by path, as JSON."""
    found = {}
    for path in map(Path, paths):
        proof = prove_clean(path, event_types()[path.name.split(".")[0]])
        found[str(path)] = asdict(proof) if proof else None
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1:])
