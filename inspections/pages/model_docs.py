"""dbt's documentation of the models as one page that needs nothing from outside.

The page is dbt's own, as ``dbt docs generate --static`` writes it, without starting dbt again: the
manifest is there, and the types come from the published file, whose folder is not the build's.
"""

import json
from pathlib import Path
from typing import Any

from inspections.database import attached

_MANIFEST, _CATALOG = '"MANIFEST.JSON INLINE DATA"', '"CATALOG.JSON INLINE DATA"'


def write_model_docs(manifest: Path, warehouse: Path, page: Path) -> bool:
    """Write the documentation of the models.

    Args:
        manifest: dbt's ``manifest.json``.
        warehouse: The published file, for the types of what is in it.
        page: The page to write.

    Returns:
        Whether dbt's page is of the shape known here; where it is not, none is written.
    """
    from dbt.task.docs import DOCS_INDEX_FILE_PATH

    template = Path(DOCS_INDEX_FILE_PATH).read_text("utf-8")
    if _MANIFEST not in template or _CATALOG not in template:
        return False
    content = json.loads(manifest.read_text("utf-8"))
    # With it the page would load a tracker from outside.
    content["metadata"].update(send_anonymous_usage_stats=False, user_id=None, env={})
    # The example questions have a page of their own, and name prisons of the shipped log.
    content["nodes"] = {
        unique_id: node
        for unique_id, node in content["nodes"].items()
        if node["resource_type"] != "analysis"
    }
    # Where the project lies on the machine that built it is nobody's business.
    for nodes in ([*content["nodes"].values()], *content["disabled"].values()):
        for node in nodes:
            node.pop("root_path", None)
    page.write_text(
        template.replace(_MANIFEST, _inline(content)).replace(
            _CATALOG, _inline(_catalog(content, warehouse))
        ),
        encoding="utf-8",
    )
    return True


def _inline(content: Any) -> str:
    """JSON inside a script: no text of it may end that."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _catalog(manifest: Any, warehouse: Path) -> dict[str, Any]:
    with attached(warehouse, "warehouse") as connection:
        columns = connection.execute(
            "select table_name, column_name, data_type, column_index, comment"
            " from duckdb_columns() where database_name = 'warehouse' order by all"
        ).fetchall()
    nodes = {}
    for unique_id, node in manifest["nodes"].items():
        own = [column for column in columns if column[0] == node["name"]]
        if node["resource_type"] != "model" or not own:
            continue
        nodes[unique_id] = {
            "unique_id": unique_id,
            "metadata": {
                "type": "BASE TABLE",
                "schema": "main",
                "name": node["name"],
                "database": "warehouse",
                "comment": None,
                "owner": None,
            },
            "columns": {
                name: {"type": kind, "index": index, "name": name, "comment": comment}
                for _, name, kind, index, comment in own
            },
            "stats": {},
        }
    return {"metadata": {}, "nodes": nodes, "sources": {}, "errors": None}
