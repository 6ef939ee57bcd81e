"""Titles for pages that have none of their own in the log: who speaks, of what, when, in our words.

All is taken from the page's address, so that the same page has the same title whoever enters it.
"""

import csv
import re
from functools import cache
from urllib.parse import urlparse

from inspections.settings import PROJECT

_WHO = {
    "justiceinspectorates.gov.uk": "HM Inspectorate of Prisons",
    "hmiprisons.justiceinspectorates.gov.uk": "HM Inspectorate of Prisons",
    "prisonsinspectoratescotland.gov.uk": "HM Inspectorate of Prisons for Scotland",
    "scotland.gov.uk": "Scottish Government",
    "publications.parliament.uk": "UK Parliament",
    "doingtime.co.uk": "Doing Time",
    "converseprisonnews.com": "Converse Prison News",
    "parliamenttoday.com": "Parliament Today",
    "thejusticegap.com": "The Justice Gap",
    "itv.com": "ITV News",
    "theguardian.com": "The Guardian",
    "standard.co.uk": "Evening Standard",
    "middevonadvertiser.co.uk": "Mid Devon Advertiser",
    "wandsworthprisoncampaign.co.uk": "Wandsworth Prison Campaign",
    "reflectivepractice.info": "Reflective Practice",
    "backintosociety.co.uk": "Back into Society",
    "custodyanddetentionsecurity.com": "Custody and Detention Security",
    "ukpol.co.uk": "UKPOL",
    "meilu1.jpshuntong.com": "HM Inspectorate of Prisons on LinkedIn (copy)",
}
_COPIES = ("docslib.org", "pdfslide.net", "vdocument.in", "vdocuments.us")
_EMPTY = re.compile(r"(?:view)?news|publications?|free|members|news article|press releases")
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_WORDS = {
    "hmp": "HMP",
    "hmyoi": "HMYOI",
    "yoi": "YOI",
    "hmip": "HMIP",
    "hmi": "HMI",
    "irp": "IRP",
    "hm": "HM",
    "g4s": "G4S",
    "hmpyoi": "HMP & YOI",
}
# Places that the register of prisons does not name, as an address may.
_PLACES = ("Cornton Vale", "Low Moss", "Polmont", "Barlinnie", "Kilmarnock", "Stockton", "Scotland")
_KINDS = (
    (r"^hmip reports?(?: on| of)?\b", "reports of inspections of"),
    (r"^(?:hmip )?inspections?(?: of| at)?\b", "inspections of"),
    (r"^irp\b", "independent review of progress at"),
)


def title_of_page(address: str) -> str:
    """A title for a page, by its address.

    Args:
        address: The page's address, perhaps with words behind it that say which page is meant.

    Returns:
        Such as «Doing Time: inspections of HMP Garth».
    """
    parts = urlparse(address if "://" in address else f"https://{address}")
    host = parts.netloc.removeprefix("www.").strip()
    path, _, aside = (parts.path or "").partition(" ")
    segments = [segment for segment in path.split("/") if segment]
    # A list goes on over several pages.
    paged = segments[-1] if segments[-2:-1] == ["page"] else ""
    segments = segments[:-2] if paged else segments
    who = _WHO.get(host) or ("Copy at " if host in _COPIES else "") + (host or "Page")
    if host == "publications.parliament.uk" and len(segments) > 4:
        session = re.sub(r"^cm(\d{4})(\d{2})$", r"\1–\2", segments[1])
        return (
            "House of Commons Justice Committee, session"
            f" {session}, HC {segments[4]}, page {segments[-1].split('.')[0][3:].lstrip('0')}"
        )
    said = _doing_time(segments) if host == "doingtime.co.uk" else _sentence(_slug(segments))
    when = _when(f"{path}/{aside}")
    aside = aside.strip(" ()")
    if aside and not re.match(r"\d{4}/", aside):
        words = _sentence(aside.replace("-", " "))
        said = f"{said}, {words[:1].lower()}{words[1:]}" if said and " " in words else words
    if paged:
        of = said or " ".join(segments[-1:])
        said = f"{of}, page {paged}" if of else f"page {paged}"
    if not said and not when:
        # A front page, or one that a number alone tells from others.
        number = re.search(r"=(\d+)", parts.query)
        said = f"page {number[1]}" if number else "front page"
    head = f"{who}, {when}" if when else who
    return f"{head}: {said}" if said else head


def _doing_time(segments: list[str]) -> str:
    """What a page of that site is about: a prison, and what kind of page of it."""
    if not segments:
        return ""
    prison = _sentence(segments[0].replace("-", " "), names=True)
    rest = segments[1].replace("-", " ") if len(segments) > 1 else ""
    own = re.sub(r"^(?:hmp|hmyoi)(?: yoi)? ", "", segments[0].replace("-", " "))
    rest = re.sub(rf"\b(?:hmp |hmyoi |yoi )*{re.escape(own)}\b", "", rest)
    rest = " ".join(re.sub(r"\b(?:hmp|yoi)\b", "", rest).split())
    for pattern, words in _KINDS:
        if re.match(pattern, rest):
            return f"{words} {prison}"
    return prison


def _slug(segments: list[str]) -> str:
    """The words of an address: its last segment that has some."""
    for segment in reversed(segments):
        words = re.sub(r"\.(?:html?|php|aspx)$", "", segment.lower())
        words = re.sub(r"[-_]+", " ", words).strip()
        words = re.sub(r"^(?:hm inspectorate prisons )?(?:report )?(?=hm|full)", "", words)
        if re.search(r"[a-z]{3}", words) and not _EMPTY.fullmatch(words):
            return words
    return ""


def _sentence(words: str, names: bool = False) -> str:
    """Words as a sentence: abbreviations in capitals, and the names of prisons."""
    done: list[str] = []
    for word in words.split():
        known = _WORDS.get(word.lower())
        is_name = names or (done and done[-1] in ("HMP", "HMYOI", "YOI"))
        done.append(known or (word.capitalize() if is_name and len(word) > 2 else word))
    text = " ".join(done).replace("HMP YOI", "HMP & YOI")
    names_known = sorted({*_register(), *_PLACES, *_MONTHS}, key=len, reverse=True)
    known_by_key = {name.lower(): name for name in names_known}
    pattern = r"\b(?:" + "|".join(re.escape(name.lower()) for name in names_known) + r")\b"
    text = re.sub(pattern, lambda match: known_by_key[match[0].lower()], text, flags=re.IGNORECASE)
    return text[:1].upper() + text[1:]


@cache
def _register() -> frozenset[str]:
    """The names of the register of prisons, without what stands in brackets behind them."""
    with (PROJECT / "seeds" / "prison_register.csv").open(encoding="utf-8", newline="") as file:
        names = {re.sub(r"\s*\(.*", "", row["name"]) for row in csv.DictReader(file)}
    # A word of its own in a sentence says nothing of a prison.
    return frozenset(name for name in names if len(name) > 4 and name.lower() != "the mount")


def _when(path: str) -> str:
    """The day or month in an address; empty where it has none."""
    months = "|".join(month[:3].lower() for month in _MONTHS)
    match = re.search(
        rf"/?\b(20\d\d)[/-](0[1-9]|1[0-2]|{months})(?:[/-]([0-3]\d))?(?=[/-]|$)", path
    )
    if match is None:
        return ""
    year, month, day = match.groups()
    number = (
        int(month)
        if month.isdigit()
        else next(place for place, name in enumerate(_MONTHS, 1) if name[:3].lower() == month)
    )
    return " ".join(
        part for part in (str(int(day)) if day else "", _MONTHS[number - 1], year) if part
    )
