"""The tables of the published file, as dbt's manifest declares them."""

from dataclasses import dataclass

from inspections.dbt_project import manifest

PUBLICATIONS = "publications"
PUBLICATION_COLUMNS = {
    "published_at": ("timestamp", "When it was published (UTC)."),
    "known_at": (
        "timestamp",
        "The instant (UTC) whose knowledge it shows; null for everything known.",
    ),
    "event_count": ("bigint", "The events in its log."),
    "log_digest": (
        "varchar",
        "The digest of what its events say, whatever their order, files or quoting.",
    ),
    "rows_in_files": (
        "bigint",
        "Rows in the event files, as far as known at the instant.",
    ),
    "rows_accepted": ("bigint", "Rows that are in the log."),
    "rows_duplicate": ("bigint", "Rows that repeat an event: counted once."),
    "rows_rejected": ("bigint", "Rows with a fault: see rejected_rows."),
    "rows_waiting": ("bigint", "Rows that name what the log does not know yet."),
    "checks_passed": (
        "bigint",
        "Checks that passed before it was published, but for departures that are known.",
    ),
    "departures_known": (
        "bigint",
        "Rows that depart from the review method and are accepted, each with a reason in"
        " known_departures.csv; null where nothing counted them.",
    ),
    "departures_new": (
        "bigint",
        "Rows that depart from the review method and that nobody has accepted; null where nothing"
        " counted them.",
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
