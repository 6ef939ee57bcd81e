"""When a model's code is another: its SQL, the macros it goes through, its settings.

dagster-dbt takes a model's SQL alone, so that a changed macro would leave all models fresh.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import dagster as dg

from inspections.log.files.digests import file_digest
from inspections.settings import Settings


def code_versions(manifest: Mapping[str, Any]) -> dict[str, str]:
    """The code version of each model and seed.

    Args:
        manifest: dbt's manifest.

    Returns:
        A digest by dbt's id: of its SQL or rows, of every macro that it reaches, of how it is
        stored, of the declaration of the sources it reads, from which staging takes its checks,
        and of the same of all that it is made of: Dagster itself calls an asset stale only where
        its own version is another, or a parent was made again.
    """
    versions: dict[str, str] = {}
    for unique_id, node in manifest["nodes"].items():
        if node["resource_type"] in ("model", "seed"):
            _version(manifest, unique_id, versions)
    return versions


def _version(manifest: Mapping[str, Any], unique_id: str, versions: dict[str, str]) -> str:
    if unique_id in versions:
        return versions[unique_id]
    node = manifest["nodes"][unique_id]
    config = node["config"]
    parents = sorted(node["depends_on"].get("nodes", []))
    parts = [
        node.get("raw_code") or "",
        _rows_of(node) if node["resource_type"] == "seed" else node["checksum"]["checksum"],
        json.dumps([config.get("materialized"), config.get("column_types")], sort_keys=True),
        *_macros(manifest, node["depends_on"].get("macros", [])),
        *(
            json.dumps(manifest["sources"][parent]["columns"], sort_keys=True)
            if parent in manifest["sources"]
            else _version(manifest, parent, versions)
            for parent in parents
        ),
    ]
    versions[unique_id] = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
    return versions[unique_id]


def _rows_of(seed: Mapping[str, Any]) -> str:
    """The digest of a seed's rows: those of the folder that is read, not of the project's own."""
    return file_digest(Settings.from_environment().seeds_dir / f"{seed['name']}.csv")


def _macros(manifest: Mapping[str, Any], names: list[str]) -> list[str]:
    reached: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in reached or name not in manifest["macros"]:
            continue
        reached.add(name)
        waiting += manifest["macros"][name]["depends_on"]["macros"]
    return [manifest["macros"][name]["macro_sql"] for name in sorted(reached)]


def with_code_versions(
    models: dg.AssetsDefinition, versions: Mapping[str, str]
) -> dg.AssetsDefinition:
    """The models as assets, with their code versions.

    Args:
        models: What dagster-dbt made of the manifest.
        versions: The code versions by dbt's id.

    Returns:
        The same assets.
    """
    return models.map_asset_specs(
        lambda spec: spec.replace_attributes(
            code_version=versions[spec.metadata["dagster_dbt/unique_id"]]
        )
    )
