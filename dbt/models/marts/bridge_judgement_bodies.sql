with

judged as (

    select
        event_id,
        bodies

    from {{ ref('fct_outcomes') }}
    where bodies is not null

    union all

    select
        event_id,
        bodies

    from {{ ref('fct_progress_judgements') }}
    where bodies is not null

),

named_bodies as (

    select
        event_id,
        {{ each_part('bodies', '[|]') }} as body

    from judged

),

judgement_bodies as (

    select
        event_id,
        trim(body) as body

    from named_bodies
    where trim(body) <> ''
    group by event_id, trim(body)

)

select * from judgement_bodies
