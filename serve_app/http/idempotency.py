"""Requests that are sent twice: while the first runs, the second waits for the same answer."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.responses import Response

from deployments.errors import BadRequest, IdempotencyKeyReused
from serve_app import __version__
from serve_app.http.enhance import EnhanceRequest
from serve_app.pipeline.progress import Progress, ProgressCallback

KEY_HEADER = "Idempotency-Key"
"""draft-ietf-httpapi-idempotency-key-header: a string of structured fields; its quotes may be missing."""
_KEY = re.compile(r'"?([A-Za-z0-9._:+/=-]{1,255})"?')


@dataclass(frozen=True)
class Answered:
    """What everybody who waits for one request gets."""

    body: str | bytes
    media_type: str
    headers: dict[str, str]

    def response(self) -> Response:
        """A response of its own for each: what handles a response may change its headers."""
        return Response(self.body, media_type=self.media_type, headers=self.headers)


Work = Callable[[ProgressCallback], Awaitable[Answered]]


def fingerprint(request: EnhanceRequest, *other: str) -> str:
    """Of the version, the files, the options and what `other` decides about the answer."""
    digest = hashlib.sha256()
    parts = [__version__.encode(), request.options.model_dump_json().encode(), *(each.encode() for each in other)]
    for part in (request.file, request.reference or b"", *parts):
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()


class RunningRequests:
    """Those of one ingress replica that have a key. When one has ended, nothing of it is kept."""

    def __init__(self) -> None:
        self._running: dict[tuple[str, str], _Shared] = {}

    async def run(
        self, client: str, header: str | None, request: str, work: Work, on_progress: ProgressCallback
    ) -> Answered:
        """The result of `work`, or of the client's request with this key that runs already; `request` tells whether
        they are the same. Work goes on until the last who waits for it has left.

        Raises IdempotencyKeyReused where they are not the same, and BadRequest for a key that is none.
        """
        if header is None:
            return await work(on_progress)
        key = _KEY.fullmatch(header.strip())
        if key is None:
            raise BadRequest(f"{KEY_HEADER}: {header[:80]!r} is not allowed: 1 to 255 letters, digits and ._:+/=-.")
        shared = self._running.get((client, key[1]))
        if shared is None:
            shared = _Shared(request, work)
            self._running[client, key[1]] = shared
        elif shared.request != request:
            raise IdempotencyKeyReused
        try:
            return await shared.join(on_progress)
        finally:
            if not shared.needed and self._running.get((client, key[1])) is shared:
                del self._running[client, key[1]]


class _Shared:
    """One request, and those who wait for it."""

    def __init__(self, request: str, work: Work) -> None:
        self.request = request
        self._listeners: list[ProgressCallback] = []
        self._task = asyncio.ensure_future(work(self._tell))

    @property
    def needed(self) -> bool:
        """Whether it runs."""
        return bool(self._listeners) and not self._task.done()

    async def join(self, on_progress: ProgressCallback) -> Answered:
        """Wait for the answer; the last to leave cancels the work."""
        self._listeners.append(on_progress)
        try:
            return await asyncio.shield(self._task)
        finally:
            self._listeners.remove(on_progress)
            if not self._listeners:
                self._task.cancel()

    def _tell(self, progress: Progress) -> None:
        for listener in self._listeners:
            listener(progress)
