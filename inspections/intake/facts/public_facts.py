"""From tables of facts about real prisons to a batch for the log.

The tables are collected by hand from public pages, one source address a row (``outcomes.csv``,
``review_judgements.csv``, ``recommendation_counts.csv``). Facts and figures carry over; quoted words
do not. Rows that a page only implies (``basis`` other than ``stated``) stay out. Run as::

    python -m inspections.intake.facts.public_facts FOLDER --out DIR
    inspections append DIR/1-facts && inspections append DIR/2-corrections

Run again, it proposes the same rows with the same ids, which ``append`` recognises.
"""

import argparse
import csv
import hashlib
import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlparse

from inspections.intake.facts.page_titles import title_of_page
from inspections.log.declaration import event_types
from inspections.log.files.documents import COLUMNS as DOCUMENT_COLUMNS

Row = dict[str, str]
Day = tuple[str, str]

# What the review of Elmley, which is in the log with its text, states already.
_STATED_BY_A_KEPT_REPORT = {("elmley", "2022")}
_NAMES = {"Feltham A": "feltham", "Harmondsworth IRC": "harmondsworth"}
# Days of visits that the tables' notes give more exactly than their month.
_REVIEW_DAYS = {
    ("chelmsford", "2019"): ("2019-04-15", "2019-04-17"),
    ("hewell", "2023"): ("2023-11-13", "2023-11-15"),
    ("woodhill", "2024"): ("2024-07-29", "2024-07-31"),
    ("lowdham-grange", "2024"): ("2024-01-08", "2024-01-10"),
    ("cookham-wood", "2024"): ("2024-04-09", "2024-04-17"),
    ("harmondsworth", "2025"): ("2025-02-17", "2025-02-19"),
    # In two stretches: 8 May, and 13 to 15 May.
    ("werrington", "2024"): ("2024-05-08", "2024-05-15"),
}
_INSPECTION_ENDS = {
    ("elmley", "2019"): "2019-05-03",
    ("cookham-wood", "2023"): "2023-04-20",
    ("exeter", "2018"): "2018-05-24",
    ("foston-hall", "2019"): "2019-02-15",
    ("hindley", "2023"): "2023-12-08",
    # In two stretches: 24 and 25 February, and 2 to 6 March.
    ("holme-house", "2020"): "2020-03-06",
    ("holme-house", "2023"): "2023-03-16",
    ("liverpool", "2015"): "2015-05-22",
    ("liverpool", "2017"): "2017-09-14",
    ("onley", "2016"): "2016-08-05",
    ("rochester", "2024"): "2024-08-22",
    ("the-mount", "2015"): "2015-04-17",
    ("werrington", "2020"): "2020-01-31",
}
# Reviews whose page names the inspection that they follow.
_FOLLOWS = {
    "chelmsford-2022-irp": "chelmsford-2021",
    "rochester-2022-irp": "rochester-2021",
    "swaleside-2022-irp": "swaleside-2021",
}
_JUDGEMENTS = {
    "followed_up_total": "",
    "reasonable_or_good_progress": "reasonable_or_better",
    "good_or_reasonable_progress": "reasonable_or_better",
    "insufficient_or_no_meaningful": "insufficient_progress|no_meaningful_progress",
}
_FOLLOW_UP = {
    "previous_recommendations_total": "",
    "previous_recommendations_achieved": "achieved",
    "previous_recommendations_fully_achieved": "achieved",
    "previous_recommendations_partially_achieved": "partially_achieved",
    "previous_recommendations_not_achieved": "not_achieved",
    "recommendations_of_2021_achieved": "achieved",
}
# Who speaks on a page, where it is an inspectorate.
_BODIES = {"justiceinspectorates": "hmip", "prisonsinspectoratescotland": "hmips"}
# Changes of establishments that a public page dates: day, precision, what changed, the page.
_PAGE = "https://www.doingtime.co.uk/hmp-"
_CHANGES: list[tuple[str, str, str, Row, str]] = [
    ("hindley", "2015-04-01", "month", {"function": "men's prison", "security_category": "C"}, _PAGE + "hindley"),
    ("holme-house", "2017-07-01", "month", {"function": "local prison", "security_category": "B"}, _PAGE + "holme-house"),
    ("holme-house", "2020-01-01", "year", {"function": "training prison", "security_category": "C"}, _PAGE + "holme-house"),
    ("high-down", "2022-04-01", "month", {"security_category": "C"}, _PAGE + "high-down"),
    ("liverpool", "2022-07-01", "month", {"function": "in transition from reception prison to resettlement prison", "security_category": "C"}, _PAGE + "liverpool"),
    ("aylesbury", "2022-10-01", "day", {"function": "", "security_category": "C"}, "https://www.doingtime.co.uk/hmyoi-aylesbury"),
    ("woodhill", "2018-01-01", "year", {"function": "training prison", "security_category": "B"}, _PAGE + "woodhill"),
    ("lowdham-grange", "1998-01-01", "year", {"operator": "Serco"}, "https://www.doingtime.co.uk/?page_id=285"),
    ("lowdham-grange", "2023-02-16", "day", {"operator": "Sodexo"}, "https://www.doingtime.co.uk/?page_id=285"),
    ("lowdham-grange", "2023-12-18", "day", {"operator": "Ministry of Justice (step-in)"}, "https://www.standard.co.uk/ b1127724"),
    ("birmingham", "2011-01-01", "year", {"operator": "G4S"}, "https://www.ukpol.co.uk/ rory-stewart-2019"),
    # From 20 August 2018 the state ran it; on paper the operator was G4S still.
    ("birmingham", "2018-08-20", "day", {"operator": "G4S (state step-in)"}, "https://www.theguardian.com/ 2018/aug/20"),
    ("birmingham", "2019-07-01", "day", {"operator": "HM Prison and Probation Service"}, "https://www.ukpol.co.uk/ rory-stewart-2019"),
    ("parc", "2019-01-01", "year", {"function": "local prison", "security_category": "B", "operator": "G4S"}, _PAGE + "parc"),
    ("parc", "2022-01-01", "year", {"security_category": "C", "operator": "G4S"}, _PAGE + "parc"),
]  # fmt: skip
# Where another source gives another day, the second is entered as a correction of the first.
_FIRST_DAYS: dict[str, tuple[Day, str]] = {
    "nottingham-2018": (("2017-12-01", "month"), _PAGE + "nottingham"),
}
_SECOND_DAYS: dict[str, tuple[Day, str]] = {
    "garth-2018": (("2019-01-01", "year"), _PAGE + "garth (report of 2022)"),
}


class Facts:
    """Collects event rows and the documents that they cite."""

    def __init__(self) -> None:
        self.rows: dict[str, list[Row]] = {}
        self.documents: dict[str, Row] = {}
        self.corrections: dict[str, list[Row]] = {}
        self.names: dict[str, str] = {}
        self.visits: dict[str, Row] = {}
        self._first_seen: dict[str, tuple[Day, str]] = {}

    def document(self, address: str) -> str:
        """The id of a page, listed on its first use."""
        parts = urlparse(address if "://" in address else "https://" + address)
        host = parts.netloc.removeprefix("www.") or "unknown"
        words = re.sub(r"[^a-z0-9]+", "-", parts.path.lower()).strip("-")[-48:].strip("-")
        stem = "-".join(
            part for part in ("page", host.replace(".", "-").replace("-gov-uk", ""), words) if part
        )
        document_id = f"{stem}-{hashlib.sha256(address.encode()).hexdigest()[:6]}"
        self.documents.setdefault(
            document_id,
            {
                "document_id": document_id,
                "title": title_of_page(address),
                "body": next((body for part, body in _BODIES.items() if part in host), host),
                "file": "",
                "source_address": address,
                "licence": "",
                "language": "en",
            },
        )
        return document_id

    def event(
        self, event_type: str, event_id: str, day: Day, document_id: str, **payload: str
    ) -> Row:
        """Add one event."""
        row = self._row(event_type, event_id, day, document_id, **payload)
        self.rows.setdefault(event_type, []).append(row)
        return row

    def correction(
        self,
        event_type: str,
        event_id: str,
        original: Row,
        day: Day,
        document_id: str,
        **payload: str,
    ) -> None:
        """Add the correction of an event, for the batch after it."""
        kept = {
            name: text
            for name, text in original.items()
            if name in {column.name for column in event_types()[event_type].payload}
        }
        row = self._row(event_type, event_id, day, document_id, **{**kept, **payload})
        row["corrects_event_id"] = original["event_id"]
        self.corrections.setdefault(event_type, []).append(row)

    @staticmethod
    def _row(event_type: str, event_id: str, day: Day, document_id: str, **payload: str) -> Row:
        row = dict.fromkeys(event_types()[event_type].column_names, "")
        row |= {
            "event_id": event_id,
            "occurred_on": day[0],
            "occurred_precision": day[1],
            "document_id": document_id,
        }
        return row | payload

    def seen(self, establishment: str, name: str, day: Day, document_id: str) -> None:
        """Note the first day on which a page speaks of an establishment."""
        self.names.setdefault(establishment, name)
        first = self._first_seen.get(establishment)
        if first is None or day[0] < first[0][0]:
            self._first_seen[establishment] = (day, document_id)

    def visit(self, establishment: str, year: str, kind: str, day: Day, document_id: str) -> str:
        """The id of a visit, entered on its first use."""
        visit_id = f"{establishment}-{year}" + ("-irp" if kind != "full_inspection" else "")
        if visit_id in self.visits:
            return visit_id
        started, ended = "", ""
        if kind == "full_inspection" and day[1] == "day":
            started, ended = day[0], _INSPECTION_ENDS.get((establishment, year), "")
        if kind != "full_inspection" and (establishment, year) in _REVIEW_DAYS:
            started, ended = _REVIEW_DAYS[establishment, year]
            day = (started, "day")
        payload = {
            "visit_id": visit_id,
            "establishment_id": establishment,
            "visit_type": kind,
            "started_on": started,
            "ended_on": ended,
            "follows_visit_id": _FOLLOWS.get(visit_id, ""),
        }
        if visit_id == "elmley-2019":
            # The log has this visit with its year alone: its days are a correction.
            original = {**dict.fromkeys(event_types()["visits_held"].column_names, "")}
            original |= {**payload, "event_id": "elmley-2019-held", "bodies": "hmip"}
            self.visits[visit_id] = original
            self.correction(
                "visits_held", "elmley-2019-held-on-its-days", original, day, document_id, **payload
            )
            return visit_id
        first = _FIRST_DAYS.get(visit_id)
        first_day, first_document = (
            (first[0], self.document(first[1])) if first else (day, document_id)
        )
        entered = dict(payload, started_on="", ended_on="") if first else payload
        self.visits[visit_id] = self.event(
            "visits_held", f"{visit_id}-held", first_day, first_document, **entered
        )
        if first:
            self.correction(
                "visits_held", f"{visit_id}-held-corrected", self.visits[visit_id], day,
                document_id, **payload,
            )  # fmt: skip
        if visit_id in _SECOND_DAYS:
            second_day, address = _SECOND_DAYS[visit_id]
            self.correction(
                "visits_held", f"{visit_id}-held-corrected", self.visits[visit_id], second_day,
                self.document(address),
            )  # fmt: skip
        return visit_id

    def describe_establishments(self) -> None:
        """Describe each establishment from the first day that a page speaks of it, and changed."""
        state: dict[str, Row] = {}
        dated: list[tuple[Day, str, Row, str, str]] = [
            (first[0], establishment, {}, first[1], "first seen")
            for establishment, first in self._first_seen.items()
        ]
        dated += [
            ((day, precision), establishment, changed, self.document(address), "changed")
            for establishment, day, precision, changed, address in _CHANGES
        ]
        for day, establishment, changed, document_id, _ in sorted(
            dated, key=lambda entry: (entry[0][0], entry[1], not entry[2])
        ):
            if establishment == "elmley":
                continue
            if not changed and establishment in state:
                continue
            name = self.names.get(establishment, establishment.replace("-", " ").title())
            state[establishment] = {**state.get(establishment, {"name": name}), **changed}
            self.event(
                "establishments_described",
                f"{establishment}-described-{day[0]}",
                day,
                document_id,
                establishment_id=establishment,
                **state[establishment],
            )


def read_facts(folder: Path) -> Facts:
    """Read the tables of a folder.

    Args:
        folder: Where ``outcomes.csv``, ``review_judgements.csv`` and
            ``recommendation_counts.csv`` lie.

    Returns:
        The proposed events and their documents.
    """
    facts = Facts()
    for row in read_table(folder / "outcomes.csv"):
        _add_outcome(facts, row)
    ids = {name: establishment for establishment, name in facts.names.items()} | _NAMES
    for row in read_table(folder / "review_judgements.csv"):
        _add_total(facts, row, ids)
    for row in read_table(folder / "recommendation_counts.csv"):
        _add_count(facts, row, ids)
    facts.describe_establishments()
    return facts


def read_table(path: Path) -> list[Row]:
    """The rows of a table of facts."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _day(text: str, precision: str) -> Day:
    return (text + "-01-01"[len(text) - 4 :] if len(text) < 10 else text, precision)


def _add_outcome(facts: Facts, row: Row) -> None:
    if row["basis"] != "stated":
        return
    establishment, year = row["establishment_id"], row["started_on"][:4]
    if (establishment, year) in _STATED_BY_A_KEPT_REPORT:
        return
    day = _day(row["started_on"], row["precision"])
    document_id = facts.document(row["source_address"])
    facts.seen(establishment, row["establishment"], day, document_id)
    visit_id = facts.visit(establishment, year, row["visit_type"], day, document_id)
    unit = "-" + re.sub(r"\W+", "-", row["unit"].lower()) if row["unit"] else ""
    facts.event(
        "outcomes_judged",
        f"{visit_id}{unit}-outcome-{row['healthy_prison_test']}",
        day,
        document_id,
        visit_id=visit_id,
        unit=row["unit"],
        healthy_prison_test=row["healthy_prison_test"],
        outcome=row["outcome"],
    )


def _establishment(name: str, ids: dict[str, str]) -> str:
    return ids.get(name) or re.sub(r"\W+", "-", name.lower())


def _add_total(facts: Facts, row: Row, ids: dict[str, str]) -> None:
    establishment = _establishment(row["establishment"], ids)
    month = re.match(r"\d{4}(-\d{2})?", row["irp_month"])
    assert month is not None
    day = _day(month[0], "month" if month[1] else "year")
    document_id = facts.document(row["source_address"])
    name = row["establishment"].removesuffix(" A").removesuffix(" IRC")
    facts.seen(establishment, name, day, document_id)
    visit_id = facts.visit(
        establishment, month[0][:4], "independent_review_of_progress", day, document_id
    )
    count, comparison = row["count_or_reference"], "exactly"
    at_least = re.match(r"at least (\d+)", count)
    if at_least:
        count, comparison = at_least[1], "at_least"
    if not count.isdigit():
        # A judgement of one named area, a share in words, or no count at all: not a total.
        return
    day = (facts.visits[visit_id]["occurred_on"], facts.visits[visit_id]["occurred_precision"])
    judgement = _JUDGEMENTS.get(row["judgement"], row["judgement"])
    is_one_scale = (
        row["scale"] in ("hmip_progress", "ofsted_progress") and " and " not in row["body"]
    )
    facts.event(
        "totals_stated",
        f"{visit_id}-total-{row['scale'].split(':')[0] if is_one_scale else 'both'}-{row['judgement']}",
        day,
        document_id,
        visit_id=visit_id,
        scale=row["scale"] if is_one_scale else "",
        judgement=judgement,
        comparison=comparison,
        stated_count=count,
    )


def _add_count(facts: Facts, row: Row, ids: dict[str, str]) -> None:
    if row["visit_type"] == "short_follow_up":
        # Each test judged sufficient or insufficient: another scale.
        return
    establishment = _establishment(row["establishment"], ids)
    day = _day(row["visit_started_on"], row["precision"])
    document_id = facts.document(row["source_address"])
    year = row["visit_started_on"][:4]
    visit_id = ""
    if row["visit_type"] == "full_inspection":
        facts.seen(establishment, row["establishment"], day, document_id)
        visit_id = facts.visit(establishment, year, "full_inspection", day, document_id)
    if row["measure"] in _FOLLOW_UP:
        facts.event(
            "totals_stated",
            f"{visit_id}-total-follow-up-{row['measure']}",
            day,
            document_id,
            visit_id=visit_id,
            scale="hmip_follow_up",
            judgement=_FOLLOW_UP[row["measure"]],
            comparison="exactly",
            stated_count=row["count"],
        )
        return
    is_share = row["measure"].endswith("_percent")
    measure = row["measure"].removesuffix("_percent")
    facts.event(
        "figures_observed",
        f"{visit_id or establishment + '-' + row['visit_started_on']}-figure-{row['measure']}",
        day,
        document_id,
        establishment_id=establishment,
        visit_id=visit_id,
        measure=measure,
        value=row["count"],
        unit="percent"
        if is_share
        else f"of {row['of_total']} recommendations"
        if row["of_total"]
        else "recommendations",
    )


def write_batches(facts: Facts, out: Path) -> None:
    """Write ``1-facts`` and, to be appended after it, ``2-corrections``."""
    for name, batch in (("1-facts", facts.rows), ("2-corrections", facts.corrections)):
        folder = out / name
        folder.mkdir(parents=True, exist_ok=True)
        for event_type, rows in batch.items():
            write_rows(folder / f"{event_type}.csv", event_types()[event_type].column_names, rows)
        cited = {row["document_id"] for rows in batch.values() for row in rows}
        documents = [facts.documents[key] for key in sorted(cited) if key in facts.documents]
        write_rows(folder / "documents.csv", DOCUMENT_COLUMNS, documents)


def write_rows(path: Path, columns: Iterable[str], rows: list[Row]) -> None:
    """Write rows as a file of a batch."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(columns), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main() -> None:
    """Read the tables of a folder and write the batches."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    facts = read_facts(arguments.folder)
    write_batches(facts, arguments.out)
    for name, batch in (("facts", facts.rows), ("corrections", facts.corrections)):
        for event_type, rows in batch.items():
            print(f"{name}: {event_type}: {len(rows)}")


if __name__ == "__main__":
    main()
