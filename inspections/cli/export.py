"""``inspections export --known-at``: a build of what was known then, and its export."""

import contextlib
import io
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from inspections.cli.build import run_build
from inspections.errors import BuildFailure
from inspections.publication.formats.data_package import check_is_export
from inspections.publication.formats.export import export
from inspections.settings import Settings


def export_known_at(
    out: Path, known_at: str, tables: Sequence[str] | None, settings: Settings
) -> dict[str, int]:
    """Build what was known at an instant in a folder of its own, and export that.

    The build is the one of ``inspections build --known-at``, and is held to what was published.

    Args:
        out: The folder.
        known_at: The instant.
        tables: The tables, all without it.
        settings: Where the log and the published file are.

    Returns:
        Rows by table.

    Raises:
        BuildFailure: The build failed, or the export could not be written.
    """
    check_is_export(out.absolute())
    with tempfile.TemporaryDirectory() as scratch:
        warehouse = Path(scratch) / "warehouse.duckdb"
        if settings.warehouse_path.exists():
            # As if it were published over it: the rename replaces the link, not what it names.
            warehouse.symlink_to(settings.warehouse_path)
        then = settings.replaced(
            warehouse_path=warehouse, known_at=known_at, export=False, site=False
        )
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            code = run_build(Console(file=said), then)
        if code:
            raise BuildFailure("The build at that instant failed.", said.getvalue().splitlines())
        return export(warehouse, out, tables)
