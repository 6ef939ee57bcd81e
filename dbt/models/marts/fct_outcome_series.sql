with

outcomes as (

    select *
    from {{ ref('fct_outcomes') }}
    where judged_on is not null

),

eras as (

    select * from {{ ref('dim_eras') }}

),

numbered_outcomes as (

    select
        *,

        concat_ws(chr(31), establishment_id, coalesce(unit, ''), test_group, scale) as series_id,
        cast(row_number() over outcomes_of_a_series as bigint) as series_number,
        lag(judged_on) over outcomes_of_a_series as previous_judged_on,
        lag(outcome_rank) over outcomes_of_a_series as rank_before

    from outcomes

    window outcomes_of_a_series as (
        partition by establishment_id, unit, test_group, scale
        order by judged_on, event_id
    )

),

marked_outcomes as (

    select
        *,

        -- The number of the last outcome that broke a run is where the run begins.
        max(case when outcome_rank is distinct from rank_before then series_number end)
            over outcomes_so_far as same_since,
        max(case when rank_before is null or outcome_rank >= rank_before then series_number end)
            over outcomes_so_far as falling_since

    from numbered_outcomes

    window outcomes_so_far as (
        partition by series_id
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

series as (

    select
        marked_outcomes.event_id,
        marked_outcomes.establishment_id,
        marked_outcomes.unit,
        marked_outcomes.test_group,
        marked_outcomes.healthy_prison_test,
        marked_outcomes.visit_id,

        marked_outcomes.judged_on,
        marked_outcomes.series_number,
        marked_outcomes.scale,
        marked_outcomes.outcome_code,
        marked_outcomes.outcome_rank,
        marked_outcomes.outcome_rank - marked_outcomes.rank_before as rank_change,
        marked_outcomes.series_number - marked_outcomes.same_since + 1 as times_in_a_row,
        marked_outcomes.series_number - marked_outcomes.falling_since as declines_in_a_row,
        crossed_eras.eras_crossed

    from marked_outcomes
    left join crossed_eras
        on marked_outcomes.event_id = crossed_eras.event_id

)

select * from series
