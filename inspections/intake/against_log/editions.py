"""The same report twice, with another text: a corrected reprint, or another edition."""

import re

from inspections.files import read_file
from inspections.intake.against_log.known import KnownLog
from inspections.intake.reading import Reading
from inspections.intake.rows import Problem
from inspections.log.files.documents import paragraphs_of

_SHOWN = 6


def tell_editions_apart(reading: Reading, text: str, log: KnownLog) -> tuple[str, list[Problem]]:
    """Give a document an id of its own where the log holds another text under its id.

    Args:
        reading: The document; its rows are changed where it is another edition.
        text: Its text, as it would be kept.
        log: What the log knows.

    Returns:
        The id of the edition that the log holds, empty where this is no other one, and what a
        person has to know of it.
    """
    document_id = reading.proposal.document["document_id"]
    kept = log.documents.get(document_id, {}).get("file", "")
    if not kept or log.reports_dir is None:
        return "", []
    ours = {place.paragraph: _letters(place.text) for place in paragraphs_of(text)}
    known = read_file(log.reports_dir / kept).decode("utf-8-sig")
    theirs = {place.paragraph: _letters(place.text) for place in paragraphs_of(known)}
    places = sorted(ours.keys() | theirs.keys(), key=lambda each: re.sub(r"\d+", _padded, each))
    differing = [each for each in places if ours.get(each) != theirs.get(each)]
    if not differing:
        return "", []
    number = 2
    while f"{document_id}-edition-{number}" in log.documents:
        number += 1
    new_id = f"{document_id}-edition-{number}"
    document = reading.proposal.document
    document |= {
        "document_id": new_id,
        "title": f"{document['title']} (edition {number})",
        "file": f"{new_id}.txt",
    }
    for rows in reading.proposal.rows.values():
        for row in rows:
            row["document_id"] = new_id
            if row.get("published_document_id") == document_id:
                row["published_document_id"] = new_id
    listed = ", ".join(differing[:_SHOWN])
    more = f" and {len(differing) - _SHOWN} more" if len(differing) > _SHOWN else ""
    detail = (
        f"The log holds another text of {document_id}: {listed}{more} differ. This one is proposed"
        f" as {new_id}; if it is the same document, badly read, leave it out."
    )
    return document_id, [Problem(0, "edition", document_id, differing[0], detail)]


def _letters(text: str) -> str:
    """A text's letters and digits: hyphens and spaces depend on the printer."""
    return re.sub(r"[\W_]+", "", text).casefold()


def _padded(match: re.Match[str]) -> str:
    return match[0].rjust(4, "0")
