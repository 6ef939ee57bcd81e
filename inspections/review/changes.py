"""Changes that a proposal would make to the log: previewed, never published.

The preview is that of ``inspections preview``: its replay, its checks, its pages. They are shown
from its folder beside the warehouse.
"""

import re
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from inspections.errors import sentence_of
from inspections.log.adding.batch import read_batch
from inspections.log.adding.kept_texts import text_of_document
from inspections.preview import Previewer, PreviewResult
from inspections.review.folder.proposal import TEXT, Proposal
from inspections.settings import Settings

# A preview's pages bring their own style and, on lists, a script whose digest they name.
_POLICY = (
    "default-src 'none'; script-src {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self'"
    " data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_DIGEST = re.compile(rb"'sha256-[A-Za-z0-9+/=]{20,}'")
_KINDS = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".xml": "application/xml",
}


@dataclass(frozen=True)
class Changes:
    """Changes that a proposal would make.

    Attributes:
        result: The preview; none where there is none, or none yet.
        fault: Why there is none.
        is_pending: Whether it is being made.
    """

    result: PreviewResult | None = None
    fault: str = ""
    is_pending: bool = False


@dataclass(frozen=True)
class Page:
    """A file of a preview.

    Attributes:
        content: Its bytes.
        kind: Its media type.
        policy: What it may load.
    """

    content: bytes
    kind: str
    policy: str


class Previews:
    """Cache of the changes that proposals would make.

    Args:
        settings: Where log, seeds, kept texts and the publication lie.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="preview")
        self._asked: dict[Path, tuple[str, Future[Changes]]] = {}
        self._previewer: Previewer | None = None
        self._last: tuple[Path, PreviewResult] | None = None

    def close(self) -> None:
        """End the previews' other processes."""
        self._thread.shutdown(cancel_futures=True)
        if self._previewer is not None:
            self._previewer.close()

    def of(self, proposal: Proposal) -> Changes:
        """Changes that a proposal's present decisions would make; a preview takes some seconds."""
        known = self._asked.get(proposal.folder)
        is_there = known is not None and known[0] == proposal.revision
        if is_there and known is not None and known[1].done():
            # Another proposal's pages may lie there now.
            is_there = self._last is not None and self._last[0] == proposal.folder
        if known is None or not is_there:
            known = proposal.revision, self._thread.submit(self._changes, proposal)
            self._asked[proposal.folder] = known
        try:
            found = known[1].result(timeout=0.5)
        except TimeoutError:
            return Changes(is_pending=True)
        if found.fault:
            # What stood in the way, such as a build, may be gone the next time.
            del self._asked[proposal.folder]
        return found

    def _changes(self, proposal: Proposal) -> Changes:
        try:
            return Changes(self._preview(proposal))
        except Exception as error:  # Told on the page: a thread has nobody else to tell.
            said = f"The preview stopped on a bug of this program: {type(error).__name__}: {error}"
            return Changes(fault=sentence_of(error) or said)

    def page(self, folder: Path, path: str) -> Page | None:
        """A file of a proposal's last preview; none where there is no such file."""
        last = self._last
        if last is None or last[0] != folder:
            return None
        inside = last[1].folder.resolve()
        try:
            file = (inside / (path or "index.html")).resolve()
            kind = _KINDS.get(file.suffix)
            if kind is None or not file.is_relative_to(inside) or not file.is_file():
                return None
            content = file.read_bytes()
        except (OSError, ValueError):
            return None
        # The first words of a page name the digests of its scripts; what documents say comes later.
        digests = _DIGEST.findall(content[:2000])
        scripts = " ".join(digest.decode() for digest in digests) or "'none'"
        return Page(content, kind, _POLICY.format(scripts=scripts))

    def _preview(self, proposal: Proposal) -> PreviewResult:
        batch = read_batch([proposal.folder], self._settings.seeds_dir)
        text = None
        if proposal.document.get("file") and (proposal.folder / TEXT).is_file():
            text = text_of_document(proposal.folder / TEXT, batch)
        if self._previewer is None:
            self._previewer = Previewer(self._settings)
        result = self._previewer.preview(batch, text, proposal.title)
        self._last = (proposal.folder, result)
        return result


def lines_of(values: Sequence[tuple[str, str | None, str | None]]) -> list[tuple[str, str, str]]:
    """The columns of a change for people: name, value before, value after."""
    return [
        (name.replace("_", " "), _shown(before), _shown(after)) for name, before, after in values
    ]


def _shown(value: str | None) -> str:
    if value is None:
        return "(empty)"
    text = " ".join(value.split())
    return text if len(text) <= 160 else text[:160] + "…"
