"""Instants as people type them."""

from datetime import UTC, datetime


def parse_instant(text: str) -> str:
    """Read an instant or a day, in UTC unless it has another offset.

    Args:
        text: ISO 8601, such as ``2024-01-01``, ``2024-01-01T09:30:00Z`` or with an offset, which
            is converted.

    Returns:
        The instant in UTC as ISO 8601 without offset.

    Raises:
        ValueError: It is no ISO 8601 instant; the message says what was expected.
    """
    try:
        instant = datetime.fromisoformat(text.strip())
        if instant.tzinfo is not None:
            instant = instant.astimezone(UTC).replace(tzinfo=None)
    # Of an offset that leads out of the years 1 to 9999.
    except (ValueError, OverflowError) as error:
        raise ValueError(
            f"{text!r} is not an instant; expected ISO 8601 in UTC, such as 2024-01-01T00:00:00Z"
        ) from error
    return instant.isoformat()


def iso_instant(value: datetime) -> str:
    """An instant in UTC as ISO 8601 with ``Z``."""
    return value.isoformat() + "Z"
