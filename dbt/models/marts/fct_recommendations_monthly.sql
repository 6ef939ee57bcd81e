with

month_counts as (

    select * from {{ ref('int_recommendation_month_counts') }}

),

monthly_counts as (

    select
        {{ each_month_before('first_month', 'end_month') }} as month_starts_on,
        establishment_id,
        area,
        recommendation_status,
        recommendation_count

    from month_counts

)

select * from monthly_counts
