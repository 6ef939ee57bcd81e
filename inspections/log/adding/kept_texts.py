"""The texts that events cite, kept beside the log."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from inspections.files import replace_file
from inspections.log.adding.journal import could_not_be_written
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
    """Put a text where texts are kept, unless it lies there.

    Raises:
        GateError: Another text lies there, or the disk does not take it.
    """
    target = reports_dir / text.file
    try:
        if target.is_file():
            if target.read_bytes() != text.content:
                raise GateError(
                    f"reports/{text.file} exists with another text; give the document another id"
                    " and file."
                )
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        replace_file(target, text.content)
    except OSError as error:
        raise could_not_be_written(error) from error
