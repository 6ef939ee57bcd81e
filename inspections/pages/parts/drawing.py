"""Drawing pages into a folder, and taking those of an earlier drawing that would be the same.

Most of a site does not change with a batch: the pages of other prisons read nothing of it. A page
is taken as it was where everything that it was made of is the same: what it was given, and each
entry that it looked up in what all pages share. Which entries these are is noted while it is drawn.

Two places of a page may change by themselves, the banner of a preview and the line at its foot.
Marks enclose them, so that they can be set anew without drawing the page.
"""

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

from inspections.pages import charts

# What the pages of an earlier drawing were made of, beside them.
_NOTES = ".drawn.json"
_EDITION = re.compile(r"<!--(banner|edition)-->.*?<!--/\1-->", re.DOTALL)
# What draws: another version may draw otherwise.
_LIBRARIES = ("altair", "vl-convert-python", "jinja2", "feedgen")

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


def digest_of(content: Any) -> str:
    """A digest of rows, or of what holds rows."""
    return hashlib.blake2b(
        repr(content).encode("utf-8", "surrogatepass"), digest_size=16
    ).hexdigest()


class LookedUp(Mapping[_Key, _Value]):
    """Entries that all pages share, of which each page looks up a few.

    It has no order and no length: a page that read those would be made of all entries.
    """

    def __init__(self, entries: Mapping[_Key, _Value]) -> None:
        self._entries = entries
        self._digests: dict[_Key, str] = {}
        self.keys_read: set[_Key] = set()

    def __getitem__(self, key: _Key) -> _Value:
        self.keys_read.add(key)
        return self._entries[key]

    def __contains__(self, key: object) -> bool:
        self.keys_read.add(key)  # type: ignore[arg-type]
        return key in self._entries

    def __iter__(self) -> Iterator[_Key]:
        raise TypeError("a page looks single entries up")

    def __len__(self) -> int:
        raise TypeError("a page looks single entries up")

    def __bool__(self) -> bool:
        return True

    def digest(self, key: _Key) -> str:
        """The digest of what is found under a key; empty where nothing is."""
        if key not in self._digests:
            found = self._entries.get(key)
            is_there = found is not None or key in self._entries
            self._digests[key] = digest_of(found) if is_there else ""
        return self._digests[key]


@dataclass
class _Notes:
    """Digests of the sources of a folder of pages."""

    code: str
    charts: dict[str, Any] = field(default_factory=dict)
    pages: dict[str, dict[str, Any]] = field(default_factory=dict)


class Drawing:
    """The pages of one folder, as they are drawn.

    Args:
        folder: The folder, which is new.
        shared: What pages look up, by name. See :class:`LookedUp`.
        earlier: The folder of an earlier drawing, whose pages may be taken, or the folder itself
            for a first one, whose pages may be taken later; none where none is ever taken.
        variant: What else all pages are made of, such as whether they reload themselves.
        edition: The current content of the marked places, by name.
    """

    def __init__(
        self,
        folder: Path,
        shared: Mapping[str, LookedUp[Any, Any]],
        earlier: Path | None = None,
        variant: str = "",
        edition: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = folder
        self.pages = 0
        self._shared = shared
        self._earlier = earlier
        self._edition = edition or {}
        code = f"{_digest_of_code()} {variant}"
        notes = _read_notes(earlier) if earlier is not None else None
        self._old = notes if notes is not None and notes.code == code else _Notes(code)
        self._new = _Notes(code)
        charts.keep(self._old.charts)

    def page(self, path: str, made_of: Callable[[], Any], draw: Callable[[], bytes]) -> None:
        """Write a page, or take the earlier one.

        Args:
            path: Its path within the folder.
            made_of: What it is made of, but for what it looks up.
            draw: Draws it.
        """
        self.pages += 1
        self.file(path, made_of, draw)

    def file(self, path: str, made_of: Callable[[], Any], draw: Callable[[], bytes]) -> None:
        """Write a file beside the pages, or take the earlier one: as :meth:`page`."""
        # Nobody takes a page of a build's again: what it is made of is not asked.
        digest = digest_of(made_of()) if self._earlier is not None else ""
        old = self._old.pages.get(path)
        if (
            old is not None
            and old["made_of"] == digest
            and self._reads_the_same(old["read"])
            and self._take(path, old["is"])
        ):
            self._new.pages[path] = old
            return
        for entries in self._shared.values():
            entries.keys_read.clear()
        content = draw()
        (self.folder / path).write_bytes(content)
        if self._earlier is not None:
            read = [
                [name, key, entries.digest(key)]
                for name, entries in self._shared.items()
                for key in sorted(entries.keys_read, key=repr)
            ]
            own = digest_of(_EDITION.sub("", content.decode("utf-8")))
            self._new.pages[path] = {"made_of": digest, "read": read, "is": own}

    def _reads_the_same(self, read: list[list[Any]]) -> bool:
        return all(
            name in self._shared
            and self._shared[name].digest(tuple(key) if isinstance(key, list) else key) == digest
            for name, key, digest in read
        )

    def _take(self, path: str, digest: str) -> bool:
        """Reuse an earlier page with the current edition; return whether it is unchanged."""
        assert self._earlier is not None
        earlier = self._earlier / path
        try:
            text = earlier.read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError):
            return False
        if digest_of(_EDITION.sub("", text)) != digest:
            return False
        current = _EDITION.sub(lambda mark: self._edition[mark[1]], text)
        if current == text:
            # The same file under another name, where the disk allows it.
            with suppress(OSError):
                os.link(earlier, self.folder / path)
                return True
        (self.folder / path).write_bytes(current.encode())
        return True

    def finish(self) -> None:
        """Note what the pages were made of, for the next drawing."""
        if self._earlier is not None:
            self._new.charts = charts.kept()
            notes = json.dumps(vars(self._new), separators=(",", ":"))
            (self.folder / _NOTES).write_text(notes, encoding="utf-8")


def _read_notes(folder: Path) -> _Notes | None:
    try:
        return _Notes(**json.loads((folder / _NOTES).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _digest_of_code() -> str:
    """A digest of what draws: the package of the pages with its templates, and the libraries."""
    digest = hashlib.blake2b(digest_size=16)
    here = Path(__file__).parent.parent
    for path in sorted(here.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(str(path.relative_to(here)).encode() + b"\0" + path.read_bytes())
    for library in _LIBRARIES:
        digest.update(f"{library} {version(library)}".encode())
    return digest.hexdigest()
