"""One row per entry of a register of prisons: a snapshot without a day, not an event."""

from expectations.rules import departure

EXPECTATIONS = [
    departure(
        "a place lies in its country",
        """
        select register_id, name, country, latitude, longitude
        from {batch}
        where
            not is_within_country
            or not (latitude between -90 and 90 and longitude between -180 and 180)
            or (latitude is null) <> (longitude is null)
        """,
        "Latitude and longitude are easily swapped, and one such place made a map of all useless.",
    ),
]
