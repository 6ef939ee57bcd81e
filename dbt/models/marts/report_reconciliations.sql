with

totals as (

    select *
    from {{ ref('int_log') }}
    where event_type = 'totals_stated' and is_live

),

judgements as (

    select * from {{ ref('fct_progress_judgements') }}

),

documents as (

    select * from {{ ref('dim_documents') }}

),

judged_visits as (

    select
        visit_id,
        scale,
        count(*) as counted

    from judgements
    group by visit_id, scale

),

judged_visits_of_any_scale as (

    select visit_id
    from judged_visits
    group by visit_id

),

-- A total is of all levels, of one, or of several joined by `|`.
total_levels as (

    select
        event_id,
        visit_id,
        scale,
        kind,
        {{ each_part("coalesce(judgement, '')", '[|]') }} as level_code

    from totals

),

-- Each judgement that a total is about, once, whatever number of its levels it belongs to.
judgements_of_totals as (

    select
        total_levels.event_id,
        judgements.event_id as judged_by_event_id,

        bool_or(
            case trim(total_levels.level_code)
                when '' then true
                when judgements.judgement_code then true
                -- Null where the scale has no such levels: nobody knows whether it belongs.
                when 'reasonable_or_better' then judgements.is_reasonable_or_better
                else false
            end
        ) as is_counted,
        bool_or(
            trim(total_levels.level_code) = 'reasonable_or_better'
            and judgements.is_reasonable_or_better is null
        ) as may_be_counted

    from total_levels
    inner join judgements
        on
            total_levels.visit_id = judgements.visit_id
            and (total_levels.scale is null or total_levels.scale = judgements.scale)
            and (total_levels.kind is null or total_levels.kind = judgements.kind)
    group by total_levels.event_id, judgements.event_id

),

counts_of_totals as (

    select
        event_id,
        count(*) as judged,
        count(*) filter (where is_counted) as counted,
        count(*) filter (where may_be_counted and not coalesce(is_counted, false))
            as not_knowable

    from judgements_of_totals
    group by event_id

),

counted_totals as (

    select
        totals.event_id,
        totals.visit_id,
        totals.scale,
        totals.judgement as judgement_code,
        totals.comparison,
        totals.stated_count,
        totals.of_count,
        totals.kind,
        totals.document_id,
        totals.paragraph,

        coalesce(counts_of_totals.counted, 0) as counted,
        coalesce(counts_of_totals.judged, 0) as judged,
        coalesce(counts_of_totals.not_knowable, 0) as not_knowable

    from totals
    left join counts_of_totals
        on totals.event_id = counts_of_totals.event_id

),

compared_totals as (

    select
        counted_totals.*,

        judged_visits_of_any_scale.visit_id is not null as is_judged,
        coalesce(documents.paragraph_count, 0) > 0 as is_kept,

        case
            when counted_totals.stated_count is null then null
            -- A total over more items than the log has can be kept, not checked.
            when counted_totals.of_count > counted_totals.judged then null
            -- Of a scale that calls no level reasonable, none can be said to be or not to be.
            when counted_totals.not_knowable > 0 then null
            when counted_totals.comparison = 'exactly'
                then counted_totals.counted = counted_totals.stated_count
            when counted_totals.comparison = 'at_least'
                then counted_totals.counted >= counted_totals.stated_count
            when counted_totals.comparison = 'more_than'
                then counted_totals.counted > counted_totals.stated_count
            when counted_totals.comparison = 'at_most'
                then counted_totals.counted <= counted_totals.stated_count
            -- Within a tenth, or one: a rule of ours.
            when counted_totals.comparison = 'about'
                then
                    abs(counted_totals.counted - counted_totals.stated_count)
                    <= greatest(counted_totals.stated_count / 10.0, 1)
        end as holds

    from counted_totals
    left join judged_visits_of_any_scale
        on counted_totals.visit_id = judged_visits_of_any_scale.visit_id
    left join documents
        on counted_totals.document_id = documents.document_id

),

checked_totals as (

    select
        compared_totals.*,

        case
            -- Of a visit that the log holds no judgement of, a nought or an upper bound is met by
            -- anything; and what only a page without its report says can be kept, not checked.
            when
                not compared_totals.is_judged
                and (compared_totals.holds or not compared_totals.is_kept)
                then null
            else compared_totals.holds
        end as agrees

    from compared_totals

),

-- A total that names no scale is one of every scale of its visit.
stated_scales as (

    select
        totals.visit_id,
        coalesce(totals.scale, judged_visits.scale) as scale

    from totals
    inner join judged_visits
        on totals.visit_id = judged_visits.visit_id

),

unstated_totals as (

    select
        judged_visits.visit_id,
        judged_visits.scale,
        judged_visits.counted

    from judged_visits
    anti join stated_scales
        on
            judged_visits.visit_id = stated_scales.visit_id
            and judged_visits.scale = stated_scales.scale

),

reconciliations as (

    select
        event_id,
        visit_id,
        scale,
        judgement_code,
        comparison,
        stated_count,
        of_count,
        kind,
        counted,
        agrees,
        case
            when stated_count is null then 'not stated'
            when agrees is null then 'not checkable here'
            when agrees then 'agrees'
            else 'differs'
        end as reconciliation,
        document_id,
        paragraph

    from checked_totals

    union all

    select
        cast(null as string) as event_id,
        visit_id,
        scale,
        cast(null as string) as judgement_code,
        cast(null as string) as comparison,
        cast(null as integer) as stated_count,
        cast(null as integer) as of_count,
        cast(null as string) as kind,
        counted,
        cast(null as boolean) as agrees,
        'not stated' as reconciliation,
        cast(null as string) as document_id,
        cast(null as string) as paragraph

    from unstated_totals

)

select * from reconciliations
