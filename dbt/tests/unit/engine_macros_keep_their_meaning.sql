{{ config(tags=['macro_test']) }}
{# What each macro of `macros/engine` promises, on the engine that runs this: one row a case that
   is not as expected. #}
with

texts as (

    select
        {{ text_literal("an apostrophe's \\ and its end") }} as quoted,
        {{ text_literal("2021-01-01") }} as day,
        'b' as letter,
        cast(null as string) as nothing

),

cases as (

    select
        'a literal keeps apostrophes and backslashes' as promise,
        length(quoted) = 29 and {{ matches('quoted', "e's [\\\\] and") }} as is_kept
    from texts

    union all

    select
        'a pattern is found anywhere',
        {{ matches('day', '-01') }} and not {{ matches('day', '^01') }}
    from texts

    union all

    select
        'the end is the end, not a last line break',
        {{ matches('day', '-01\\z') }} and not {{ matches("day || chr(10)", '-01\\z') }}
    from texts

    union all

    select
        'texts in one, without those that are null',
        {{ concatenated(['letter', 'nothing', "'c'"]) }} = 'bc'
        and {{ concatenated(['nothing', 'nothing']) }} = ''
    from texts

    union all

    select
        'a digest comes back as the letters that it was',
        {{ stored_digest(digest_to_store('letter')) }} = '92eb5ffee6ae2fec3ad71c777531578f'
        and ({{ stored_digest(digest_to_store('nothing')) }}) is null
    from texts

    union all

    select
        'a pattern of nothing is unknown',
        ({{ matches('nothing', 'a') }}) is null
    from texts

    union all

    select
        'one of some texts, and null for null',
        {{ is_one_of(['a', 'b'], 'letter') }}
        and not {{ is_one_of(['a', "b'"], 'letter') }}
        and ({{ is_one_of(['a', 'b'], 'nothing') }}) is null
    from texts

    union all

    select
        'groups are turned',
        {{ groups_turned("'Hull (HMP)'", '^(.*[^ ]) *[(](.*)[)]\\z') }} = 'HMP Hull'
    from texts

    union all

    select
        'what nobody sees is shown by its code point',
        {{ with_code_points("'a' || chr(173) || 'b'") }} = 'a<U+00AD>b'
        and {{ with_code_points("'ab'") }} = 'ab'
    from texts

    union all

    select
        'a list keeps each part once and in its order',
        {{ tidied_list("'b| |a||b |a b|'") }} = 'b|a|a b'
        and {{ tidied_list("' a '") }} = 'a'
        and {{ tidied_list("' | |'") }} is null
        and {{ tidied_list('nothing') }} is null
    from texts

    union all

    select
        'texts are joined in their order',
        {{ joined_texts('letter', '|', 'place desc') }} = 'a|c|b'
    from (
        select * from (values ('b', 1), ('c', 2), ('a', 3)) as places (letter, place)
    ) as places

    union all

    select
        'parts are all there, empty ones too',
        {{ joined_texts('part', ',', 'part') }} = ',a,b' and count(*) = 3
    from (
        select {{ each_part("'b||a'", '[|]') }} as part
        from texts
    ) as parts

    union all

    select
        'parts are numbered from nought',
        {{ joined_texts("part || cast(part_number as string)", ',', 'part_number') }} = 'b0,a1'
    from (
        select {{ each_numbered_part("'b–a'", '[|–-]') }}
        from texts
    ) as parts

    union all

    select
        'a week begins with Monday',
        {{ day_of_week("date '2024-01-01'") }} = 1 and {{ day_of_week("date '2024-01-07'") }} = 7
    from texts

    union all

    select
        'days are counted from the first to the last',
        {{ days_between("date '2024-02-28'", "date '2024-03-01'") }} = 2
        and {{ days_between("date '2024-03-01'", "date '2024-02-28'") }} = -2
    from texts

    union all

    select
        'days are there from the first to the last',
        count(*) = 3 and min(day) = date '2024-02-28' and max(day) = date '2024-03-01'
    from (
        select {{ each_day("date '2024-02-28'", "date '2024-03-01'") }} as day
        from texts
    ) as days

    union all

    select
        'months end before the end',
        count(*) = 2 and min(month) = date '2023-12-01' and max(month) = date '2024-01-01'
    from (
        select {{ each_month_before("date '2023-12-01'", "date '2024-02-01'") }} as month
        from texts
    ) as months

    union all

    select
        'numbers are there from the first to the last',
        count(*) = 3 and min(number) = 2019 and max(number) = 2021
    from (
        select {{ each_number('2019', '2021') }} as number
        from texts
    ) as numbers

    union all

    select
        'named columns are left out',
        count(*) = 2 and count(number) = 1 and max(letter) = 'z'
    from (
        select * from (values ('z', 1)) as sample (letter, number)
        union all
        select {{ all_but('sample', ['other']) }}, cast(null as integer) as number
        from (values ('y', 2)) as sample (letter, other)
    ) as both_rows

    union all

    select
        'the last value of a window passes over nulls',
        min(last_letter) = 'a' and max(last_letter) = 'b' and count(last_letter) = 3
    from (
        select {{ last_not_null('letter') }} over (order by place) as last_letter
        from (
            values ('a', 1), ('b', 2), (cast(null as string), 3)
        ) as sample (letter, place)
    ) as windows

    union all

    select
        'the latest and the earliest pass over nulls, also of one',
        {{ latest_of('day', ['one', 'other', 'none']) }} = 2
        and {{ earliest_of('day', ['one', 'other', 'none']) }} = 1
        and {{ latest_of('day', ['one']) }} = 1
    from
        (values (1)) as one (day),
        (values (2)) as other (day),
        (values (cast(null as integer))) as none (day)

)

select *
from cases
where not coalesce(is_kept, false)
