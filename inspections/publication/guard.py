"""The guard: verify the log against the last publication, event by event."""

from typing import Any

import duckdb

from inspections.database import attached, literal
from inspections.errors import BuildFailure
from inspections.publication.parquet_views import check_rows_are_there
from inspections.publication.published_file import RELATIONS
from inspections.settings import EVERYTHING, Settings


def check_log_is_unaltered(settings: Settings, first: int = 20) -> int:
    """Verify the log against the last publication: no event altered, none gone, all accepted.

    Args:
        settings: The build's settings.
        first: How many altered events are told in words.

    Returns:
        The number of published events that were found unaltered.

    Raises:
        BuildFailure: An event that was published says something else now, is in no file, or
            is not accepted any more, whatever ``ON_REJECTED`` says.
    """
    if not settings.warehouse_path.exists():
        return 0
    with attached(settings.build_path, "build") as connection:
        # Its views name what they read from its own folder on.
        folder = settings.warehouse_path.resolve().parent
        connection.execute(f"set file_search_path = {literal(str(folder))}")
        try:
            connection.execute(
                f"attach {literal(str(settings.warehouse_path))} as published (read_only)"
            )
            known = connection.execute(
                f"select count(*) from {RELATIONS} where database_name = 'published'"
                " and schema_name = 'main' and name = 'events'"
            ).fetchone()
        except duckdb.Error:
            known = None
        if not known or not known[0]:
            raise BuildFailure(
                f"{settings.warehouse_path.name} is not a publication of this warehouse, so it"
                " is not replaced. Move it away, or publish elsewhere with --warehouse.",
                code="not-a-publication",
            )
        check_rows_are_there(connection, "published", settings.warehouse_path)
        scope = (
            ""
            if settings.known_at == EVERYTHING
            else f"where recorded_at <= cast({literal(settings.known_at)} as timestamp)"
        )
        connection.execute(
            f"""
            create temp table altered as
            select published.event_id, published.event_digest
            from (
                select distinct event_id, event_digest from published.main.events {scope}
            ) as published
            anti join ({_held(settings)}) as held
                on published.event_id = held.event_id
                and published.event_digest = held.event_digest
            """
        )
        (altered_count,) = connection.execute("select count(*) from altered").fetchone() or (0,)
        (published_count,) = connection.execute(
            f"select count(distinct event_id) from published.main.events {scope}"
        ).fetchone() or (0,)
        if not altered_count:
            return int(published_count)
        details = [
            _alteration(connection, event_id)
            for (event_id,) in connection.execute(
                f"select event_id from altered order by event_id limit {first}"
            ).fetchall()
        ]
    if altered_count > len(details):
        details.append(f"… and {altered_count - len(details)} more")
    raise BuildFailure(
        f"{altered_count} published event(s) were altered in the files, are gone from them, or are"
        " not accepted any more."
        " The log is append-only: restore the rows, and enter a correction or a retraction"
        " instead (see seeds/README.md).",
        details,
        code="altered-events",
    )


def _held(settings: Settings) -> str:
    """The accepted rows, which may match a published event.

    In a build of what was known at an instant, a row may wait for one that was recorded later.
    """
    if settings.known_at == EVERYTHING:
        return "select event_id, event_digest from build.intermediate.int_log"
    return """
        select event_rows.event_id, event_rows.event_digest
        from build.intermediate.int_event_rows as event_rows
        anti join (
            select row_id from build.intermediate.int_unaccepted_rows where verdict = 'rejected'
        ) as rejected_rows using (row_id)
    """


def _alteration(connection: duckdb.DuckDBPyConnection, event_id: str) -> str:
    """Say what became of one published event."""
    was = _as_dict(connection, "published.main.events", event_id)
    assert was is not None
    unaltered = connection.execute(
        """
        select event_rows.file_name, event_rows.line_number, verdicts.verdict, verdicts.reason
        from build.intermediate.int_event_rows as event_rows
        inner join build.intermediate.int_unaccepted_rows as verdicts using (row_id)
        where event_rows.event_id = ? and event_rows.event_digest = ?
        order by event_rows.file_name, event_rows.line_number
        limit 1
        """,
        [event_id, was["event_digest"]],
    ).fetchone()
    if unaltered is not None:
        file_name, line_number, verdict, reason = unaltered
        return (
            f"{file_name} line {line_number}, event_id {event_id}: it is {verdict} now, as {reason}"
        )
    now = _as_dict(connection, "build.intermediate.int_event_rows", event_id)
    place = f"{was['file_name']} line {was['line_number']}, event_id {event_id}"
    if now is None:
        return f"{place}: the row is gone"
    # What is resolved or counted by the build is not what the row says.
    ignored = {"file_name", "line_number", "event_digest", "establishment_id"}
    differences = [
        f"{name} was {was[name]!s}, is {now[name]!s}"
        for name in now
        if name in was and name not in ignored and was[name] != now[name]
    ]
    if was["establishment_id"] and now["establishment_id"] not in (
        None,
        was["establishment_id"],
    ):
        differences.append(
            f"establishment_id was {was['establishment_id']}, is {now['establishment_id']}"
        )
    return (
        f"{now['file_name']} line {now['line_number']}, event_id {event_id}:"
        f" {'; '.join(differences) or 'its text was altered'}"
    )


def _as_dict(
    connection: duckdb.DuckDBPyConnection, table: str, event_id: str
) -> dict[str, Any] | None:
    result = connection.execute(
        f"select * from {table} where event_id = ? order by all limit 1", [event_id]
    )
    row = result.fetchone()
    if row is None:
        return None
    return dict(zip([column[0] for column in result.description], row, strict=True))
