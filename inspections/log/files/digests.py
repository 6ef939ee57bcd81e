"""Digests of a build's inputs.

The sensor asks every half minute. A file is read again only when its inode, size or times changed;
the digest alone says whether its content did.
"""

import hashlib
import time
from pathlib import Path

from inspections.database import attached
from inspections.dbt_project import project_digest
from inspections.files import check_is_regular
from inspections.log.declaration import event_types
from inspections.log.files.event_folder import EventFolderError, event_file_paths, shown_name
from inspections.log.files.known_departures import FILE as KNOWN_DEPARTURES
from inspections.settings import Settings

UNREADABLE = "unreadable"
# The relations that the reader makes beside those of the event types: the documents that events
# cite and their paragraphs, and what it notes of the files themselves.
DOCUMENTS = (
    "event_documents/documents",
    "event_documents/document_paragraphs",
    "event_documents/intake_decisions",
)
NOTES = ("event_files/files", "event_files/unreadable_rows")


# A file that changed so lately may change again without another time: it is read again.
SETTLED_SECONDS = 2.0
_known: dict[Path, tuple[tuple[int, ...], str]] = {}


def file_digest(path: Path) -> str:
    """The digest of a file, or that it cannot be read.

    A file that this process has read before, and that has not been touched since, is not read
    again.
    """
    try:
        check_is_regular(path)
        state = _state(path)
        if (known := _known.get(path)) and known[0] == state:
            return known[1]
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        changed_at = max(state[-2:]) / 1e9
        if state == _state(path) and time.time() - changed_at > SETTLED_SECONDS:
            _known[path] = state, digest
        else:
            _known.pop(path, None)
        return digest
    except OSError:
        return UNREADABLE


def _state(path: Path) -> tuple[int, ...]:
    """File metadata that changes when it is written, replaced or touched; the times come last."""
    found = path.stat()
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def event_file_digests(settings: Settings) -> dict[str, str]:
    """The digest of each event file, by name; none where there is no log."""
    try:
        paths = event_file_paths(settings.events_dir)
    except EventFolderError:
        return {}
    return {shown_name(path): file_digest(path) for path in paths}


def digest_of_files_read(settings: Settings) -> str:
    """The digest of the event files as the build read them, as :func:`content` has it.

    The reader noted each file's digest. The files themselves may have grown since.
    """
    with attached(settings.build_path, "build") as connection:
        read = connection.execute(
            "select file_name, sha256 from build.event_files.files"
        ).fetchall()
    return together({name: digest or UNREADABLE for name, digest in read})[:16]


def document_digests(settings: Settings) -> dict[str, str]:
    """The digest of each list of documents, decisions or departures, and of each kept text."""
    files = {
        f"{place}/{name}": folder / name
        for place, folder in (("seeds", settings.seeds_dir), ("events", settings.events_dir))
        for name in ("documents.csv", "intake_decisions.csv")
    }
    files[f"seeds/{KNOWN_DEPARTURES}"] = settings.seeds_dir / KNOWN_DEPARTURES
    if settings.reports_dir.is_dir():
        # By their whole paths: two texts of one name may lie in two folders of one name.
        files |= {
            f"reports/{path.relative_to(settings.reports_dir)}": path
            for path in sorted(settings.reports_dir.rglob("*"))
            if path.is_file()
        }
    return {name: file_digest(path) for name, path in files.items() if path.exists()}


def data_versions(settings: Settings) -> dict[str, str]:
    """The data version of each relation that the log is read into.

    Args:
        settings: Where the log lies.

    Returns:
        By asset key, joined by slashes: of an event type the digest of its files, and those of
        the documents and of all files.
    """
    files = event_file_digests(settings)
    documents = together(document_digests(settings))
    return {
        **{
            f"event_files/{name}": together(
                {file: files[file] for file in files if file.split(".")[0] == name}
            )
            for name in event_types()
        },
        **dict.fromkeys(DOCUMENTS, documents),
        **dict.fromkeys(NOTES, together(files)),
    }


def content(settings: Settings) -> dict[str, str]:
    """A build's inputs as three short digests that people can compare.

    Args:
        settings: Where the log lies.

    Returns:
        The digests of ``event_files``, ``documents`` and ``models`` (with macros and seeds).
    """
    # First, since it finishes an append that was interrupted.
    events = event_file_digests(settings)
    return {
        "event_files": together(events)[:16],
        "documents": together(document_digests(settings))[:16],
        "models": project_digest(settings.seeds_dir)[:16],
    }


def together(digests: dict[str, str]) -> str:
    """One digest of several, whatever their order."""
    both = sorted(digests.items())
    return hashlib.sha256(
        "".join(f"{name}\0{value}\n" for name, value in both).encode()
    ).hexdigest()
