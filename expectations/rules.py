"""The two kinds of rule, as expectations that name the rows at fault.

A *contradiction* cannot be true of a sound log and stops publication. A *departure* is told with
its rows and published, since the real world departs from the method.
"""

from typing import Any, ClassVar

from great_expectations.compatibility.pydantic import validator
from great_expectations.constants import MAX_RESULT_RECORDS
from great_expectations.expectations.core.unexpected_rows_expectation import (
    UnexpectedRowsExpectation,
)
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.metadata_types import FailureSeverity
from sqlalchemy import text

# As many departures of one rule may be accepted one by one.
MOST_ROWS = 10_000


class ExpectNoRows(UnexpectedRowsExpectation):
    """Expect a query to find no row.

    Great Expectations asks such a query twice, once for rows and once for their count. Where it
    fetched all rows there are, they are the count. It also wants each query to read its own batch,
    and says so on the terminal; here a batch is the whole build, and each query names its tables.
    """

    metric_dependencies: ClassVar[tuple[str, ...]] = ("unexpected_rows_query.table",)

    @validator("unexpected_rows_query")
    def _validate_query(cls, query: str) -> str:
        return query.strip()

    def _validate(
        self,
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any] | None = None,
        execution_engine: Any = None,
    ) -> Any:
        rows = metrics["unexpected_rows_query.table"]
        count = len(rows)
        if count == MAX_RESULT_RECORDS:
            query = self.unexpected_rows_query
            (count,) = execution_engine.execute_query(
                text(f"select count(*) from ({query})")
            ).fetchone()
            found = execution_engine.execute_query(
                text(f"select * from ({query}) order by all limit {MOST_ROWS}")
            )
            rows = [dict(row) for row in found.mappings()]
        return super()._validate(
            {
                **metrics,
                "unexpected_rows_query.table": rows,
                "unexpected_rows_query.row_count": count,
            },
            runtime_configuration,
            execution_engine,
        )


def contradiction(name: str, query: str, why: str) -> Expectation:
    """Expect no row; one stops publication.

    Args:
        name: The rule as a sentence.
        query: Selects the keys of the rows at fault; ``{batch}`` is the suite's table.
        why: Where the rule comes from.
    """
    return _no_rows(name, query, why, FailureSeverity.CRITICAL)


def departure(name: str, query: str, why: str) -> Expectation:
    """Expect no row; a found row is reported with its keys, and published.

    Args:
        name: The rule as a sentence.
        query: Selects the keys of the rows at fault; ``{batch}`` is the suite's table.
        why: Where the rule comes from.
    """
    return _no_rows(name, query, why, FailureSeverity.WARNING)


def _no_rows(name: str, query: str, why: str, severity: FailureSeverity) -> Expectation:
    return ExpectNoRows(unexpected_rows_query=query, description=name, notes=why, severity=severity)


def rows_where_needed(needed_by: str, why: str) -> Expectation:
    """Expect a table of reference data to have rows if the log needs any; none stop publication.

    Another organisation may have no areas, tests or documents yet.

    Args:
        needed_by: What needs them: built rows, as ``from`` and ``where`` of a query.
        why: Where the rule comes from.
    """
    return contradiction(
        "the table has the rows that the log needs",
        "select 'none' as row_found where not exists (select 1 from {batch})"
        f" and exists (select 1 {needed_by})",
        why,
    )


def leads_to_its_document(key: str = "event_id") -> Expectation:
    """Expect each row to lead to a live event and the document that it comes from.

    ``logged_events`` is found once for all suites: see :func:`expectations.built_tables`.
    """
    return contradiction(
        "each row leads to a live event with its document",
        f"""
        select fact.{key}
        from {{batch}} as fact
        anti join (select event_id from logged_events where is_live_with_document) as logged
            on fact.{key} = logged.event_id
        where fact.{key} is not null
        """,
        "A number that cannot be traced to its paragraph is not published.",
    )
