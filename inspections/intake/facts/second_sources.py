"""From further tables of facts about real prisons to a batch, held to what the log knows.

``outcomes.csv``, ``outcomes_more.csv``, ``visits_more.csv``, ``outcome_bounds.csv`` and
``review_judgements_more.csv`` name a page a row. What a page says that the log has from elsewhere
becomes evidence; what only it says, an event. Rows that a page implies, that name no visit, or
whose test a page does not name stay out. Run as::

    python -m inspections.intake.facts.second_sources FOLDER --out DIR
    inspections append DIR
"""

import argparse
import re
from pathlib import Path

from inspections.intake.against_log import read_known, sort_against
from inspections.intake.facts.public_facts import Facts, Row, read_table, write_rows
from inspections.intake.rows import NOTE, SURE, Proposal
from inspections.intake.text.vocabulary import slug
from inspections.log.declaration import event_types
from inspections.log.files.documents import COLUMNS as DOCUMENT_COLUMNS
from inspections.settings import Settings

_TYPES = {
    "full_follow_up": "follow_up_inspection",
    "first_follow_up_inspection": "follow_up_inspection",
    "second_follow_up_inspection": "follow_up_inspection",
    "return_visit": "inspection",
}
_SUFFIXES = {
    "independent_review_of_progress": "-irp",
    "scrutiny_visit": "-scrutiny",
}
# Pages that give the four tests no names: the fourth had two in those years.
_FOURTH_NOT_NAMED = ("hull", "moorland")
# The tables give these visits days that their pages do not.
_DAYS_FROM_ELSEWHERE = {("elmley", "2022")}
# Pages without the day of a visit: the year of their report, for the visit's id.
_YEARS_OF_REPORTS = {("full-sutton", ""): "2016"}
_COMPARED_VISITS = {"visit of 2019-11": "leeds-2019"}
# A count over two bodies' scales together is a total of no scale.
_UNIONS = {"good_or_reasonable": "reasonable_or_better", "followed_up_total": ""}
# Birmingham's review names some of its matters: one at a level is "only", two are a bound.
_NAMED_MATTERS = {
    ("Birmingham", "no_meaningful_progress"): ("exactly", "1"),
    ("Birmingham", "insufficient_progress"): ("at_least", "2"),
}
# What a page says of a fact of the log in words that are no row of the tables: from section 8 of
# the collection's notes on its domain.
_DISPUTES = [
    (
        "holme-house-2017-outcome-purposeful_activity",
        "https://www.doingtime.co.uk/hmp-holme-house/hmip-inspection-holme-house/",
        "The page on the inspection of 2020 says that purposeful activity had been no better in"
        " 2017, and it was not sufficiently good in 2020.",
    ),
    (
        "elmley-2015-held",
        "https://www.justiceinspectorates.gov.uk/hmiprisons/media/press-releases/2016/04/ (Elmley)",
        "The release speaks of a visit 15 months after that of June 2014, which would be in"
        " September 2015.",
    ),
]


class _Pages:
    """A proposal a page."""

    def __init__(self) -> None:
        self.facts = Facts()
        self.proposals: dict[str, Proposal] = {}

    def add(
        self, address: str, event_type: str, event_id: str, said: str, day: Row, **payload: str
    ) -> None:
        document_id = self.facts.document(address)
        proposal = self.proposals.setdefault(
            document_id, Proposal(document=self.facts.documents[document_id])
        )
        row = dict.fromkeys(event_types()[event_type].column_names, "")
        row |= {"event_id": event_id, "document_id": document_id, NOTE: f"{SURE}: «{said}»"}
        proposal.rows.setdefault(event_type, []).append(row | day | payload)

    def visit(
        self, address: str, row: Row, started: str, ended: str, announced: str, year: str = ""
    ) -> str:
        """Propose a visit and its establishment, once a page; the visit's id."""
        establishment = row.get("establishment_id") or slug(row["establishment"])
        visit_type = _TYPES.get(row["visit_type"], row["visit_type"])
        visit_id = f"{establishment}-{started[:4] or year}{_SUFFIXES.get(visit_type, '')}"
        known = self.proposals.get(self.facts.document(address), Proposal()).rows
        if any(each["visit_id"] == visit_id for each in known.get("visits_held", [])):
            return visit_id
        day = _day(started)
        self.add(
            address,
            "establishments_described",
            f"{establishment}-described-{day['occurred_on'] or year}",
            row["establishment"],
            day,
            establishment_id=establishment,
            name=row["establishment"],
            country=row.get("country", "").replace("England", ""),
        )
        self.add(
            address,
            "visits_held",
            f"{visit_id}-held",
            f"{visit_type.replace('_', ' ')}, {started or 'no day'}"
            + (f" to {ended}" if ended else ""),
            day,
            visit_id=visit_id,
            establishment_id=establishment,
            visit_type=visit_type,
            started_on=started if len(started) == 10 else "",
            ended_on=ended if len(ended) == 10 else "",
            is_announced=announced,
            bodies="hmips" if row.get("country") == "Scotland" else "",
        )
        return visit_id


def _day(text: str) -> Row:
    precision = {0: "unknown", 4: "year", 7: "month", 10: "day"}[len(text)]
    padded = text + "-01-01"[len(text) - 4 :] if 0 < len(text) < 10 else text
    return {"occurred_on": padded, "occurred_precision": precision}


def read_pages(folder: Path) -> _Pages:
    """Read the tables of a folder into one proposal per page."""
    pages = _Pages()
    for name in ("outcomes.csv", "outcomes_more.csv"):
        for row in read_table(folder / name):
            is_named = not (
                row["establishment_id"] in _FOURTH_NOT_NAMED
                and row["healthy_prison_test"] == "rehabilitation_and_release_planning"
            )
            if row["basis"] != "stated" or not row["started_on"] or not is_named:
                continue
            address = row["source_address"]
            started = row["started_on"]
            if (row["establishment_id"], started[:4]) in _DAYS_FROM_ELSEWHERE:
                started = started[:4]
            visit_id = pages.visit(address, row, started, "", "")
            unit = "-" + re.sub(r"\W+", "-", row["unit"].lower()) if row["unit"] else ""
            pages.add(
                address,
                "outcomes_judged",
                f"{visit_id}{unit}-outcome-{row['healthy_prison_test']}",
                f"{row['healthy_prison_test']}: {row['outcome']}".replace("_", " "),
                _day(started),
                visit_id=visit_id,
                unit=row["unit"],
                healthy_prison_test=row["healthy_prison_test"],
                outcome=row["outcome"],
            )
    for row in read_table(folder / "visits_more.csv"):
        last = re.findall(r"\d{4}-\d{2}-\d{2}", row["second_stretch"])
        announced = "false" if "unannounced" in row["note"] else ""
        ended = last[-1] if last else row["ended_on"]
        pages.visit(row["source_address"], row, row["started_on"], ended, announced)
    for row in read_table(folder / "outcome_bounds.csv"):
        started = row["started_on"]
        year = _YEARS_OF_REPORTS.get((row["establishment_id"], started), "")
        if not started and not year:
            continue
        is_alike = row["comparison"] == "same_as"
        visit_id = pages.visit(row["source_address"], row, started, "", "", year)
        pages.add(
            row["source_address"],
            "outcome_bounds_stated",
            f"{visit_id}-outcomes-{row['comparison'].replace('_', '-')}",
            row["span_to_check_by"],
            _day(started),
            visit_id=visit_id,
            comparison=row["comparison"],
            outcome="" if is_alike else row["outcome"],
            compared_visit_id=_COMPARED_VISITS[row["outcome"]] if is_alike else "",
        )
    for row in read_table(folder / "review_judgements_more.csv"):
        count, comparison = row["count_or_reference"], "exactly"
        named = _NAMED_MATTERS.get((row["establishment"], row["judgement"]))
        if named:
            comparison, count = named
        if not count.isdigit():
            continue
        month = row["irp_month"]
        started, year = ("", month[:4]) if "published" in month else (month, "")
        visit = {**row, "visit_type": "independent_review_of_progress"}
        visit_id = pages.visit(row["source_address"], visit, started, "", "", year)
        scale = "" if "+" in row["scale"] else row["scale"]
        pages.add(
            row["source_address"],
            "totals_stated",
            f"{visit_id}-total-{scale or 'both'}-{row['judgement']}",
            row["quoted_span_max_15_words"],
            _day(started),
            visit_id=visit_id,
            scale=scale,
            judgement=_UNIONS.get(row["judgement"], row["judgement"]),
            comparison=comparison,
            stated_count=count,
        )
    elmley = {"establishment_id": "elmley", "establishment": "HMP Elmley"}
    elmley |= {"visit_type": "full_inspection"}
    pages.visit("https://www.doingtime.co.uk/ (Elmley)", elmley, "2015-11", "", "true")
    return pages


def main() -> None:
    """Read the tables of a folder and write a batch."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    pages = read_pages(arguments.folder)
    batch: dict[str, list[Row]] = {}
    taken: set[str] = set()
    with read_known(Settings.from_environment()) as log:
        for document_id in sorted(pages.proposals):
            found = sort_against(pages.proposals[document_id], log, None)
            for problem in found.problems:
                print(problem.detail)
            for event_type, rows in found.rows.items():
                # Of two pages with one new fact the second is evidence, once the first is in.
                fresh = [row for row in rows if row["event_id"] not in taken]
                taken |= {row["event_id"] for row in fresh}
                batch.setdefault(event_type, []).extend(fresh)
        for about, address, text in _DISPUTES:
            event_id = f"{about}-disputed-by-{pages.facts.document(address)}"
            if event_id not in log.event_ids:
                row = dict.fromkeys(event_types()["evidence_cited"].column_names, "")
                row |= {"event_id": event_id, "occurred_precision": "unknown", "text": text}
                row |= {"about_event_id": about, "stance": "disputes"}
                row |= {"document_id": pages.facts.document(address)}
                batch.setdefault("evidence_cited", []).append(row)
    described: dict[str, Row] = {}
    for row in sorted(
        batch.get("establishments_described", []), key=lambda row: row["occurred_on"] or "unknown"
    ):
        # A name holds from the first day on which a page speaks of the prison.
        described.setdefault(row["establishment_id"], row)
    if described:
        batch["establishments_described"] = list(described.values())
    arguments.out.mkdir(parents=True, exist_ok=True)
    for event_type, rows in batch.items():
        # What sorting noted beside a row is for a person who reviews a proposal.
        kept = [{name: text for name, text in row.items() if name != NOTE} for row in rows]
        columns = event_types()[event_type].column_names
        write_rows(arguments.out / f"{event_type}.csv", columns, kept)
        print(f"{event_type}: {len(rows)}")
    cited = {row["document_id"] for rows in batch.values() for row in rows}
    documents = [pages.facts.documents[key] for key in sorted(cited & pages.facts.documents.keys())]
    write_rows(arguments.out / "documents.csv", DOCUMENT_COLUMNS, documents)


if __name__ == "__main__":
    main()
