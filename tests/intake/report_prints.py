"""Makes of a clean report text what copying it out of a print makes of it."""

import re
import textwrap

_PAGE_LINES = 44


def as_print(
    text: str,
    title: str,
    *,
    width: int = 84,
    has_form_feeds: bool = False,
    has_gaps: bool = True,
    is_hyphenated: bool = True,
) -> str:
    """Wrap a report's text into pages, with running titles and page numbers in the text.

    Args:
        text: The report, a paragraph a line.
        title: The running title.
        width: Characters a line.
        has_form_feeds: Whether pages end with a form feed.
        has_gaps: Whether paragraphs are set apart by an empty line.
        is_hyphenated: Whether long words are broken at line ends.
    """
    lines: list[str] = []
    for line in text.splitlines():
        bare = re.sub(r"^#+ |^- (?=\d)|\*\*", "", line).rstrip()
        bare = bare.replace("'", "’")
        if not bare:
            if has_gaps or len(lines) < 30:
                lines.append("")
            continue
        if "\t" in bare:
            lines.append(bare)
            continue
        wrapped = textwrap.wrap(bare, width, break_on_hyphens=True)
        lines += _hyphenated(wrapped) if is_hyphenated else wrapped
    pages = [lines[at : at + _PAGE_LINES] for at in range(0, len(lines), _PAGE_LINES)]
    printed: list[str] = []
    for number, page in enumerate(pages, 1):
        printed += page
        if number % 2:
            printed += ["", f"{title}\t{number}", "\f" if has_form_feeds else ""]
        else:
            printed += ["", str(number), "", title] + (["\f"] if has_form_feeds else [""])
    return "\n".join(printed) + "\n"


def _hyphenated(lines: list[str]) -> list[str]:
    """Break the first long word of each line over the line above, as a printer does."""
    broken = [lines[0]]
    for line in lines[1:]:
        word = re.match(r"[a-z]{9,}", line)
        if word and not broken[-1].endswith("-"):
            broken[-1] = f"{broken[-1]} {line[:4]}-"
            line = line[4:]
        broken.append(line)
    return broken
