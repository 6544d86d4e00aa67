"""What runs inside Ray Serve's own HTTP proxy, in front of every replica.

Installed by the environment variable RAY_SERVE_HTTP_PROXY_CALLBACK_IMPORT_PATH=serve_app.proxy:middleware, which
`make serve` sets where Ray is started.
"""

from __future__ import annotations

import re

from starlette.middleware import Middleware
from starlette.types import ASGIApp, Receive, Scope, Send

STEERING_HEADERS = ("x-request-timeout-seconds", "x-request-disconnect-disabled")
"""Serve obeys them: a client could otherwise choose its time-out, or keep its work running after it has left."""
_STEERING = {name.encode() for name in STEERING_HEADERS}


REQUEST_ID_HEADER = "X-Request-ID"
"""Serve takes a request's id from it, or makes one; passes it on to the stages, logs it and returns it."""
_REQUEST_ID = REQUEST_ID_HEADER.lower().encode()
_SANE_ID = re.compile(rb"[A-Za-z0-9._:-]{8,128}")
"""What fits UUIDs, W3C trace ids and nginx's $request_id, and can do no harm in a log."""


class StripHeadersMiddleware:
    """ASGI middleware that removes from requests STEERING_HEADERS, and an X-Request-ID that is no plain id."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            headers = [(name, value) for name, value in scope["headers"] if _may_pass(name.lower(), value)]
            scope = {**scope, "headers": headers}
        await self._app(scope, receive, send)


def _may_pass(name: bytes, value: bytes) -> bool:
    return name not in _STEERING and (name != _REQUEST_ID or _SANE_ID.fullmatch(value) is not None)


def middleware() -> list[Middleware]:
    """Called by Serve when its proxy starts."""
    return [Middleware(StripHeadersMiddleware)]
