"""How far a build is, told to whoever listens. Dagster's page needs nobody to."""

from collections.abc import Callable

Listener = Callable[[str, int, int, str], None]
_listeners: list[Listener] = []


def listen(listener: Listener) -> Callable[[], None]:
    """Have the steps of builds in this process told to a listener.

    Args:
        listener: Called with the step, how much of it is done, of how much, and what is next.

    Returns:
        Ends it.
    """
    _listeners.append(listener)
    return lambda: _listeners.remove(listener)


def tell(step: str, done: int, of: int, what: str = "") -> None:
    """Tell how far a step is."""
    for listener in _listeners:
        listener(step, done, of, what)
