"""Errors as JSON, and the headers that every answer carries."""

from __future__ import annotations

import logging

from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serve_app.errors import translate
from serve_app.schemas import ErrorResponse

logger = logging.getLogger("visage")

SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; "
    "script-src 'self' 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
    "Cache-Control": "no-store",
}
"""Inline script and style are what the OpenAPI page consists of; no answer of the API itself is a page."""

DEFAULT_RETRY_AFTER_S = 5


def error_response(error: Exception, retry_after_s: int = DEFAULT_RETRY_AFTER_S) -> Response:
    """The JSON answer to `error`; faults of the service itself, 500 and above, are logged with their cause."""
    api = translate(error)
    if api.status >= 500:
        logger.error("%s", api, exc_info=error)
    return Response(
        ErrorResponse(error=api.message, stage=api.stage).model_dump_json(),
        api.status,
        SECURITY_HEADERS | ({"Retry-After": str(retry_after_s)} if api.retry else {}),
        "application/json",
    )


class SecurityHeaders:
    """ASGI middleware that adds SECURITY_HEADERS."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)
