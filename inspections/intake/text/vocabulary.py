"""The words that the log knows: levels, areas, tests and bodies, as the seeds list them.

What is not listed there is not known to the reader: it is reported, never guessed.
"""

import csv
import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

from inspections.settings import Settings

HMIP = "hmip"
OFSTED = "ofsted"
PROGRESS_SCALES = {HMIP: "hmip_progress", OFSTED: "ofsted_progress"}
# The scale of a full inspection's follow-up, by the word that it judges with.
FOLLOW_UP_SCALES = {"achieved": "hmip_follow_up", "addressed": "hmip_concern_follow_up"}
HMIP_OUTCOME = "hmip_outcome"
# How the seeds mark what no document of the log says.
GENERAL_KNOWLEDGE = "General knowledge"
OFSTED_INSPECTION = "ofsted_inspection"
# Bodies that take part in reviews under a name of their own. Only those of the seed get rows.
BODY_NAMES = {
    "hmip": r"HMI Prisons|HM Inspectorate of Prisons",
    "ofsted": r"Ofsted",
    "cqc": r"Care Quality Commission|CQC",
    "estyn": r"Estyn",
    "gphc": r"General Pharmaceutical Council|GPhC",
    "hiw": r"Healthcare Inspectorate Wales|HIW",
    "hmi_probation": r"HM Inspectorate of Probation|HMI Probation",
    "education_and_training_inspectorate": r"Education and Training Inspectorate",
}


def body_of(name: str) -> str:
    """The code of a body by the name that a report gives it; empty where it is not known."""
    for body, names in BODY_NAMES.items():
        if re.fullmatch(names, name, re.IGNORECASE):
            return body
    return ""


@lru_cache(maxsize=50_000)
def plain(text: str) -> str:
    """A text reduced to its words, for comparing: no case, quotes, dashes or punctuation."""
    text = unicodedata.normalize("NFKC", text).casefold().replace("&", " and ")
    text = re.sub(r"['’‘`]", "", text)
    return " ".join(re.sub(r"[^\w./]+", " ", text).strip(" .").split())


# Letters of the Latin script that no mark can be taken from.
_WITHOUT_DECOMPOSITION = str.maketrans(
    {"Ø": "O", "ø": "o", "Ł": "L", "ł": "l", "Đ": "D", "đ": "d", "Æ": "Ae", "æ": "ae"}
    | {"Œ": "Oe", "œ": "oe", "ß": "ss", "Þ": "Th", "þ": "th", "ı": "i", "Ð": "D", "ð": "d"}
)


def slug(text: str) -> str:
    """A text as an id: lower case, its words joined by hyphens."""
    text = text.translate(_WITHOUT_DECOMPOSITION)
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", ascii_text.lower().replace("'", "")))


@dataclass(frozen=True)
class Level:
    """One level of a scale.

    Attributes:
        is_documented: Whether a document that somebody has read has it, not general knowledge.
    """

    scale: str
    code: str
    label: str
    is_reasonable_or_better: bool
    is_documented: bool = True


@dataclass(frozen=True)
class Test:
    """A healthy prison test under one of its names, with the years in which it bore it."""

    code: str
    name: str
    group: str
    establishment_kind: str
    from_year: int
    to_year: int
    scale: str


def _seed(name: str) -> list[dict[str, str]]:
    folder = Settings.from_environment().seeds_dir
    with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@cache
def levels() -> dict[str, dict[str, Level]]:
    """The levels by scale and label in small letters, longest label first."""
    found: dict[str, dict[str, Level]] = {}
    for row in sorted(_seed("judgement_levels"), key=lambda row: -len(row["label"])):
        label = row["label"].lower()
        found.setdefault(row["scale"], {})[label] = Level(
            row["scale"],
            row["code"],
            label,
            row["is_reasonable_or_better"] == "true",
            not row["source"].startswith(GENERAL_KNOWLEDGE),
        )
    return found


@cache
def areas() -> dict[str, str]:
    """The codes of areas by their names, reduced to words."""
    return {plain(row["name"]): row["area"] for row in _seed("areas")}


@cache
def register_names() -> dict[str, tuple[str, ...]]:
    """The names of establishments in the register of prisons and elsewhere, by the log's ids."""
    by_register: dict[str, list[str]] = {}
    for row in _seed("prison_register"):
        names = [row["name"], row["name_in_welsh"]]
        by_register.setdefault(row["register_id"], []).extend(name for name in names if name)
    for row in _seed("prison_name_aliases"):
        by_register.setdefault(row["register_id"], []).append(row["name"])
    by_establishment: dict[str, list[str]] = {}
    for row in _seed("register_entries"):
        names = by_register.get(row["register_id"], [])
        by_establishment.setdefault(row["establishment_id"], []).extend(names)
    return {establishment: tuple(names) for establishment, names in by_establishment.items()}


@cache
def responses() -> dict[str, str]:
    """The codes of responses by their names, reduced to words."""
    own = {plain(row["name"]): row["response"] for row in _seed("responses")}
    # The prison service writes both.
    return own | {"partially agreed": "partly_agreed"}


@cache
def bodies() -> frozenset[str]:
    """The codes of the bodies that the log knows."""
    return frozenset(row["body"] for row in _seed("bodies"))


@cache
def tests(scale: str = "") -> tuple[Test, ...]:
    """The healthy prison tests, longest name first.

    Args:
        scale: Those judged on this scale alone: two inspectorates may use one name.
    """
    rows = sorted(_seed("healthy_prison_tests"), key=lambda row: -len(row["name"]))
    return tuple(
        Test(
            row["healthy_prison_test"],
            row["name"].lower(),
            row["test_group"],
            row["establishment_kind"],
            int(row["used_from_year"] or 0),
            int(row["used_to_year"] or 9999),
            row["scale"],
        )
        for row in rows
        if scale in ("", row["scale"])
    )
