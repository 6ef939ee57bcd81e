"""The tables of the published file, as dbt's manifest declares them."""

from dataclasses import dataclass

from inspections.dbt_project import manifest

PUBLICATIONS = "publications"
PUBLICATION_COLUMNS = {
    "published_at": ("timestamp", "When it was published (UTC)."),
    "known_at": (
        "timestamp",
        "The publication shows what was known at this instant (UTC); null for everything known.",
    ),
    "event_count": ("bigint", "The events in its log."),
    "log_digest": (
        "varchar",
        "Digest of the log's events, independent of their order, files and quoting.",
    ),
    "rows_in_files": (
        "bigint",
        "Rows in the event files that were known at the instant.",
    ),
    "rows_accepted": ("bigint", "Rows accepted into the log."),
    "rows_duplicate": ("bigint", "Rows that repeat an event; the event counts once."),
    "rows_rejected": ("bigint", "Rows with a fault; the table rejected_rows lists them."),
    "rows_waiting": ("bigint", "Rows that refer to something not in the log yet."),
    "checks_passed": (
        "bigint",
        "Checks that passed before publication, except for known departures.",
    ),
    "departures_known": (
        "bigint",
        "Rows that depart from the review method and are accepted, each with a reason in"
        " known_departures.csv; null if not counted.",
    ),
    "departures_new": (
        "bigint",
        "Rows that depart from the review method and are not accepted; null if not counted.",
    ),
}


@dataclass(frozen=True)
class PublishedTable:
    """A table of the published file, as its model declares it."""

    name: str
    description: str
    columns: dict[str, str]
    sort_key: tuple[str, ...]
    is_in_order: bool


def published_tables() -> list[PublishedTable]:
    """The marts that are published, from dbt's manifest, by name."""
    tables = []
    for node in manifest()["nodes"].values():
        if node["resource_type"] == "model" and node["schema"] == "marts":
            tables.append(
                PublishedTable(
                    name=node["name"],
                    description=" ".join(node["description"].split()),
                    columns={
                        column["name"]: " ".join(column["description"].split())
                        for column in node["columns"].values()
                    },
                    sort_key=tuple(node["config"]["meta"]["sort_key"]),
                    is_in_order=node["config"]["meta"].get("is_in_order", False),
                )
            )
    return sorted(tables, key=lambda table: table.name)
