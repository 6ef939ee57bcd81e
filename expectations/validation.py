"""Holding the built tables to their suites."""

import importlib
import os
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from inspections.database import duckdb_limits
from inspections.log.files.known_departures import (
    KnownDeparture,
    check_keys,
    check_rules,
    key_of,
)

SUITES = Path(__file__).with_name("suites")
SCHEMA = "marts"
# What most suites ask of the log, found once: the ids are narrow, the log is a join of wide tables.
_LOGGED_EVENTS = """
    create temp table logged_events as
    select
        logged.event_id,
        logged.is_live and documents.document_id is not null as is_live_with_document

    from marts.events as logged
    left join marts.dim_documents as documents on logged.document_id = documents.document_id
"""
# A rule of the published file, which Dagster asks on any day: see `dagster_project/freshness.py`.
VISITED_LATELY = ("dim_visits", "every prison was visited lately")
RULES_OF_THE_PUBLICATION = (VISITED_LATELY,)
# Keys enough to find the rows; the count tells how many more there are.
KEYS_SHOWN = 20


@dataclass(frozen=True)
class Finding:
    """Result of one expectation.

    Attributes:
        rule: The rule as a sentence.
        severity: ``critical`` stops publication, ``warning`` does not.
        result: ``passed``, ``failed``, ``known`` where each row at fault is an accepted departure,
            or ``not evaluated``, which is none of these.
        observed: What was observed: the count of rows at fault, or of the table's rows.
        keys: The keys of rows at fault that are not accepted, the first of them.
        why: Where the rule comes from or, for one that was not evaluated, what went wrong.
        known: The rows at fault that are accepted departures, each with the line that says so.
    """

    rule: str
    severity: str
    result: str
    observed: Any
    keys: list[dict[str, Any]] = field(default_factory=list)
    why: str = ""
    known: list[tuple[dict[str, Any], KnownDeparture]] = field(default_factory=list)

    @property
    def stops(self) -> bool:
        """Whether it stops publication."""
        return self.result == "not evaluated" or (
            self.result == "failed" and self.severity == "critical"
        )

    def in_words(self) -> str:
        """The finding in one line, with the keys of the rows at fault."""
        if self.result == "not evaluated":
            return f"could not be evaluated: {self.rule}: {self.why}"
        if self.result == "known":
            return f"{self.rule}: {len(self.known)} known"
        keys = "; ".join(
            ", ".join(f"{name} {value}" for name, value in row.items()) for row in self.keys
        )
        more = f" ({len(self.known)} more known)" if self.known else ""
        return f"{self.rule}: {self.new} row(s) at fault{more}: {keys}"

    @property
    def new(self) -> Any:
        """How many rows at fault are not accepted."""
        return self.observed - len(self.known) if self.known else self.observed

    def reasons(self) -> list[str]:
        """Each accepted departure with its reason, a line each."""
        return [f"{self.rule}: {key_of(row)}: {entry.reason}" for row, entry in self.known]


@dataclass(frozen=True)
class Outcome:
    """Result of one table's suite."""

    table: str
    findings: list[Finding]

    @property
    def passed(self) -> bool:
        """Whether nothing in it stops publication, and something was evaluated."""
        return bool(self.findings) and not any(finding.stops for finding in self.findings)

    @property
    def failures(self) -> list[Finding]:
        """Findings that stop publication."""
        if not self.findings:
            return [
                Finding(
                    "the suite has an expectation",
                    "critical",
                    "not evaluated",
                    None,
                    [],
                    "no expectation was evaluated",
                )
            ]
        return [finding for finding in self.findings if finding.stops]

    @property
    def warnings(self) -> list[Finding]:
        """Findings that warn and do not stop publication."""
        return [
            finding for finding in self.findings if finding.result == "failed" and not finding.stops
        ]

    @property
    def known(self) -> list[tuple[dict[str, Any], KnownDeparture]]:
        """The accepted departures."""
        return [pair for finding in self.findings for pair in finding.known]


def suite_names() -> list[str]:
    """The tables that have a suite, without importing any."""
    return sorted(path.stem for path in SUITES.glob("*.py") if path.stem != "__init__")


@contextmanager
def built_tables(
    database: Path, built_at: str, known: Sequence[KnownDeparture] = ()
) -> Iterator["BuiltTables"]:
    """Open what was built for all suites together: opening it takes longer than most of them.

    Args:
        database: The file of the build.
        built_at: The instant of the build, ISO 8601 in UTC: what "later than now" means.
        known: The departures that are accepted.

    Yields:
        The tables, each of which can be held to its suite.

    Raises:
        KnownDeparturesError: A departure is of a table or rule that there is not.
    """
    check_rules(known, _rules_to_depart_from(known))
    context = _context()
    from sqlalchemy import event

    source = context.data_sources.add_or_update_sql(
        str(database),
        # Quoted: in a folder such as `100%20`, or with a question mark or a dollar in its name,
        # another file would be opened.
        connection_string=f"duckdb:///{quote(str(database))}",
        create_temp_table=False,
        kwargs={
            # With the defaults every result comes back empty.
            "isolation_level": "AUTOCOMMIT",
            "skip_autocommit_rollback": True,
            "pool_reset_on_return": None,
            "connect_args": {"read_only": True, "config": duckdb_limits(database)},
        },
    )
    engine = source.get_execution_engine()
    event.listen(engine.engine, "connect", _note_logged_events)
    try:
        # Each rule names its tables itself: the batch that Great Expectations asks for is a row.
        asset = source.add_query_asset("built", query="select 1 as one")
        batch = asset.add_batch_definition_whole_table("whole").get_batch()
        yield BuiltTables(batch, built_at, known)
    finally:
        engine.close()
        # The source tried its own connection and keeps it. While it is open, whoever opens another
        # build under the same path in this process reads this one.
        source.get_engine().dispose()
        context.data_sources.delete(str(database))


def _note_logged_events(connection: Any, _record: Any) -> None:
    connection.execute(_LOGGED_EVENTS)


@dataclass(frozen=True)
class BuiltTables:
    """The tables of a build, opened: see :func:`built_tables`."""

    batch: Any
    built_at: str
    known: Sequence[KnownDeparture] = ()
    _found: set[str] = field(default_factory=set)

    def validate(self, table: str) -> Outcome:
        """Hold one table to its suite.

        Args:
            table: The table, which its suite is named after.

        Returns:
            What became of each expectation. One that cannot be evaluated is in it as such.

        Raises:
            KnownDeparturesError: An accepted departure has a key that no row of its rule can have.
        """
        import great_expectations as gx

        rules = [self._of(table, rule) for rule in _suite(table)]
        for rule in rules:
            self._check_keys(table, rule)
        results = self.batch.validate(
            gx.ExpectationSuite(name=table, expectations=rules),
            result_format="COMPLETE",
        ).results
        findings = [
            _finding(result, [entry for entry in self.known if entry.table == table])
            for result in results
        ]
        self._found.update(entry.place for finding in findings for _, entry in finding.known)
        return Outcome(table, findings)

    def stale(self, table: str) -> list[KnownDeparture]:
        """The accepted departures of a table, once it was validated, that no row of it has."""
        return [
            entry
            for entry in self.known
            if entry.table == table
            and entry.place not in self._found
            and (entry.table, entry.rule) not in RULES_OF_THE_PUBLICATION
        ]

    def _check_keys(self, table: str, rule: Any) -> None:
        about = [
            entry for entry in self.known if (entry.table, entry.rule) == (table, rule.description)
        ]
        if about:
            from sqlalchemy import text

            engine = self.batch.data.execution_engine
            query = f"select * from ({rule.unexpected_rows_query}) limit 0"
            check_keys(about, list(engine.execute_query(text(query)).keys()))

    def _of(self, table: str, rule: Any) -> Any:
        """A copy of a rule, which belongs to one run, with its table and the instant named."""
        query = rule.unexpected_rows_query.replace("<built_at>", self.built_at)
        query = query.replace("{batch}", f"{SCHEMA}.{table}")
        return rule.copy(update={"unexpected_rows_query": query})


def _suite(table: str) -> list[Any]:
    rules: list[Any] = importlib.import_module(f"expectations.suites.{table}").EXPECTATIONS
    return rules


def _rules_to_depart_from(known: Sequence[KnownDeparture]) -> dict[str, list[str]]:
    """The departures of each table that a line is about; those of others are not asked."""
    about = {entry.table for entry in known}
    rules: dict[str, list[str]] = {
        table: [rule.description for rule in _suite(table) if _severity(rule) == "warning"]
        if table in about
        else []
        for table in suite_names()
    }
    for table, rule in RULES_OF_THE_PUBLICATION:
        rules[table].append(rule)
    return rules


def _severity(rule: Any) -> str:
    return str(getattr(rule.severity, "value", rule.severity) or "critical")


def preload() -> None:
    """Import Great Expectations in the background, while another process builds the tables."""
    threading.Thread(target=_context, name="great-expectations", daemon=True).start()


def warm_up() -> None:
    """Import Great Expectations now, which takes seconds."""
    _context()


@cache
def _context() -> Any:
    """One ephemeral context for all suites of a process, without analytics."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import great_expectations as gx
    # What the suites need of it, which `import` alone leaves for later.
    import great_expectations.expectations
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    return context


def _finding(result: Any, known: Sequence[KnownDeparture]) -> Finding:
    config = result.expectation_config
    rule = config.description or config.type
    severity = _severity(config)
    exception = _exception_of(result.exception_info)
    if exception:
        return Finding(rule, severity, "not evaluated", None, [], exception)
    detail = result.result
    rows = sorted(map(dict, detail.get("details", {}).get("unexpected_rows", [])), key=key_of)
    accepted, others = [], []
    for row in rows:
        entry = next((one for one in known if one.rule == rule and one.is_about(row)), None)
        if entry is not None and severity == "warning":
            accepted.append((row, entry))
        else:
            others.append(row)
    observed = detail.get("observed_value")
    result_of_rows = "known" if accepted and len(accepted) == observed else "failed"
    return Finding(
        rule,
        severity,
        "passed" if result.success else result_of_rows,
        observed,
        others[:KEYS_SHOWN],
        str(config.notes or ""),
        accepted,
    )


def _exception_of(info: dict[str, Any]) -> str:
    """The exception in one line, or empty. GX sometimes nests it by metric."""
    entries = [info] if "raised_exception" in info else list(info.values())
    for entry in entries:
        if isinstance(entry, dict) and entry.get("raised_exception"):
            return str(entry.get("exception_message") or "unknown reason").split("\n")[0]
    return ""
