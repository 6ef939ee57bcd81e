"""Starts the review: opens a loopback socket, prints its address, opens a browser."""

import socket
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from inspections.errors import ActionableError
from inspections.review.folder.proposal import ProposalError, is_proposal
from inspections.review.guarding import TOKEN, Guard, new_token
from inspections.review.server import ReviewServer
from inspections.settings import Settings

LOOPBACK = "127.0.0.1"


def check_reviewable(path: Path) -> None:
    """Find out whether there is something to review.

    Raises:
        ProposalError: A path is no proposal, and no folder that holds one.
    """
    if not path.is_dir():
        raise ProposalError(
            f"There is no folder {path.name!r}. Make a proposal with: inspections intake REPORT"
            " --out FOLDER."
        )
    if not is_proposal(path) and not any(is_proposal(each) for each in path.iterdir()):
        raise ProposalError(
            f"{path.name} is no proposal and holds none; expected a folder with a documents.csv."
            " Make"
            " one with: inspections intake REPORT --out FOLDER."
        )


@dataclass(frozen=True)
class Ready:
    """A server that listens, and has only to be run.

    Attributes:
        server: The server.
        listening: Its socket.
        address: The address that opens the review, with its key.
    """

    server: uvicorn.Server
    listening: socket.socket
    address: str

    def run(self) -> None:
        """Answer until the process is interrupted."""
        self.server.run(sockets=[self.listening])


def serve(
    path: Path,
    settings: Settings,
    port: int,
    tell: Callable[[str], None],
    opens: bool,
    reviewer: str = "",
) -> None:
    """Serve the review until the process is interrupted.

    Args:
        path: A proposal, or a folder of them.
        settings: Where log, seeds and kept texts lie.
        port: The port; 0 for a free one.
        tell: Given the address, once the server listens there.
        opens: Whether to open it in a browser.
        reviewer: Who decides, where that is known.

    Raises:
        ActionableError: There is nothing to review, or the port is taken.
    """
    with ready(path, settings, port, reviewer) as made:
        tell(made.address)
        if opens:
            webbrowser.open(made.address)
        made.run()


@contextmanager
def ready(path: Path, settings: Settings, port: int, reviewer: str = "") -> Iterator[Ready]:
    """A server on the loopback address; its other processes end with the context.

    Raises:
        ActionableError: There is nothing to review, or the port is taken.
    """
    check_reviewable(path)
    with _bound(port) as own:
        number = own.getsockname()[1]
        token = new_token()
        review = ReviewServer(path.absolute(), settings, reviewer)
        try:
            config = uvicorn.Config(
                Guard(review.app(), number, token),
                log_level="error",
                access_log=False,
                server_header=False,
                lifespan="off",
                ws="none",
                # A browser that asks on a connection just as it is closed shows a page without its
                # style. One person's browser holds a handful: they may stay open.
                timeout_keep_alive=600,
            )
            own.listen(64)
            address = f"http://{LOOPBACK}:{number}/?{TOKEN}={token}"
            yield Ready(uvicorn.Server(config), own, address)
        finally:
            review.close()


@contextmanager
def _bound(port: int) -> Iterator[socket.socket]:
    own = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    own.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        own.bind((LOOPBACK, port))
    except (OSError, OverflowError) as error:
        own.close()
        reason = error.strerror if isinstance(error, OSError) else "not a port number"
        raise ActionableError(
            f"The port {port} cannot be used: {reason}. Name another with --port, or 0 for a free"
            " one."
        ) from error
    try:
        yield own
    finally:
        own.close()
