"""The gate's reading of files as a dbt-duckdb plugin, so that ``dbt build`` needs nothing else.

It runs once in each dbt process, when that opens the database, and makes the relations that the
sources of ``dbt/models/staging/event_files.yml`` name.
"""

from pathlib import Path
from typing import Any

import duckdb
from dbt.adapters.duckdb.credentials import DuckDBCredentials
from dbt.adapters.duckdb.plugins import BasePlugin
from dbt_common.exceptions import DbtRuntimeError

from intake.documents import DocumentsError, load_documents
from intake.event_files import EventFolderError, load_event_files


class Plugin(BasePlugin):
    """Loads event files and documents into the database that dbt builds."""

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        """Keep the folders that the profile names."""
        self._folders = {name: Path(folder) for name, folder in plugin_config.items()}

    def update_connection_config(self, creds: DuckDBCredentials, config: dict[str, Any]) -> None:
        """Make the folder of the database: a fresh clone has none."""
        Path(creds.path).parent.mkdir(parents=True, exist_ok=True)

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        """Read the files of the log.

        Raises:
            DbtRuntimeError: There is no log, a document is not as expected, or the work folder
                cannot be written.
        """
        folders = self._folders
        try:
            load_event_files(conn, folders["events_dir"], folders["work_dir"])
            load_documents(
                conn,
                folders["events_dir"],
                folders["seeds_dir"],
                folders["reports_dir"],
            )
        except (EventFolderError, DocumentsError) as error:
            raise DbtRuntimeError(str(error)) from error
        except OSError as error:
            raise DbtRuntimeError(
                f"The work folder {folders['work_dir'].name!r} cannot be written:"
                f" {error.strerror or error}. Free some space there, or name another place"
                " with BUILD_PATH."
            ) from error
