{# rows in files = accepted + duplicate + rejected + waiting. The left side is counted by the
   reader of the files, apart from the SQL that made the right side; what `known_at` leaves out is
   counted in the typed rows. A log of headers alone is an empty log, and so is the past before the
   first recording; rows that were read, none of which arrived, are a fault. #}
{% test every_row_is_accounted_for(model) %}
with

counted_files as (

    select coalesce(sum(rows_in_file), 0) as row_count
    from {{ source('event_files', 'files') }}

),

{% if var('known_at') == 'infinity' %}
later_rows as (

    select 0 as row_count

),
{% else %}
later_rows as (

    select count(*) as row_count
    from {{ ref('int_typed_rows') }}
    where recorded_at > {{ known_at() }}

),
{% endif %}

verdicts as (

    select
        (select count(distinct row_id) from {{ model }}) as accepted,
        (select count(*) from {{ ref('int_unaccepted_rows') }}) as unaccepted

)

select
    counted_files.row_count as rows_in_files,
    later_rows.row_count as rows_recorded_later,
    verdicts.accepted,
    verdicts.unaccepted

from counted_files
cross join later_rows
cross join verdicts
where
    counted_files.row_count
    <> later_rows.row_count + verdicts.accepted + verdicts.unaccepted
    or (
        verdicts.accepted = 0
        and counted_files.row_count > later_rows.row_count + verdicts.unaccepted
    )
{% endtest %}
