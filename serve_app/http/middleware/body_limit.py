"""Receives a request's whole body, within a size, a time, a rate and a share, before anything parses it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from deployments.errors import BadRequest, UploadTooLarge, UploadTooSlow, VisageError
from serve_app.http.admission import Admission, HeldMemory
from serve_app.http.client_address import client_address
from serve_app.http.endpoints import is_endpoint
from serve_app.http.errors import error_response
from serve_app.settings import LimitSettings

GRACE_S = 5.0
"""After which an upload must have reached `min_upload_rate` on average."""
MULTIPART = "multipart/form-data"


@dataclass(frozen=True)
class BodyBound:
    """What the body of a request may be."""

    max_bytes: int
    timeout_s: float
    setting: str
    """Which decides on it, and of what."""


NONE: Mapping[str, BodyBound] = {}


class BodyLimitMiddleware:
    """Parsing starts on a complete body, so neither a slow nor a broken upload can hold a parser.

    422 for anything but multipart/form-data; 413 from Content-Length alone where it can, else once too much has
    arrived; 408 if it takes too long or comes too slowly; 503 where too many uploads arrive, or where all uploads
    together hold too much memory. The body is held once, in memory, and freed piece by piece while it is parsed.
    Where no endpoint would read it, it is not read here either: 404 and 405 are the router's.
    """

    def __init__(
        self,
        app: ASGIApp,
        admission: Admission,
        limits: LimitSettings,
        max_bytes: int,
        routes: Sequence[BaseRoute],
        others: Mapping[str, BodyBound] = NONE,
    ) -> None:
        """`routes`: the application's; `others`: paths that have bounds of their own."""
        self._app = app
        self._admission = admission
        self._limits = limits
        self._bound = BodyBound(max_bytes, limits.upload_timeout_s, "limits.max_upload_bytes, half of that")
        self._routes = routes
        self._others = others

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        method = scope.get("method", "")
        if method not in ("POST", "PUT", "PATCH") or not is_endpoint(self._routes, scope, method):
            await self._app(scope, receive, send)
            return
        bound = self._others.get(str(scope["path"]).removeprefix(scope.get("root_path", "")), self._bound)
        with self._admission.memory() as held:
            try:
                self._check_headers(Headers(scope=scope), bound)
                with self._admission.upload(client_address(scope, self._limits)):
                    pieces = await self._read(receive, held, bound)
            except VisageError as error:
                await error_response(error, self._limits.retry_after_s)(scope, receive, send)
                return
            if pieces is None:
                return  # the client left

            async def replay() -> Message:
                if pieces:
                    piece = pieces.popleft()
                    return {"type": "http.request", "body": piece, "more_body": bool(pieces)}
                return await receive()

            await self._app(scope, replay, send)

    def _check_headers(self, headers: Headers, bound: BodyBound) -> None:
        media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type != MULTIPART:
            raise BadRequest(f"The request must be {MULTIPART} with the photo in the field file.")
        declared = headers.get("content-length", "0")
        if not (declared.isascii() and declared.isdigit()) or int(declared) > bound.max_bytes:
            raise _too_large(bound)

    async def _read(self, receive: Receive, held: HeldMemory, bound: BodyBound) -> deque[bytes] | None:
        """The body's pieces, at least one; None if the client left."""
        loop = asyncio.get_running_loop()
        started = loop.time()
        end = started + bound.timeout_s
        pieces: deque[bytes] = deque()
        while True:
            rate = self._limits.min_upload_rate
            due = started + GRACE_S + held.size / rate if rate else end
            try:
                async with asyncio.timeout_at(min(due, end)):
                    message = await receive()
            except TimeoutError:
                raise UploadTooSlow from None
            if message["type"] == "http.disconnect":
                return None
            piece = message.get("body", b"")
            if held.size + len(piece) > bound.max_bytes:
                raise _too_large(bound)
            held.add(len(piece))
            if piece or not pieces:
                pieces.append(piece)
            if not message.get("more_body", False):
                return pieces


def _too_large(bound: BodyBound) -> UploadTooLarge:
    return UploadTooLarge(f"The request has more than {bound.max_bytes} bytes. Its operator can raise {bound.setting}.")
