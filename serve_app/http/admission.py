"""Admission control: limits concurrent and queued requests, and requests per minute per client address."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from deployments.errors import RateLimited, StageBusy, Step
from serve_app.settings import LimitSettings


class Admission:
    """Counts the requests of one ingress replica."""

    def __init__(self, limits: LimitSettings) -> None:
        self._slots = asyncio.Semaphore(limits.max_concurrent)
        self._max_inside = limits.max_concurrent + limits.max_waiting
        self._inside = 0
        self._rate = RateLimitItemPerMinute(limits.requests_per_minute) if limits.requests_per_minute else None
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    async def check_rate(self, client: str) -> None:
        """Raise RateLimited if `client` has used up its requests of the last minute."""
        if self._rate is not None and not await self._limiter.hit(self._rate, client):
            raise RateLimited

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Wait for a slot and hold it; raises StageBusy at once where too many requests wait already."""
        if self._inside >= self._max_inside:
            raise StageBusy(Step.INGRESS, "too many requests are waiting")
        self._inside += 1
        try:
            async with self._slots:
                yield
        finally:
            self._inside -= 1
