"""Counts in windows of time, in memory or in Redis."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

from limits import RateLimitItem, WindowStats
from limits.aio.strategies import FixedWindowRateLimiter as SharedFixed
from limits.aio.strategies import MovingWindowRateLimiter as SharedMoving
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import FixedWindowRateLimiter

from deployments.errors import StageBusy, Step
from serve_app.http.moving_window import MovingWindows
from serve_app.jobs.server import full_address
from serve_app.settings import MEMORY

logger = logging.getLogger("visage")


class RateCounter(Protocol):
    """Requests are counted in a window that moves, amounts in one that starts anew.

    In Redis every method raises StageBusy where the server does not answer: nobody is let in uncounted.
    """

    async def hit(self, item: RateLimitItem, key: str) -> bool:
        """Count one request of `key`, unless the limit is reached; whether it was counted."""

    async def left(self, item: RateLimitItem, key: str) -> WindowStats:
        """How many requests are left, and when (seconds since the epoch) the window has passed."""

    async def add(self, item: RateLimitItem, key: str, amount: int) -> None:
        """Count an amount, also beyond the limit."""

    async def left_of_amount(self, item: RateLimitItem, key: str) -> WindowStats:
        """How much of an amount is left, and when the window starts anew."""


class _InMemory:
    """A few microseconds on the event loop. limits' asynchronous storage would wait for a thread."""

    def __init__(self) -> None:
        self._moving, self._fixed = MovingWindows(), FixedWindowRateLimiter(MemoryStorage())

    async def hit(self, item: RateLimitItem, key: str) -> bool:
        return self._moving.hit(item, key)

    async def left(self, item: RateLimitItem, key: str) -> WindowStats:
        return self._moving.left(item, key)

    async def add(self, item: RateLimitItem, key: str, amount: int) -> None:
        self._fixed.hit(item, key, cost=amount)

    async def left_of_amount(self, item: RateLimitItem, key: str) -> WindowStats:
        return self._fixed.get_window_stats(item, key)


class _InRedis:
    def __init__(self, address: str) -> None:
        storage = storage_from_string(f"async+{address}", implementation="redispy")
        self._moving, self._fixed = SharedMoving(storage), SharedFixed(storage)

    async def hit(self, item: RateLimitItem, key: str) -> bool:
        async with _reachable():
            return await self._moving.hit(item, key)

    async def left(self, item: RateLimitItem, key: str) -> WindowStats:
        async with _reachable():
            return await self._moving.get_window_stats(item, key)

    async def add(self, item: RateLimitItem, key: str, amount: int) -> None:
        async with _reachable():
            await self._fixed.hit(item, key, cost=amount)

    async def left_of_amount(self, item: RateLimitItem, key: str) -> WindowStats:
        async with _reachable():
            return await self._fixed.get_window_stats(item, key)


@asynccontextmanager
async def _reachable() -> AsyncIterator[None]:
    from redis.exceptions import RedisError

    try:
        yield
    except (RedisError, OSError) as error:
        logger.error("The Redis that counts requests: %s", error)
        raise StageBusy(Step.INGRESS, "requests cannot be counted") from error


def rate_counter(address: str) -> RateCounter:
    """The counter for `limits.rate_limit_storage`; raises limits.errors.ConfigurationError for an unusable address."""
    return _InMemory() if address == MEMORY else _InRedis(full_address(address))
