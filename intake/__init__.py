"""From the outside world to event rows: reading event files and reports, appending.

What belongs here: the declaration of the event files (:mod:`intake.event_types`), the reading
of files as people really send them (:mod:`intake.event_files`), the documents and their
paragraphs (:mod:`intake.documents`), the reading of reports (:mod:`intake.reports`) and the
append gate. What does not: anything that judges a row by other rows. That is SQL, in
``dbt/models``.
"""
