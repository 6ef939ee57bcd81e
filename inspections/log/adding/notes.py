"""Warnings of `append` about new rows: likely mistakes that do not reject a row.

What a build doubts too (:mod:`inspections.log.doubts`), and what makes an answer about a day of
publication wrong or poor. Only new rows are looked at, so that a log with old doubts stays quiet.
"""

from inspections.database import attached, literal
from inspections.log.adding.grown_files import GrownFile
from inspections.log.doubts import doubts_of, shortened
from inspections.log.gate import Judged

MAX_NOTED = 20

# The published document of each publication, as `docs/time.md` has it, and its last possible day.
_PUBLICATIONS = """
    select
        logged.event_id, logged.visit_id, logged.file_name, logged.line_number,
        logged.recorded_at, logged.occurred_precision,
        coalesce(logged.what, 'report') as what,
        coalesce(
            logged.published_document_id, case when logged.what is null then logged.document_id end
        ) as published_document_id,
        least(
            case logged.occurred_precision
                when 'day' then logged.occurred_on
                when 'month' then last_day(logged.occurred_on)
                when 'year' then cast(logged.occurred_on + interval 1 year - interval 1 day as date)
            end,
            logged.published_on,
            logged.published_not_after
        ) as public_by,
        kinds.is_public, kinds.is_edition
    from intermediate.int_log as logged
    inner join kinds on coalesce(logged.what, 'report') = kinds.what
    where logged.event_type = 'reports_published' and logged.is_live
"""

_NOTES = {
    # A visit is public before it ends only where one of the two days is wrong.
    "before_its_visit": """
        select publications.file_name, publications.line_number,
            'public by ' || publications.public_by || ', before the visit '
            || publications.visit_id || ' ended on ' || visits.ended_on
            || '; compare the two days with their documents'
        from publications
        inner join (
            select visit_id, file_name, line_number, coalesce(
                ended_on, started_on, case when occurred_precision = 'day' then occurred_on end
            ) as ended_on
            from intermediate.int_log
            where event_type = 'visits_held' and is_live
        ) as visits on publications.visit_id = visits.visit_id
        inner join fresh on publications.file_name = fresh.file_name
            and publications.line_number >= fresh.first_line
        where publications.is_public and publications.public_by < visits.ended_on
    """,
    # Such rows are in files of before the rule of the row, which stay valid; a new one is a slip.
    "two_days": """
        select logged.file_name, logged.line_number,
            'published_on ' || logged.published_on || ' is not occurred_on '
            || logged.occurred_on || '; the later of the two counts: compare them with the document'
        from intermediate.int_log as logged
        inner join fresh on logged.file_name = fresh.file_name
            and logged.line_number >= fresh.first_line
        where logged.event_type = 'reports_published'
            and logged.occurred_precision = 'day'
            and logged.published_on <> logged.occurred_on
    """,
    # What a report says counts as told by others until the report is known to have come out.
    "without_publication": """
        select any_value(first_rows.file_name), any_value(first_rows.line_number),
            'cites ' || documents.document_id || ', a document of ' || any_value(documents.body)
            || ' without a publication in the log; add a row of reports_published, with the'
            || ' precision unknown if no source gives its day'
        from (
            select logged.document_id, min_by(logged.file_name, logged.line_number) as file_name,
                min(logged.line_number) as line_number
            from intermediate.int_log as logged
            inner join fresh on logged.file_name = fresh.file_name
                and logged.line_number >= fresh.first_line
            where logged.event_type not in (
                'events_retracted', 'events_reinstated', 'reports_published', 'report_steps_taken'
            )
            group by logged.document_id
        ) as first_rows
        inner join event_files.documents on first_rows.document_id = documents.document_id
        semi join bodies on documents.body = bodies.body
        anti join publications on documents.document_id = publications.published_document_id
        group by documents.document_id
    """,
    # Known in between, what it says passes for what others told.
    "after_what_it_says": """
        select publications.file_name, publications.line_number,
            'publishes ' || publications.published_document_id || ', of which '
            || count(*) || ' event(s) were recorded before, the first at '
            || strftime(min(logged.recorded_at), '%Y-%m-%dT%H:%M:%SZ')
            || '; as known before this row, their day of publication is not this one'
        from publications
        inner join fresh on publications.file_name = fresh.file_name
            and publications.line_number >= fresh.first_line
        inner join intermediate.int_log as logged
            on publications.published_document_id = logged.document_id
            and logged.recorded_at < publications.recorded_at
        where publications.is_edition
            and logged.event_type not in (
                'events_retracted', 'events_reinstated', 'reports_published', 'report_steps_taken'
            )
        group by
            publications.file_name, publications.line_number, publications.published_document_id
    """,
    # A slip in the id would leave what the document says without a day, and nobody would see it.
    "unknown_document": """
        select logged.file_name, logged.line_number,
            'published_document_id ' || logged.published_document_id
            || ' is not a row of documents.csv; add the document, or correct the id'
        from intermediate.int_log as logged
        inner join fresh on logged.file_name = fresh.file_name
            and logged.line_number >= fresh.first_line
        anti join event_files.documents as documents
            on logged.published_document_id = documents.document_id
        where logged.published_document_id is not null
    """,
    # The last version by recording counts: this one would bring back what an edition altered.
    "from_a_later_edition": """
        select corrections.file_name, corrections.line_number,
            'corrects ' || corrections.corrects_event_id || ': the version it would supersede, '
            || max_by(earlier.event_id, (earlier.recorded_at, earlier.event_id))
            || ', is from a later edition; state that edition''s version again after this row'
        from rows_of_statements as corrections
        inner join fresh on corrections.file_name = fresh.file_name
            and corrections.line_number >= fresh.first_line
        inner join rows_of_statements as originals
            on corrections.corrects_event_id = originals.event_id
        inner join rows_of_statements as earlier
            on corrections.corrects_event_id = earlier.corrects_event_id
            and (earlier.recorded_at, earlier.event_id)
                < (corrections.recorded_at, corrections.event_id)
            and earlier.document_id <> corrections.document_id
            and earlier.document_id <> originals.document_id
        inner join editions on earlier.document_id = editions.document_id
        left join editions as own on corrections.document_id = own.document_id
        where own.public_by is null or own.public_by < editions.public_by
            or (editions.public_by is null and own.document_id is null)
        group by
            corrections.file_name, corrections.line_number, corrections.corrects_event_id
    """,
}


def notes_on(judged: Judged, grown: list[GrownFile]) -> list[str]:
    """Warnings about new rows, as sentences."""
    return _doubts(judged, grown) + _publication_notes(judged, grown)


def _doubts(judged: Judged, grown: list[GrownFile]) -> list[str]:
    """The build's own warnings, for the new rows only."""
    firsts = {file.name: file.first_line for file in grown}
    with attached(judged.database, "build") as connection:
        return shortened(
            [
                doubt.words
                for doubt in doubts_of(connection)
                if doubt.line_number >= firsts.get(doubt.file_name, float("inf"))
            ]
        )


def _publication_notes(judged: Judged, grown: list[GrownFile]) -> list[str]:
    """Find what new rows leave doubtful about days of publication.

    Args:
        judged: The log with the new rows.
        grown: The files that they were added to.

    Returns:
        One sentence a finding, with the file and line of the batch, in their order.
    """
    if not grown:
        return []
    rows = {
        (file.name, line_number): row.place
        for file in grown
        for line_number, row in file.rows_by_line.items()
    }
    fresh = ", ".join(f"({literal(file.name)}, {file.first_line})" for file in grown)
    common = f"""
        with fresh(file_name, first_line) as (values {fresh}),
        kinds as (from reference.publication_kinds),
        bodies as (from reference.bodies),
        publications as ({_PUBLICATIONS}),
        editions as (
            select published_document_id as document_id, min(public_by) as public_by
            from publications
            where is_edition and published_document_id is not null
            group by all
        ),
        rows_of_statements as (
            select event_id, corrects_event_id, document_id, recorded_at, file_name, line_number
            from intermediate.int_event_rows
        )
    """
    found: list[tuple[str, int, str]] = []
    for sql in _NOTES.values():
        found += judged.ask(common + sql)
    notes = [
        f"{rows.get((file_name, line_number), f'{file_name}, line {line_number}')}: {words}"
        for file_name, line_number, words in sorted(found)
    ]
    if len(notes) > MAX_NOTED:
        notes = [*notes[:MAX_NOTED], f"… and {len(notes) - MAX_NOTED} more notes on publication"]
    return notes
