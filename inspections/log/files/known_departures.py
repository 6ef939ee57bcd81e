"""``known_departures.csv``: departures from the review method that people know of and accept.

What belongs here: how the file is read, which rows of a check a line is about, and what is wrong
with a line. It lies among the reference seeds, so that each log has its own. Which rules there are,
and which rows depart from them, does not: see :mod:`expectations`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inspections.errors import ActionableError
from inspections.files import read_file
from inspections.log.files.csv_records import read_table, shown

FILE = "known_departures.csv"
COLUMNS = ("table", "rule", "key", "reason")


class KnownDeparturesError(ActionableError):
    """``known_departures.csv`` is not as expected."""


@dataclass(frozen=True)
class KnownDeparture:
    """A line of the file.

    Attributes:
        table: The table whose check finds the departure.
        rule: The rule, as the check says it.
        key: Columns of the row at fault with their values.
        reason: Why it is accepted.
        place: File and line.
    """

    table: str
    rule: str
    key: tuple[tuple[str, str], ...]
    reason: str
    place: str

    @property
    def key_in_words(self) -> str:
        """The key as the file has it."""
        return "|".join(f"{name}={value}" for name, value in self.key)

    def is_about(self, row: Mapping[str, Any]) -> bool:
        """Whether a row at fault has each value of the key."""
        return all(_text(row.get(name)) == value for name, value in self.key)


def key_of(row: Mapping[str, Any]) -> str:
    """A row at fault as a key that the file takes."""
    return "|".join(f"{name}={_text(value)}" for name, value in row.items())


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def read_known_departures(seeds_dir: Path) -> list[KnownDeparture]:
    """The lines of the file in their order; none where there is no file.

    Args:
        seeds_dir: The folder of reference seeds.

    Raises:
        KnownDeparturesError: The file cannot be read, or a line is incomplete or stands twice; the
            message names line, column and value.
    """
    path = seeds_dir / FILE
    if not path.exists() and not path.is_symlink():
        return []
    place = f"{seeds_dir.name}/{FILE}"
    try:
        content = read_file(path)
    except OSError as error:
        raise KnownDeparturesError(
            f"{place} cannot be read: {error.strerror}.", code="disk-or-rights"
        ) from error
    found: dict[tuple[str, str, tuple[tuple[str, str], ...]], KnownDeparture] = {}
    for where, fields in read_table(content, COLUMNS, place, KnownDeparturesError):
        row = {name: value.strip() for name, value in fields.items()}
        for name in COLUMNS:
            if not row[name]:
                raise KnownDeparturesError(
                    f"{where}, column {name}: it is empty; expected the table, the rule, the row's"
                    " key and the reason for accepting it."
                )
        key = _key(row["key"], where)
        entry = KnownDeparture(row["table"], row["rule"], key, row["reason"], where)
        first = found.setdefault((entry.table, entry.rule, entry.key), entry)
        if first is not entry:
            raise KnownDeparturesError(
                f"{where}, column key, value {shown(row['key'])!r}: the departure is listed"
                f" already, in {first.place}; expected each once. Remove one."
            )
    return list(found.values())


def _key(text: str, where: str) -> tuple[tuple[str, str], ...]:
    pairs: list[tuple[str, str]] = []
    for part in text.split("|"):
        name, sign, value = part.partition("=")
        if sign and name.strip().isidentifier():
            pairs.append((name.strip(), value))
        elif pairs:
            # A value may hold the sign that parts the columns.
            pairs[-1] = (pairs[-1][0], f"{pairs[-1][1]}|{part}")
        else:
            raise KnownDeparturesError(
                f"{where}, column key, value {shown(text)!r}: expected columns with their values,"
                " such as visit_id=elmley-2023-irp, parted by | where there are several.",
                code="known-departures",
            )
    return tuple(pairs)


def check_rules(known: Iterable[KnownDeparture], rules: Mapping[str, Sequence[str]]) -> None:
    """Find lines about tables or rules that there are not.

    Args:
        known: The lines.
        rules: The rules of each table from which a row may depart.

    Raises:
        KnownDeparturesError: A line is about another table or rule.
    """
    for entry in known:
        if entry.table not in rules:
            raise KnownDeparturesError(
                f"{entry.place}, column table, value {shown(entry.table)!r}: no table of that name"
                f" is checked; expected one of {', '.join(sorted(rules))}.",
                code="known-departures",
            )
        if entry.rule not in rules[entry.table]:
            expected = "; ".join(rules[entry.table]) or "none, as it has no such rule"
            raise KnownDeparturesError(
                f"{entry.place}, column rule, value {shown(entry.rule)!r}: {entry.table} has no"
                f" such rule that a row may depart from; expected one of: {expected}. A"
                " contradiction cannot be accepted.",
                code="known-departures",
            )


def check_keys(known: Iterable[KnownDeparture], columns: Sequence[str]) -> None:
    """Find lines whose key does not say which row of a rule they are about.

    Args:
        known: Lines about one rule.
        columns: The columns by which the rule names its rows, the key first.

    Raises:
        KnownDeparturesError: A key lacks the first column, or names another than these.
    """
    for entry in known:
        names = [name for name, _ in entry.key]
        is_repeated = len(set(names)) < len(names)
        if columns[0] not in names or is_repeated or not set(names) <= set(columns):
            raise KnownDeparturesError(
                f"{entry.place}, column key, value {shown(entry.key_in_words)!r}: the rule names"
                f" its rows by {', '.join(columns)}; expected {columns[0]}=…, and any of the"
                " others once.",
                code="known-departures",
            )
