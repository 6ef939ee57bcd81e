"""``review`` in words. See :mod:`inspections.review`."""

from pathlib import Path

import typer
from rich.console import Console

from inspections.review.serving import serve
from inspections.settings import ReviewSettings, Settings


def review_proposals(
    console: Console, settings: Settings, path: Path, port: int, opens: bool
) -> None:
    """Serve the review of a proposal, or of a folder of them, until it is interrupted.

    Raises:
        ActionableError: There is nothing to review, or the port cannot be used.
    """

    def tell(address: str) -> None:
        # One line, whatever the width of the terminal, and at once: others read it from a pipe.
        typer.echo(address)
        console.file.flush()

    reviewer = ReviewSettings.from_environment().reviewer
    serve(path, settings, port, tell, opens, reviewer)
