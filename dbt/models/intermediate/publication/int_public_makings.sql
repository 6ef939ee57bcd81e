-- Where each recommendation is shown: where it is public by itself, and where an event is that
-- gives it a status.
with

naming_boxes as (

    select
        entity_id as recommendation_id,
        known_from,
        known_to,
        public_from,
        public_to

    from {{ ref('int_public_facts') }}
    where history_kind in ('making', 'recommendation')

),

-- Most events of a recommendation came out after it, and became known after it: of no account here.
first_boxes as (

    select
        *,

        min(known_from) over boxes_of_a_recommendation as first_known_from,
        min(public_from) over boxes_of_a_recommendation as first_public_from

    from naming_boxes

    window boxes_of_a_recommendation as (partition by recommendation_id)

),

open_corners as (

    select
        recommendation_id,
        known_from,
        public_from

    from first_boxes
    where
        known_from = first_known_from
        and public_from = first_public_from
        and known_to = {{ last_instant() }}
        and public_to = {{ end_of_days() }}
    group by recommendation_id, known_from, public_from

),

other_boxes as (

    select first_boxes.*
    from first_boxes
    anti join open_corners
        on first_boxes.recommendation_id = open_corners.recommendation_id

),

{{ united_boxes('united', 'other_boxes', 'recommendation_id') }},

making_boxes as (

    select
        recommendation_id,
        known_from,
        public_from,
        {{ last_instant() }} as known_to,
        {{ end_of_days() }} as public_to

    from open_corners

    union all

    select
        recommendation_id,
        known_from,
        public_from,
        known_to,
        public_to

    from united

),

shown_boxes as (

    select
        recommendations.row_id,
        recommendations.subject_id as recommendation_id,
        recommendations.establishment_id,
        recommendations.made_on,
        {{ common_box(['making_boxes', 'recommendations']) }}

    from making_boxes
    inner join {{ ref('int_subject_boxes') }} as recommendations
        on
            making_boxes.recommendation_id = recommendations.subject_id
            and recommendations.subject_kind = 'recommendation'
    where recommendations.made_on is not null

)

select *
from shown_boxes
where {{ is_box() }}
