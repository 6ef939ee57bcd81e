"""A proposal as a folder: whole or not at all, and never over a person's edits."""

import csv
import hashlib
import io
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from inspections.intake.document_types.review.parts import Report
from inspections.intake.document_types.review.propose import propose
from inspections.intake.document_types.review.structure import read_report
from inspections.intake.lines import NotAReportError
from inspections.intake.reconcile import COLUMNS as RECONCILIATION_COLUMNS
from inspections.intake.reconcile import reconcile
from inspections.intake.rows import NOTE
from inspections.log.declaration import event_types
from inspections.log.documents import COLUMNS as DOCUMENT_COLUMNS

AGREES = 0
NOT_A_REPORT = 1
NEEDS_A_PERSON = 3
# What the files were when they were written: tells a person's edits from a run before.
DIGESTS = ".intake-digests"


@dataclass(frozen=True)
class IntakeResult:
    """What an intake did.

    Attributes:
        code: 0 when all agrees, 3 when something needs a person, 1 when it is no such report.
        messages: What a person has to know, the most important first.
        document_id: The document's id; empty where there is no report.
        rows: The number of rows proposed, by event type.
        comparisons: How many comparisons were made.
        agreeing: How many of them agree.
        out: The folder of the proposal; none where nothing was written.
    """

    code: int
    messages: list[str] = field(default_factory=list)
    document_id: str = ""
    rows: dict[str, int] = field(default_factory=dict)
    comparisons: int = 0
    agreeing: int = 0
    out: Path | None = None


def intake_report(source: Path, out: Path) -> IntakeResult:
    """Propose the event rows of a report of an independent review of progress.

    Writes ``<event type>.csv``, ``documents.csv``, ``report.txt`` and ``reconciliation.csv``
    into ``out``. Nothing of it enters the log by itself.

    Args:
        source: The report, as a text file in UTF-8 or a PDF.
        out: The folder to write. One that an intake wrote before is replaced as long as nobody
            has edited it since; any other that holds files is left alone.

    Returns:
        What was proposed and what needs a person.
    """
    try:
        refused = _why_not_into(out)
    except (OSError, ValueError) as error:
        return IntakeResult(NOT_A_REPORT, [_cannot_be_written(out, error)])
    try:
        report = read_report(source)
    except NotAReportError as error:
        if not refused and out.is_dir():
            # What an earlier report left must not be taken for this one's.
            for file in out.iterdir():
                file.unlink()
            out.rmdir()
        return IntakeResult(NOT_A_REPORT, [str(error)])
    if refused:
        return IntakeResult(NOT_A_REPORT, [refused])
    proposal = propose(report)
    comparisons = reconcile(report, proposal)
    files = {
        f"{name}.csv": _csv((*event_type.column_names, NOTE), proposal.rows[name])
        for name, event_type in event_types().items()
        if name in proposal.rows
    }
    files["documents.csv"] = _csv(DOCUMENT_COLUMNS, [proposal.document])
    files["report.txt"] = text_of(report)
    files["reconciliation.csv"] = _csv(
        RECONCILIATION_COLUMNS, [comparison.row for comparison in comparisons]
    )
    try:
        _write(out, files)
    except (OSError, ValueError) as error:
        return IntakeResult(NOT_A_REPORT, [_cannot_be_written(out, error)])
    messages = [
        each.detail
        if not each.paragraph or each.paragraph in each.detail
        else f"{each.paragraph}: {each.detail}"
        for each in comparisons
        if each.needs_person
    ]
    judged = [each.agrees for each in comparisons if each.agrees is not None]
    return IntakeResult(
        NEEDS_A_PERSON if messages else AGREES,
        list(dict.fromkeys(messages)),
        proposal.document["document_id"],
        {name: len(rows) for name, rows in proposal.rows.items()},
        len(judged),
        sum(judged),
        out,
    )


def text_of(report: Report) -> str:
    """The text that was read: a text file's own, a PDF's without what is printed around it."""
    if not report.source.is_pdf:
        return report.source.text.replace("\f", "\n")
    parts = [
        f"# {block.text}" if block.is_heading and not block.text.startswith("-") else block.text
        for block in report.blocks
    ]
    return "\n\n".join(parts) + "\n"


def _csv(columns: tuple[str, ...], rows: list[dict[str, str]]) -> str:
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue()


def _why_not_into(out: Path) -> str:
    """Why a folder may not be replaced; empty where it may."""
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        return f"{out} is there and is no folder; name another."
    if not out.exists() or not any(out.iterdir()):
        return ""
    digests = out / DIGESTS
    if not digests.is_file():
        return f"{out} holds files that intake did not write; name an empty or new folder."
    known = dict(
        line.split("  ", 1)[::-1] for line in digests.read_text(encoding="utf-8").splitlines()
    )
    edited = sorted(
        file.name
        for file in out.iterdir()
        if file.name != DIGESTS
        and (not file.is_file() or known.get(file.name) != _digest(file.read_bytes()))
    )
    if edited:
        return (
            f"{out} holds a proposal that has been worked on since ({', '.join(edited)}); name"
            " another folder, or remove this one."
        )
    return ""


def _cannot_be_written(out: Path, error: OSError | ValueError) -> str:
    """Why a proposal cannot lie in a folder, and what to do about it."""
    if isinstance(error, FileExistsError | NotADirectoryError):
        reason = "a part of the path is a file, not a folder"
    elif isinstance(error, OSError):
        reason = error.strerror or "the system gives no reason"
    else:
        reason = str(error)
    return f"{out.name[:80]} cannot be written: {reason}. Name another folder with --out."


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _write(out: Path, files: dict[str, str]) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=".intake.", dir=out.parent))
    try:
        temporary.chmod(0o755)
        digests = []
        for name, text in files.items():
            content = text.encode("utf-8")
            (temporary / name).write_bytes(content)
            digests.append(f"{_digest(content)}  {name}\n")
        (temporary / DIGESTS).write_text("".join(digests), encoding="utf-8")
        if out.exists():
            before = temporary.with_name(f"{temporary.name}-before")
            out.rename(before)
            temporary.rename(out)
            shutil.rmtree(before)
        else:
            temporary.rename(out)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
