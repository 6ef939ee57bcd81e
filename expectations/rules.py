"""The two kinds of rule, as expectations that name the rows at fault.

A *contradiction* cannot be true of a sound log and stops publication. A *departure* is told with
its rows and published, since the real world departs from the method.
"""

from great_expectations.expectations.core.expect_table_row_count_to_be_between import (
    ExpectTableRowCountToBeBetween,
)
from great_expectations.expectations.core.unexpected_rows_expectation import (
    UnexpectedRowsExpectation,
)
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.metadata_types import FailureSeverity


def contradiction(name: str, query: str, why: str) -> Expectation:
    """Expect no row; one stops publication.

    Args:
        name: The rule as a sentence.
        query: Selects the keys of the rows at fault; ``{batch}`` is the suite's table.
        why: Where the rule comes from.
    """
    return _no_rows(name, query, why, FailureSeverity.CRITICAL)


def departure(name: str, query: str, why: str) -> Expectation:
    """Expect no row; one is told, with its keys, and published.

    Args:
        name: The rule as a sentence.
        query: Selects the keys of the rows at fault; ``{batch}`` is the suite's table.
        why: Where the rule comes from.
    """
    return _no_rows(name, query, why, FailureSeverity.WARNING)


def _no_rows(name: str, query: str, why: str, severity: FailureSeverity) -> Expectation:
    return UnexpectedRowsExpectation(
        unexpected_rows_query=query, description=name, notes=why, severity=severity
    )


def at_least_one_row(why: str) -> Expectation:
    """Expect the table not to be empty; an empty one stops publication."""
    return ExpectTableRowCountToBeBetween(
        min_value=1, description="the table has rows", notes=why, severity=FailureSeverity.CRITICAL
    )


def leads_to_its_document(key: str = "event_id") -> Expectation:
    """Expect each row to lead to a live event and the document that it comes from."""
    return contradiction(
        "each row leads to a live event with its document",
        f"""
        select fact.{key}
        from {{batch}} as fact
        left join marts.events as logged
            on fact.{key} = logged.event_id and logged.is_live
        left join marts.dim_documents as documents
            on logged.document_id = documents.document_id
        where fact.{key} is not null and documents.document_id is null
        """,
        "A number that cannot be traced to its paragraph is not published.",
    )
