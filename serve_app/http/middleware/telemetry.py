"""Counts every POST request with what its client got and how long it took."""

from __future__ import annotations

import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from deployments.telemetry import CLIENT_LEFT
from serve_app.http.request_record import begin_record
from serve_app.http.telemetry import Telemetry


class TelemetryMiddleware:
    """ASGI middleware; outermost, so that refusals of the others count too."""

    def __init__(self, app: ASGIApp, telemetry: Telemetry) -> None:
        self._app = app
        self._telemetry = telemetry

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        record = begin_record()
        started = time.monotonic()
        answered: str | None = None

        async def watch(message: Message) -> None:
            nonlocal answered
            await send(message)
            if message["type"] == "http.response.start":
                answered = str(message["status"])
            elif not message.get("more_body", False) and record.status == CLIENT_LEFT and answered is not None:
                record.status = answered  # to its last byte, and without an error inside the stream

        try:
            await self._app(scope, receive, watch)
        finally:
            self._telemetry.request(record, time.monotonic() - started)
