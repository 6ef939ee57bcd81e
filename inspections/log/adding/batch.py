"""Rows that are to be appended, as files bring them."""

from dataclasses import dataclass, field
from pathlib import Path

from inspections.files import read_file
from inspections.log.declaration import event_types
from inspections.log.files.csv_records import open_table, shown
from inspections.log.files.documents import DocumentsError, read_documents
from inspections.log.files.event_folder import find_event_files, shown_name
from inspections.log.gate import GateError

# What intake notes beside a row for the person who looks at it: left out of the log.
NOTE = "intake_note"
# What a person decides of a proposed row: yes, or no for one that is to be left out.
KEEP = "keep"
# What a batch may leave to be filled in.
_FILLED_IN = ("event_id", "recorded_at")
# What a folder of proposed rows holds beside them.
BESIDE_ROWS = (
    "blocks.csv",
    "candidates.csv",
    "places.csv",
    "reconciliation.csv",
    "summary.csv",
)


@dataclass(frozen=True)
class BatchRow:
    """A row to append, and where it came from.

    Attributes:
        source: The file that it was read from.
        line_number: The line there.
        values: Its columns, as texts.
    """

    source: str
    line_number: int
    values: dict[str, str]

    @property
    def place(self) -> str:
        """Its file and line, as messages name them."""
        return f"{self.source}, line {self.line_number}"


@dataclass
class Batch:
    """Rows to append.

    Attributes:
        rows: By event type.
        documents: Rows of ``documents.csv`` that came with them.
        passed_over: What lies beside them that looks like rows and was not read, in words.
        left_out: How many rows a person has marked to be left out.
    """

    rows: dict[str, list[BatchRow]] = field(default_factory=dict)
    documents: list[BatchRow] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)
    left_out: int = 0

    def add(self, event_type: str, row: BatchRow) -> None:
        """Add one row."""
        self.rows.setdefault(event_type, []).append(row)

    def __len__(self) -> int:
        return sum(len(rows) for rows in self.rows.values())


def read_batch(paths: list[Path], seeds_dir: Path | None = None) -> Batch:
    """Read event files, or folders of them, as a batch, with their documents.

    Args:
        paths: Files named ``<event type>.csv`` or ``<event type>.<anything>.csv``, or folders.
        seeds_dir: Where the log's own list of documents lies, which is not taken for a batch's.

    Raises:
        GateError: A file cannot be read as one of events; the message names file and line.
    """
    batch = Batch()
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            found = find_event_files(path, beside=BESIDE_ROWS)
            files += found.paths
            batch.passed_over += found.passed_over
        else:
            files.append(path)
    if not files:
        raise GateError(
            "There is no event file to append; expected files such as visits_held.csv.",
            batch.passed_over,
        )
    for file in files:
        _read_file(file, batch)
    if batch.left_out:
        batch.passed_over.append(f"{batch.left_out} row(s) are marked keep=no and left out.")
    if not len(batch):
        raise GateError(
            "The files hold no row to append; expected rows below the header.", batch.passed_over
        )
    for folder in dict.fromkeys(path if path.is_dir() else path.parent for path in paths):
        _read_documents_beside(folder, seeds_dir, batch)
    return batch


def _read_documents_beside(folder: Path, seeds_dir: Path | None, batch: Batch) -> None:
    path = folder / "documents.csv"
    is_there = path.exists() or path.is_symlink()
    if not is_there or (seeds_dir is not None and folder.resolve() == seeds_dir.resolve()):
        return
    try:
        batch.documents += [
            BatchRow(path.name, line_number, row) for line_number, row in read_documents(path)
        ]
    except DocumentsError as error:
        raise GateError(str(error)) from error


def _read_file(file: Path, batch: Batch) -> None:
    name = shown_name(file)
    event_type = event_types().get(file.name.split(".")[0])
    if event_type is None:
        raise GateError(
            f"{name}: the name gives no known event type. Known are"
            f" {', '.join(event_types())}; rename the file."
        )
    try:
        content = read_file(file)
    except OSError as error:
        raise GateError(
            f"{name} cannot be read: {error.strerror}.", code="disk-or-rights"
        ) from error
    header, rows = open_table(content, name, GateError)
    repeated = sorted({column for column in header if header.count(column) > 1})
    missing = [column for column in event_type.lacking(header) if column not in _FILLED_IN]
    unknown = [
        shown(column)
        for column in header
        if column not in event_type.column_names and column not in (KEEP, NOTE)
    ]
    if missing or unknown or repeated:
        raise GateError(
            f"{name}, line 1:"
            + (f" the header lacks {', '.join(missing)}." if missing else "")
            + (f" The header has unknown {', '.join(unknown)}." if unknown else "")
            + (f" The header has {', '.join(repeated)} twice." if repeated else "")
            + f" Expected {','.join(event_type.column_names)}."
        )
    for line_number, values in rows:
        kept = values.get(KEEP, "").strip().lower()
        if kept not in ("", "yes", "no"):
            raise GateError(
                f"{name}, line {line_number}, column {KEEP}, value {kept!r}: expected yes,"
                " or no to leave the row out."
            )
        if kept == "no":
            batch.left_out += 1
            continue
        row = {column: values.get(column, "") for column in event_type.column_names}
        batch.add(event_type.name, BatchRow(name, line_number, row))
