"""Finds the full inspections that a report mentions, and the ones that it follows up."""

import re

from inspections.intake.grammar import Days, days_in, years_in

# A sentence that says which inspection is followed up.
NAMES_PARENT = re.compile(
    r"\b(?:followed up|follow up|most recent|latest|last) [^.]*\binspection\b"
    r"|\bour (?:last |previous )?inspection of [^.]* we made the following judgements"
    r"|\breport of the full inspection\b|\bfull inspection,? carried out\b"
    r"|\brecommendations from \w+ ?\w* inspection\b",
    re.IGNORECASE,
)
INSPECTION = re.compile(
    r"\b(?P<word>inspections?)\b(?! (?:handbook|framework|team))(?: report)?"
    r"(?: of [^,.;]{2,60}?)?,?(?: which)?(?: was| were)?"
    r"(?: (?:carried out|made|conducted|held|undertaken|took place))?"
    r" (?:in|on|during|between|from|of|at) (?P<days>[^.;]{4,70})"
)
_INSPECTION_BEHIND = re.compile(
    r"\b(?P<days>(?:(?:January|February|March|April|May|June|July|August|September|October"
    r"|November|December) )?(?:19|20)\d{2}) (?:full |unannounced |announced )?inspection\b"
)


def inspections_in(sentence: str) -> list[Days]:
    """The days of the full inspections that a sentence names."""
    found: list[Days] = []
    for match in INSPECTION.finditer(sentence):
        # Only what follows at once: a year further on may be another matter's.
        words = match["days"]
        days = days_in(words)
        if days is None or words.find(days.text.split()[0].rstrip(",")) > 12:
            continue
        listed = re.match(r"((?:19|20)\d{2})(?:, ((?:19|20)\d{2}))* and ((?:19|20)\d{2})\b", words)
        if match["word"] == "inspections" and listed:
            found += [each for year in years_in(listed[0]) if (each := days_in(str(year)))]
        else:
            found.append(days)
    for match in _INSPECTION_BEHIND.finditer(sentence):
        if days := days_in(match["days"]):
            found.append(days)
    return found
