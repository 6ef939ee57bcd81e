{# Half-open periods of one entity: none is empty, none begins before the one before it ended, and
   only the last is open. #}
{% test no_overlapping_periods(model, entity, starts='valid_from', ends='valid_to') %}
with

ordered_periods as (

    select
        {{ entity }} as entity,
        {{ starts }} as starts,
        {{ ends }} as ends,
        lead({{ starts }}) over (partition by {{ entity }} order by {{ starts }}) as next_starts,
        count(*) over (partition by {{ entity }}) as periods

    from {{ model }}

)

select *
from ordered_periods
where
    (ends is not null and ends <= starts)
    or (next_starts is not null and (ends is null or ends > next_starts))
    or (starts is null and periods > 1)
{% endtest %}
