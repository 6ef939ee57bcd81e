"""Doubts about accepted rows; they never stop a build.

Ids that look alike, unknown bodies, a document as evidence of what it says itself, and live events
of a retracted document. A build warns of it, and ``append`` notes it of new rows.
"""

from dataclasses import dataclass

import duckdb

from inspections.log.declaration import event_types
from inspections.log.verdicts import ids_that_look_alike

MAX_NOTED = 20


@dataclass(frozen=True)
class Doubt:
    """One doubt about accepted rows.

    Attributes:
        check: What is looked for, as the summary of a build names it.
        file_name: The file of the first row that it is about.
        line_number: Its line there.
        words: The doubt in a sentence, with file and line.
    """

    check: str
    file_name: str
    line_number: int
    words: str


def doubts_of(connection: duckdb.DuckDBPyConnection) -> list[Doubt]:
    """Find what is doubtful about the rows of a built log.

    Args:
        connection: The build, in use, with its reference seeds.

    Returns:
        The doubts, by check, file and line.
    """
    # A run of some models alone has no log.
    if not connection.execute(
        "select 1 from duckdb_views() where schema_name = 'intermediate' and view_name = 'int_log'"
    ).fetchall():
        return []
    return [
        *(
            Doubt("ids differ by more than capitals", file_name, line_number, words)
            for file_name, line_number, words in ids_that_look_alike(connection)
        ),
        *_unknown_parts(connection),
        *_evidence_of_its_own(connection),
        *_live_events_of_withdrawn_documents(connection),
    ]


def shortened(notes: list[str]) -> list[str]:
    """The first of many notes, and how many more there are."""
    if len(notes) <= MAX_NOTED:
        return notes
    return [*notes[:MAX_NOTED], f"… and {len(notes) - MAX_NOTED} more notes"]


def _unknown_parts(connection: duckdb.DuckDBPyConnection) -> list[Doubt]:
    """The parts of lists that the seed of a column does not have, each once an event type."""
    notes = []
    for event_type in event_types().values():
        for column in event_type.columns:
            if "parts_from" not in column.meta:
                continue
            seed, code = column.meta["parts_from"].split(".")
            known = ", ".join(
                each
                for (each,) in connection.execute(
                    f"select {code} from reference.{seed} order by all"
                ).fetchall()
            )
            found = connection.execute(
                f"""
                with parts as (
                    select file_name, line_number,
                        unnest(string_split({column.name}, '|')) as part
                    from intermediate.int_log
                    where
                        event_type = '{event_type.name}'
                        and {column.name} is not null
                        and is_live
                )
                select part, count(distinct (file_name, line_number)),
                    min((file_name, line_number)) as place
                from parts
                anti join reference.{seed} as known on parts.part = known.{code}
                group by part
                order by place, part
                """
            ).fetchall()
            for part, count, (file_name, line_number) in found:
                more = f", and {count - 1} more row(s)" if count > 1 else ""
                notes.append(
                    Doubt(
                        f"each of {column.name} is known",
                        file_name,
                        line_number,
                        f"{file_name}, line {line_number}{more}: {column.name} names {part!r},"
                        f" which {seed}.csv does not list; known are {known}. Add it there, or"
                        " correct the row",
                    )
                )
    return notes


def _evidence_of_its_own(connection: duckdb.DuckDBPyConnection) -> list[Doubt]:
    found = connection.execute(
        """
        with evidence as (
            select event_id, about_event_id, document_id, file_name, line_number
            from intermediate.int_log
            where event_type = 'evidence_cited' and is_live
        )
        select distinct
            evidence.file_name, evidence.line_number, evidence.document_id, evidence.about_event_id
        from evidence
        inner join intermediate.int_log as versions
            on evidence.about_event_id = versions.statement_id
            and evidence.document_id = versions.document_id
        where versions.is_live
        order by all
        """
    ).fetchall()
    return [
        Doubt(
            "evidence comes from another document",
            file_name,
            line_number,
            f"{file_name}, line {line_number}: {document_id} itself states {about}, so it does not"
            " count as another source",
        )
        for file_name, line_number, document_id, about in found
    ]


def _live_events_of_withdrawn_documents(connection: duckdb.DuckDBPyConnection) -> list[Doubt]:
    found = connection.execute(
        """
        with withdrawn as (
            select withdrawn_document_id as document_id
            from intermediate.int_log
            where
                event_type in ('events_retracted', 'events_reinstated')
                and withdrawn_document_id is not null
            group by withdrawn_document_id
            having max_by(event_type, (recorded_at, event_id)) = 'events_retracted'
        )
        select logged.document_id, count(*), min((file_name, line_number)) as place
        from intermediate.int_log as logged
        semi join withdrawn on logged.document_id = withdrawn.document_id
        where is_live and event_type not in ('events_retracted', 'events_reinstated')
        group by logged.document_id
        order by place
        """
    ).fetchall()
    return [
        Doubt(
            "no event of a retracted document is live",
            file_name,
            line_number,
            f"{file_name}, line {line_number}: {count} live event(s) cite {document_id}, which was"
            f" retracted; retract them with retract --document {document_id}, or bring the document"
            " back with reinstate --document",
        )
        for document_id, count, (file_name, line_number) in found
    ]
