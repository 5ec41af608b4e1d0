"""What is refused before anything is looked at: strangers, other hosts' pages, bodies, long links, bursts."""

from __future__ import annotations

import ipaddress
import secrets
from dataclasses import dataclass, field

from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_REQUESTS = 48
"""Requests under way at a time; a browser has one or two."""
MOST_QUERY = 8_192
"""Bytes of a link."""
TOKEN, COOKIE = "token", "sim_token"
LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-store",
}


def is_loopback(host: str) -> bool:
    """Tell whether only this machine can reach an address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@dataclass
class Guard:
    """Stands before the pages."""

    app: ASGIApp
    token: str | None
    """What a link or a cookie must hold; None where only this machine can ask."""
    _under_way: int = field(default=0, init=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer by itself what is refused; hand on all else, with the headers that keep a page to itself."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        refused = self._refusal(scope)
        if refused is not None:
            await refused(scope, receive, _with_headers(send))
            return
        self._under_way += 1
        try:
            await self.app(scope, receive, _with_headers(send))
        finally:
            self._under_way -= 1

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        if scope["method"] not in ("GET", "HEAD"):
            return _said(405, "only GET: nothing can be sent to this page", allow="GET, HEAD", connection="close")
        if headers.get("content-length", "0") != "0" or "transfer-encoding" in headers:
            return _said(413, "a request without a body", connection="close")
        if len(scope["query_string"]) > MOST_QUERY:
            return _said(414, f"a link of at most {MOST_QUERY} bytes")
        if self.token is None and _host(headers) not in LOOPBACK_NAMES:
            return _said(421, "this page answers to localhost only; `sim serve --host` opens it to others")
        if headers.get("sec-fetch-site") in ("cross-site", "same-site") and headers.get("sec-fetch-mode") != "navigate":
            return _said(403, "other sites may not ask here")
        if self._under_way >= MOST_REQUESTS:
            return _said(503, "too many requests at a time; come again in a moment", **{"retry-after": "2"})
        return None if self.token is None else self._without_token(scope)

    def _without_token(self, scope: Scope) -> Response | None:
        asked = QueryParams(scope["query_string"])
        if TOKEN in asked and scope["path"] == "/":
            if not self._knows(asked[TOKEN]):
                return _said(401, "a wrong token; `sim serve` prints the right link when it starts")
            rest = QueryParams([(key, value) for key, value in asked.multi_items() if key != TOKEN])
            found = RedirectResponse(f"/?{rest}" if str(rest) else "/", 303)
            found.set_cookie(COOKIE, asked[TOKEN], httponly=True, samesite="strict")
            return found
        if not self._knows(HTTPConnection(scope).cookies.get(COOKIE, "")):
            return _said(401, "a token is needed; `sim serve` prints the link that holds it when it starts")
        return None

    def _knows(self, token: str) -> bool:
        return secrets.compare_digest(token.encode(), (self.token or "").encode())


def _host(headers: Headers) -> str:
    """Return the name that was asked for, without its port: a page of another name may be somebody else's."""
    host = headers.get("host", "").lower()
    return host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]


def _said(status: int, text: str, **headers: str) -> Response:
    return PlainTextResponse(text + "\n", status, headers)


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(HEADERS)
        await send(message)

    return sending
