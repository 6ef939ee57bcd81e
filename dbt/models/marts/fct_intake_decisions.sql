with

logged_decisions as (

    select * from {{ source('event_documents', 'intake_decisions') }}

),

known_decisions as (

    select
        decision_id,
        document_id,
        document_digest,
        event_type,
        event_id,
        rule,
        decision,
        field as column_name,
        from_value as old_value,
        to_value as new_value,
        cast(decided_at as timestamp) as decided_at

    from logged_decisions
    {%- if var('known_at') != 'infinity' %}
    where cast(decided_at as timestamp) <= {{ known_at() }}
    {%- endif %}

),

undone_decisions as (

    select old_value as decision_id
    from known_decisions
    where decision = 'undone'
    group by old_value

),

decisions as (

    select
        known_decisions.decision_id,
        known_decisions.document_id,
        known_decisions.document_digest,
        known_decisions.event_type,
        known_decisions.event_id,
        known_decisions.rule,

        known_decisions.decision,
        known_decisions.column_name,
        known_decisions.old_value,
        known_decisions.new_value,
        undone_decisions.decision_id is not null as is_undone,

        known_decisions.decided_at

    from known_decisions
    left join undone_decisions
        on known_decisions.decision_id = undone_decisions.decision_id

)

select * from decisions
