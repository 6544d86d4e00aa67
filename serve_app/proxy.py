"""What runs inside Ray Serve's own HTTP proxy, in front of every replica.

Installed by the environment variable RAY_SERVE_HTTP_PROXY_CALLBACK_IMPORT_PATH=serve_app.proxy:middleware, which
`make serve` sets where Ray is started.
"""

from __future__ import annotations

from starlette.middleware import Middleware
from starlette.types import ASGIApp, Receive, Scope, Send

STEERING_HEADERS = ("x-request-timeout-seconds", "x-request-disconnect-disabled")
"""Serve obeys them: a client could otherwise choose its time-out, or keep its work running after it has left."""
_STEERING = {name.encode() for name in STEERING_HEADERS}


class StripHeadersMiddleware:
    """ASGI middleware that removes STEERING_HEADERS from requests."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            headers = [(name, value) for name, value in scope["headers"] if name.lower() not in _STEERING]
            scope = {**scope, "headers": headers}
        await self._app(scope, receive, send)


def middleware() -> list[Middleware]:
    """Called by Serve when its proxy starts."""
    return [Middleware(StripHeadersMiddleware)]
