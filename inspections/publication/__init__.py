"""Publication: the file, its companion folders, and the changes between publications.

What belongs here: writing the marts into the published file, replacing the last publication whole,
the guard that verifies the log against it, open formats, differences. What does not: what a table
holds (``dbt/models/marts``), and how a page looks (:mod:`inspections.pages`).
"""
