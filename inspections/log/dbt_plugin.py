"""The gate's reading of files as a dbt-duckdb plugin, so that ``dbt build`` needs nothing else.

It runs once in each dbt process, when that opens the database, and makes the relations that the
sources of ``dbt/models/staging/event_files.yml`` name. Where the files lie, where the database is
built and what it may use come from the environment: ``EVENTS_DIR``, ``SEEDS_DIR``, ``REPORTS_DIR``,
``BUILD_PATH`` (whose stem is ``build``, the catalog that views name), ``MEMORY_LIMIT`` and
``DUCKDB_THREADS``. Whoever starts dbt elsewhere than in its project gives absolute paths.
"""

from pathlib import Path
from typing import Any

import duckdb
from dbt.adapters.duckdb.credentials import DuckDBCredentials
from dbt.adapters.duckdb.plugins import BasePlugin
from dbt_common.exceptions import DbtRuntimeError

from inspections.database import build_limits
from inspections.errors import ActionableError, SettingError
from inspections.log.files.documents import load_documents
from inspections.log.files.event_files import load_event_files
from inspections.log.files.reference_seeds import load_reference_seeds
from inspections.settings import DbtSettings, Settings


class Plugin(BasePlugin):
    """Loads event files and documents into the database that dbt builds."""

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        """Read the settings.

        Raises:
            DbtRuntimeError: One is not as expected.
        """
        try:
            self._settings = Settings.from_environment()
            self._build_path = DbtSettings.from_environment().build_path
        except SettingError as error:
            raise DbtRuntimeError(str(error)) from error
        self._work_dir = self._build_path.with_name(f"{self._build_path.name}.files")

    def update_connection_config(self, creds: DuckDBCredentials, config: dict[str, Any]) -> None:
        """Say which file is opened, and make its folder: a fresh clone has none.

        Raises:
            DbtRuntimeError: The file's stem is not that of the profile's.
        """
        if self._build_path.stem != Path(creds.path).stem:
            raise DbtRuntimeError(
                f"BUILD_PATH names {self._build_path.name!r}. Expected a file build.duckdb, in any"
                " folder: views name that catalog. Give the folder another name."
            )
        self._build_path.parent.mkdir(parents=True, exist_ok=True)
        creds.path = str(self._build_path)
        config.update(build_limits(self._build_path))

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        """Read the files of the log.

        Raises:
            DbtRuntimeError: There is no log, a document is not as expected, or the work folder
                cannot be written.
        """
        try:
            settings = self._settings
            load_event_files(conn, settings.events_dir, self._work_dir)
            load_documents(conn, settings.events_dir, settings.seeds_dir, settings.reports_dir)
            load_reference_seeds(conn, settings.seeds_dir)
        except ActionableError as error:
            raise DbtRuntimeError(str(error)) from error
        except OSError as error:
            raise DbtRuntimeError(
                f"The work folder {self._work_dir.name!r} cannot be written:"
                f" {error.strerror or error}. Free some space there, or name another place"
                " with BUILD_PATH."
            ) from error
