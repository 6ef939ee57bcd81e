with

logged_events as (

    select *
    from {{ ref('int_log') }}
    where event_type = 'outcomes_judged' and is_live

),

judgement_levels as (

    select * from {{ ref('judgement_levels') }}

),

healthy_prison_tests as (

    select * from {{ ref('healthy_prison_tests') }}

),

eras as (

    select * from {{ ref('dim_eras') }}

),

establishments as (

    select * from {{ ref('dim_establishments') }}

),

visits as (

    select
        visit_id,
        bodies

    from {{ ref('dim_visits') }}

),

sources as (

    {{ sources_of_facts() }}

),

ranked_outcomes as (

    select
        *,

        -- Before other bodies were known, there was one scale.
        coalesce(scale, 'hmip_outcome') as outcome_scale,
        row_number() over (
            partition by visit_id, unit, healthy_prison_test
            order by {{ latest_first() }}
        ) as place

    from logged_events

),

outcomes as (

    select
        ranked_outcomes.event_id,
        ranked_outcomes.visit_id,
        ranked_outcomes.establishment_id,
        establishments.establishment_version_id,
        ranked_outcomes.unit,
        ranked_outcomes.healthy_prison_test,
        healthy_prison_tests.test_group,

        ranked_outcomes.outcome_scale as scale,
        ranked_outcomes.outcome as outcome_code,
        judgement_levels.label as outcome_label,
        judgement_levels.rank as outcome_rank,

        lag(ranked_outcomes.visit_id) over outcomes_of_a_test as previous_visit_id,
        lag(ranked_outcomes.outcome) over outcomes_of_a_test as previous_outcome_code,
        lag(judgement_levels.rank) over outcomes_of_a_test as previous_outcome_rank,
        judgement_levels.rank - lag(judgement_levels.rank) over outcomes_of_a_test
            as rank_change,
        ranked_outcomes.occurred_on is not null
        and lead(ranked_outcomes.event_id) over outcomes_of_a_test is null as is_latest,

        coalesce(ranked_outcomes.bodies, visits.bodies) as bodies,
        coalesce(sources.sources_confirming, 0) as sources_confirming,
        coalesce(sources.sources_disputing, 0) as sources_disputing,
        ranked_outcomes.occurred_on as judged_on,
        ranked_outcomes.recorded_at,
        ranked_outcomes.occurred_precision,
        ranked_outcomes.document_id,
        ranked_outcomes.paragraph,

        publicity.public_not_before,
        publicity.public_by,
        publicity.public_basis

    from ranked_outcomes
    inner join judgement_levels
        on
            ranked_outcomes.outcome_scale = judgement_levels.scale
            and ranked_outcomes.outcome = judgement_levels.code
    inner join healthy_prison_tests
        on ranked_outcomes.healthy_prison_test = healthy_prison_tests.healthy_prison_test
    left join visits
        on ranked_outcomes.visit_id = visits.visit_id
    left join sources
        on ranked_outcomes.statement_id = sources.about_event_id
    left join {{ ref('int_event_publicity') }} as publicity
        on ranked_outcomes.row_id = publicity.row_id
    left join establishments
        on
            ranked_outcomes.establishment_id = establishments.establishment_id
            and {{ holds_on('establishments', 'ranked_outcomes.occurred_on') }}
    where ranked_outcomes.place = 1

    window outcomes_of_a_test as (
        partition by
            ranked_outcomes.establishment_id,
            ranked_outcomes.unit,
            healthy_prison_tests.test_group,
            ranked_outcomes.outcome_scale
        order by
            ranked_outcomes.occurred_on nulls first,
            ranked_outcomes.recorded_at,
            ranked_outcomes.event_id
    )

),

-- A series has the dated outcomes of one test of a unit. Those without a day are numbered apart,
-- and left out below.
numbered_outcomes as (

    select
        *,

        cast(row_number() over outcomes_of_a_series as bigint) as series_number,
        lag(judged_on) over outcomes_of_a_series as previous_judged_on,
        lag(outcome_rank) over outcomes_of_a_series as rank_before

    from outcomes

    window outcomes_of_a_series as (
        partition by establishment_id, unit, test_group, scale, judged_on is null
        order by judged_on, recorded_at, event_id
    )

),

marked_outcomes as (

    select
        *,

        -- A run begins at the last outcome that broke one.
        max(case when outcome_rank is distinct from rank_before then series_number end)
            over outcomes_so_far as same_since,
        max(case when rank_before is null or outcome_rank >= rank_before then series_number end)
            over outcomes_so_far as falling_since

    from numbered_outcomes

    window outcomes_so_far as (
        partition by establishment_id, unit, test_group, scale, judged_on is null
        order by series_number
        rows between unbounded preceding and current row
    )

),

crossed_eras as (

    select
        marked_outcomes.event_id,
        {{ joined_texts('eras.era', '|', 'eras.starts_on, eras.era') }} as eras_crossed

    from marked_outcomes
    inner join eras
        on
            marked_outcomes.previous_judged_on < eras.starts_on
            and marked_outcomes.judged_on >= eras.starts_on
            and (eras.test_group is null or marked_outcomes.test_group = eras.test_group)
    group by marked_outcomes.event_id

),

outcomes_in_series as (

    select
        outcomes.event_id,
        outcomes.visit_id,
        outcomes.establishment_id,
        outcomes.establishment_version_id,
        outcomes.unit,
        outcomes.healthy_prison_test,
        outcomes.test_group,

        outcomes.scale,
        outcomes.outcome_code,
        outcomes.outcome_label,
        outcomes.outcome_rank,

        outcomes.previous_visit_id,
        outcomes.previous_outcome_code,
        outcomes.previous_outcome_rank,
        outcomes.rank_change,
        outcomes.is_latest,

        case when outcomes.judged_on is not null then outcomes.series_number end
            as series_number,
        case
            when outcomes.judged_on is not null
                then outcomes.series_number - outcomes.same_since + 1
        end as times_in_a_row,
        case
            when outcomes.judged_on is not null
                then outcomes.series_number - outcomes.falling_since
        end as declines_in_a_row,
        crossed_eras.eras_crossed,

        outcomes.bodies,
        outcomes.sources_confirming,
        outcomes.sources_disputing,
        outcomes.judged_on,
        outcomes.occurred_precision,
        outcomes.document_id,
        outcomes.paragraph,

        outcomes.public_not_before,
        outcomes.public_by,
        outcomes.public_basis

    from marked_outcomes as outcomes
    left join crossed_eras
        on outcomes.event_id = crossed_eras.event_id

)

select * from outcomes_in_series
