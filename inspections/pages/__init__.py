"""The published file as pages to look at: static HTML, whole or not at all.

What belongs here: reading a published file and writing it as pages, with their charts, words and
style. What is in the tables does not (``dbt/models/marts``), nor how a folder is put in the place
of another (``inspections/publication``): nothing of the build is imported here.
"""

from inspections.pages.parts.addresses import page_showing
from inspections.pages.writing import Preview, is_site, preload, write_pages

__all__ = ["Preview", "is_site", "page_showing", "preload", "write_pages"]
