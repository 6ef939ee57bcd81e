"""One log of all that engines may read differently, for holding one engine to the other.

The project's own events, some hundred nasty streams, some thousand events of the benchmark's
generator, and every declared column with values on which casts, patterns or orders of engines
differ. All but the project's own are invented, as are their prisons.
"""

import csv
import random
import shutil
from pathlib import Path

from benchmarks.generate_events import generate
from inspections.log.declaration import event_types
from tests.conftest import EVENTS
from tests.event_streams import random_stream, write_event_files

_DAYS = (
    "infinity", "-infinity", "epoch", "-0044-03-15", "12021-01-01", "+2021-01-01", "2021",
    "2021-02", "2021-02-29", "2020-02-29", "2021-1-1", "2021-01-01 ", "2021-01-01\n", " 2021-01-01",
    "2021-01-01T00:00:00Z", "2021-01-01 00:00:00", "20210101", "01/02/2021", "1799-12-31",
    "2101-01-01", "2021-01-01 (BC)", "٢٠٢١-٠١-٠١", "today", "null",
)  # fmt: skip
_INSTANTS = (
    "2022-01-01T00:00Z", "2022-01-01T24:00:00Z", "2022-01-01T24:00Z", "2022-01-01T00:00:00+01:00",
    "2022-01-01T00:00:00+01:00Z", "2022-01-01T00:00:60Z", "2022-01-01T00:60:00Z",
    "2022-01-01 00:00:00Z", "2022-01-01t00:00:00z", "2022-01-01T00:00:00", "2022-01-01T00:00:00.Z",
    "2022-01-01T00:00:00.1Z", "2022-01-01T00:00:00.123456Z", "2022-01-01T00:00:00.1234567Z",
    "2022-01-01T00:00:00.123456789Z", "2022-02-30T00:00:00Z", "infinity", "epoch", "2022-01-01",
    "2022-01-01T00:00:00Z\n", "2022-01-01T00:00:00 UTC", "-0044-03-15T00:00:00Z",
    "12022-01-01T00:00:00Z", "2022-01-01T0:0:0Z",
)  # fmt: skip
_NUMBERS = (
    "0", "-0", "+5", "5.", ".5", "0.5", "1e3", "1E3", "1e400", "-1e-400", "NaN", "nan", "inf",
    "Infinity", "-inf", "0x10", "0b11", "1_000", "1,000", "007", " 7", "7 ", "7\n", "7d", "7f", "٣",
    "2147483647", "2147483648", "-2147483649", "9223372036854775808", "1.0", "1.5", "12.50",
    "99999999999999999999.5", "true", "--1", "",
)  # fmt: skip
_WORDS = ("true", "TRUE", "True", "t", "yes", "1", "0", "false", " true", "true\n", "")
_TEXTS = (
    "", " ", "a b", " a", "a ", "a\n", "a\r", "a\t", "O'Neill", "back\\slash", "\\n", "\\z", '"', "%",
    "_", "{{ x }}", "--", ";", "a\u200bb", "a\u00a0b", "\u00ad", "é", "e\u0301", "ß", "İ", "😀",
    "\U000e0100", "x" * 300, "null", "NULL", "None", "-", "=1+1", "$1", "a|b", "a;b", "a; b",
)  # fmt: skip
_VALUES = {"date": _DAYS, "instant": _INSTANTS, "integer": _NUMBERS, "number": _NUMBERS,
           "boolean": _WORDS}  # fmt: skip
# Types of which neither the generator nor the own log has an event, and what theirs are made of.
_MADE_OF = {
    "status_observed": ("progress_judged", {"status": "judgement"}),
    "urgent_notifications_issued": ("visits_held", {}),
}


def write_hostile_log(folder: Path, streams: int = 300, generated: int = 3000) -> None:
    """Write the log.

    Args:
        folder: The folder of event files, made here.
        streams: How many nasty streams it has.
        generated: How many events of the benchmark's generator.
    """
    folder.mkdir(parents=True)
    for file in EVENTS.glob("*.csv"):
        shutil.copy(file, folder / f"{file.stem}.own.csv")
    choose = random.Random(20)
    rows = [
        row
        for number in range(streams)
        for row in random_stream(choose, choose.randint(6, 14), f"invented-{number}")
    ]
    write_event_files(rows, folder)
    made = folder.with_name(f"{folder.name}-generated")
    generate(generated, 7, made, 1, lambda written: None)
    for name, (source, columns) in _MADE_OF.items():
        _write_made(made / f"{name}.csv", made / f"{source}.csv", columns)
    for file in made.glob("*.csv"):
        if file.stem != "documents":
            # Odd judgements make other counts than were stated; the own log's totals hold.
            if file.stem != "totals_stated":
                shutil.copy(file, folder / f"{file.stem}.generated.csv")
            _write_odd_values(file, folder)
    documents = (made / "documents.csv").read_text("utf-8").splitlines()[1:]
    with (folder / "documents.csv").open("a", encoding="utf-8") as stream:
        stream.writelines(f"{line}\n" for line in documents)


def _write_made(file: Path, source: Path, columns: dict[str, str]) -> None:
    """Some events of a type out of those of another, columns under other names."""
    names = event_types()[file.stem].column_names
    with source.open(encoding="utf-8", newline="") as stream:
        rows = [row for _, row in zip(range(20), csv.DictReader(stream), strict=False)]
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(
            stream, names, restval="", lineterminator="\n", extrasaction="ignore"
        )
        writer.writeheader()
        for row in rows:
            own = {"event_id": f"{row['event_id']}-{file.stem}", "corrects_event_id": ""}
            writer.writerow({**row, **own, **{to: row[of] for to, of in columns.items()}})


def _write_odd_values(file: Path, folder: Path) -> None:
    """A sound row of a type again and again, with another value in one of its columns each time."""
    with file.open(encoding="utf-8", newline="") as stream:
        sound = next(csv.DictReader(stream), None)
    if sound is None:
        return
    event_type = event_types()[file.stem]
    # A total is repeated so often that no review holds what it states.
    sound |= {"comparison": "at_least", "stated_count": "0"} if "comparison" in sound else {}
    rows = []
    for column in event_type.columns:
        for number, value in enumerate(_VALUES.get(column.kind, _TEXTS)):
            own = {"event_id": f"invented-odd-{file.stem}-{column.name}-{number}"}
            rows.append({**sound, **own, column.name: value})
    with (folder / f"{file.stem}.odd.csv").open("w", encoding="utf-8", newline="") as stream:
        # In quotes, as a lone carriage return would else end a line and with it the file's reading.
        writer = csv.DictWriter(
            stream,
            event_type.column_names,
            restval="",
            lineterminator="\n",
            quoting=csv.QUOTE_ALL,
        )
        writer.writeheader()
        writer.writerows(rows)
