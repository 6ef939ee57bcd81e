-- The questions that the published file answers by itself. Each is one statement, without types,
-- overloads or defaults in its parameters, which some clients cannot open. A null instant means
-- everything known. Names of parameters hide columns of the same name, so columns are qualified.

create macro recommendation_status_as_of(day, known_at) as table
select
    history.recommendation_id,
    history.establishment_id,
    history.recommendation_status,
    history.valid_from,
    history.event_id
from fct_recommendation_status_history as history
where
    history.valid_from <= cast(day as date)
    and (history.valid_to is null or history.valid_to > cast(day as date))
    and history.known_from <= coalesce(cast(known_at as timestamp), timestamp '9999-12-31')
    and (
        history.known_to is null
        or history.known_to > coalesce(cast(known_at as timestamp), timestamp '9999-12-31')
    );

create macro outcomes_as_of(day, known_at) as table
select
    history.establishment_id,
    history.unit,
    history.healthy_prison_test,
    history.outcome_code,
    history.outcome_rank,
    history.event_id
from fct_outcome_history as history
where
    history.valid_from <= cast(day as date)
    and (history.valid_to is null or history.valid_to > cast(day as date))
    and history.known_from <= coalesce(cast(known_at as timestamp), timestamp '9999-12-31')
    and (
        history.known_to is null
        or history.known_to > coalesce(cast(known_at as timestamp), timestamp '9999-12-31')
    );

create macro establishments_as_of(day, known_at) as table
select
    history.establishment_id,
    history.name,
    history.establishment_type,
    history.function,
    history.security_category,
    history.operator,
    history.region,
    history.opened_year,
    history.valid_from,
    history.event_id
from dim_establishment_history as history
where
    history.valid_from <= cast(day as date)
    and (history.valid_to is null or history.valid_to > cast(day as date))
    and history.known_from <= coalesce(cast(known_at as timestamp), timestamp '9999-12-31')
    and (
        history.known_to is null
        or history.known_to > coalesce(cast(known_at as timestamp), timestamp '9999-12-31')
    );

create macro evidence_for(recommendation_id) as table
with asked as (
    select recommendation_id as asked_id
),
named as (
    select logged.*
    from events as logged
    inner join asked
        on logged.recommendation_id = asked.asked_id
),
evidence as (
    select named.*
    from named
    union all
    select logged.*
    from events as logged
    where
        logged.event_type = 'concerns_raised'
        and logged.concern_id in (select named.concern_id from named)
    union all
    -- What other documents say of any of these.
    select logged.*
    from events as logged
    where logged.about_event_id in (select named.event_id from named)
    union all
    select logged.*
    from events as logged
    where logged.target_event_id in (
        select named.event_id
        from named
        union all
        -- What takes its visit or concern away takes the recommendation away too.
        select subjects.event_id
        from events as subjects
        inner join named as made
            on
                made.event_type = 'recommendations_made'
                and (
                    (
                        subjects.event_type = 'visits_held'
                        and subjects.visit_id = made.visit_id
                    )
                    or (
                        subjects.event_type = 'concerns_raised'
                        and subjects.concern_id = made.concern_id
                    )
                )
    )
)
select
    evidence.event_id,
    any_value(evidence.event_type) as event_type,
    any_value(evidence.occurred_on) as occurred_on,
    any_value(evidence.document_id) as document_id,
    any_value(evidence.paragraph) as paragraph,
    any_value(evidence.text) as text,
    bool_or(evidence.is_live) as is_live
from evidence
group by evidence.event_id
order by occurred_on, evidence.event_id;

-- What the log held at one instant and no longer, or otherwise, at another: statement by
-- statement and column by column. A missing side is told apart from an empty value: the statement
-- was added or removed, or its column changed from or to null. `event_id` is the event that did
-- it: the new version, or the retraction or reinstatement that took it away or brought it back.
create macro what_changed(known_from, known_to) as table
with asked as (
    select
        coalesce(cast(known_from as timestamp), timestamp '9999-12-31') as from_at,
        coalesce(cast(known_to as timestamp), timestamp '9999-12-31') as to_at
),
-- Only what began or ended to hold between the two can differ.
touched as (
    select
        logged.*,
        asked.from_at,
        asked.to_at
    from events as logged
    cross join asked
    where
        logged.event_type not in ('events_retracted', 'events_reinstated')
        and (
            (
                logged.known_from > least(asked.from_at, asked.to_at)
                and logged.known_from <= greatest(asked.from_at, asked.to_at)
            )
            or (
                logged.known_to > least(asked.from_at, asked.to_at)
                and logged.known_to <= greatest(asked.from_at, asked.to_at)
            )
        )
),
before as (
    select touched.*
    from touched
    where
        touched.known_from <= touched.from_at
        and (touched.known_to is null or touched.known_to > touched.from_at)
),
later as (
    select touched.*
    from touched
    where
        touched.known_from <= touched.to_at
        and (touched.known_to is null or touched.known_to > touched.to_at)
),
sides as (
    select
        coalesce(later.statement_id, before.statement_id) as statement_id,
        before.event_id as before_event_id,
        later.event_id as later_event_id,
        case
            when before.event_id is null then 'added'
            when later.event_id is null then 'removed'
            else 'changed'
        end as change,
        coalesce(
            later.recommendation_id, before.recommendation_id,
            later.concern_id, before.concern_id,
            later.visit_id, before.visit_id,
            later.establishment_id, before.establishment_id
        ) as subject,
        coalesce(later.visit_id, before.visit_id) as side_visit_id,
        coalesce(later.concern_id, before.concern_id) as side_concern_id,
        coalesce(later.recommendation_id, before.recommendation_id) as side_recommendation_id,
        coalesce(later.establishment_id, before.establishment_id) as side_establishment_id,
        -- The instant at which the later side came to hold, unless it holds from its own recording.
        case
            when later.event_id is null then before.known_to
            when later.known_from > later.recorded_at then later.known_from
        end as moved_at,
        coalesce(later.event_type, before.event_type) as event_type
    from before
    full outer join later
        on before.statement_id = later.statement_id
    where before.event_id is distinct from later.event_id
),
causes as (
    select
        sides.statement_id,
        first(lifted.event_id order by
            case
                when named.event_id in (sides.before_event_id, sides.later_event_id) then 1
                when named.event_id = sides.statement_id then 2
                when named.statement_id = sides.statement_id then 3
                when named.event_type = 'recommendations_made' then 4
                when named.event_type = 'concerns_raised' then 5
                when named.event_type = 'visits_held' then 6
                else 7
            end,
            lifted.event_id desc
        ) as event_id
    from sides
    inner join events as lifted
        on
            sides.moved_at = lifted.recorded_at
            and (
                lifted.event_type = 'events_retracted'
                or (lifted.event_type = 'events_reinstated' and sides.change <> 'removed')
            )
            and (lifted.event_type = 'events_reinstated' or sides.change <> 'added')
    inner join events as named
        on lifted.target_event_id = named.event_id
    where
        named.statement_id = sides.statement_id
        or (
            named.event_type = 'recommendations_made'
            and named.recommendation_id = sides.side_recommendation_id
        )
        or (named.event_type = 'concerns_raised' and named.concern_id = sides.side_concern_id)
        or (
            named.event_type = 'visits_held'
            and named.visit_id = sides.side_visit_id
        )
        or (
            named.event_type = 'establishments_described'
            and named.establishment_id = sides.side_establishment_id
        )
    group by sides.statement_id
),
before_values as (
    select
        before.statement_id,
        unnest(
            [$before_columns],
            recursive := true
        )
    from before
),
later_values as (
    select
        later.statement_id,
        unnest(
            [$later_columns],
            recursive := true
        )
    from later
),
columns_of_sides as (
    select
        sides.*,
        coalesce(later_values.column_name, before_values.column_name) as column_name,
        before_values.value as old_value,
        later_values.value as new_value
    from sides
    left join before_values
        on sides.statement_id = before_values.statement_id
    left join later_values
        on
            sides.statement_id = later_values.statement_id
            and (
                before_values.column_name is null
                or before_values.column_name = later_values.column_name
            )
)
select
    columns_of_sides.change,
    columns_of_sides.subject,
    columns_of_sides.column_name,
    columns_of_sides.old_value,
    columns_of_sides.new_value,
    coalesce(
        causes.event_id, columns_of_sides.later_event_id, columns_of_sides.before_event_id
    ) as event_id
from columns_of_sides
left join causes
    on columns_of_sides.statement_id = causes.statement_id
where columns_of_sides.old_value is distinct from columns_of_sides.new_value
order by
    columns_of_sides.subject,
    columns_of_sides.statement_id,
    columns_of_sides.column_name;
