{# Boxes of knowledge and publication: a row holds at an instant K and a day of publication P where
   `known_from <= K < known_to` and `public_from <= P < public_to`. All four are filled in, open ends
   by the first and last instants and days below, which no event may name. A set of boxes is put into
   one form: at each instant the longest runs of days, and for each run the longest intervals in which
   it stays the same. So boxes of one key never overlap, and equal sets are equal rows. #}

{% macro first_instant() -%}timestamp '1700-01-01'{%- endmacro %}
{% macro last_instant() -%}timestamp '9999-12-31'{%- endmacro %}
{% macro first_day() -%}date '1700-01-01'{%- endmacro %}
{% macro end_of_days() -%}date '9999-12-31'{%- endmacro %}

{# What several relations of boxes have in common, as four columns. #}
{% macro common_box(relations) -%}
        {{ latest_of('known_from', relations) }} as known_from,
        {{ earliest_of('known_to', relations) }} as known_to,
        {{ latest_of('public_from', relations) }} as public_from,
        {{ earliest_of('public_to', relations) }} as public_to
{%- endmacro %}

{% macro is_box() -%}
known_from < known_to and public_from < public_to
{%- endmacro %}

{# The intervals of knowledge between the instants at which anything of a key begins or ends, each
   numbered: CTEs, the last of which is called `slabs_of_<name>`. #}
{% macro slabs_of(name, boxes, key) -%}
instants_of_{{ name }} as (

    select
        {{ key }},
        known_from as known_at

    from {{ boxes }}

    union

    select
        {{ key }},
        known_to as known_at

    from {{ boxes }}

),

slabs_of_{{ name }} as (

    select
        {{ key }},
        known_at as slab_from,

        lead(known_at) over instants_of_a_key as slab_to,
        row_number() over instants_of_a_key as slab

    from instants_of_{{ name }}

    window instants_of_a_key as (
        partition by {{ key }}
        order by known_at
    )

)
{%- endmacro %}

{# Runs of days that stay the same from one interval of knowledge to the next are one box: CTEs, the
   last of which is called `name`. `same` lists what must be equal, the key and the days among it. #}
{% macro merged_slabs(name, runs, same) -%}
placed_{{ name }} as (

    select
        *,

        {{ run_of('slab', same) }} as slab_run

    from {{ runs }}

),

{{ name }} as (

    select
        {{ same | join(',\n        ') }},
        min(slab_from) as known_from,
        max(slab_to) as known_to

    from placed_{{ name }}
    group by {{ same | join(', ') }}, slab_run

)
{%- endmacro %}

{# The union of the boxes of each key: CTEs, the last of which is called `name`. #}
{% macro united_boxes(name, boxes, key) -%}
counted_{{ name }} as (

    select
        {{ key }},
        known_from,
        known_to,
        public_from,
        public_to,

        count(*) over (partition by {{ key }}) as box_count

    from {{ boxes }}

),

manifold_{{ name }} as (

    select *
    from counted_{{ name }}
    where box_count > 1

),

{{ slabs_of(name, 'manifold_' ~ name, key) }},

reached_{{ name }} as (

    select
        slabs.{{ key }},
        slabs.slab,
        slabs.slab_from,
        slabs.slab_to,
        boxes.public_from,
        boxes.public_to,

        max(boxes.public_to) over (
            partition by slabs.{{ key }}, slabs.slab
            order by boxes.public_from, boxes.public_to
            rows between unbounded preceding and 1 preceding
        ) as public_so_far

    from slabs_of_{{ name }} as slabs
    inner join manifold_{{ name }} as boxes
        on
            slabs.{{ key }} = boxes.{{ key }}
            and slabs.slab_from >= boxes.known_from
            and slabs.slab_from < boxes.known_to

),

numbered_{{ name }} as (

    select
        *,

        sum(case when public_from <= public_so_far then 0 else 1 end) over (
            partition by {{ key }}, slab
            order by public_from, public_to, public_so_far nulls first
            rows between unbounded preceding and current row
        ) as public_run

    from reached_{{ name }}

),

runs_of_{{ name }} as (

    select
        {{ key }},
        slab,
        slab_from,
        slab_to,
        min(public_from) as public_from,
        max(public_to) as public_to

    from numbered_{{ name }}
    group by {{ key }}, slab, slab_from, slab_to, public_run

),

{{ merged_slabs('merged_' ~ name, 'runs_of_' ~ name, [key, 'public_from', 'public_to']) }},

{{ name }} as (

    select
        {{ key }},
        known_from,
        known_to,
        public_from,
        public_to

    from counted_{{ name }}
    where box_count = 1

    union all

    select
        {{ key }},
        known_from,
        known_to,
        public_from,
        public_to

    from merged_{{ name }}

)
{%- endmacro %}

{# Where each version is its statement's last one by (recorded_at, event_id): CTEs, the last of which
   is called `name`. The boxes have row_id, statement_id, event_id and recorded_at. #}
{% macro last_versions(name, boxes) -%}
{{ slabs_of(name, boxes, 'statement_id') }},

reached_{{ name }} as (

    select
        slabs.statement_id,
        slabs.slab,
        slabs.slab_from,
        slabs.slab_to,
        boxes.row_id,
        boxes.event_id,
        boxes.recorded_at,
        boxes.public_from,
        boxes.public_to

    from slabs_of_{{ name }} as slabs
    inner join {{ boxes }} as boxes
        on
            slabs.statement_id = boxes.statement_id
            and slabs.slab_from >= boxes.known_from
            and slabs.slab_from < boxes.known_to

),

days_of_{{ name }} as (

    select
        statement_id,
        slab,
        public_from as public_at

    from reached_{{ name }}

    union

    select
        statement_id,
        slab,
        public_to as public_at

    from reached_{{ name }}

),

cells_of_{{ name }} as (

    select
        statement_id,
        slab,
        public_at as cell_from,

        lead(public_at) over days_of_a_slab as cell_to,
        row_number() over days_of_a_slab as cell

    from days_of_{{ name }}

    window days_of_a_slab as (
        partition by statement_id, slab
        order by public_at
    )

),

ranked_{{ name }} as (

    select
        reached.statement_id,
        reached.row_id,
        reached.slab,
        reached.slab_from,
        reached.slab_to,
        cells.cell,
        cells.cell_from,
        cells.cell_to,

        row_number() over (
            partition by cells.statement_id, cells.slab, cells.cell
            order by reached.recorded_at desc, reached.event_id desc
        ) as place

    from cells_of_{{ name }} as cells
    inner join reached_{{ name }} as reached
        on
            cells.statement_id = reached.statement_id
            and cells.slab = reached.slab
            and cells.cell_from >= reached.public_from
            and cells.cell_from < reached.public_to

),

numbered_{{ name }} as (

    select
        *,

        {{ run_of('cell', ['row_id', 'slab']) }} as public_run

    from ranked_{{ name }}
    where place = 1

),

runs_of_{{ name }} as (

    select
        row_id,
        slab,
        slab_from,
        slab_to,
        min(cell_from) as public_from,
        max(cell_to) as public_to

    from numbered_{{ name }}
    group by row_id, slab, slab_from, slab_to, public_run

),

{{ merged_slabs(name, 'runs_of_' ~ name, ['row_id', 'public_from', 'public_to']) }}
{%- endmacro %}
