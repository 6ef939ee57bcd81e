{# A rejected row stops the build here, before anything is made of the log, unless
   ON_REJECTED=publish says that the rest may go on without it. #}
{% test no_rejected_rows(model) %}
    {{ config(severity='warn' if env_var('ON_REJECTED', 'stop') == 'publish' else 'error') }}
select *
from {{ model }}
where verdict = 'rejected'
{% endtest %}
