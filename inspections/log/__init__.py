"""The append-only log: reading event files, and the one way to add to them.

What belongs here: the declaration of the event files (:mod:`~inspections.log.declaration`), the
reading of files as people really send them and of the documents that they cite
(:mod:`~inspections.log.files`), the gate and its verdicts, and appending
(:mod:`~inspections.log.adding`). What does not: anything that judges a row by other rows. That is
SQL, in ``dbt/models``.
"""
