-- Group: recommendations
-- Question: What was promised, what did the prison say, what did inspectors find?
-- Here: The three tracks of Elmley's recommendations, side by side.
-- Not said: The log has no answers by the prison service and no reports by the prison about itself yet. Their columns are null, which is not a refusal. Theme judgements are on Ofsted's scale.
select
    lives.recommendation_id,
    lives.response as promised,
    tracks.reported_status as said,
    tracks.judgement_code as found,
    tracks.gap
from {{ ref('fct_recommendation_lifecycles') }} as lives
inner join {{ ref('fct_reported_and_judged_progress') }} as tracks
    on lives.recommendation_id = tracks.recommendation_id
where lives.establishment_id = 'elmley'
order by lives.recommendation_id
