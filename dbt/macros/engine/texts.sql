{# Texts, as each engine writes and searches them. #}

{# A text as a literal of the statement. #}
{% macro text_literal(text) -%}
    {{ return(adapter.dispatch('text_literal')(text)) }}
{%- endmacro %}

{% macro duckdb__text_literal(text) -%}
    {{ return("'" ~ text | replace("'", "''") ~ "'") }}
{%- endmacro %}

{# Spark reads escapes in a literal. #}
{% macro spark__text_literal(text) -%}
    {{ return("'" ~ text | replace('\\', '\\\\') | replace("'", "\\'") ~ "'") }}
{%- endmacro %}

{# Texts in one, of which those that are null count for nothing. DuckDB's `concat_ws` takes half as
   long again as its `concat`, which Spark makes null of a null. #}
{% macro concatenated(texts) -%}
    {{ return(adapter.dispatch('concatenated')(texts | join(', '))) }}
{%- endmacro %}

{% macro duckdb__concatenated(texts) -%}
    {{ return('concat(' ~ texts ~ ')') }}
{%- endmacro %}

{% macro spark__concatenated(texts) -%}
    {{ return("concat_ws('', " ~ texts ~ ')') }}
{%- endmacro %}

{# The digest of a text, as it is stored: sixteen bytes take DuckDB less to write than their 32
   letters. #}
{% macro digest_to_store(text) -%}
    {{ return(adapter.dispatch('digest_to_store')('md5(' ~ text ~ ')')) }}
{%- endmacro %}

{% macro duckdb__digest_to_store(digest) -%}
    {{ return('cast(' ~ digest ~ ' as uuid)') }}
{%- endmacro %}

{% macro spark__digest_to_store(digest) -%}
    {{ return(digest) }}
{%- endmacro %}

{# A stored digest as 32 letters. #}
{% macro stored_digest(column) -%}
    {{ return(adapter.dispatch('stored_digest')(column)) }}
{%- endmacro %}

{% macro duckdb__stored_digest(column) -%}
    {{ return("replace(cast(" ~ column ~ " as varchar), '-', '')") }}
{%- endmacro %}

{% macro spark__stored_digest(column) -%}
    {{ return(column) }}
{%- endmacro %}

{# Whether a pattern is found in a text. The pattern is of the common part of RE2's language and
   Java's: `\z` is the end, as Java's `$` also stands before a last line break. #}
{% macro matches(value, pattern) -%}
    {{ return(adapter.dispatch('matches')(value, pattern)) }}
{%- endmacro %}

{% macro duckdb__matches(value, pattern) -%}
    {{ return('regexp_matches(' ~ value ~ ', ' ~ text_literal(pattern) ~ ')') }}
{%- endmacro %}

{% macro spark__matches(value, pattern) -%}
    {{ return(value ~ ' rlike ' ~ text_literal(pattern)) }}
{%- endmacro %}

{# Whether a text is one of those given; null for null. DuckDB makes a join of an `in` of more than
   a few, which loses the order of rows. #}
{% macro is_one_of(texts, value) -%}
    {%- if not texts -%}
        {#- A seed may be empty, and no engine knows the type of an empty list. -#}
        {{ return('case when (' ~ value ~ ') is not null then false end') }}
    {%- endif -%}
    {%- set literals = [] -%}
    {%- for text in texts -%}
        {%- do literals.append(text_literal(text)) -%}
    {%- endfor -%}
    {{ return(adapter.dispatch('is_one_of')(literals | join(', '), value)) }}
{%- endmacro %}

{% macro duckdb__is_one_of(literals, value) -%}
    {{ return('list_contains([' ~ literals ~ '], ' ~ value ~ ')') }}
{%- endmacro %}

{% macro spark__is_one_of(literals, value) -%}
    {{ return('(' ~ value ~ ') in (' ~ literals ~ ')') }}
{%- endmacro %}

{# The texts of a group in one, in an order. #}
{% macro joined_texts(value, separator, ordering) -%}
    {{ return(adapter.dispatch('joined_texts')(value, separator, ordering)) }}
{%- endmacro %}

{% macro duckdb__joined_texts(value, separator, ordering) -%}
    {{ return('string_agg(' ~ value ~ ", '" ~ separator ~ "' order by " ~ ordering ~ ')') }}
{%- endmacro %}

{% macro spark__joined_texts(value, separator, ordering) -%}
    {{ return(
        'string_agg(' ~ value ~ ", '" ~ separator ~ "') within group (order by " ~ ordering ~ ')'
    ) }}
{%- endmacro %}

{# A text in which what a pattern of two groups found gives way to the second and the first. #}
{% macro groups_turned(value, pattern) -%}
    {{ return(adapter.dispatch('groups_turned')(value, pattern)) }}
{%- endmacro %}

{% macro duckdb__groups_turned(value, pattern) -%}
    {{ return('regexp_replace(' ~ value ~ ', ' ~ text_literal(pattern) ~ ", '\\2 \\1')") }}
{%- endmacro %}

{% macro spark__groups_turned(value, pattern) -%}
    {{ return('regexp_replace(' ~ value ~ ', ' ~ text_literal(pattern) ~ ", '$2 $1')") }}
{%- endmacro %}

{# A text in which each character that nobody sees is shown by its code point. #}
{% macro with_code_points(text) -%}
    {{ return(adapter.dispatch('with_code_points')(text)) }}
{%- endmacro %}

{% macro duckdb__with_code_points(text) -%}
    case
        when {{ matches(text, '[' ~ unseen_characters() ~ ']') }}
            then array_to_string(list_transform(
                string_split({{ text }}, ''),
                lambda one: case
                    when {{ matches('one', '[' ~ unseen_characters() ~ ']') }}
                        then '<U+' || printf('%04X', unicode(one)) || '>'
                    else one
                end
            ), '')
        else {{ text }}
    end
{%- endmacro %}

{% macro spark__with_code_points(text) -%}
    case
        when {{ matches(text, '[' ~ unseen_characters() ~ ']') }}
            then array_join(transform(
                split({{ text }}, ''),
                one -> case
                    when {{ matches('one', '[' ~ unseen_characters() ~ ']') }}
                        then '<U+' || format_string('%04X', ascii(one)) || '>'
                    else one
                end
            ), '')
        else {{ text }}
    end
{%- endmacro %}

{# A list of texts joined by `|` without empty parts, repeats and spaces around a part, in its order;
   null if nothing is left. #}
{% macro tidied_list(text) -%}
    {{ return(adapter.dispatch('tidied_list')(text)) }}
{%- endmacro %}

{% macro duckdb__tidied_list(text) -%}
    {%- set parts = "list_transform(string_split(" ~ text ~ ", '|'), part -> trim(part))" -%}
    nullif(
        case
            when contains({{ text }}, '|')
                then array_to_string(list_filter(
                    {{ parts }},
                    (part, place) -> part <> '' and list_position({{ parts }}, part) = place
                ), '|')
            else trim({{ text }})
        end,
        ''
    )
{%- endmacro %}

{% macro spark__tidied_list(text) -%}
    nullif(
        array_join(array_distinct(filter(
            transform(split({{ text }}, '[|]'), part -> trim(part)), part -> part <> ''
        )), '|'),
        ''
    )
{%- endmacro %}
