with

establishment_history as (

    select *
    from {{ ref('int_histories') }}
    where history_kind = 'establishment' and known_to is null

),

logged_events as (

    select *
    from {{ ref('int_log') }}
    where event_type = 'establishments_described' and is_live

),

dated_versions as (

    select
        establishment_history.event_id as establishment_version_id,
        establishment_history.entity_id as establishment_id,
        establishment_history.valid_from,
        establishment_history.valid_to

    from establishment_history

),

undated_descriptions as (

    select
        logged_events.event_id as establishment_version_id,
        logged_events.establishment_id,

        row_number() over (
            partition by logged_events.establishment_id
            order by {{ latest_first('logged_events') }}
        ) as place

    from logged_events
    anti join dated_versions
        on logged_events.establishment_id = dated_versions.establishment_id

),

versions as (

    select
        establishment_version_id,
        valid_from,
        valid_to

    from dated_versions

    union all

    select
        establishment_version_id,
        cast(null as date) as valid_from,
        cast(null as date) as valid_to

    from undated_descriptions
    where place = 1

),

register as (

    select * from {{ ref('prison_register') }}

),

-- An establishment may be several entries: then only what all of them say is its own.
matched as (

    select
        entries.establishment_id,
        case when count(*) = 1 then min(entries.register_id) end as register_id,
        case when count(distinct register.country) = 1 then min(register.country) end
            as country,
        case when count(distinct register.latitude) = 1 then min(register.latitude) end
            as latitude,
        case when count(distinct register.longitude) = 1 then min(register.longitude) end
            as longitude

    from {{ ref('bridge_establishment_register_entries') }} as entries
    inner join register
        on entries.register_id = register.register_id
    group by entries.establishment_id

),

sources as (

    {{ sources_of_facts() }}

),

establishments as (

    select
        versions.establishment_version_id,
        logged_events.establishment_id,

        logged_events.name,
        coalesce(
            {{ last_not_null(
                "case when " ~ matches('logged_events.name', '^(HM|YOI)')
                ~ " then logged_events.name end"
            ) }} over establishment_versions,
            -- «Hull (HMP)» of the register is HMP Hull to everyone else.
            {{ groups_turned('register.name', '^(.*[^ ]) *[(](.*)[)]\z') }},
            last_value(logged_events.name) over establishment_versions
        ) as display_name,
        logged_events.establishment_type,
        logged_events.function,
        logged_events.security_category,
        logged_events.operator,
        logged_events.region,
        logged_events.opened_year,

        logged_events.status,
        logged_events.successor_of,

        coalesce(logged_events.country, register.country, matched.country) as country,
        coalesce(logged_events.register_id, matched.register_id) as register_id,
        register.name_in_welsh,
        coalesce(register.latitude, matched.latitude) as latitude,
        coalesce(register.longitude, matched.longitude) as longitude,

        versions.valid_from,
        versions.valid_to,
        versions.valid_to is null as is_current,

        coalesce(sources.sources_confirming, 0) as sources_confirming,
        coalesce(sources.sources_disputing, 0) as sources_disputing,

        logged_events.event_id,
        logged_events.document_id,
        logged_events.paragraph

    from versions
    inner join logged_events
        on versions.establishment_version_id = logged_events.event_id
    left join sources
        on logged_events.statement_id = sources.about_event_id
    left join matched
        on logged_events.establishment_id = matched.establishment_id
    left join register
        on coalesce(logged_events.register_id, matched.register_id) = register.register_id
    window establishment_versions as (
        partition by logged_events.establishment_id
        order by versions.valid_from nulls first, logged_events.recorded_at, logged_events.event_id
        rows between unbounded preceding and unbounded following
    )

)

select * from establishments
