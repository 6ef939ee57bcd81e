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
    history.event_id,
    history.status,
    history.successor_of
from dim_establishment_history as history
where
    history.valid_from <= cast(day as date)
    and (history.valid_to is null or history.valid_to > cast(day as date))
    and history.known_from <= coalesce(cast(known_at as timestamp), timestamp '9999-12-31')
    and (
        history.known_to is null
        or history.known_to > coalesce(cast(known_at as timestamp), timestamp '9999-12-31')
    );

-- One row per entry of the register of prisons: whether it was in use on a day, and which visits and
-- outcomes the log has up to that day. A description in the log decides; else the register's day of
-- closing; else that the prison had been opened or visited by then and the register has it in use.
-- `is_in_use` is null where none of these says; `may_be_in_use` is false only where one says no. So the
-- two count the prisons in use at least and at most.
create macro register_coverage_as_of(day) as table
with asked as (
    select cast(day as date) as asked_on
),
described_establishments as (
    -- Most descriptions do not repeat the status: the last one that gives it counts.
    select
        versions.establishment_id,
        max_by(versions.status, versions.valid_from) as status
    from dim_establishments as versions
    cross join asked
    where versions.valid_from <= asked.asked_on and versions.status is not null
    group by versions.establishment_id
),
described as (
    select
        entries.register_id,
        bool_or(described_establishments.status = 'in_use') as is_described_in_use
    from bridge_establishment_register_entries as entries
    inner join described_establishments
        on described_establishments.establishment_id = entries.establishment_id
    group by entries.register_id
),
visited as (
    select
        entries.register_id,
        count(distinct visits.visit_id) as visits,
        count(distinct visits.visit_id) filter (where visits.is_full_inspection) as full_inspections,
        max(visits.held_on) as last_visited_on,
        max(visits.held_on) filter (where visits.is_full_inspection) as last_inspected_on
    from bridge_establishment_register_entries as entries
    inner join bridge_visit_establishments as visit_establishments
        on visit_establishments.establishment_id = entries.establishment_id
    inner join dim_visits as visits
        on visits.visit_id = visit_establishments.visit_id
    cross join asked
    where visits.held_on <= asked.asked_on
    group by entries.register_id
),
judged as (
    select distinct entries.register_id
    from bridge_establishment_register_entries as entries
    inner join fct_outcomes as outcomes
        on outcomes.establishment_id = entries.establishment_id
    cross join asked
    where outcomes.judged_on <= asked.asked_on
),
known as (
    select
        entries.register_id,
        min(entries.establishment_id) as establishment_id,
        min(versions.opened_year) as opened_year
    from bridge_establishment_register_entries as entries
    left join dim_establishments as versions
        on versions.establishment_id = entries.establishment_id
    group by entries.register_id
),
closings as (
    select
        register.register_id,
        case length(register.closed_on)
            when 10 then cast(register.closed_on as date)
            when 7 then cast(register.closed_on || '-01' as date)
            when 4 then cast(register.closed_on || '-01-01' as date)
        end as closed_not_before,
        case length(register.closed_on)
            when 10 then cast(register.closed_on as date)
            when 7 then last_day(cast(register.closed_on || '-01' as date))
            when 4 then cast(register.closed_on || '-12-31' as date)
        end as closed_by
    from dim_prison_register as register
),
last_days as (
    select cast(max(logged.recorded_at) as date) as last_day
    from events as logged
),
uses as (
    select
        register.register_id,
        case
            when described.is_described_in_use then 'described in use'
            when not described.is_described_in_use then 'described not in use'
            when asked.asked_on > closings.closed_by then 'closed'
            when asked.asked_on >= closings.closed_not_before then 'closing, day not known'
            when year(asked.asked_on) < known.opened_year then 'not yet open'
            when
                not register.is_in_use and closings.closed_by is null
                and asked.asked_on >= last_days.last_day
                then 'closed'
            when
                not register.is_in_use and closings.closed_by is null
                then 'closed, day not known'
            when year(asked.asked_on) > known.opened_year then 'opened before'
            when visited.visits > 0 then 'visited before'
            when register.is_in_use and asked.asked_on >= last_days.last_day then 'in the register'
            else 'opening not known'
        end as use_basis
    from dim_prison_register as register
    cross join asked
    cross join last_days
    left join closings
        on closings.register_id = register.register_id
    left join known
        on known.register_id = register.register_id
    left join described
        on described.register_id = register.register_id
    left join visited
        on visited.register_id = register.register_id
)
select
    register.register_id,
    known.establishment_id,
    register.name,
    register.country,
    case
        when uses.use_basis in ('described in use', 'opened before', 'visited before', 'in the register') then true
        when uses.use_basis in ('described not in use', 'closed', 'not yet open') then false
    end as is_in_use,
    uses.use_basis not in ('described not in use', 'closed', 'not yet open') as may_be_in_use,
    uses.use_basis,
    known.establishment_id is not null as is_in_log,
    coalesce(visited.visits, 0) as visits,
    coalesce(visited.full_inspections, 0) as full_inspections,
    visited.last_visited_on,
    visited.last_inspected_on,
    judged.register_id is not null as has_outcomes
from dim_prison_register as register
inner join uses
    on uses.register_id = register.register_id
left join known
    on known.register_id = register.register_id
left join visited
    on visited.register_id = register.register_id
left join judged
    on judged.register_id = register.register_id
order by register.register_id;

-- The outcomes of an establishment and of those that it replaced, as current descriptions say:
-- `successions` is 0 for its own, 1 for those of a predecessor, 2 for a predecessor's predecessor.
-- Whether the two make one series is the reader's decision.
create macro outcomes_with_predecessors(establishment_id) as table
with recursive predecessors as (
    select
        versions.establishment_id as successor_id,
        trim(unnest(string_split(versions.successor_of, '|'))) as predecessor_id
    from dim_establishments as versions
    where versions.successor_of is not null
),
line as (
    select
        establishment_id as line_establishment_id,
        0 as successions
    union
    select
        predecessors.predecessor_id,
        line.successions + 1
    from line
    inner join predecessors
        on predecessors.successor_id = line.line_establishment_id
    where line.successions < 20
),
members as (
    select
        line.line_establishment_id,
        min(line.successions) as successions
    from line
    group by line.line_establishment_id
)
select
    members.successions,
    outcomes.establishment_id,
    outcomes.visit_id,
    outcomes.unit,
    outcomes.scale,
    outcomes.healthy_prison_test,
    outcomes.test_group,
    outcomes.outcome_code,
    outcomes.outcome_rank,
    outcomes.judged_on,
    outcomes.event_id
from fct_outcomes as outcomes
inner join members
    on members.line_establishment_id = outcomes.establishment_id
order by outcomes.judged_on nulls last, outcomes.event_id;

-- Every live statement about one establishment with its source, in the order of the days it is about;
-- those of an unknown day come last. A statement that concerns several establishments is listed for each.
create macro everything_about(establishment_id) as table
with asked as (
    select establishment_id as asked_id
),
visited as (
    select visit_establishments.visit_id
    from bridge_visit_establishments as visit_establishments
    inner join asked
        on visit_establishments.establishment_id = asked.asked_id
    where not visit_establishments.is_main
),
addressed as (
    select recommendation_establishments.recommendation_id
    from bridge_recommendation_establishments as recommendation_establishments
    inner join asked
        on recommendation_establishments.establishment_id = asked.asked_id
)
select
    logged.event_id,
    logged.event_type,
    logged.occurred_on,
    logged.occurred_precision,
    logged.visit_id,
    logged.recommendation_id,
    concat_ws(
        ', ',
        logged.name,
        logged.visit_type,
        logged.unit,
        logged.healthy_prison_test,
        logged.outcome,
        logged.judgement,
        logged.response,
        logged.comparison,
        logged.measure,
        logged.value,
        logged.stated_count,
        logged.what,
        logged.step,
        logged.text
    ) as statement,
    logged.document_id,
    documents.title as document_title,
    documents.source_address,
    logged.paragraph
from events as logged
cross join asked
left join dim_documents as documents
    on documents.document_id = logged.document_id
where
    logged.is_live
    and (
        logged.establishment_id = asked.asked_id
        or (logged.event_type = 'visits_held' and logged.visit_id in (select visited.visit_id from visited))
        or (
            logged.event_type in ('recommendations_made', 'progress_judged', 'responses_received')
            and logged.recommendation_id in (select addressed.recommendation_id from addressed)
        )
    )
order by logged.occurred_on nulls last, logged.event_id;

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
    ) as event_id,
    columns_of_sides.statement_id
from columns_of_sides
left join causes
    on columns_of_sides.statement_id = causes.statement_id
where columns_of_sides.old_value is distinct from columns_of_sides.new_value
order by
    columns_of_sides.subject,
    columns_of_sides.statement_id,
    columns_of_sides.column_name;

-- The same questions, restricted to what was public on a day: only what a publication is known to
-- have brought by then counts. A null day of publication restricts nothing, and since when an answer
-- has been public is null then.
create macro outcomes_as_published(day, published_by, known_at) as table
select
    history.establishment_id,
    history.unit,
    history.healthy_prison_test,
    history.outcome_code,
    history.outcome_rank,
    history.valid_from as judged_on,
    history.public_since,
    history.event_id
from fct_outcome_history_as_published as history
where
    history.valid_from <= cast(day as date)
    and (history.valid_to is null or history.valid_to > cast(day as date))
    and history.known_from <= coalesce(cast(known_at as timestamp), timestamp '9999-12-31')
    and (
        history.known_to is null
        or history.known_to > coalesce(cast(known_at as timestamp), timestamp '9999-12-31')
    )
    and history.public_from <= cast(published_by as date)
    and (history.public_to is null or history.public_to > cast(published_by as date))
union all
select
    history.establishment_id,
    history.unit,
    history.healthy_prison_test,
    history.outcome_code,
    history.outcome_rank,
    history.valid_from as judged_on,
    cast(null as date) as public_since,
    history.event_id
from fct_outcome_history as history
where
    published_by is null
    and history.valid_from <= cast(day as date)
    and (history.valid_to is null or history.valid_to > cast(day as date))
    and history.known_from <= coalesce(cast(known_at as timestamp), timestamp '9999-12-31')
    and (
        history.known_to is null
        or history.known_to > coalesce(cast(known_at as timestamp), timestamp '9999-12-31')
    );

create macro recommendation_status_as_published(day, published_by, known_at) as table
select
    history.recommendation_id,
    history.establishment_id,
    history.recommendation_status,
    history.valid_from,
    history.event_id,
    history.public_since
from fct_recommendation_status_history_as_published as history
where
    history.valid_from <= cast(day as date)
    and (history.valid_to is null or history.valid_to > cast(day as date))
    and history.known_from <= coalesce(cast(known_at as timestamp), timestamp '9999-12-31')
    and (
        history.known_to is null
        or history.known_to > coalesce(cast(known_at as timestamp), timestamp '9999-12-31')
    )
    and history.public_from <= cast(published_by as date)
    and (history.public_to is null or history.public_to > cast(published_by as date))
union all
select
    history.recommendation_id,
    history.establishment_id,
    history.recommendation_status,
    history.valid_from,
    history.event_id,
    cast(null as date) as public_since
from fct_recommendation_status_history as history
where
    published_by is null
    and history.valid_from <= cast(day as date)
    and (history.valid_to is null or history.valid_to > cast(day as date))
    and history.known_from <= coalesce(cast(known_at as timestamp), timestamp '9999-12-31')
    and (
        history.known_to is null
        or history.known_to > coalesce(cast(known_at as timestamp), timestamp '9999-12-31')
    );

-- Whether the report of each visit held by a day was public on it, by what is known now: for reading,
-- never for a model, which must not know that a report was still to come.
create macro publicity_on(day) as table
with asked as (
    select cast(day as date) as asked_on
),
reports as (
    select
        reported.visit_id,
        reported.public_not_before,
        reported.public_by,
        case
            when reported.public_not_before is null and reported.public_by is null then 'unknown'
            when reported.withdrawn_by <= asked.asked_on then 'withdrawn'
            when reported.public_by <= asked.asked_on then 'public'
            when reported.public_not_before > asked.asked_on then 'not yet public'
            else 'perhaps public'
        end as publicity
    from fct_publications as reported
    cross join asked
    where reported.what = 'report'
),
first_reports as (
    select
        reports.visit_id,
        reports.public_not_before,
        reports.public_by,
        reports.publicity,
        row_number() over (
            partition by reports.visit_id
            order by
                case reports.publicity
                    when 'public' then 1
                    when 'perhaps public' then 2
                    when 'withdrawn' then 3
                    when 'not yet public' then 4
                    else 5
                end,
                reports.public_by nulls last,
                reports.public_not_before nulls last
        ) as place
    from reports
)
select
    visits.visit_id,
    visits.establishment_id,
    visits.visit_type,
    visits.held_on,
    coalesce(first_reports.publicity, 'unknown') as publicity,
    first_reports.public_not_before,
    first_reports.public_by
from dim_visits as visits
cross join asked
left join first_reports
    on visits.visit_id = first_reports.visit_id and first_reports.place = 1
where visits.held_on <= asked.asked_on;

-- What a model may know of each prison on a day: only what was public on that day, of days up to it,
-- by everything that is known now. One row a prison that anything is public about.
create macro prisons_as_published(day) as table
with asked as (
    select cast(day as date) as asked_on
),
visits as (
    select shown.*
    from fct_public_visits as shown
    cross join asked
    where
        shown.public_from <= asked.asked_on
        and (shown.public_to is null or shown.public_to > asked.asked_on)
        and (shown.held_on is null or shown.held_on <= asked.asked_on)
),
visit_days as (
    select
        visits.establishment_id,
        count(distinct visits.visit_id) as public_visits,
        max(visits.held_on) as last_visit_on,
        max(visits.public_from) as last_public_on,
        max(visits.held_on) filter (where visits.is_full_inspection) as last_full_inspection_on
    from visits
    group by visits.establishment_id
),
outcomes as (
    select
        shown.*,
        row_number() over (
            partition by shown.visit_id, shown.establishment_id, shown.test_group
            order by shown.judged_on desc, shown.recorded_at desc, shown.event_id desc
        ) as place_in_visit
    from fct_public_outcomes as shown
    cross join asked
    where
        shown.public_from <= asked.asked_on
        and (shown.public_to is null or shown.public_to > asked.asked_on)
        and shown.judged_on <= asked.asked_on
        -- An outcome of a part is none of the prison.
        and shown.unit is null
),
placed as (
    select
        outcomes.*,
        row_number() over (
            partition by outcomes.establishment_id, outcomes.test_group
            order by outcomes.judged_on desc, outcomes.recorded_at desc, outcomes.visit_id desc
        ) as place
    from outcomes
    where outcomes.place_in_visit = 1
),
ranks as (
    select
        placed.establishment_id,
        max(placed.outcome_rank) filter (where placed.test_group = 'safety' and placed.place = 1)
            as safety_rank,
        max(datediff('day', placed.judged_on, asked.asked_on))
            filter (where placed.test_group = 'safety' and placed.place = 1) as safety_age_days,
        max(datediff('day', placed.public_from, asked.asked_on))
            filter (where placed.test_group = 'safety' and placed.place = 1) as safety_public_days,
        max(placed.outcome_rank) filter (where placed.test_group = 'safety' and placed.place = 2)
            as safety_previous_rank,
        max(placed.outcome_rank) filter (where placed.test_group = 'respect' and placed.place = 1)
            as respect_rank,
        max(datediff('day', placed.judged_on, asked.asked_on))
            filter (where placed.test_group = 'respect' and placed.place = 1) as respect_age_days,
        max(datediff('day', placed.public_from, asked.asked_on))
            filter (where placed.test_group = 'respect' and placed.place = 1) as respect_public_days,
        max(placed.outcome_rank) filter (where placed.test_group = 'respect' and placed.place = 2)
            as respect_previous_rank,
        max(placed.outcome_rank) filter (where placed.test_group = 'purposeful_activity' and placed.place = 1)
            as purposeful_activity_rank,
        max(datediff('day', placed.judged_on, asked.asked_on))
            filter (where placed.test_group = 'purposeful_activity' and placed.place = 1) as purposeful_activity_age_days,
        max(datediff('day', placed.public_from, asked.asked_on))
            filter (where placed.test_group = 'purposeful_activity' and placed.place = 1) as purposeful_activity_public_days,
        max(placed.outcome_rank) filter (where placed.test_group = 'purposeful_activity' and placed.place = 2)
            as purposeful_activity_previous_rank,
        max(placed.outcome_rank) filter (where placed.test_group = 'release' and placed.place = 1)
            as release_rank,
        max(datediff('day', placed.judged_on, asked.asked_on))
            filter (where placed.test_group = 'release' and placed.place = 1) as release_age_days,
        max(datediff('day', placed.public_from, asked.asked_on))
            filter (where placed.test_group = 'release' and placed.place = 1) as release_public_days,
        max(placed.outcome_rank) filter (where placed.test_group = 'release' and placed.place = 2)
            as release_previous_rank
    from placed
    cross join asked
    group by placed.establishment_id
),
statuses as (
    select
        history.establishment_id,
        count(*) as recommendations,
        -- Made or answered, and neither judged nor ended since.
        count(*) filter (
            where history.recommendation_status in ('made', 'agreed', 'partly_agreed', 'not_agreed')
        ) as open_recommendations
    from fct_recommendation_status_history_as_published as history
    cross join asked
    where
        history.valid_from <= asked.asked_on
        and (history.valid_to is null or history.valid_to > asked.asked_on)
        and history.known_to is null
        and history.public_from <= asked.asked_on
        and (history.public_to is null or history.public_to > asked.asked_on)
    group by history.establishment_id
),
judgements as (
    select
        shown.*,
        row_number() over (
            partition by
                shown.visit_id, shown.establishment_id, shown.recommendation_id, shown.scale
            order by shown.judged_on desc, shown.recorded_at desc, shown.event_id desc
        ) as place
    from fct_public_judgements as shown
    cross join asked
    where
        shown.public_from <= asked.asked_on
        and (shown.public_to is null or shown.public_to > asked.asked_on)
        and shown.judged_on <= asked.asked_on
),
judged_visits as (
    select
        judgements.establishment_id,
        judgements.visit_id,
        max(judgements.judged_on) as judged_on,
        count(*) as judgement_count,
        count(*) filter (where judgements.is_reasonable_or_better) as reasonable_or_better
    from judgements
    where judgements.place = 1
    group by judgements.establishment_id, judgements.visit_id
),
reviews as (
    select
        judged_visits.*,
        row_number() over (
            partition by judged_visits.establishment_id
            order by judged_visits.judged_on desc, judged_visits.visit_id desc
        ) as place
    from judged_visits
),
prisons as (
    select visit_days.establishment_id
    from visit_days
    union
    select ranks.establishment_id
    from ranks
    union
    select statuses.establishment_id
    from statuses
    union
    select reviews.establishment_id
    from reviews
)
select
    prisons.establishment_id,
    coalesce(visit_days.public_visits, 0) as public_visits,
    visit_days.last_visit_on,
    datediff('day', visit_days.last_visit_on, asked.asked_on) as days_since_last_visit,
    datediff('day', visit_days.last_public_on, asked.asked_on) as days_since_last_publication,
    datediff('day', visit_days.last_full_inspection_on, asked.asked_on)
        as days_since_full_inspection,
    ranks.safety_rank,
    ranks.safety_age_days,
    ranks.safety_public_days,
    ranks.safety_previous_rank,
    ranks.respect_rank,
    ranks.respect_age_days,
    ranks.respect_public_days,
    ranks.respect_previous_rank,
    ranks.purposeful_activity_rank,
    ranks.purposeful_activity_age_days,
    ranks.purposeful_activity_public_days,
    ranks.purposeful_activity_previous_rank,
    ranks.release_rank,
    ranks.release_age_days,
    ranks.release_public_days,
    ranks.release_previous_rank,
    coalesce(statuses.recommendations, 0) as recommendations,
    coalesce(statuses.open_recommendations, 0) as open_recommendations,
    datediff('day', reviews.judged_on, asked.asked_on) as days_since_review,
    reviews.judgement_count as review_judgements,
    reviews.reasonable_or_better as review_reasonable_or_better
from prisons
cross join asked
left join visit_days on prisons.establishment_id = visit_days.establishment_id
left join ranks on prisons.establishment_id = ranks.establishment_id
left join statuses on prisons.establishment_id = statuses.establishment_id
left join reviews on prisons.establishment_id = reviews.establishment_id and reviews.place = 1;

-- Clients list macros with their comments: `select function_name, comment from duckdb_functions()`.
comment on macro table recommendation_status_as_of is 'The status of each recommendation on a day, as the log knew it at an instant. A null instant means everything known.';
comment on macro table outcomes_as_of is 'The last outcome of each test at each establishment and unit on a day, as the log knew it at an instant. A null instant means everything known.';
comment on macro table establishments_as_of is 'The state of each establishment on a day, as the log knew it at an instant. A null instant means everything known.';
comment on macro table register_coverage_as_of is 'Each entry of the register of prisons: whether it was in use on a day, at least and at most, and what the log has of it up to that day.';
comment on macro table outcomes_with_predecessors is 'The outcomes of an establishment and of those that it replaced, each marked by how many successions lie between.';
comment on macro table everything_about is 'Every live statement about an establishment with its source, in the order of days.';
comment on macro table evidence_for is 'Every event behind a recommendation, with its document and paragraph.';
comment on macro table what_changed is 'What the log said otherwise at a second instant than at a first, statement by statement and column by column, with the event that did it.';
comment on macro table outcomes_as_published is 'The outcomes on a day of what was public by a day, as the log knew it at an instant. A null day of publication restricts nothing.';
comment on macro table recommendation_status_as_published is 'The status of each recommendation on a day by what was public by a day, as the log knew it at an instant. A null day of publication restricts nothing.';
comment on macro table publicity_on is 'Each visit: public, perhaps public, not yet public or unknown on a day, by what the log knows now. Never a feature of a model.';
comment on macro table prisons_as_published is 'One row a prison: what a model may know of it on a day. No column uses what was not public then.';
