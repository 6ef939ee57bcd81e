"""A failure that people can act on, as opposed to a fault of the program."""


class BuildFailure(Exception):
    """The build cannot go on; nothing was published.

    Args:
        message: What is wrong and what to do, in plain words.
        details: Further lines, one a finding.
        can_retry: Whether the same input may succeed later, as with a lock.
    """

    def __init__(
        self, message: str, details: list[str] | None = None, can_retry: bool = False
    ) -> None:
        super().__init__("\n".join([message, *(details or [])]))
        self.message = message
        self.details = details or []
        self.can_retry = can_retry
