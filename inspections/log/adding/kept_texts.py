"""Keeps the texts that events cite with the log."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from inspections.files import read_file, replace_file
from inspections.log.adding.batch import Batch
from inspections.log.adding.journal import staged_path
from inspections.log.files.event_folder import shown_name
from inspections.log.gate import GateError


@dataclass(frozen=True)
class KeptText:
    """A document's text that comes with a batch.

    Attributes:
        file: Where it is to lie within the reports folder.
        content: Its bytes.
    """

    file: str
    content: bytes


def link_texts(reports_dir: Path, folder: Path) -> None:
    """A folder that holds the same texts, without copying them where the disk allows links."""
    folder.mkdir(parents=True)
    for path in reports_dir.rglob("*") if reports_dir.is_dir() else ():
        if path.is_file():
            target = folder / path.relative_to(reports_dir)
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.link(path.resolve(), target)
            except OSError:
                shutil.copyfile(path, target)


def keep_text(reports_dir: Path, text: KeptText) -> None:
    """Put a text into a folder of texts, unless it is there already.

    Raises:
        GateError: Another text is there.
        OSError: The disk does not take it.
    """
    target = reports_dir / text.file
    if not is_kept(reports_dir, text):
        target.parent.mkdir(parents=True, exist_ok=True)
        replace_file(target, text.content)


def is_kept(reports_dir: Path, text: KeptText) -> bool:
    """Whether a text is kept already.

    Raises:
        GateError: Another text is there under its name.
    """
    target = reports_dir / text.file
    if not target.is_file():
        return False
    if target.read_bytes() != text.content:
        raise GateError(
            f"reports/{text.file} exists with another text; give the document another id and file."
        )
    return True


def stage_text(
    events_dir: Path, reports_dir: Path, text: KeptText, staged: dict[Path, Path]
) -> None:
    """Stage a text, so that it is kept together with the rows that cite it, or not at all.

    Args:
        events_dir: The folder of the log, in which it is staged.
        reports_dir: The folder of kept texts.
        text: The text.
        staged: Takes the staged file, by the file that it is to be, before it is written.

    Raises:
        GateError: Another text is there under its name.
        OSError: The disk does not take it.
    """
    if not is_kept(reports_dir, text):
        target = reports_dir / text.file
        # Under a name that no event file has.
        staged[target] = staged_path(events_dir, target.with_name(f"text-{target.name}"))
        staged[target].write_bytes(text.content)


def text_of_document(document: Path, batch: Batch) -> KeptText:
    """A document's text, under the name that its row in the batch's ``documents.csv`` gives.

    Raises:
        GateError: No row names it, the name leads nowhere, or it is no text in UTF-8.
    """
    named = [row for row in batch.documents if row.values["file"]]
    if len(named) != 1:
        raise GateError(
            "--document needs a documents.csv beside the event files with one row that names the"
            f" text in its column file; {len(named)} do."
        )
    file = named[0].values["file"]
    path = Path(file)
    if (
        path.is_absolute()
        or not path.name
        or ".." in path.parts
        or not file.isprintable()
        or len(path.name.encode()) > 200
    ):
        raise GateError(
            f"{named[0].place}, column file, value {file!r}: not the name of a file within the"
            " reports folder; expected one such as hmp-elmley-irp-2023-02.txt."
        )
    try:
        content = read_file(document)
        content.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        said = error.strerror if isinstance(error, OSError) else str(error)
        raise GateError(
            f"{shown_name(document)} cannot be read as UTF-8 text: {said}. Save it as UTF-8."
        ) from error
    return KeptText(file, content)
