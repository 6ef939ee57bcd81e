"""Says what a report lacks whose text breaks off, or whose headings are not known."""

import re

from inspections.intake.document_types.report.parts import Report
from inspections.intake.grammar import judgement_in, sentences
from inspections.intake.text.patterns import SECTION
from inspections.intake.text.vocabulary import plain


def missing_from(report: Report) -> list[str]:
    """Sentences on the missing part of a text."""
    last = report.layout.blocks[-1].text if report.layout.blocks else ""
    if report.declared.follows_up:
        return _missing_from_follow_up(report, last)
    if report.paragraphs or report.items or report.followed_up:
        return []
    return [
        f"{report.source.name} is cut off, or its layout is not known: no numbered paragraph,"
        f" concern or recommendation was found; it ends with «{last[-60:]}»."
    ]


def _missing_from_follow_up(report: Report, last: str) -> list[str]:
    """Sentences on the missing part of a text that breaks off within its judgements."""
    missing: list[str] = []
    name = report.source.name
    roles = {role for role, _ in report.sections}
    if "followed_up" not in roles:
        missing.append(
            f"{name} is cut off, or its headings are not known: it has no section such as"
            f" «Section 3 Progress against the key concerns and recommendations»; it ends with"
            f" «{last[-60:]}»."
        )
    listed = [plain(title) for title in report.layout.contents]
    for title, original in zip(listed, report.layout.contents, strict=True):
        match = SECTION.match(original)
        heading = plain(match["title"]) if match else title
        role = report.declared.role_of(heading)
        if role in ("followed_up", "judgements", "key_findings", "summary") and role not in roles:
            missing.append(
                f"{name} is cut off: its contents list «{original}», which the text does not"
                f" have; it ends with «{last[-60:]}»."
            )
    if not report.followed_up:
        missing.append(
            f"{name}: its section on progress names no recommendation, concern or theme in words"
            " that are known («Recommendation: …», «Concern: …», «Theme 1: …»)."
        )
    if missing:
        return missing
    is_last_section = report.sections[-1][0] in ("followed_up", "judgements")
    last_item = [
        paragraph
        for paragraph in report.paragraphs
        if paragraph.item == len(report.followed_up) - 1
    ]
    is_judged = any(
        judgement_in(sentence) for paragraph in last_item for sentence in sentences(paragraph.text)
    )
    if report.sections[-1][0] == "followed_up" and not is_judged:
        missing.append(
            f"{name} is cut off: nothing follows the section on progress, and the last thing that"
            f" it follows up has no judgement; it ends with «{last[-60:]}»."
        )
    if is_last_section and not re.search(r"[.!?)\]]['\"’”]?$|progress$", last, re.IGNORECASE):
        missing.append(
            f"{name} is cut off in the midst of a sentence: it ends with «{last[-60:]}»."
        )
    return missing
