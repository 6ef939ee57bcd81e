"""Previews of the warehouse: replays the log, or the log with a batch, without a build.

What belongs here: the replay in this process, its checks, and the file and pages beside the
warehouse that nobody publishes. What does not: the gate and the staging of a batch
(:mod:`inspections.log`), writing the file (:mod:`inspections.publication`), and the pages
themselves (:mod:`inspections.pages`).

Use :class:`Previewer` for several previews in one process: the suites' process then starts once.
"""

from inspections.preview.making import Previewer, PreviewResult, preview

__all__ = ["PreviewResult", "Previewer", "preview"]
