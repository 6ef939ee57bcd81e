"""Where a page shows what: the page of a fact, and the places on pages."""

from pathlib import Path

from inspections.pages import wording
from inspections.pages.parts.drawing import LookedUp


def page_showing(folder: Path, establishment_id: str, visit_id: str, recommendation_id: str) -> str:
    """The page of a site that shows a fact, with the place on it.

    Args:
        folder: The folder of the pages.
        establishment_id: The establishment that the fact is about.
        visit_id: Its visit; empty without one.
        recommendation_id: Its recommendation; empty without one.

    Returns:
        The page's address within the folder; empty where no page shows the fact.
    """
    visit = wording.address(visit_id) if visit_id else ""
    prison = f"prisons/{wording.address(establishment_id)}.html" if establishment_id else ""
    own = f"recommendations/{visit}.html"
    candidates = []
    if recommendation_id:
        place = f"#{wording.address(recommendation_id)}"
        candidates += [(own, place), (prison, place)]
    if visit:
        candidates += [
            (f"reviews/{visit}.html", ""),
            (prison, f"#{_visit_place(folder / prison, visit)}"),
        ]
    candidates.append((prison, ""))
    for page, place in candidates:
        if page and (folder / page).is_file():
            return page + place
    return ""


def _visit_place(page: Path, visit: str) -> str:
    """The place of a visit on its prison's page, which may have given way."""
    given_way = f"visit-{visit}~"
    if page.is_file() and f'id="{given_way}"' in page.read_text("utf-8"):
        return given_way
    return f"visit-{visit}"


class Anchors:
    """The pages' own places, which give way to those of recommendations.

    A recommendation's place is its id, which is free text, such as ``content`` or ``visit-1``. No
    address of an id ends in ``~``.
    """

    def __init__(self, taken: LookedUp[str, bool]) -> None:
        self._taken = taken

    def own(self, name: str) -> str:
        """The place of a part of a page."""
        return f"{name}~" if name in self._taken else name

    def of_visit(self, visit_id: str) -> str:
        """The place of a visit on its prison's page."""
        return self.own(f"visit-{wording.address(visit_id)}")
