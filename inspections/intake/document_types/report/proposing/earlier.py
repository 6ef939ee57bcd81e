"""Finds the earlier inspections that a report names, with their days, and the one it follows up."""

import re

from inspections.intake.document_types.report.parts import Report
from inspections.intake.drafting import Draft
from inspections.intake.grammar import Days, days_in, sentences, years_in
from inspections.intake.text.model import Block
from inspections.intake.text.vocabulary import slug

_LONGEST = 2_000
# How far behind the words the days may stand: a year further on may be another matter's.
_AT_ONCE = 12
_EXACTNESS = {"year": 0, "month": 1, "day": 2}
# A sentence of a review that says which inspection is followed up.
_NAMES_PARENT = re.compile(
    r"\b(?:followed up|follow up|most recent|latest|last) [^.]*\binspection\b"
    r"|\bour (?:last |previous )?inspection of [^.]* we made the following judgements"
    r"|\breport of the full inspection\b|\bfull inspection,? carried out\b"
    r"|\brecommendations from \w+ ?\w* inspection\b",
    re.IGNORECASE,
)
_ANY = re.compile(
    r"\b(?P<word>inspections?)\b(?! (?:handbook|framework|team))(?: report)?"
    r"(?: of [^,.;]{2,60}?)?,?(?: which)?(?: was| were)?"
    r"(?: (?:carried out|made|conducted|held|undertaken|took place))?"
    r" (?:in|on|during|between|from|of|at) (?P<days>[^.;]{4,70})"
)
_ANY_BEHIND = re.compile(
    r"\b(?P<days>(?:(?:January|February|March|April|May|June|July|August|September|October"
    r"|November|December) )?(?:19|20)\d{2}) (?:full |unannounced |announced )?inspection\b"
)
_LAST = re.compile(
    r"\b(?P<which>last|previous|most recent) (?:full )?inspection\b(?: report)?"
    r"(?: of [^,.;]{2,60}?)?,?(?: which)?(?: was| took place| was carried out)?"
    r" (?:in|on|during|between|from) (?P<days>[^.;]{4,60})"
    # «We last inspected HMP X in June 2018.»
    r"|\b(?:we|inspectors) (?:last|previously) (?:inspected|visited)"
    r"(?: (?:HM|here\b|it\b|(?:the|this) (?:prison|establishment|jail)\b)[^,.;]{0,60}?)?,?"
    r" (?:in|on|during|between) (?P<then>[^.;]{4,60})",
    re.IGNORECASE,
)
_LAST_BY_LABEL = re.compile(
    r"(?:\bdate of (?:the )?|^)(?:last|previous) (?:full )?inspection\b[:\s]*"
    # How it was held may stand before its days.
    r"(?:(?:full |short |(?:un)?announced |follow-up |inspection\b)*[:,\s]*)(?P<days>[^.;]{4,60})",
    re.IGNORECASE,
)

# The days of an inspection, with the place, the words and the block that give them.
Said = tuple[Days, str, str, Block | None]


class EarlierInspections(Draft):
    """Knows the earlier inspections of a report.

    Attributes:
        earlier: What the report says of each, by its year.
        last: The id of the one that is followed up, or of the last one.
        last_days: Its days; none where the text does not date it.
        is_last_named: Whether a row needs that id.
    """

    def __init__(self, report: Report) -> None:
        days = report.days
        first = report.prison
        document = [slug(first.full_name), report.declared.document_suffix]
        super().__init__(
            slug(first.name), "-".join([*document, *([f"{days.end:%Y-%m}"] if days else [])])
        )
        self.report = report
        self.publisher = report.body
        self.days = days
        year = days.end.year if days else "unknown"
        self.visit = f"{self.establishment}-{year}{report.declared.id_suffix}"
        self.earlier: dict[int, list[Said]] = {}
        self.said: dict[int, Said] = {}
        self.last = f"{self.establishment}-unknown"
        self.last_days: Days | None = None
        self.is_last_named = False

    def texts(self) -> list[tuple[str, str, Block]]:
        """The report's own statements, with their places."""
        report = self.report
        found = [
            (each.number, each.text, each.block)
            for each in report.paragraphs
            if each.section != "followed_up"
        ]
        return found + [(place, block.text, block) for place, block in report.introductions]

    def find_earlier(self) -> None:
        """Find the earlier inspections, and ask where it is open which one is followed up."""
        latest = self._any_named() if self.report.declared.follows_up else self._last_named()
        years = sorted({days.end.year for days, *_ in latest})
        if len(years) > 1:
            places = ", ".join(
                f"{days.end.year} ({place or 'the text'})" for days, place, *_ in latest
            )
            which = "parent" if self.report.declared.follows_up else "last"
            self.problem(
                0,
                "last inspection",
                self.visit,
                latest[0][1],
                f"The report gives its {which} inspection as of {places}; the rows take the"
                " latest.",
            )
        if not self.report.declared.follows_up:
            # One of another year is named by mistake, or is another prison's.
            self.earlier = {year: self.earlier[year] for year in years[-1:]}
        self.said = {year: self._said_of(year) for year in sorted(self.earlier)}
        if years or self.earlier:
            year = years[-1] if years else max(self.earlier)
            self.last = f"{self.establishment}-{year}"
            self.last_days = self.said[year][0]
            self.is_last_named = True
        if not years and self.earlier:
            self.problem(
                1,
                "last inspection",
                self.last,
                self.said[year][1],
                f"No sentence says which inspection is followed up; the last one named, {year}, is"
                " taken for it.",
            )
        elif not years and (
            self.report.declared.follows_up
            or self.report.followed_up
            or any(each.visit == "last" for each in self.report.outcomes)
        ):
            self.is_last_named = True
            self.problem(
                0,
                "last inspection",
                self.visit,
                "",
                "The report follows up the last inspection and does not say in words that are"
                f" known when it was; the rows call it {self.last}. Put its year there.",
            )

    def _any_named(self) -> list[Said]:
        """Collect all inspections that a review names; those that it says it follows up."""
        texts: list[tuple[str, str, Block]] = self.texts()
        texts += [(label, block.text, block) for _, label, block in self.report.figures]
        texts += [
            (label, block.text, block)
            for label, block in self.report.about
            if label or re.search(r"\binspection\b", block.text)
        ]
        latest: list[Said] = []
        for place, text, block in texts:
            for sentence in sentences(text):
                for days in _inspections_in(sentence[:_LONGEST]):
                    if self.days and days.start > self.days.end:
                        continue
                    said = (days, place, sentence, block)
                    self.earlier.setdefault(days.end.year, []).append(said)
                    if _NAMES_PARENT.search(sentence[:_LONGEST]):
                        latest.append(said)
        for read in self.report.outcomes:
            if read.held is not None:
                # The head of a table's row or column may be all that names an inspection.
                said = (read.held, read.place, read.sentence, read.block)
                self.earlier.setdefault(read.held.end.year, []).append(said)
        return latest

    def _last_named(self) -> list[Said]:
        """Collect what an inspection says of the last one."""
        latest: list[Said] = []
        for place, text, block in self.texts():
            for sentence in sentences(text):
                for match in _LAST.finditer(sentence[:_LONGEST]):
                    if days := _days_at_once(match["days"] or match["then"]):
                        latest.append((days, place, sentence, block))
        about = self.report.about
        for position, (label, block) in enumerate(about):
            following = about[position + 1][1].text if position + 1 < len(about) else ""
            labelled = _LAST_BY_LABEL.search(block.text) or (
                _LAST_BY_LABEL.search(f"{block.text} {following}")
                if re.search(r"\binspection\W*$", block.text)
                else None
            )
            if labelled and (days := days_in(labelled["days"])):
                latest.append((days, label, labelled[0], block))
        if self.days:
            latest = [each for each in latest if each[0].start <= self.days.start]
        for said in latest:
            self.earlier.setdefault(said[0].end.year, []).append(said)
        return latest

    def _said_of(self, year: int) -> Said:
        """The most exact days that the report gives of an inspection."""
        known = self.earlier[year]
        # Among equally exact ones the longest holds the others, unless they contradict.
        best = max(
            known,
            key=lambda each: (
                _EXACTNESS[each[0].precision],
                each[0].end - each[0].start,
                # A sentence on the inspection says more than an aside on «the 2019 inspection».
                bool(_ANY.search(each[2]) or _LAST.search(each[2])),
            ),
        )
        for days, place, *_ in known:
            if _contradicts(days, best[0]):
                self.problem(
                    3,
                    "days",
                    f"{self.establishment}-{year}",
                    place,
                    f"The inspection of {year} is dated «{best[0].text}» in"
                    f" {best[1] or 'the text'} and «{days.text}» in {place or 'the text'}.",
                    best[0].text,
                    days.text,
                )
        return best


def _contradicts(days: Days, best: Days) -> bool:
    """Whether two dates of one inspection cannot both be right."""
    if days.precision == best.precision:
        return not (best.start <= days.start and days.end <= best.end)
    if days.precision == "month" and best.precision == "day":
        months = (best.start.replace(day=1), best.end.replace(day=1))
        return not (months[0] <= days.start and days.end <= months[1])
    return False


def _days_at_once(words: str) -> Days | None:
    """The days that some words begin with."""
    days = days_in(words)
    if days is None or words.find(days.text.split()[0].rstrip(",")) > _AT_ONCE:
        return None
    return days


def _inspections_in(sentence: str) -> list[Days]:
    """The days of the full inspections that a sentence names."""
    found: list[Days] = []
    for match in _ANY.finditer(sentence):
        words = match["days"]
        days = _days_at_once(words)
        if days is None:
            continue
        listed = re.match(r"((?:19|20)\d{2})(?:, ((?:19|20)\d{2}))* and ((?:19|20)\d{2})\b", words)
        if match["word"] == "inspections" and listed:
            found += [each for year in years_in(listed[0]) if (each := days_in(str(year)))]
        else:
            found.append(days)
    for match in _ANY_BEHIND.finditer(sentence):
        if days := days_in(match["days"]):
            found.append(days)
    return found
