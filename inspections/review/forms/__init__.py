"""The forms of rows: their fields, what fills them, and what is found by typing.

What belongs here: what a person sees and types when a row is edited or added. What does not: saving
it, which is a decision (:mod:`inspections.review.folder.deciding`).
"""
