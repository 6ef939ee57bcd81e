"""The library and the command: from event files to a published warehouse.

What belongs here: the rooms in the order in which data pass through them — :mod:`inspections.log`,
:mod:`inspections.intake`, :mod:`inspections.publication`, :mod:`inspections.pages`,
:mod:`inspections.cli` — and, beside them, the ground floor that all of them stand on: settings,
errors, database, files, dbt's project, instants, progress. What does not: orchestration (see
``dagster_project``), checks (``expectations``), and how a row is judged or a number computed,
which is SQL, in ``dbt/models``.

Imports go one way: ``cli`` and ``dagster_project`` → ``publication``, ``intake``,
``expectations``, ``pages`` → ``log`` → the ground floor.
"""
