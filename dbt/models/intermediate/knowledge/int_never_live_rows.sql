with

accepted_rows as {{ read_each_time() }}(

    select * from {{ ref('int_accepted_rows') }}

),

live_periods as (

    select row_id from {{ ref('int_live_periods') }}

    union all

    select row_id from {{ ref('int_evidence_periods') }}

),

-- By their ids alone, as this is a hash table of nearly all rows.
never_live_ids as (

    select accepted_rows.row_id
    from accepted_rows
    anti join live_periods
        on accepted_rows.row_id = live_periods.row_id

),

subjects as (

    select
        subject_kind,
        subject_id,
        establishment_id

    from {{ ref('int_subject_periods') }}
    group by subject_kind, subject_id, establishment_id

),

never_live_rows as (

    select
        accepted_rows.row_id,
        accepted_rows.event_type,
        {{ establishment_of('accepted_rows', 'visits', 'recommendations', 'concerns') }}
            as establishment_id

    from accepted_rows
    semi join never_live_ids
        on accepted_rows.row_id = never_live_ids.row_id
    left join subjects as visits
        on
            accepted_rows.visit_id = visits.subject_id
            and visits.subject_kind = 'visit'
    left join subjects as recommendations
        on
            accepted_rows.recommendation_id = recommendations.subject_id
            and recommendations.subject_kind = 'recommendation'
    left join subjects as concerns
        on
            accepted_rows.concern_id = concerns.subject_id
            and concerns.subject_kind = 'concern'

)

select * from never_live_rows
