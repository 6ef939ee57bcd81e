"""The sentences that a report states its facts in: judgements, totals, outcomes, days, figures.

Each function answers only for wording that it knows. Where words point to a fact in a wording
that is not known, it says so; nothing here guesses.
"""

from inspections.intake.grammar.days import Days, day_of_cell, days_in, years_in
from inspections.intake.grammar.figures import FigureInProse, figures_in
from inspections.intake.grammar.judgements import Judgement, judgement_in
from inspections.intake.grammar.outcomes import StatedOutcome, named_tests
from inspections.intake.grammar.sentences import NUMBER_WORDS, number_of, sentences
from inspections.intake.grammar.stated_outcomes import outcomes_stated
from inspections.intake.grammar.totals import Total, figure_total, practice_total, totals_in

__all__ = [
    "NUMBER_WORDS",
    "Days",
    "FigureInProse",
    "Judgement",
    "StatedOutcome",
    "Total",
    "day_of_cell",
    "days_in",
    "figure_total",
    "figures_in",
    "judgement_in",
    "named_tests",
    "number_of",
    "outcomes_stated",
    "practice_total",
    "sentences",
    "totals_in",
    "years_in",
]
