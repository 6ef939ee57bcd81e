"""``datapackage.json``: the open formats described as a Frictionless data package."""

import hashlib
import json
from pathlib import Path
from typing import Any

import duckdb

from inspections.dbt_project import manifest
from inspections.errors import BuildFailure
from inspections.files import is_own_folder
from inspections.instants import iso_instant
from inspections.publication.published_file import Table

NAME = "prison-inspections"
TITLE = "Prison inspections: recommendations and judgements over time"
WORKBOOK = "prison-inspections.xlsx"
# The description of a folder of open formats, by which one is known.
PACKAGE = "datapackage.json"
_TYPES = {
    "VARCHAR": "string",
    "BIGINT": "integer",
    "INTEGER": "integer",
    "DOUBLE": "number",
    "DATE": "date",
    "TIMESTAMP": "datetime",
    "BOOLEAN": "boolean",
}
_LICENCES = {
    "Open Government Licence v3.0": (
        "OGL-UK-3.0",
        "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
    ),
}
_NO_LICENCE = " (no licence stated)"


def data_package(
    connection: duckdb.DuckDBPyConnection,
    tables: list[Table],
    record: dict[str, Any],
    folder: Path,
) -> dict[str, Any]:
    """Describe the files of an export.

    Args:
        connection: The published file, in use.
        tables: The tables that were exported.
        record: The publication's own record.
        folder: Where their files lie.

    Returns:
        The package's descriptor.
    """
    sources, licences = _sources(connection)
    return {
        "name": NAME,
        "title": TITLE,
        "description": _description(record) + _unlicensed(sources),
        "version": record["log_digest"][:12],
        "created": iso_instant(record["published_at"]),
        "log_digest": record["log_digest"],
        "known_at": record["known_at"] and iso_instant(record["known_at"]),
        "keywords": ["prisons", "inspection"],
        **({"licenses": licences} if licences else {}),
        **({"sources": sources} if sources else {}),
        "resources": _resources(tables, folder),
    }


def _description(record: dict[str, Any]) -> str:
    known = (
        "everything known then"
        if record["known_at"] is None
        else f"what was known at {iso_instant(record['known_at'])}"
    )
    return (
        f"What was published at {iso_instant(record['published_at'])}, {known}:"
        f" {record['event_count']:,} events, log digest {record['log_digest']}. Each table is there"
        f" as Parquet and as CSV, and all are sheets of {WORKBOOK}. Instants are in UTC."
        " References such as 1.50 are text. In CSV an empty field is a null, and a text that a"
        " spreadsheet would take for a formula has an apostrophe before it; in Parquet and in the"
        " workbook it has none."
    )


def _unlicensed(sources: list[dict[str, str]]) -> str:
    count = sum(source["title"].endswith(_NO_LICENCE) for source in sources)
    if not count:
        return ""
    return (
        f" The licences are the ones that documents state; {count} of the {len(sources)} cited"
        " documents state none."
    )


def _sources(
    connection: duckdb.DuckDBPyConnection,
) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """The documents that events cite, and the licences that they state."""
    try:
        documents = connection.execute(
            "select title, document_id, source_address, licence from dim_documents"
            " where document_id in (select document_id from events) order by document_id"
        ).fetchall()
    except duckdb.CatalogException:
        return [], []
    sources = []
    licences: dict[str, dict[str, str]] = {}
    for title, document_id, address, licence in documents:
        said = f" ({licence})" if licence else _NO_LICENCE
        source = {"title": (title or document_id) + said}
        # Some addresses are noted with words or blanks in them: those are no address.
        if address and address.startswith(("http://", "https://")) and " " not in address:
            source["path"] = address
        sources.append(source)
        if licence:
            name, path = _LICENCES.get(licence, ("", ""))
            licences[licence] = {
                "name": name or "-".join(licence.split()),
                **({"path": path} if path else {}),
                "title": licence,
            }
    return sources, [licences[name] for name in sorted(licences)]


def _resources(tables: list[Table], folder: Path) -> list[dict[str, Any]]:
    keys, references = _declared_keys()
    names = {table.name for table in tables}
    resources = []
    for table in tables:
        columns = {column.name for column in table.columns}
        key = keys.get(table.name, [])
        schema: dict[str, Any] = {
            "fields": [
                {
                    "name": column.name,
                    "type": _TYPES.get(column.type, "any"),
                    "description": column.description,
                }
                for column in table.columns
            ],
            "missingValues": [""],
        }
        if key and columns.issuperset(key):
            schema["primaryKey"] = key
        foreign = [
            {
                "fields": [column],
                "reference": {
                    "resource": "" if target == table.name else target,
                    "fields": [field],
                },
            }
            for column, target, field in references.get(table.name, [])
            if column in columns and target in names and keys.get(target) == [field]
        ]
        if foreign:
            schema["foreignKeys"] = foreign
        resources.append(
            {
                "name": table.name,
                "description": table.description,
                "type": "table",
                "path": f"{table.name}.csv",
                "scheme": "file",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                **_bytes_and_hash(folder / f"{table.name}.csv"),
                "rows": table.rows,
                "dialect": {
                    "csv": {
                        "delimiter": ",",
                        "lineTerminator": "\r\n",
                        "quoteChar": '"',
                        "doubleQuote": True,
                        "skipInitialSpace": False,
                    }
                },
                "schema": schema,
            }
        )
    for table in tables:
        resources.append(
            {
                "name": f"{table.name}-parquet",
                "description": f"{table.name} as Parquet.",
                "type": "file",
                "path": f"{table.name}.parquet",
                "scheme": "file",
                "format": "parquet",
                "mediatype": "application/vnd.apache.parquet",
                **_bytes_and_hash(folder / f"{table.name}.parquet"),
            }
        )
    resources.append(
        {
            "name": "workbook",
            "description": "All tables as sheets of one workbook, for people.",
            "type": "file",
            "path": WORKBOOK,
            "scheme": "file",
            "format": "xlsx",
            "mediatype": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            **_bytes_and_hash(folder / WORKBOOK),
        }
    )
    return resources


def _bytes_and_hash(path: Path) -> dict[str, Any]:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return {"bytes": path.stat().st_size, "hash": f"sha256:{digest}"}


def _declared_keys() -> tuple[dict[str, list[str]], dict[str, list[tuple[str, str, str]]]]:
    """The keys and references that the models' tests hold: they are proved in each build.

    Returns:
        The key by table, where columns alone are one and none of them is ever null, and by table
        the references: column, table, column there.
    """
    nodes = manifest()["nodes"]
    keys: dict[str, list[str]] = {}
    references: dict[str, list[tuple[str, str, str]]] = {}
    for _, node in sorted(nodes.items()):
        test = node.get("test_metadata")
        model = nodes.get(node.get("attached_node"))
        if test is None or model is None or model["schema"] != "marts":
            continue
        arguments = test["kwargs"]
        if test["name"] == "unique_key":
            columns = list(arguments["columns"])
            never_null = {
                column["name"]
                for column in model["columns"].values()
                if any(rule["type"] == "not_null" for rule in column["constraints"])
            }
            known = keys.get(model["name"])
            if never_null.issuperset(columns) and (known is None or len(columns) < len(known)):
                keys[model["name"]] = columns
        elif test["name"] == "relationships":
            target = arguments["to"].split("'")[1]
            references.setdefault(model["name"], []).append(
                (arguments["column_name"], target, arguments["field"])
            )
    return keys, references


def check_is_export(folder: Path) -> None:
    """Find whether a folder may be replaced: it is not there, empty, or an earlier export.

    Raises:
        BuildFailure: It holds something else, which would be lost.
    """
    if not is_own_folder(folder):
        raise BuildFailure(f"{folder.name} is a file or a link; expected a folder. Name another.")
    if not folder.exists():
        return
    try:
        package = json.loads((folder / PACKAGE).read_text("utf-8"))
        ours = {resource["path"] for resource in package["resources"]} | {PACKAGE}
    except (OSError, ValueError, KeyError, TypeError):
        ours = set()
    strange = sorted(path.name for path in folder.iterdir() if path.name not in ours)
    if strange:
        raise BuildFailure(
            f"{folder.name}/ holds files that are no part of an earlier export"
            f" ({', '.join(strange[:3])}{', …' if len(strange) > 3 else ''}), and would be"
            " replaced. Move them away, or name another folder."
        )
