"""Counts requests in windows that move, in memory that is bounded however many clients come."""

from __future__ import annotations

import bisect
import time
from collections import OrderedDict
from collections.abc import Callable

from limits import RateLimitItem, WindowStats

MAX_KEYS = 100_000
"""Clients that are counted at once, 26 MB of them; beyond it the one that has not come for longest is forgotten."""


class MovingWindows:
    """One window a key, in place of limits' MemoryStorage: that keeps a list for every key it ever saw, and walks
    through all of them up to a hundred times a second."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        """`clock` gives seconds since the epoch."""
        self._clock = clock
        self._times: OrderedDict[str, list[float]] = OrderedDict()
        """When the counted requests of each key came; whoever came last is last."""

    def hit(self, item: RateLimitItem, key: str) -> bool:
        """Count one request of `key`, unless the limit is reached; whether it was counted."""
        times = self._current(item, key)
        counted = len(times) < item.amount
        if counted:
            times.append(self._clock())
            self._times[key] = times
        self._times.move_to_end(key)
        self._forget(item)
        return counted

    def left(self, item: RateLimitItem, key: str) -> WindowStats:
        """How many requests are left, and when (seconds since the epoch) the oldest one no longer counts."""
        times = self._current(item, key)
        reset = times[0] + item.get_expiry() if times else self._clock()
        return WindowStats(reset, item.amount - len(times))

    def _current(self, item: RateLimitItem, key: str) -> list[float]:
        times = self._times.get(key, [])
        del times[: bisect.bisect_right(times, self._clock() - item.get_expiry())]
        return times

    def _forget(self, item: RateLimitItem) -> None:
        """Drop who no longer counts. The first came before all others, so behind one who counts nobody is looked at."""
        end = self._clock() - item.get_expiry()
        while len(self._times) > MAX_KEYS or (self._times and next(iter(self._times.values()))[-1:] <= [end]):
            self._times.popitem(last=False)
