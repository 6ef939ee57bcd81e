"""From the table of items of HM Inspectorate of Prisons for Scotland to a batch for the log.

The table is collected by hand from public pages: places, addressees and judgements as printed,
topics in our words. What a row only implies (an item that was raised from another by its chapter's
number) stays out, and so does what names no establishment. Run as::

    python -m inspections.intake.facts.scotland_facts FOLDER --out DIR
    inspections append DIR/1-facts

Run again, it proposes the same rows with the same ids, which ``append`` recognises.
"""

import argparse
from pathlib import Path

from inspections.intake.facts.public_facts import Facts, Row, read_table, write_batches

BODY = "hmips"
SCALE = "hmips_follow_up_2013_2014"
PRACTICE_SCALE = "hmips_good_practice_follow_up"
# By establishment and year of the visit, or of the report where no page dates the visit: the id of
# the establishment, further ones of the visit, and the day.
_VISITS: dict[tuple[str, str], tuple[str, str, str, str, tuple[str, str]]] = {
    ("Kilmarnock", "2014"): ("kilmarnock", "Kilmarnock", "", "2014", ("2014-07-14", "day")),
    ("Barlinnie", "1997"): ("barlinnie", "Barlinnie", "", "1997", ("1997-01-01", "year")),
    ("Barlinnie", ""): ("barlinnie", "Barlinnie", "", "2003", ("", "unknown")),
    ("National Induction Centre", "1998"): (
        "national-induction-centre",
        "National Induction Centre",
        "",
        "1998",
        ("1998-01-01", "year"),
    ),
    ("Open Estate (Castle Huntly and Noranside)", ""): (
        "castle-huntly",
        "Castle Huntly",
        "noranside",
        "2008",
        ("", "unknown"),
    ),
}
# As printed, and read as two by a person.
_ADDRESSEES = {
    "HMP Kilmarnock and NHS Ayrshire and Arran": "HMP Kilmarnock|NHS Ayrshire and Arran",
    "SPS and NHS": "SPS|NHS",
    "SPS HQ/Area Director": "SPS HQ|Area Director",
    "Area Director/Governor I/C": "Area Director|Governor I/C",
}
_EARLIER_SCALE = "hmips_follow_up_2011_2012"
# By the measure of the table: what is counted, on which scale, at which level. What has no level
# there ("not re-inspected", "no satisfactory progress" of two levels together) stays out.
_TOTALS = {
    "previous_recommendations_achieved": ("recommendation", SCALE, "achieved"),
    "previous_recommendations_partially_achieved": ("recommendation", SCALE, "partially_achieved"),
    "previous_recommendations_not_achieved": ("recommendation", SCALE, "not_achieved"),
    "previous_recommendations_no_longer_applicable": (
        "recommendation",
        SCALE,
        "no_longer_applicable",
    ),
    "previous_action_points_achieved": ("action_point", SCALE, "achieved"),
    "previous_action_points_partially_achieved": ("action_point", SCALE, "partially_achieved"),
    "previous_action_points_not_achieved": ("action_point", SCALE, "not_achieved"),
    "previous_action_points_no_longer_applicable": ("action_point", SCALE, "no_longer_applicable"),
    "previous_good_practice_still_in_place": ("good_practice", PRACTICE_SCALE, "still_in_place"),
    "recommendations_satisfactory_progress": (
        "recommendation",
        _EARLIER_SCALE,
        "satisfactory_progress",
    ),
    "recommendations_reasonable_progress": (
        "recommendation",
        _EARLIER_SCALE,
        "reasonable_progress",
    ),
    "recommendations_progress_not_satisfactory": (
        "recommendation",
        _EARLIER_SCALE,
        "progress_not_satisfactory",
    ),
    "action_points_satisfactory_progress": (
        "action_point",
        _EARLIER_SCALE,
        "satisfactory_progress",
    ),
    "action_points_no_longer_relevant": ("action_point", _EARLIER_SCALE, "no_longer_relevant"),
}
_COUNTED_VISITS = {
    ("Kilmarnock (Scotland)", "2014-07-14"): ("kilmarnock-2014", ("2014-07-19", "day")),
    ("Barlinnie (Scotland)", "2013-07-08"): ("barlinnie-2013", ("2013-07-08", "day")),
    ("Cornton Vale (Scotland)", "2012-01-30"): ("cornton-vale-2012", ("2012-01-30", "day")),
}
# The one item of which the text itself says that it was raised from another.
_RAISED_FROM = {"kilmarnock-2014-4": "kilmarnock-2011-2.6"}


def _places(text: str) -> str:
    """Several paragraphs joined by ``|``, a range as printed, without spaces."""
    return "|".join(place.strip().replace(" - ", "-") for place in text.split(";") if place.strip())


def scotland(items: list[Row], counts: list[Row]) -> Facts:
    """Collect the events of the tables.

    Args:
        items: Rows of ``scotland_items.csv``.
        counts: Rows of ``recommendation_counts_more.csv``.
    """
    facts = Facts()
    visits: set[str] = set()

    def document(item: Row) -> str:
        document_id = facts.document(item["source_address"])
        facts.documents[document_id] |= {
            "body": BODY,
            "title": f"HM Inspectorate of Prisons for Scotland: {item['establishment']},"
            f" {item['visit_started_on'][:4] or 'report'} (topics in our words)",
        }
        return document_id

    def visit(
        establishment: str,
        also: str,
        year: str,
        day: tuple[str, str],
        document_id: str,
        **more: str,
    ) -> str:
        visit_id = f"{establishment}-{year}"
        if visit_id not in visits:
            visits.add(visit_id)
            payload = {"visit_type": "inspection", "bodies": BODY, **more}
            facts.event(
                "visits_held",
                f"{visit_id}-held",
                day,
                document_id,
                visit_id=visit_id,
                establishment_id=establishment,
                establishment_ids_also=also,
                **payload,
            )
        return visit_id

    described: set[str] = set()

    def describe(establishment: str, name: str, day: tuple[str, str], document_id: str) -> None:
        if establishment not in described:
            described.add(establishment)
            facts.event(
                "establishments_described",
                f"{establishment}-described",
                day,
                document_id,
                establishment_id=establishment,
                name=name,
                # As far as the reports call it one.
                establishment_type="prison" if establishment in ("barlinnie", "kilmarnock") else "",
                country="Scotland",
            )

    for item in items:
        key = (item["establishment"], item["visit_started_on"][:4])
        if key not in _VISITS:
            continue
        establishment, name, also, year, day = _VISITS[key]
        source = document(item)
        describe(establishment, name, day, source)
        if also:
            describe(also, also.capitalize(), day, source)
        if establishment == "kilmarnock":
            # The page dates the inspection that it follows up.
            month = ("2011-10-01", "month")
            visit("kilmarnock", "", "2011", month, source, visit_type="full_inspection")
            visit_id = visit(
                "kilmarnock",
                "",
                "2014",
                day,
                source,
                visit_type="follow_up_inspection",
                started_on="2014-07-14",
                ended_on="2014-07-19",
                follows_visit_id="kilmarnock-2011",
            )
        else:
            visit_id = visit(establishment, also, year, day, source)
        _add_item(facts, item, visit_id, day, source)
    for count in counts:
        key = (count["establishment"], count["visit_started_on"])
        if key not in _COUNTED_VISITS or count["measure"] not in _TOTALS:
            continue
        visit_id, day = _COUNTED_VISITS[key]
        kind, scale, judgement = _TOTALS[count["measure"]]
        is_kilmarnock = visit_id == "kilmarnock-2014"
        source = (
            document({**count, "establishment": "Kilmarnock"})
            if is_kilmarnock
            else facts.document(count["source_address"])
        )
        total = facts.event(
            "totals_stated",
            f"{visit_id}-total-{count['measure'].removeprefix('previous_').replace('_', '-')}",
            day,
            source,
            visit_id=visit_id,
            scale=scale,
            judgement=judgement,
            comparison="exactly",
            stated_count=count["count"],
            of_count=count["of_total"],
            # The first of them were entered before a total could say what it counts.
            kind="" if is_kilmarnock else kind,
        )
        if is_kilmarnock:
            facts.correction(
                "totals_stated", f"{total['event_id']}-of-its-kind", total, day, source, kind=kind
            )
    return facts


def _add_item(facts: Facts, item: Row, visit_id: str, day: tuple[str, str], source: str) -> None:
    """One item, and what this report judges of it."""
    earlier = item["paragraph_in_earlier_report"]
    paragraph = _places(item["paragraph_in_this_report"])
    made_at, made_on, reference = visit_id, day, item["item_reference"]
    cites = ""
    if item["earlier_visit"]:
        # Made in 2011 and read in the report that follows it up.
        made_at, made_on, reference = "kilmarnock-2011", ("2011-10-01", "month"), earlier
        cites = f"hmips-kilmarnock-2011:{earlier}"
        facts.documents.setdefault(
            "hmips-kilmarnock-2011",
            {
                "document_id": "hmips-kilmarnock-2011",
                "title": "HM Inspectorate of Prisons for Scotland: Kilmarnock, full inspection of"
                " October 2011 (as its follow-up names it)",
                "body": BODY,
                "file": "",
                "source_address": "",
                "licence": "",
                "language": "en",
            },
        )
    recommendation_id = f"{made_at}-{reference}"
    facts.event(
        "recommendations_made",
        f"{recommendation_id}-made",
        made_on,
        source,
        paragraph=paragraph,
        recommendation_id=recommendation_id,
        visit_id=made_at,
        kind=item["item_type"],
        body=BODY,
        reference=reference,
        text=item["topic_in_our_words"],
        addressees=_ADDRESSEES.get(item["addressed_to"], item["addressed_to"]),
        raised_from_recommendation_id=_RAISED_FROM.get(recommendation_id, ""),
        cites=cites,
    )
    if item["judgement"]:
        facts.event(
            "progress_judged",
            f"{visit_id}-judged-{reference}",
            ("2014-07-19", "day"),
            source,
            paragraph=paragraph,
            visit_id=visit_id,
            recommendation_id=recommendation_id,
            scale=PRACTICE_SCALE if item["item_type"] == "good_practice" else SCALE,
            judgement=item["judgement"],
        )


def main() -> None:
    """Write the batch."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path, help="the folder of the tables")
    parser.add_argument("--out", type=Path, required=True, help="the folder of the batch")
    given = parser.parse_args()
    facts = scotland(
        read_table(given.folder / "scotland_items.csv"),
        read_table(given.folder / "recommendation_counts_more.csv"),
    )
    write_batches(facts, given.out)


if __name__ == "__main__":
    main()
