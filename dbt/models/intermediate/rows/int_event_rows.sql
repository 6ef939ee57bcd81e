with

typed_rows as (

    select
        -- A key for joins within one build; it says nothing about the row.
        {{ all_and_row_id() }}

    from {{ ref('int_typed_rows') }}

),

first_rows as (

    select * from {{ ref('int_first_rows') }}

),

event_rows as (

    select
        {{ all_but('typed_rows', ['line_number', 'event_digest']) }},

        {{ stored_digest('typed_rows.event_digest') }} as event_digest,
        -- The header is line 1.
        coalesce(typed_rows.line_number, typed_rows.row_id - first_rows.row_id + 2)
            as line_number,
        coalesce(typed_rows.corrects_event_id, typed_rows.event_id) as statement_id,
        {{ target_event_id() }} as target_event_id

    from typed_rows
    left join first_rows
        on typed_rows.file_name = first_rows.file_name
    {%- if var('known_at') != 'infinity' %}
    {#- Only where it filters: it lets the optimiser expect a fifth of the rows, and put them, with all
        their texts, into the hash tables of later joins. #}
    -- What was recorded later is not there yet. A row whose instant cannot be read is.
    where typed_rows.recorded_at is null or typed_rows.recorded_at <= {{ known_at() }}
    {%- endif %}

)

-- Its columns are those of the staging models.
select * from event_rows  -- noqa: AM04
