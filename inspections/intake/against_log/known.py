"""The log's live facts as text, and its establishments' names."""

import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from inspections.intake.text.names import PART_OF_NAME
from inspections.intake.text.vocabulary import plain, register_names
from inspections.log.adding.journal import finish_interrupted_append
from inspections.log.declaration import event_types
from inspections.log.files.decisions import (
    RuleRecord,
    decisions_path,
    read_decisions,
    rule_records,
)
from inspections.log.files.event_folder import find_event_files
from inspections.log.gate import Judged, judge
from inspections.settings import Settings

_PREFIXES = re.compile(
    r"\b(?:hmp|hm prison|hmyoi|hm yoi|yoi|hm young offender institution|cem|sti|e yoi)\b"
    # «Redmoor and YOI», and the same in Welsh; «Redmoor A» is a place of its own.
    r"|\b(?:and|a)(?=\s+(?:hmp|yoi|hmyoi|hm yoi|e yoi)\s*$)"
)


@dataclass(frozen=True)
class Fact:
    """A fact that the log holds as true now, or that waits in it.

    Attributes:
        event_id: The original event, which evidence is about.
        event_type: Its type.
        document_id: The document that its current version rests on.
        paragraph: Where that states it.
        values: Its columns as texts, as an event file has them.
        first_document_id: The document of its original.
        first_paragraph: Where that states it.
        is_named_anew: Whether its values name a subject otherwise than the log does.
    """

    event_id: str
    event_type: str
    document_id: str
    paragraph: str
    values: dict[str, str]
    first_document_id: str = ""
    first_paragraph: str = ""
    is_named_anew: bool = False


@dataclass
class KnownLog:
    """The log as the gate made it.

    Attributes:
        establishments: Ids of establishments by each name that they bear or bore, reduced.
        event_ids: The document of each event that the log has read, by its id.
        documents: The rows of ``documents.csv`` by document id.
        primary: The documents that report on a visit themselves, by visit id.
        rules: How often each rule of intake was right, by its name.
    """

    judged: Judged | None = None
    establishments: dict[str, str] = field(default_factory=dict)
    event_ids: dict[str, str] = field(default_factory=dict)
    documents: dict[str, dict[str, str]] = field(default_factory=dict)
    primary: dict[str, frozenset[str]] = field(default_factory=dict)
    reports_dir: Path | None = None
    rules: dict[str, RuleRecord] = field(default_factory=dict)

    def facts(
        self, establishment_ids: Sequence[str], recommendation_ids: Sequence[str]
    ) -> list[Fact]:
        """The live facts of some establishments, and what waits for some recommendations."""
        if self.judged is None:
            return []
        columns = ", ".join(f"log.{name}" for name in _columns())
        found = self.judged.ask(
            f"""
            select log.event_type, log.statement_id, log.document_id, log.paragraph,
                original.document_id, original.paragraph, {columns}
            from intermediate.int_log as log
            inner join intermediate.int_event_rows as original
                on log.statement_id = original.event_id
                and original.row_id not in (select row_id from intermediate.int_unaccepted_rows)
            where log.is_live and list_contains(?, log.establishment_id)
            order by log.event_type, log.recorded_at, log.event_id
            """,
            list(establishment_ids),
        )
        found += self.judged.ask(
            f"""
            select log.event_type, log.event_id, log.document_id, log.paragraph,
                log.document_id, log.paragraph, {columns}
            from intermediate.int_event_rows as log
            inner join intermediate.int_unaccepted_rows as unaccepted using (row_id)
            where unaccepted.verdict = 'waiting' and log.event_type = 'responses_received'
                and list_contains(?, log.recommendation_id)
            order by log.recorded_at, log.event_id
            """,
            list(recommendation_ids),
        )
        return [_fact(row) for row in found]


def _columns() -> list[str]:
    """The columns of all types, those of the envelope apart, each once."""
    skipped = ("event_id", "recorded_at", "document_id", "paragraph", "corrects_event_id")
    names = dict.fromkeys(
        name
        for event_type in event_types().values()
        for name in event_type.column_names
        if name not in skipped
    )
    return list(names)


def _fact(row: tuple[Any, ...]) -> Fact:
    event_type, event_id, document_id, paragraph, first_document, first_paragraph, *values = row
    return Fact(
        event_id,
        event_type,
        document_id or "",
        paragraph or "",
        {name: _text(value) for name, value in zip(_columns(), values, strict=True)},
        first_document or "",
        first_paragraph or "",
    )


def _text(value: Any) -> str:
    """A value as an event file has it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, float):
        # Every digit, and no exponent: a correction repeats what the log has.
        return f"{Decimal(repr(value)):f}".removesuffix(".0")
    return str(value)


@contextmanager
def read_known(settings: Settings) -> Iterator[KnownLog]:
    """Judge the log and open what it knows; an empty one where there is no log yet.

    Args:
        settings: Where log, seeds and kept texts lie.

    Raises:
        ActionableError: The log cannot be judged.
    """
    folder = settings.events_dir
    if folder.is_dir():
        finish_interrupted_append(folder)
    decided = read_decisions(decisions_path(folder, settings.seeds_dir))
    rules = rule_records(decided)
    if not folder.is_dir() or not find_event_files(folder).paths:
        yield KnownLog(rules=rules)
        return
    with tempfile.TemporaryDirectory() as scratch:
        judged = judge(settings.events_dir, settings.seeds_dir, settings.reports_dir, Path(scratch))
        names: dict[str, str] = {}
        entries = register_names()
        for establishment_id, name in judged.ask(
            "select distinct establishment_id, name from intermediate.int_log"
            " where event_type = 'establishments_described' and is_live order by all"
        ):
            for each in (
                name,
                establishment_id.replace("-", " "),
                *entries.get(establishment_id, ()),
            ):
                names.setdefault(name_key(each), establishment_id)
        documents = {
            row[0]: {"title": row[1] or "", "file": row[2] or ""}
            for row in judged.ask("select document_id, title, file from event_files.documents")
        }
        primary: dict[str, set[str]] = {}
        for visit_id, document_id in judged.ask(
            "select visit_id, coalesce(published_document_id, document_id)"
            " from intermediate.int_log"
            " where event_type = 'reports_published' and is_live and visit_id is not null"
            " and coalesce(what, 'report') = 'report'"
            " and (what is null or published_document_id is not null)"
        ):
            primary.setdefault(visit_id, set()).add(document_id)
        yield KnownLog(
            judged,
            names,
            {
                event_id: document_id or ""
                for event_id, document_id in judged.ask(
                    "select event_id, document_id from intermediate.int_event_rows"
                    " where event_id is not null order by all"
                )
            },
            documents,
            {visit: frozenset(found) for visit, found in primary.items()},
            settings.reports_dir,
            rules,
        )


def name_key(name: str) -> str:
    """An establishment's name for comparison: without «HMP», case and brackets."""
    # A letter or a number in brackets is a part of the name, and so are those who are held there.
    text = re.sub(
        r"\((?!\w{1,2}\))[^()]*\)",
        lambda found: found[0] if PART_OF_NAME.fullmatch(found[0]) else " ",
        name,
    )
    text = re.sub(
        r"(?<=P)\s*/\s*(?=YOI)|\s&\s(?=(?:HM\s?)?YOI)|\sand\s(?=(?:HM\s?)?YOI)", " ", text
    )
    return " ".join(_PREFIXES.sub(" ", plain(text)).split())
