"""Keeps other web pages from using the service through a visitor's browser.

A page elsewhere may send a multipart form to 127.0.0.1 without asking (a "simple" request of the Fetch standard), and
by DNS rebinding it may even read the response. The browser names the page (`Origin`, `Sec-Fetch-Site`) and the host
that it believes to speak to (`Host`); scripts cannot change these headers.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from deployments.errors import BadRequest, Forbidden
from serve_app.http.errors import error_response
from serve_app.http.serve_headers import STEERING_HEADERS
from serve_app.settings import Settings

ANY = "*"
_OWN_SITE = ("same-origin", "none")  # `none`: typed by the user
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


class BrowserGuardMiddleware:
    """ASGI middleware: 403 for a foreign host, and for a state-changing request of a foreign page."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._hosts = {host.lower() for host in settings.allowed_hosts}
        self._origins = set(settings.cors_origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            try:
                self._check(Headers(scope=scope), scope["method"])
            except (Forbidden, BadRequest) as error:
                await error_response(error)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _check(self, headers: Headers, method: str) -> None:
        host = headers.get("host", "")
        if ANY not in self._hosts and _name_of(host) not in self._hosts:
            raise Forbidden(f"The service does not answer as {host[:100]!r}. Its operator can add it to allowed_hosts.")
        if method in _SAFE_METHODS:
            return
        # serve_app/proxy.py removes these where it is installed.
        if steering := [name for name in STEERING_HEADERS if name in headers]:
            raise BadRequest(f"{steering[0]}: this header is not accepted.")
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if site in _OWN_SITE or origin in self._origins or (ANY in self._origins and origin):
            return
        if site is not None or (origin is not None and urlsplit(origin).netloc != host):
            page = (origin or "elsewhere")[:100]
            raise Forbidden(f"Pages of {page} may not use this service. Its operator can add them to cors_origins.")


def _name_of(host: str) -> str:
    """A Host header without its port, in lower case."""
    name, bracket, _ = host.partition("]")
    return (name + bracket if bracket else host.partition(":")[0]).lower()
