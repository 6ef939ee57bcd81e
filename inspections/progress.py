"""Progress of a build, sent to a listener if there is one."""

import contextlib
from collections.abc import Callable

Listener = Callable[[str, int, int, str], None]
# The step that is told once the new file is in the place of the old one.
IN_PLACE = "in place"
_listeners: list[Listener] = []


def listen(listener: Listener) -> Callable[[], None]:
    """Send the steps of this process's builds to a listener.

    Args:
        listener: Called with the step, how much of it is done, of how much, and what is next.

    Returns:
        Ends it.
    """
    _listeners.append(listener)
    return lambda: _listeners.remove(listener)


def tell(step: str, done: int, of: int, what: str = "") -> None:
    """Tell how far a step is. A display that fails does not fail the build."""
    for listener in _listeners:
        with contextlib.suppress(Exception):
            listener(step, done, of, what)
