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

        count(judgements.event_id) filter (
            where
            (totals.scale is null or totals.scale = judgements.scale)
            and (totals.kind is null or totals.kind = judgements.kind)
            and (
                totals.judgement is null
                or (
                    totals.judgement = 'reasonable_or_better'
                    and judgements.is_reasonable_or_better
                )
                or '|' || totals.judgement || '|' like '%|' || judgements.judgement_code || '|%'
            )
        ) as counted,
        count(judgements.event_id) filter (
            where
            (totals.scale is null or totals.scale = judgements.scale)
            and (totals.kind is null or totals.kind = judgements.kind)
        ) as judged

    from totals
    left join judgements
        on totals.visit_id = judgements.visit_id
    group by
        totals.event_id,
        totals.visit_id,
        totals.scale,
        totals.judgement,
        totals.comparison,
        totals.stated_count,
        totals.of_count,
        totals.kind,
        totals.document_id,
        totals.paragraph

),

compared_totals as (

    select
        counted_totals.*,

        case
            when counted_totals.stated_count is null then null
            -- What only a page without its report says of a review can be kept, not checked.
            when
                counted_totals.stated_count > 0
                and judged_visits_of_any_scale.visit_id is null
                and coalesce(documents.paragraph_count, 0) = 0
                then null
            -- A total over more items than the log has can be kept, not checked.
            when counted_totals.of_count > counted_totals.judged then null
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
        end as agrees

    from counted_totals
    left join judged_visits_of_any_scale
        on counted_totals.visit_id = judged_visits_of_any_scale.visit_id
    left join documents
        on counted_totals.document_id = documents.document_id

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

    from compared_totals

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
