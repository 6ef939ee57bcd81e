{# The first fault of a row that shows without looking at other rows, in two steps: `fault_column`
   for every row, then `fault_value` and `fault_reason` for the few that have one; further faults of
   the row are added to the reason. The checks come from the declaration in `event_files.yml`, so
   that a new column or code needs no SQL. #}
{% macro row_checks_of(event_type) %}
    {%- set checks = [] -%}
    {%- for column in declared_columns(event_type) -%}
        {%- do checks.extend(column_checks(column)) -%}
    {%- endfor -%}
    {%- do checks.extend(row_checks(event_type)) -%}
    {{ return(checks) }}
{% endmacro %}

{% macro fault_column(checks) %}
    {%- if not execute -%}
        {#- The declaration can be read only later; what the checks look up is named here. -#}
        {%- for seed in [
            'areas', 'bodies', 'follow_up_end_reasons', 'healthy_prison_tests', 'judgement_levels',
            'publication_kinds', 'recommendation_kinds', 'responses', 'visit_types',
        ] -%}
            {%- do ref(seed) -%}
        {%- endfor -%}
        null
    {%- else -%}
        case
        {%- for check in checks %}
            when {{ check.fault | replace('event_rows.', 'text_rows.') }} then '{{ check.column }}'
        {%- endfor %}
        end
    {%- endif -%}
{% endmacro %}

{% macro row_fault(checks) %}
    {%- if not execute -%}
        null as fault_value, null as fault_reason
    {%- else -%}
        event_rows.fault_column,
        case event_rows.fault_column
        {%- for column in checks | map(attribute='column') | unique %}
            when '{{ column }}' then {{ value_shown(column) }}
        {%- endfor %}
        end as fault_value,
        case
            when event_rows.fault_column is not null
                then concat_ws(
                    '; also '
                    {%- for check in checks %}
                    , case when {{ check.fault }} then {{ check.reason }} end
                    {%- endfor %}
                )
        end as fault_reason
    {%- endif -%}
{% endmacro %}

{# Characters that nobody sees: of format (zero width, soft hyphen, marks of direction), fillers,
   and spaces other than the common one. Of two ids that differ by one of these, nobody can tell
   which is which. RE2 knows the classes of Unicode by name. #}
{% macro unseen_characters() -%}
    \p{Cf}\x{00A0}\x{034F}\x{115F}\x{1160}\x{1680}\x{17B4}\x{17B5}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{2800}\x{3000}\x{3164}\x{FE00}-\x{FE0F}\x{FFA0}\x{E0100}-\x{E01EF}
{%- endmacro %}

{# Whether any id, code, date or number of a row could have a space around it, or holds a control
   or an unseen character: one look at all of them together, before each is looked at by itself. #}
{% macro may_have_spaces(event_type) -%}
    {%- if not execute -%}
    null
    {%- else -%}
        {%- set names = [] -%}
        {%- for column in declared_columns(event_type) if column.config.meta.kind != 'text' -%}
            {%- do names.append(column.name) -%}
        {%- endfor -%}
    {{ matches(
        concatenated(names),
        '[\\x00-\\x20\\x7f-\\x{9F}' ~ unseen_characters() ~ ']'
    ) }}
    {%- endif -%}
{%- endmacro %}

{# A long value is shown by its beginning, a character that nobody sees by its code point. #}
{% macro value_shown(column) -%}
    case
        when length(event_rows.{{ column }}) > 200
            then {{ with_code_points('substr(event_rows.' ~ column ~ ', 1, 200)') }} || '…'
        else {{ with_code_points('event_rows.' ~ column) }}
    end
{%- endmacro %}

{# The faults that one declared column can have. Where a check's `fault` is null, there is none. #}
{% macro column_checks(column) %}
    {%- set meta = column.config.meta -%}
    {%- set name = column.name -%}
    {%- set value = 'event_rows.' ~ name -%}
    {%- set checks = [] -%}
    {%- if meta.required -%}
        {%- do checks.append({
            'column': name,
            'fault': value ~ ' is null',
            'reason': "'" ~ name ~ " is empty; expected " ~ kind_in_words(meta) ~ "'",
        }) -%}
    {%- endif -%}
    {%- if meta.kind in ['id', 'code', 'date', 'instant', 'integer', 'number', 'boolean'] -%}
        {%- do checks.append({
            'column': name,
            'fault': 'event_rows.may_have_spaces and '
                ~ matches(
                    value,
                    '^\\s|\\s\\z|[\\x00-\\x1f\\x7f-\\x{9F}' ~ unseen_characters() ~ ']',
                ),
            'reason': "'" ~ name ~ " begins or ends with a space, or holds a control character or"
                ~ " one that nobody sees; "
                ~ "expected " ~ kind_in_words(meta) ~ " and nothing around it'",
        }) -%}
    {%- endif -%}
    {%- set not_of_kind = not_of_kind(meta, value) -%}
    {%- if not_of_kind -%}
        {%- do checks.append({
            'column': name,
            'fault': not_of_kind,
            'reason': "'" ~ name ~ " is not " ~ kind_in_words(meta) ~ "'",
        }) -%}
    {%- endif -%}
    {%- if meta.kind == 'date' -%}
        {%- do checks.append({
            'column': name,
            'fault': value ~ "_typed not between date '" ~ var('earliest_day')
                ~ "' and date '" ~ var('latest_day') ~ "'",
            'reason': "'" ~ name ~ " is not a likely day; expected one between "
                ~ var('earliest_day') ~ " and " ~ var('latest_day') ~ "'",
        }) -%}
    {%- elif meta.kind == 'instant' -%}
        {%- do checks.append({
            'column': name,
            'fault': value ~ "_typed not between timestamp '" ~ var('earliest_day')
                ~ "' and timestamp '" ~ var('latest_day') ~ "'",
            'reason': "'" ~ name ~ " is not a likely instant; expected one between "
                ~ var('earliest_day') ~ " and " ~ var('latest_day') ~ "'",
        }) -%}
    {%- endif -%}
    {%- if meta.kind == 'code' -%}
        {%- do checks.append(code_check(meta, name, value)) -%}
    {%- endif -%}
    {{ return(checks) }}
{% endmacro %}

{% macro kind_in_words(meta) -%}
    {%- set words = {
        'id': 'an id or a label',
        'code': 'one of the known codes',
        'text': 'a text',
        'date': 'an ISO 8601 day that exists, such as 2023-02-13',
        'instant': 'an ISO 8601 instant in UTC with Z, such as 2023-02-13T09:30:00Z'
            ~ ' (convert other offsets)',
        'integer': 'a whole number, such as 1992',
        'number': 'a plain number, such as 95 or 0.5, without signs of thousands or percent',
        'boolean': 'true or false',
    } -%}
    {{ return(words[meta.kind]) }}
{%- endmacro %}

{# True where the text is not of its kind. #}
{% macro not_of_kind(meta, value) %}
    {%- if meta.kind in cast_kinds() -%}
        {{ return(value ~ ' is not null and ' ~ value ~ '_typed is null') }}
    {%- elif meta.kind == 'boolean' -%}
        {{ return("lower(" ~ value ~ ") not in ('true', 'false')") }}
    {%- endif -%}
    {{ return(none) }}
{% endmacro %}

{# A code must be one that the declaration or a reference seed lists; the reason lists them. #}
{% macro code_check(meta, name, value) %}
    {%- set codes = meta.get('codes', []) -%}
    {%- set fitting = '' -%}
    {%- if meta.judges -%}
        {%- set fitting = "where judges in ('" ~ meta.judges | join("', '") ~ "')" -%}
    {%- endif -%}
    {%- if meta.codes_from -%}
        {%- set seed, column = meta.codes_from.split('.') -%}
        {%- set known = seed_values(seed, 'distinct ' ~ column, column, fitting) -%}
        {%- set words = known | join(', ') -%}
        {%- if meta.judges -%}
            {%- set words = 'those that judge ' ~ meta.judges | join(' or ') ~ ': ' ~ words -%}
        {%- endif -%}
        {%- set is_known = is_one_of(known, value) -%}
    {%- elif meta.codes_of_scale == 'scale' -%}
        {%- set words = seed_values(
            'judgement_levels',
            "scale || ': ' || " ~ joined_texts('code', ', ', 'rank nulls last, code'),
            'scale',
            'group by scale',
        ) | join('; ') -%}
        {%- set known = seed_values('judgement_levels', "scale || '/' || code", 'all') -%}
        {%- if codes -%}
            {%- set words = codes | join(', ') ~ ', or codes joined by |: ' ~ words -%}
            {%- set scales = seed_values('judgement_levels', 'distinct scale', 'scale') -%}
            {%- set without_scale = seed_values(
                'judgement_levels', "distinct '/' || code", 'all', fitting
            ) -%}
            {%- set known = known + without_scale + ['/' ~ codes[0]] -%}
            {%- for scale in scales -%}
                {%- do known.append(scale ~ '/' ~ codes[0]) -%}
            {%- endfor -%}
            {#- A code is free text, and may hold what a pattern takes for more. -#}
            {%- set patterns = [] -%}
            {%- for code in known -%}
                {%- do patterns.append(modules.re.escape(code)) -%}
            {%- endfor -%}
            {%- set scale_of_row = "coalesce(event_rows.scale, '')" -%}
            {%- set one = '(' ~ patterns | join('|') ~ ')' -%}
            {%- set is_known = matches(
                'replace(' ~ scale_of_row ~ " || '/' || " ~ value
                ~ ", '|', '|' || " ~ scale_of_row ~ " || '/')",
                '^' ~ one ~ '([|]' ~ one ~ ')*\\z',
            ) -%}
        {%- else -%}
            {%- set scale_of_row = 'event_rows.scale' -%}
            {%- if meta.scale_if_empty -%}
                {%- set scale_of_row = "coalesce(event_rows.scale, '" ~ meta.scale_if_empty ~ "')" -%}
            {%- endif -%}
            {%- set is_known = is_one_of(known, scale_of_row ~ " || '/' || " ~ value) -%}
        {%- endif -%}
    {%- elif meta.codes_of_scale -%}
        {%- set known = seed_values(
            'judgement_levels',
            'code',
            'rank nulls last, code',
            'where scale = ' ~ text_literal(meta.codes_of_scale),
        ) -%}
        {%- set words = known | join(', ') -%}
        {%- set is_known = is_one_of(known, value) -%}
    {%- else -%}
        {%- set words = codes | join(', ') -%}
        {%- set is_known = is_one_of(codes, value) -%}
    {%- endif -%}
    {{ return({
        'column': name,
        'fault': 'not ' ~ is_known,
        'reason': text_literal(name ~ ' is not a known code; known are ' ~ words),
    }) }}
{% endmacro %}

{# What a reference seed holds, as texts. It is written into the statement: a subquery, or an `in`
   of more than a few, would be a join there, and DuckDB keeps the order of rows, from which their
   lines are counted, only where there is none. #}
{% macro seed_values(seed, expression, ordering, clause='') %}
    {%- set relation = ref(seed) -%}
    {%- if load_relation(relation) is none -%}
        {%- do exceptions.raise_compiler_error(
            'The seed ' ~ seed ~ ' is not loaded, whose codes the statement lists: run `dbt seed`'
            ~ ' first, or `dbt build`.'
        ) -%}
    {%- endif -%}
    {%- set rows = run_query(
        'select ' ~ expression ~ ' from ' ~ relation ~ ' ' ~ clause ~ ' order by ' ~ ordering
    ) -%}
    {{ return(rows.columns[0].values() | list) }}
{% endmacro %}

{# The faults between the columns of one row, by the rules of the declaration. #}
{% macro row_checks(event_type) %}
    {%- set checks = [] -%}
    {%- set meta = declared_table(event_type).config.meta -%}
    {%- set columns = declared_columns(event_type) | map(attribute='name') | join('|') -%}
    {%- for rule in meta.rules_of_all_types + meta.get('rules', []) -%}
        {%- set fault = modules.re.sub('\\b(' ~ columns ~ ')\\b', 'event_rows.\\1', rule.fault) -%}
        {%- do checks.append({
            'column': rule.column,
            'fault': fault,
            'reason': text_literal(rule.column ~ ' ' ~ rule.reason),
        }) -%}
    {%- endfor -%}
    {{ return(checks) }}
{% endmacro %}
