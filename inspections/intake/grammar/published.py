"""When a document says that it, or another, was published. A plan to publish is no publication."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from inspections.intake.grammar.days import Days, days_in
from inspections.intake.grammar.sentences import sentences

# What documents call themselves, and one another.
REPORT = r"(?:inspection\s+|scrutiny\s+)?(?:report|review|publication)"
LETTER = r"(?:urgent\s+notification\s+)?letter|urgent\s+notification"
PLAN = r"action\s+plan|plan"

_WHEN = r"(?:\s+(?:on|in))?\s*[:–—-]?\s*"
_OUT = r"(?:first\s+|originally\s+)?(?:published|released)"
_OUT_ON = rf"(?:{_OUT}|(?:date\s+of\s+publication|(?:publication|publish|published)\s+date))"
_BY = (
    r"(?:we|HMIP|HMI\s+Prisons|(?:HM|His\s+Majesty['’]s|Her\s+Majesty['’]s)\s+Inspectorate\s+of"
    r"\s+Prisons)"
)
# A label without a noun is one only where nothing but a name stands behind its date.
_LABEL = re.compile(rf"{_OUT_ON}{_WHEN}", re.IGNORECASE)
_BEHIND_A_LABEL = re.compile(
    r"[\s.,;|()]*(?:(?:by|at)\b.{0,120}|(?:©|\(c\)|crown\s+copyright).*)?",
    re.IGNORECASE | re.DOTALL,
)
_PLANNED = re.compile(
    r"\b(?:will|would|shall|should|could|(?-i:may)|might|can|cannot|must"
    r"|plan(?:s|ned|ning)?\s+(?:to|for)|intend\w*|expect\w*|due|hop(?:e|es|ed|ing)|aim\w*|to\s+be|not|never|yet|propos\w*|schedul\w*"
    r"|anticipat\w*|embargo\w*|until|if|unless|before|after|since|draft|updated|revised|withdrawn)\b",
    re.IGNORECASE,
)
_SHOWN = 40


@dataclass(frozen=True)
class Stated:
    """A document's statement about a publication.

    Attributes:
        days: When it was; none where statements contradict one another.
        place: The place of the statement among the texts.
        sentence: Its words.
        doubts: Why it may be wrong.
    """

    days: Days | None
    place: int
    sentence: str
    doubts: tuple[str, ...] = ()


def published_in(
    texts: Sequence[str], noun: str, ended_on: date | None = None, is_own: bool = True
) -> Stated | None:
    """When texts say that a document was published; nothing where none does.

    Args:
        texts: Paragraphs or lines, in their order.
        noun: What the document is called: ``REPORT``, ``LETTER`` or ``PLAN``.
        ended_on: The last day of the visit that it is about.
        is_own: Whether the texts are its own. Another document's have to name it.
    """
    found = list(_statements(texts, noun, is_own))
    if not found:
        return None
    # Of «March 2014» and «12 March 2014» the day.
    finest = min(found, key=lambda one: _width(one.days))
    if any(
        earliest(one.days) > earliest(finest.days) or latest(one.days) < latest(finest.days)
        for one in found
        if one.days and finest.days
    ):
        days = ", ".join(dict.fromkeys(f"«{one.days.text}»" for one in found if one.days))
        doubt = f"the document gives several days of publication: {days}"
        return Stated(None, finest.place, finest.sentence, (doubt,))
    doubts = list(finest.doubts)
    if ended_on is not None and finest.days and latest(finest.days) < ended_on:
        doubts.append(f"«{finest.days.text}» is before the end of the visit")
    return Stated(finest.days, finest.place, finest.sentence, tuple(doubts))


def earliest(days: Days) -> date:
    """The first day that is meant."""
    return days.start


def latest(days: Days) -> date:
    """The last day that is meant: of a month or year its last."""
    if days.precision == "year":
        return days.end.replace(month=12, day=31)
    if days.precision == "month":
        return (days.end.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return days.end


def _width(days: Days | None) -> timedelta:
    return latest(days) - earliest(days) if days else timedelta.max


def _statements(texts: Sequence[str], noun: str, is_own: bool) -> Iterator[Stated]:
    this = re.compile(
        rf"(?:this|the\s+present)\s+(?:{noun})\b[^.;:]{{0,80}}?\b(?:was|is|were)\s+{_OUT}{_WHEN}"
        rf"|{_BY}\s+(?:first\s+)?published\s+this\s+(?:{noun}){_WHEN}"
        rf"|(?:date\s+of\s+)?publication\s+of\s+this\s+(?:{noun}){_WHEN}"
        rf"|(?:{noun})\s+(?:was\s+)?{_OUT_ON}{_WHEN}",
        re.IGNORECASE,
    )
    named = re.compile(rf"(?:the|our|its)\s+(?:{noun})\s+was\s+{_OUT}{_WHEN}", re.IGNORECASE)
    label = ""
    for place, text in enumerate(texts):
        for sentence in sentences(text):
            words = f"{label} {sentence}".strip()
            label = ""
            if match := this.match(words):
                days, _ = _date_at(words, match.end())
                if days is not None and not _PLANNED.search(words):
                    # In another's text «this report» is that text.
                    is_this = "this" in match[0].lower() or "present" in match[0].lower()
                    if is_own or not is_this:
                        yield Stated(days, place, words)
            elif match := named.match(words):
                days, _ = _date_at(words, match.end())
                if days is not None and not _PLANNED.search(words):
                    doubt = "«the» may mean another one: the sentence does not say «this»"
                    yield Stated(days, place, words, (doubt,) if is_own else ())
            elif is_own and (match := _LABEL.match(words)):
                days, behind = _date_at(words, match.end())
                if (
                    days is not None
                    and _BEHIND_A_LABEL.fullmatch(behind)
                    and not _PLANNED.search(words)
                ):
                    doubt = "it does not say whether the plan or the report was published"
                    yield Stated(days, place, words, (doubt,) if noun == PLAN else ())
            # A label may stand above its date.
            if len(words) < _SHOWN and any(
                form.fullmatch(words) for form in ((this, _LABEL) if is_own else (this,))
            ):
                label = words


def _date_at(words: str, start: int) -> tuple[Days | None, str]:
    """The date at a place, and the words after it."""
    rest = " ".join(words[start:].split())
    for cut in (rest[:_SHOWN], re.split(r"[.,;|()]", rest)[0][:_SHOWN]):
        days = days_in(cut)
        if days is not None and rest.startswith(days.text):
            return days, rest[len(days.text) :]
    return None, ""
