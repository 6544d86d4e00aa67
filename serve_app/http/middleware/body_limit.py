"""Receives a request's whole body, within a size and a time, before anything parses it."""

from __future__ import annotations

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from deployments.errors import UploadTooLarge, UploadTooSlow
from serve_app.http.errors import error_response


class BodyLimitMiddleware:
    """Answers 413 from Content-Length alone where it can, else once too much has arrived; 408 if it takes too long.

    Parsing starts on a complete body, so neither a slow nor a broken upload can hold a parser, and the body is at no
    time anywhere but in memory.
    """

    def __init__(self, app: ASGIApp, max_bytes: int, timeout_s: float) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._timeout_s = timeout_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in ("POST", "PUT", "PATCH"):
            await self._app(scope, receive, send)
            return
        try:
            body = await self._read(scope, receive)
        except (UploadTooLarge, UploadTooSlow) as error:
            await error_response(error)(scope, receive, send)
            return
        if body is None:
            return  # the client left
        replayed = False

        async def replay() -> Message:
            nonlocal replayed
            if replayed:
                return await receive()
            replayed = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self._app(scope, replay, send)

    async def _read(self, scope: Scope, receive: Receive) -> bytes | None:
        headers = dict(scope["headers"])
        declared = headers.get(b"content-length", b"0")
        if not declared.isdigit() or int(declared) > self._max_bytes:
            raise self._too_large()
        body = bytearray()
        try:
            async with asyncio.timeout(self._timeout_s):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        return None
                    body += message.get("body", b"")
                    if len(body) > self._max_bytes:
                        raise self._too_large()
                    if not message.get("more_body", False):
                        return bytes(body)
        except TimeoutError:
            raise UploadTooSlow from None

    def _too_large(self) -> UploadTooLarge:
        return UploadTooLarge(f"The request has more than {self._max_bytes} bytes.")
