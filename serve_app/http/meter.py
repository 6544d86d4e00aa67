"""How much each API key has used of what it may use."""

from __future__ import annotations

import math
import time

from limits import RateLimitItemPerDay, RateLimitItemPerMinute, WindowStats

from deployments.errors import QuotaExceeded
from serve_app.http.rate_counter import RateCounter
from serve_app.http.schemas import Usage
from serve_app.keys import ApiKey

_BY_DAY = RateLimitItemPerDay(2**50)
"""Amounts are only counted, up to a number that nobody reaches; they are compared with a key's quota afterwards."""
_KILO = 1000
"""Megapixels are counted in thousandths: the storages count whole numbers."""
MINUTE_S, DAY_S = 60, 86_400


class Meter:
    """Counts requests by the minute, and megapixels of results and restored faces by the day.

    A request is admitted while anything is left: what it takes is known, and counted, only when it has succeeded.
    """

    def __init__(self, counter: RateCounter) -> None:
        self._counter = counter

    async def admit(self, key: ApiKey) -> tuple[dict[str, str], QuotaExceeded | None, int]:
        """Count a request of `key`: the headers of its response, and where it is refused why, and for how many seconds.

        The headers are those of draft-ietf-httpapi-ratelimit-headers-11; without limits there are none.
        """
        refusal, retry_s = None, 0
        if key.requests_per_minute is not None:
            item = RateLimitItemPerMinute(key.requests_per_minute)
            if not await self._counter.hit(item, f"requests {key.id}"):
                refusal, retry_s = QuotaExceeded(f"This key may make {key.requests_per_minute} requests a minute."), 1
        usages = await self.usage(key)
        for each in usages:
            if each.quota is not None and each.used >= each.quota:
                retry_s = max(retry_s, each.resets_in_s)
                if each.name != "requests":
                    refusal = QuotaExceeded(f"This key may use {each.quota:g} {each.name} a day.")
        return _headers(usages), refusal, max(1, retry_s)

    async def charge(self, key_id: str, pixels: int, faces: int) -> None:
        """Count what a request of a key has used: the pixels of its result, and the faces that were restored."""
        used = {"megapixels": math.ceil(pixels / 1e6 * _KILO), "faces": faces}
        for name, amount in used.items():
            if amount:
                await self._counter.add(_BY_DAY, f"{name} {key_id}", amount)

    async def usage(self, key: ApiKey) -> list[Usage]:
        """What the key has used in the present windows."""
        found: list[Usage] = []
        if (quota := key.requests_per_minute) is not None:
            stats = await self._counter.left(RateLimitItemPerMinute(quota), f"requests {key.id}")
            found.append(_usage("requests", quota - stats.remaining, quota, MINUTE_S, stats))
        for name, scale, quota in (("megapixels", _KILO, key.megapixels_per_day), ("faces", 1, key.faces_per_day)):
            stats = await self._counter.left_of_amount(_BY_DAY, f"{name} {key.id}")
            found.append(_usage(name, (_BY_DAY.amount - stats.remaining) / scale, quota, DAY_S, stats))
        return found


def _usage(name: str, used: float, quota: int | None, window_s: int, stats: WindowStats) -> Usage:
    resets_in_s = max(0, math.ceil(stats.reset_time - time.time())) if used else 0
    return Usage(name=name, used=used, quota=quota, window_s=window_s, resets_in_s=resets_in_s)


def _headers(usages: list[Usage]) -> dict[str, str]:
    limited = [(each, each.quota) for each in usages if each.quota is not None]
    if not limited:
        return {}
    left = (f'"{each.name}";r={max(0, math.floor(quota - each.used))};t={each.resets_in_s}' for each, quota in limited)
    policy = (f'"{each.name}";q={quota};w={each.window_s}' for each, quota in limited)
    return {"RateLimit-Policy": ", ".join(policy), "RateLimit": ", ".join(left)}
