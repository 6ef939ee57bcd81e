with

recommendation_kinds as (

    select
        kind,
        name,
        body,
        is_followed_up,
        is_counted

    from {{ ref('recommendation_kinds') }}

)

select * from recommendation_kinds
