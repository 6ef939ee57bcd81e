"""Every setting of the product: where things lie and how a build is to go.

Each is declared here once, with its type, its default and its help, and is read from the
environment under the same name in capitals. Options of the command line take precedence. A command
passes its settings on, to Dagster's job by the run's configuration; only the process of dbt gets
them as its environment.
"""

import io
import os
import re
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

from dotenv import dotenv_values
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from inspections.errors import SettingError
from inspections.instants import parse_instant
from inspections.processes import SAFE_PATH

PROJECT = Path(__file__).resolve().parent.parent
DBT_PROJECT = PROJECT / "dbt"
EVERYTHING = "infinity"
# The module that Dagster loads ([tool.dagster] of pyproject.toml). Known here by its name alone:
# the command line runs the job that the page runs, and imports nothing of orchestration.
DEFINITIONS = "dagster_project.definitions"

# The file that says where the log of a folder is, and the settings that are read from it.
PATHS_FILE = "paths.env"
_PATHS = ("events_dir", "seeds_dir", "reports_dir", "warehouse_path")

_ADDRESS = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]+:/|md:|motherduck:)")
_SPARK_ADDRESS = re.compile(r"sc://([^:/\s]+|\[[0-9A-Fa-f:]+\])(:\d{1,5})?(/\S*)?")
_SIZE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([KMGT])(i?)B\s*", re.IGNORECASE)


def _local_path(value: Any) -> Any:
    if _ADDRESS.match(str(value)):
        raise ValueError("a path of this machine; addresses such as s3:// and md: are not read")
    return value


def _instant(value: str) -> str:
    try:
        return value if value == EVERYTHING else parse_instant(value)
    except ValueError:
        raise ValueError("ISO 8601 in UTC, such as 2024-01-01T00:00:00Z") from None


def _spark_address(value: str) -> str:
    if not _SPARK_ADDRESS.fullmatch(value):
        raise ValueError("the address of a Spark Connect server, such as sc://127.0.0.1:15002")
    return value


def _size(value: str) -> str:
    size = _SIZE.fullmatch(value)
    if size is None or not float(size[1]):
        raise ValueError("a size such as 4GB or 800MB")
    return value


def _month(value: str) -> str:
    try:
        datetime.strptime(value, "%Y-%m")
    except ValueError:
        raise ValueError("a month such as 2026-11") from None
    return value


_Model = TypeVar("_Model", bound=BaseSettings)
LocalPath = Annotated[Path, BeforeValidator(_local_path), AfterValidator(Path.absolute)]


class Limits(BaseSettings):
    """What DuckDB may use, wherever it is opened."""

    model_config = SettingsConfigDict(env_ignore_empty=True, frozen=True, extra="ignore")

    memory_limit: Annotated[str, AfterValidator(_size)] = Field(
        "4GB", description="What a build may use in all; DuckDB has half of it."
    )
    duckdb_threads: int = Field(2, ge=1, description="The threads of DuckDB in a build.")

    @classmethod
    def from_environment(cls, **overrides: Any) -> Self:
        """Read the settings from the environment, relative paths from the working directory.

        Args:
            overrides: Settings that take precedence over the environment.

        Raises:
            SettingError: One is not as expected; the message names it and says what was expected.
        """
        return _read(cls, overrides)


class Settings(Limits):
    """The settings of one build; those of a run of Dagster stand in ``OperatingSettings``."""

    _build_folder: Path | None = PrivateAttr(None)

    events_dir: LocalPath = Field(
        PROJECT / "seeds" / "events", description="The folder of event files."
    )
    warehouse_path: LocalPath = Field(
        PROJECT / "data" / "warehouse.duckdb", description="The published file."
    )
    seeds_dir: LocalPath = Field(
        PROJECT / "seeds", description="The folder of reference seeds, all of them."
    )
    reports_dir: LocalPath = Field(PROJECT / "reports", description="The folder of kept texts.")
    on_rejected: Literal["stop", "publish"] = Field(
        "stop",
        description="What a rejected row does: stop the build, or let it publish without the row.",
    )
    known_at: Annotated[str, AfterValidator(_instant)] = Field(
        EVERYTHING,
        description="The instant whose knowledge is built, ISO 8601 in UTC; infinity for all.",
    )
    export: bool = Field(True, description="Whether open formats are published beside the file.")
    site: bool | None = Field(
        None,
        description="Whether pages are published beside the file. Empty: up to a million events.",
    )
    dbt_threads: int = Field(2, ge=1, description="How many models dbt builds at a time.")
    engine: Literal["duckdb", "spark"] = Field(
        "duckdb",
        description="What replays the log: DuckDB on this machine, or a server of Apache Spark.",
    )
    spark_remote: Annotated[str, AfterValidator(_spark_address)] = Field(
        "sc://127.0.0.1:15002", description="The Connect server of Spark."
    )
    spark_folder: LocalPath | None = Field(
        None,
        description="The folder that this machine and each worker of Spark have under one path."
        " Empty: spark/ beside the published file.",
    )
    publish: Literal["tables", "views"] = Field(
        "tables",
        description="What the published file holds: its tables, or views of Parquet files that"
        " Spark wrote and that lie beside it.",
    )

    @model_validator(mode="before")
    @classmethod
    def _lower_words(cls, values: Any) -> Any:
        # "No", "STOP": a word's capitals mean nothing.
        return {
            name: value.strip().lower()
            if name in ("on_rejected", "export", "site", "engine", "publish")
            and isinstance(value, str)
            else value
            for name, value in values.items()
        }

    @model_validator(mode="after")
    def _warehouse_lies_outside_the_log(self) -> "Settings":
        if self.warehouse_path.resolve().is_relative_to(self.events_dir.resolve()):
            raise SettingError(
                f"The warehouse {self.warehouse_path.name} would lie in the events folder"
                f" {self.events_dir.name!r}, which holds the log alone. Name another place with"
                " --warehouse or WAREHOUSE_PATH."
            )
        return self

    @model_validator(mode="after")
    def _views_are_of_spark(self) -> "Settings":
        if self.publish == "views" and self.engine != "spark":
            raise SettingError(
                "PUBLISH=views publishes views of what Spark wrote: set ENGINE=spark too, or leave"
                " PUBLISH empty to publish tables."
            )
        if self.publish == "views" and "," in str(self.warehouse_path.parent):
            raise SettingError(
                f"With PUBLISH=views the folder {self.warehouse_path.parent.name!r} of the"
                " warehouse, and those above it, must have no comma in their names: DuckDB takes"
                " one for the end of a folder. Name another with --warehouse, or publish tables."
            )
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Options come first, then the environment, then the paths of the folder it is run in."""
        return init_settings, env_settings, _PathsOfTheFolder(settings_cls)

    @classmethod
    def from_environment(cls, **overrides: Any) -> Self:
        """Read the settings from the environment, relative paths from the working directory.

        Paths that the environment leaves out come from ``paths.env`` in the working directory.

        Args:
            overrides: Settings that take precedence over the environment.

        Raises:
            SettingError: One is not as expected; the message names it and says what was expected.
        """
        return _read(cls, overrides)

    def building_in(self, folder: Path) -> "Settings":
        """The same settings for a build in a folder of its own, with DuckDB on this machine."""
        changed = self.replaced(engine="duckdb", publish="tables")
        changed._build_folder = folder
        return changed

    def replaced(self, **changes: Any) -> "Settings":
        """The same settings but for some."""
        return self.model_copy(update=changes)

    def _beside_the_file(self, name: str) -> Path:
        """What belongs to the published file, named after it: a folder may hold several."""
        if self.warehouse_path.name == "warehouse.duckdb":
            return self.data_dir / name
        of_a_warehouse = self.warehouse_path.suffix == ".duckdb"
        file = self.warehouse_path.stem if of_a_warehouse else self.warehouse_path.name
        return self.data_dir / f"{file}.{name}"

    @property
    def data_dir(self) -> Path:
        """The folder of the published file, in which the build happens too."""
        return self.warehouse_path.parent

    @property
    def build_path(self) -> Path:
        """The file that the build happens in, beside the published one.

        Its stem is always ``build``, which is the catalog that its views name.
        """
        if self._build_folder is not None:
            return self._build_folder / "build.duckdb"
        if self.warehouse_path.name == "warehouse.duckdb":
            return self.data_dir / "build.duckdb"
        return self._beside_the_file("build") / "build.duckdb"

    @property
    def dbt_target_path(self) -> Path:
        """The folder of what dbt wrote in the last build: its log, its results, the SQL it ran."""
        return self.build_path.with_name(self.build_path.name + ".dbt")

    @property
    def shared_folder(self) -> Path:
        """The folder in which builds on Spark lie, one folder each."""
        return self.spark_folder or self._beside_the_file("spark")

    @property
    def parquet_dir(self) -> Path:
        """The folder of what the views of a published file read, one folder a publication."""
        return self._beside_the_file("parquet")

    @property
    def export_dir(self) -> Path:
        """The folder of open formats that is published with the file."""
        return self._beside_the_file("export")

    @property
    def site_dir(self) -> Path:
        """The folder of pages that is published with the file."""
        return self._beside_the_file("site")

    @property
    def preview_dir(self) -> Path:
        """The folder of the last preview: a file and pages that nobody publishes."""
        return self._beside_the_file("preview")

    @property
    def rejected_rows_path(self) -> Path:
        """The file that a build lists every row in that is not in the log."""
        return self._beside_the_file("rejected_rows.csv")

    @property
    def build_log_path(self) -> Path:
        """The file of what the last build's steps printed."""
        return self._beside_the_file("build.log")

    def as_overrides(self) -> dict[str, str]:
        """What an option may have set, as text: the configuration of a run's resource ``build``."""
        said = {None: "", True: "yes", False: "no"}
        return {
            "events_dir": str(self.events_dir),
            "warehouse_path": str(self.warehouse_path),
            "known_at": self.known_at,
            "on_rejected": self.on_rejected,
            "export": said[self.export],
            "site": said[self.site],
        }

    def as_environment(self) -> dict[str, str]:
        """The same settings for a process of dbt, which imports installed code alone."""
        return {
            "EVENTS_DIR": str(self.events_dir),
            "WAREHOUSE_PATH": str(self.warehouse_path),
            "BUILD_PATH": str(self.build_path),
            "SEEDS_DIR": str(self.seeds_dir),
            "REPORTS_DIR": str(self.reports_dir),
            "ON_REJECTED": self.on_rejected,
            "KNOWN_AT": self.known_at,
            "MEMORY_LIMIT": self.memory_limit,
            "DUCKDB_THREADS": str(self.duckdb_threads),
            "DBT_THREADS": str(self.dbt_threads),
            "ENGINE": self.engine,
            "SPARK_REMOTE": self.spark_remote,
            **SAFE_PATH,
        }


class OperatingSettings(BaseSettings):
    """What an operator sets for Dagster: when runs start, and who is told of a failure."""

    model_config = SettingsConfigDict(env_ignore_empty=True, frozen=True, extra="ignore")

    schedule: bool = Field(False, description="Whether the schedules are on from the start.")
    sensor: bool = Field(False, description="Whether the sensor changed_log is on from the start.")
    retry_seconds: float = Field(
        15, ge=0, description="After how many seconds a step that met a lock is tried again."
    )
    history_from: Annotated[str, AfterValidator(_month)] = Field(
        "2026-11", description="The first month that rebuild_history can be asked for."
    )
    alert_command: SecretStr | None = Field(
        None, description="A command that gets the message of a failed run on standard input."
    )
    alert_webhook: SecretStr | None = Field(
        None, description='A web address that gets the message as {"text": …}.'
    )
    alert_urls: SecretStr | None = Field(
        None, description="Addresses in Apprise's notation that get the message, by spaces."
    )

    @classmethod
    def from_environment(cls) -> "OperatingSettings":
        """Read the settings from the environment.

        Raises:
            SettingError: One is not as expected; the message names it and says what was expected.
        """
        return _read(cls, {})


class ReviewSettings(BaseSettings):
    """What the person sets who reviews proposals."""

    model_config = SettingsConfigDict(env_ignore_empty=True, frozen=True, extra="ignore")

    reviewer: str = Field(
        "",
        description="Who decides: kept with each decision in intake_decisions.csv, never"
        " published.",
    )

    @classmethod
    def from_environment(cls) -> "ReviewSettings":
        """Read the settings from the environment."""
        return _read(cls, {})


class DbtSettings(BaseSettings):
    """Where a process of dbt builds, if it was started by hand."""

    model_config = SettingsConfigDict(env_ignore_empty=True, frozen=True, extra="ignore")

    build_path: LocalPath = Field(
        PROJECT / "data" / "build.duckdb",
        description="The file that dbt builds in: build.duckdb, in any folder.",
    )

    @classmethod
    def from_environment(cls) -> "DbtSettings":
        """Read the settings from the environment.

        Raises:
            SettingError: One is not as expected; the message names it and says what was expected.
        """
        return _read(cls, {})


def paths_of_the_folder() -> tuple[dict[str, str], list[str]]:
    """Read ``paths.env`` of the working directory, which says where the log of that folder is.

    Only paths are read from it, from its own folder on: whoever works in a folder of other people's
    runs no command and tells no address of theirs.

    Returns:
        The paths, by setting; the other names in the file, which are not read.

    Raises:
        SettingError: The file cannot be read.
    """
    try:
        folder = Path.cwd()
        text = (folder / PATHS_FILE).read_text("utf-8")
    except FileNotFoundError:
        return {}, []
    except (OSError, UnicodeDecodeError) as error:
        raise SettingError(
            f"paths.env cannot be read: {error}. Make it a text of lines such as"
            " EVENTS_DIR=events, or move it away."
        ) from error
    said = dotenv_values(stream=io.StringIO(text), interpolate=False)
    paths = {
        name: value if _ADDRESS.match(value) else str(folder / value)
        for name in _PATHS
        if (value := said.get(name.upper()))
    }
    return paths, [name for name in said if name.lower() not in _PATHS]


class _PathsOfTheFolder(PydanticBaseSettingsSource):
    """The settings that ``paths.env`` in the working directory gives."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        return paths_of_the_folder()[0].get(field_name), field_name, False

    def __call__(self) -> dict[str, Any]:
        return dict(paths_of_the_folder()[0])


def memory_bytes(size: str) -> int:
    """The bytes of a size such as ``4GB``, ``800MB`` or ``4GiB``."""
    found = _SIZE.fullmatch(size)
    assert found is not None
    step = 1024 if found[3] else 1000
    return int(float(found[1]) * step ** ("KMGT".index(found[2].upper()) + 1))


def _read(model: type[_Model], overrides: dict[str, Any]) -> _Model:
    try:
        return model(**overrides)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        kind = model.model_fields[name].annotation
        if first["type"] == "value_error":
            expected = str(first["ctx"]["error"])
        elif first["type"] == "literal_error":
            expected = str(first["ctx"]["expected"]).replace("'", "")
        elif kind in (bool, bool | None):
            expected = "yes or no"
        else:
            expected = "a number, 1 or more" if kind is int else "a number, 0 or more"
        given = overrides.get(name) or os.environ.get(name.upper())
        value = first["input"] if given is None else given
        raise SettingError(
            f"The setting {name.upper()} is {value!r}; expected {expected}."
        ) from None
