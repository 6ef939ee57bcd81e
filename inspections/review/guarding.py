"""Access control of the review's server: only the browser that was given its address.

It listens on the loopback address alone. Even so, any page of the web can make a browser ask it
something. So the address holds a random token, which the browser keeps as a cookie that it sends to
no other site's requests; the names that the server answers to are fixed, which stops a foreign name
that was pointed at this machine; and a change is taken from the server's own pages alone.
"""

import hmac
import secrets
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

TOKEN = "token"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_MOST_BYTES = 2_000_000


class Guard:
    """Refuses what does not come from the browser that was given the address.

    Args:
        app: The application.
        port: The port that it is served on.
        token: What the address holds.
    """

    def __init__(self, app: ASGIApp, port: int, token: str) -> None:
        self._app = app
        self._hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
        if port == 80:
            self._hosts |= {"127.0.0.1", "localhost"}
        self._token = token
        self._cookie = cookie_name(port)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        headers: dict[str, list[str]] = {}
        for name, value in scope["headers"]:
            headers.setdefault(name.decode("latin-1"), []).append(value.decode("latin-1"))
        refusal, is_new = self._judge(scope, headers)

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = MutableHeaders(scope=message)
                own.setdefault("Content-Security-Policy", POLICY)
                own["X-Content-Type-Options"] = "nosniff"
                own["X-Frame-Options"] = "DENY"
                own["Cross-Origin-Opener-Policy"] = "same-origin"
                own["Cross-Origin-Resource-Policy"] = "same-origin"
                # Without a referrer at all a browser names no origin with a post.
                own["Referrer-Policy"] = "same-origin"
                own.setdefault("Cache-Control", "no-store")
                if is_new:
                    own.append(
                        "Set-Cookie",
                        f"{self._cookie}={self._token}; Path=/; HttpOnly; SameSite=Strict",
                    )
            await send(message)

        if refusal is not None:
            await refusal(scope, receive, send_guarded)
            return
        await self._app(scope, receive, send_guarded)

    def _judge(
        self, scope: Scope, headers: dict[str, list[str]]
    ) -> tuple[PlainTextResponse | None, bool]:
        """The refusal of a request, none where it may be answered; whether it brought the token."""
        hosts = headers.get("host", [])
        if len(hosts) != 1 or hosts[0].lower() not in self._hosts:
            return _refused("This server answers only at its own address.", 421), False
        method = scope["method"]
        if method not in ("GET", "HEAD", "POST"):
            return _refused("This server accepts only GET, HEAD and POST.", 405), False
        if not self._is_own_page(method, headers, hosts[0].lower()):
            return _refused("Decisions are accepted only from the review's own pages.", 403), False
        length = headers.get("content-length", ["0"])[0]
        if method == "POST" and (not length.isdigit() or int(length) > _MOST_BYTES):
            return _refused("That is more than a form of this page holds.", 413), False
        if any(self._is_token(each) for each in self._cookies(headers)):
            return None, False
        given = parse_qs(scope["query_string"].decode("latin-1")).get(TOKEN, [])
        if method == "GET" and len(given) == 1 and self._is_token(given[0]):
            return None, True
        return (
            _refused(
                "Open the whole address that the command printed: it holds the key to this page.",
                403,
            ),
            False,
        )

    def _is_own_page(self, method: str, headers: dict[str, list[str]], host: str) -> bool:
        origins = headers.get("origin", [])
        if method == "POST":
            return origins == [f"http://{host}"]
        sites = headers.get("sec-fetch-site", ["none"])
        if origins and origins != [f"http://{host}"]:
            return False
        # Another site may lead here by a link, and may embed or fetch nothing.
        return sites[0] in ("same-origin", "none") or headers.get("sec-fetch-mode") == ["navigate"]

    def _cookies(self, headers: dict[str, list[str]]) -> list[str]:
        found = []
        for header in headers.get("cookie", []):
            try:
                cookies = SimpleCookie(header)
            except CookieError:
                continue
            if self._cookie in cookies:
                found.append(cookies[self._cookie].value)
        return found

    def _is_token(self, given: str) -> bool:
        return hmac.compare_digest(given.encode("utf-8", "replace"), self._token.encode())


def new_token() -> str:
    """A token that nobody guesses."""
    return secrets.token_urlsafe(32)


def cookie_name(port: int) -> str:
    """The cookie's name: browsers share cookies between the ports of a name."""
    return f"inspections_review_{port}"


def _refused(words: str, status: int) -> PlainTextResponse:
    return PlainTextResponse(words + "\n", status)
