"""Counts requests in a moving window, in memory or in Redis."""

from __future__ import annotations

from typing import Protocol

from limits import RateLimitItem
from limits.aio.strategies import MovingWindowRateLimiter as SharedLimiter
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import MovingWindowRateLimiter

MEMORY = "memory://"


class RateCounter(Protocol):
    """Whether one more request of `key` fits into its limit."""

    async def hit(self, item: RateLimitItem, key: str) -> bool: ...


class _InMemory:
    """The synchronous storage: a few microseconds on the event loop. The asynchronous one waits for a thread."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    async def hit(self, item: RateLimitItem, key: str) -> bool:
        return self._limiter.hit(item, key)


def rate_counter(address: str) -> RateCounter:
    """The counter for `limits.rate_limit_storage`; raises limits.errors.ConfigurationError for an unusable address."""
    if address == MEMORY:
        return _InMemory()
    return SharedLimiter(storage_from_string(f"async+{address}"))
