"""Reading many documents in as many processes as there are processors."""

import multiprocessing
import os
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path

from inspections.intake.document_types import read_document
from inspections.intake.reading import Reading
from inspections.intake.text.lines import NotAReportError
from inspections.processes import SAFE_PATH


class Readings:
    """Readings in their order, made by as many processes as there are processors."""

    def __init__(self, documents: Sequence[Path]) -> None:
        self.documents = documents
        self.workers = min(len(documents), os.cpu_count() or 1)
        self.pool: ProcessPoolExecutor | None = None
        self.others = {child.pid for child in multiprocessing.active_children()}

    def __enter__(self) -> Iterator[Reading | NotAReportError]:
        return self._each()

    def __exit__(self, *_: object) -> None:
        if self.pool is not None:
            self.pool.shutdown(wait=False, cancel_futures=True)
        for child in multiprocessing.active_children():
            if child.pid not in self.others:
                child.terminate()

    def _each(self) -> Iterator[Reading | NotAReportError]:
        if self.workers <= 1:
            yield from map(_read, self.documents)
            return
        left = list(self.documents)
        while left:
            futures = self._started(left, self.workers)
            try:
                while left:
                    reading = futures[0].result()
                    futures.pop(0)
                    left.pop(0)
                    yield reading
            except BrokenProcessPool:
                # One of those under way ended its process: which one is told by reading this
                # one alone. The others go on in new processes.
                yield self._read_alone(left.pop(0))

    def _started(
        self, documents: Sequence[Path], workers: int
    ) -> list[Future[Reading | NotAReportError]]:
        if self.pool is not None:
            self.pool.shutdown(wait=False, cancel_futures=True)
        # Its processes take their environment from this one.
        os.environ.update(SAFE_PATH)
        self.pool = ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))
        with _interrupts_blocked():
            return [self.pool.submit(_read, path) for path in documents]

    def _read_alone(self, path: Path) -> Reading | NotAReportError:
        try:
            return self._started([path], 1)[0].result()
        except BrokenProcessPool:
            return NotAReportError(
                f"{path.name} cannot be read: the process that reads it is ended from outside,"
                " perhaps for want of memory, or by a fault of the PDF library on a damaged file."
                " Save it anew from another program, or as text."
            )


@contextmanager
def _interrupts_blocked() -> Iterator[None]:
    """Start processes that no Ctrl-C reaches: the command itself ends them, without tracebacks."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _read(path: Path) -> Reading | NotAReportError:
    """Read one document; a refusal is a result, since others go on."""
    try:
        return read_document(path)
    except NotAReportError as error:
        return error
