with

logged_events as (

    select *
    from {{ ref('int_log') }}
    where event_type = 'establishments_described' and is_live

),

matches as (

    select
        establishment_id,
        register_id,
        true as is_by_source,
        cast(null as {{ dbt.type_string() }}) as basis

    from logged_events
    where register_id is not null

    union all

    select
        entries.establishment_id,
        entries.register_id,
        false as is_by_source,
        entries.basis

    from {{ ref('register_entries') }} as entries
    semi join logged_events
        on entries.establishment_id = logged_events.establishment_id
    -- A row without an entry says why the establishment has none.
    where entries.register_id is not null

),

entries as (

    select
        matches.establishment_id,
        matches.register_id,
        bool_or(matches.is_by_source) as is_by_source,
        max(matches.basis) as basis

    from matches
    semi join {{ ref('prison_register') }} as register
        on matches.register_id = register.register_id
    group by matches.establishment_id, matches.register_id

)

select * from entries
