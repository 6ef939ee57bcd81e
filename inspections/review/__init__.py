"""Review of a proposal in the browser: read its document, decide row by row, append.

What belongs here: the proposal's folder, read and changed (:mod:`~inspections.review.folder`), the
forms of its rows (:mod:`~inspections.review.forms`), what the gate says of it
(:mod:`~inspections.review.judging`), what it would change (:mod:`~inspections.review.changes`), the
page itself (:mod:`~inspections.review.pages`) and the server on the loopback address
(:mod:`~inspections.review.server`). What does not: reading documents (:mod:`inspections.intake`),
and adding to the log (:mod:`inspections.log.adding`), whose one door this uses.
"""
