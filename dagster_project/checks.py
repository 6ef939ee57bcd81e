"""Each expectation suite as one blocking check on the mart that it describes.

dbt's own tests come with the models; they are not repeated here.
"""

from collections.abc import Iterator

import dagster as dg

from expectations import built_tables, suite_names
from inspections.progress import tell
from inspections.publication.check_results import Ledger
from inspections.settings import Settings

CHECK_SPECS = [
    dg.AssetCheckSpec(
        name="published_events_are_unaltered",
        asset=["intermediate", "int_log"],
        blocking=True,
        description="Each event that was published says what it said, and is still in the files.",
    ),
    *(
        dg.AssetCheckSpec(
            name="great_expectations",
            asset=["marts", table],
            blocking=True,
            description="The table is what the rules of the review method lead one to expect.",
        )
        for table in suite_names()
    ),
]


def hold_to_suites(
    settings: Settings, built_at: str, ledger: Ledger
) -> Iterator[tuple[dg.AssetCheckResult, list[str]]]:
    """Hold every built table to its suite.

    Args:
        settings: The build's settings.
        built_at: The instant of the build, ISO 8601 in UTC.
        ledger: Where each expectation's result is noted.

    Yields:
        The check's result, and in words what in it stops publication.
    """
    tables = suite_names()
    noted: list[tuple[str, str, str]] = []
    with built_tables(settings.build_path, built_at) as built:
        for done, table in enumerate(tables):
            tell("check", done, len(tables), table)
            outcome = built.validate(table)
            noted += [
                (
                    table,
                    "warned" if finding in outcome.warnings else finding.result,
                    finding.in_words() if finding.result != "passed" else "",
                )
                for finding in outcome.findings
            ]
            failures = [f"{table}: {finding.in_words()}" for finding in outcome.failures]
            warnings = [f"{table}: {finding.in_words()}" for finding in outcome.warnings]
            yield (
                dg.AssetCheckResult(
                    passed=outcome.passed and not warnings,
                    severity=dg.AssetCheckSeverity.ERROR
                    if failures
                    else dg.AssetCheckSeverity.WARN,
                    asset_key=["marts", table],
                    check_name="great_expectations",
                    metadata={
                        "expectations": len(outcome.findings),
                        "findings": dg.MetadataValue.md(
                            "\n".join(f"- {text}" for text in failures + warnings) or "none"
                        ),
                        "observed": dg.MetadataValue.json(
                            {finding.rule: finding.observed for finding in outcome.findings}
                        ),
                    },
                ),
                failures,
            )
    ledger.add_all(noted)
    tell("check", len(tables), len(tables))
