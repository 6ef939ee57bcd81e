"""A proposal's folder: read as the review shows it, and changed by decisions.

What belongs here: the rows, the text in blocks, the stated totals counted anew, the journal of
decisions, and how a decision is carried out. What does not: the log, and how any of it looks.
"""
