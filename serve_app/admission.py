"""Who may come in: so many requests at a time, so many waiting, so many a minute from one address."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from starlette.types import ASGIApp, Receive, Scope, Send

from serve_app.errors import RateLimited, StageBusy
from serve_app.responses import error_response
from serve_app.settings import LimitSettings

_RATE_WINDOW_S = 60


class Admission:
    """Counts the requests of one ingress replica."""

    def __init__(self, limits: LimitSettings) -> None:
        self._slots = asyncio.Semaphore(limits.max_concurrent)
        self._room = limits.max_concurrent + limits.max_waiting
        self._inside = 0
        self._rate = RateLimitItemPerMinute(limits.requests_per_minute) if limits.requests_per_minute else None
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    async def check_rate(self, client: str) -> None:
        """Raise RateLimited if `client` has used up its minute; asked before anything of the request is read."""
        if self._rate is not None and not await self._limiter.hit(self._rate, client):
            raise RateLimited

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a slot and hold it; raises StageBusy at once where too many wait already."""
        if self._inside >= self._room:
            raise StageBusy("ingress", "too many requests are waiting")
        self._inside += 1
        try:
            async with self._slots:
                yield
        finally:
            self._inside -= 1


class RateGate:
    """ASGI middleware that answers 429 to an address beyond its rate, before anything of the request is read."""

    def __init__(self, app: ASGIApp, admission: Admission) -> None:
        self._app = app
        self._admission = admission

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "POST":
            client = scope.get("client")
            try:
                await self._admission.check_rate(client[0] if client else "unknown")
            except RateLimited as error:
                await error_response(error, _RATE_WINDOW_S)(scope, receive, send)
                return
        await self._app(scope, receive, send)
