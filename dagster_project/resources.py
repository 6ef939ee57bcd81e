"""What the steps share: the settings of the build, and the lock on its folder."""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg
from dagster import InitResourceContext

from dagster_project.failure import BuildFailure
from dagster_project.lock import build_lock
from dagster_project.settings import Settings


class Build(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The settings of a build. What a run leaves empty comes from the environment.

    Attributes:
        known_at: The instant whose knowledge is built, ISO 8601 in UTC.
        warehouse_path: The file to publish.
    """

    known_at: str = ""
    warehouse_path: str = ""

    def settings(self) -> Settings:
        """The settings, the run's own first."""
        from dataclasses import replace
        from pathlib import Path

        settings = Settings.from_environment()
        if self.known_at:
            settings = replace(settings, known_at=self.known_at)
        if self.warehouse_path:
            settings = replace(settings, warehouse_path=Path(self.warehouse_path).absolute())
        return settings

    @contextmanager
    def yield_for_execution(self, context: InitResourceContext) -> Iterator["Build"]:
        """Hold the lock of the data folder for as long as the run lasts."""
        settings = self.settings()
        lock = settings.build_path.with_name(settings.build_path.name + ".lock")
        try:
            with build_lock(
                lock,
                waiting=lambda holder: (
                    context.log.info("Another build is running (process %s): waiting.", holder)
                    if context.log
                    else None
                ),
            ):
                yield self
        except BuildFailure as failure:
            raise dg.Failure(description=str(failure), allow_retries=failure.can_retry) from None
