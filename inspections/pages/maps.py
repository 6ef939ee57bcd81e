"""The map: prisons of the register at their coordinates, on the land of Natural Earth."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_LAND = Path(__file__).with_name("outlines") / "land_50m.txt"
WIDTH = 380
# Free land around the outermost prisons, in degrees.
_MARGIN = 0.6
# A taller map would be mostly sea; a lower one a stripe.
_TALLEST, _LOWEST = 1.7, 0.5


@dataclass(frozen=True)
class Place:
    """A prison's place in degrees, north and east."""

    latitude: float
    longitude: float


@dataclass(frozen=True)
class Outline:
    """The land around some places, and where on the drawing a place is.

    Attributes:
        height: Of the drawing, whose width is ``WIDTH``.
        path: The land as an SVG path.
    """

    west: float
    north: float
    scale: float
    squeeze: float
    height: int
    path: str

    def holds(self, place: Place) -> bool:
        """Whether a place is on the drawing."""
        x, y = self.at(place)
        return 0 <= x <= WIDTH and 0 <= y <= self.height

    def at(self, place: Place) -> tuple[float, float]:
        """A place on the drawing."""
        return (
            (place.longitude - self.west) * self.squeeze * self.scale,
            (self.north - place.latitude) * self.scale,
        )


@dataclass(frozen=True)
class Bounds:
    """The bounds of a country, in degrees."""

    south: float
    west: float
    north: float
    east: float


def outline_of(places: Sequence[Place], bounds: Sequence[Bounds] = ()) -> Outline | None:
    """Draw the land of some countries, or around places; None where there is neither.

    The frame is that of the countries, so that no place moves it; places make the frame only where
    the bounds of no country are known. Longitudes are squeezed by the cosine of the middle
    latitude, so that a kilometre is as long in both directions there.
    """
    if not places:
        return None
    margin = 0.0 if bounds else _MARGIN
    if not bounds:
        bounds = [
            Bounds(place.latitude, place.longitude, place.latitude, place.longitude)
            for place in places
        ]
    south = min(one.south for one in bounds) - margin
    north = max(one.north for one in bounds) + margin
    squeeze = max(math.cos(math.radians((south + north) / 2)), 0.05)
    west = min(one.west for one in bounds) - margin / squeeze
    east = max(one.east for one in bounds) + margin / squeeze
    scale = WIDTH / ((east - west) * squeeze)
    height = round(min(max((north - south) * scale, WIDTH * _LOWEST), WIDTH * _TALLEST))
    # Both directions have one scale: a narrow country gets sea on its sides.
    if (north - south) * scale > height:
        scale = height / (north - south)
        middle = (west + east) / 2
        west = middle - WIDTH / scale / squeeze / 2
        east = middle + WIDTH / scale / squeeze / 2
    frame = Outline(west, north, scale, squeeze, height, "")
    parts = []
    for ring in _rings():
        longitudes = [point.longitude for point in ring]
        latitudes = [point.latitude for point in ring]
        is_seen = (
            max(longitudes) > west
            and min(longitudes) < east
            and max(latitudes) > north - height / scale
            and min(latitudes) < north
        )
        if is_seen:
            parts.append(_ring_path(ring, frame))
    return Outline(west, north, scale, squeeze, height, "".join(parts))


def _ring_path(ring: Sequence[Place], frame: Outline) -> str:
    """A ring as a path. Points far outside the drawing are drawn at its edge."""
    points: list[tuple[int, int]] = []
    for place in ring:
        x, y = frame.at(place)
        point = (round(min(max(x, -50), WIDTH + 50)), round(min(max(y, -50), frame.height + 50)))
        if not points or point != points[-1]:
            points.append(point)
    if len(points) < 3:
        return ""
    return "M" + "L".join(f"{x} {y}" for x, y in points) + "Z"


@cache
def _rings() -> list[list[Place]]:
    rings = []
    for line in _LAND.read_text("ascii").splitlines():
        pairs = (pair.partition(",") for pair in line.split())
        rings.append([Place(float(latitude), float(longitude)) for longitude, _, latitude in pairs])
    return rings
