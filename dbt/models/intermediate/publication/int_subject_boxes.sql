-- Where each visit, concern and recommendation is live, kind after kind. An establishment is no
-- secret: it is live on all days.
with

revealed_versions as (

    select * from {{ ref('int_revealed_versions') }}

),

establishment_periods as (

    select
        subject_id,
        known_from,
        coalesce(known_to, {{ last_instant() }}) as known_to,
        {{ first_day() }} as public_from,
        {{ end_of_days() }} as public_to

    from {{ ref('int_subject_periods') }}
    where subject_kind = 'establishment'

),

visit_boxes as (

    select
        visits.row_id,
        visits.visit_id,
        visits.establishment_id,
        {{ common_box(['visits', 'establishments']) }}

    from revealed_versions as visits
    inner join establishment_periods as establishments
        on visits.establishment_id = establishments.subject_id
    where visits.{{ introduces(['visit']) }}

),

concern_boxes as (

    select
        concerns.row_id,
        concerns.concern_id,
        visits.establishment_id,
        {{ common_box(['concerns', 'visits']) }}

    from revealed_versions as concerns
    inner join visit_boxes as visits
        on concerns.visit_id = visits.visit_id
    where concerns.{{ introduces(['concern']) }}

),

recommendation_boxes as (

    select
        recommendations.row_id,
        recommendations.recommendation_id,
        recommendations.occurred_on,
        visits.establishment_id,
        {{ common_box(['recommendations', 'visits']) }}

    from revealed_versions as recommendations
    inner join visit_boxes as visits
        on recommendations.visit_id = visits.visit_id
    where
        recommendations.{{ introduces(['recommendation']) }}
        and recommendations.concern_id is null

    union all

    select
        recommendations.row_id,
        recommendations.recommendation_id,
        recommendations.occurred_on,
        visits.establishment_id,
        {{ common_box(['recommendations', 'visits', 'concerns']) }}

    from revealed_versions as recommendations
    inner join visit_boxes as visits
        on recommendations.visit_id = visits.visit_id
    inner join concern_boxes as concerns
        on recommendations.concern_id = concerns.concern_id
    where recommendations.{{ introduces(['recommendation']) }}

),

subject_boxes as (

    select
        'visit' as subject_kind,
        visit_id as subject_id,
        row_id,
        establishment_id,
        cast(null as date) as made_on,
        known_from,
        known_to,
        public_from,
        public_to

    from visit_boxes

    union all

    select
        'concern' as subject_kind,
        concern_id as subject_id,
        row_id,
        establishment_id,
        cast(null as date) as made_on,
        known_from,
        known_to,
        public_from,
        public_to

    from concern_boxes

    union all

    select
        'recommendation' as subject_kind,
        recommendation_id as subject_id,
        row_id,
        establishment_id,
        occurred_on as made_on,
        known_from,
        known_to,
        public_from,
        public_to

    from recommendation_boxes

)

select *
from subject_boxes
where {{ is_box() }}
