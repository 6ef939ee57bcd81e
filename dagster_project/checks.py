"""Each expectation suite as one blocking check on the mart that it describes.

dbt's own tests come with the models; they are not repeated here.
"""

from collections.abc import Iterator

import dagster as dg

from expectations import built_tables, suite_names
from inspections.log.files.known_departures import read_known_departures
from inspections.progress import tell
from inspections.publication.changes import as_text
from inspections.publication.check_results import KNOWN, STALE, Ledger
from inspections.settings import EVERYTHING, PROJECT, Settings

CHECK_SPECS = [
    dg.AssetCheckSpec(
        name="published_events_are_unaltered",
        asset=["intermediate", "int_log"],
        blocking=True,
        description="Each published event is still in the files, unchanged.",
    ),
    *(
        dg.AssetCheckSpec(
            name="great_expectations",
            asset=["marts", table],
            blocking=True,
            description="The table agrees with the rules of the review method.",
        )
        for table in suite_names()
    ),
]


# The name of the check that each published table shows.
AS_CHECKED = "keeps_its_rules"


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

    Raises:
        KnownDeparturesError: The list of accepted departures is not as expected.
    """
    tables = suite_names()
    noted: list[tuple[str, str, str]] = []
    accepted, new = 0, 0
    known = read_known_departures(settings.seeds_dir)
    tells_stale = list_is_about_this_log(settings)
    with built_tables(settings.build_path, built_at, known) as built:
        for done, table in enumerate(tables):
            tell("check", done, len(tables), table)
            outcome = built.validate(table)
            stale = built.stale(table) if tells_stale else []
            noted += [
                (
                    "each known departure is one",
                    STALE,
                    f"{entry.place}: {table}, {entry.rule}: no row with {entry.key_in_words}"
                    " departs any more; remove the line",
                )
                for entry in stale
            ]
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
            reasons = [reason for finding in outcome.findings for reason in finding.reasons()]
            accepted += len(outcome.known)
            new += sum(finding.new for finding in outcome.warnings)
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
                        "known_departures": len(reasons),
                        "known": dg.MetadataValue.md(_as_list(reasons)),
                        "no_departure_any_more": dg.MetadataValue.md(
                            _as_list([f"{entry.place}: {entry.key_in_words}" for entry in stale])
                        ),
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
    ledger.count_departures(accepted, new)
    tell("check", len(tables), len(tables))


def results_of_published(ledger: Ledger, tables: list[str]) -> Iterator[dg.AssetCheckResult]:
    """Show at each published table what became of its rules.

    Args:
        ledger: The checks of the build that was published.
        tables: The published tables.
    """
    found = ledger.by_name()
    for table in tables:
        rules = found.get(table, [])
        told = [rule for rule in rules if rule["result"] not in ("passed", KNOWN)]
        known = [rule["note"] for rule in rules if rule["result"] == KNOWN]
        yield dg.AssetCheckResult(
            # Where no rule was asked, nothing was found to hold.
            passed=bool(rules) and not told,
            severity=dg.AssetCheckSeverity.WARN,
            asset_key=["published", table],
            check_name=AS_CHECKED,
            metadata={
                "rules": len(rules),
                "known": dg.MetadataValue.md(_as_list(known)),
                "findings": dg.MetadataValue.md(_as_list([rule["note"] for rule in told])),
            },
        )


def _as_list(lines: list[str]) -> str:
    return "\n".join(f"- {as_text(line, width=1000)}" for line in lines) or "none"


def list_is_about_this_log(settings: Settings) -> bool:
    """Whether a line of the accepted departures that no row needs is one to remove.

    The project's own list is about its own log: another log that is built with these seeds needs
    none of its lines. Nor does a log as it was known earlier, which had fewer rows to depart.
    """
    ours = (PROJECT / "seeds").resolve()
    is_another_log = (
        settings.seeds_dir.resolve() == ours and settings.events_dir.resolve().parent != ours
    )
    return not is_another_log and settings.known_at == EVERYTHING
