"""From the log to the publication: assets, checks, jobs, and the command line.

What belongs here: running the steps in order, publishing, and telling people what happened. What
does not: how a row is judged or a number computed. That is SQL, in ``dbt/models``.
"""
