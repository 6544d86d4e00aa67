"""Requests are counted in a window that moves, and whoever comes no more is forgotten."""

from __future__ import annotations

import asyncio
import threading
import tracemalloc

import pytest
from limits import RateLimitItemPerMinute

from serve_app.http import moving_window
from serve_app.http.moving_window import MovingWindows
from serve_app.http.rate_counter import rate_counter
from serve_app.settings import MEMORY

TWO = RateLimitItemPerMinute(2)


class Clock:
    """Seconds that pass when they are told to."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_each_client_has_its_limit_in_any_minute() -> None:
    clock = Clock()
    windows = MovingWindows(clock)
    found = []
    for at, key in ((0, "a"), (40, "a"), (50, "a"), (50, "b"), (60, "a"), (61, "a"), (100, "a")):
        clock.now = 1_000.0 + at
        found.append(windows.hit(TWO, key))
    assert found == [True, True, False, True, True, False, True]


def test_what_is_left_and_until_when_follows_the_oldest_request() -> None:
    clock = Clock()
    windows = MovingWindows(clock)
    assert windows.left(TWO, "a") == (1_000.0, 2)
    windows.hit(TWO, "a")
    clock.now += 10
    windows.hit(TWO, "a")
    assert windows.left(TWO, "a") == (1_060.0, 0)
    clock.now += 51
    assert windows.left(TWO, "a") == (1_070.0, 1)


def test_a_flood_of_addresses_leaves_nothing_behind() -> None:
    """A client with a network of its own has as many addresses as it likes."""
    clock = Clock()
    windows = MovingWindows(clock)

    def minute(number: int) -> int:
        clock.now += 61
        for address in range(2_000):
            windows.hit(TWO, f"2001:db8:{number}:{address:x}::/64")
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        first = minute(0)
        assert max(minute(number) for number in range(1, 6)) < first + 100_000
    finally:
        tracemalloc.stop()


def test_within_a_minute_whoever_has_not_come_for_longest_is_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moving_window, "MAX_KEYS", 3)
    windows = MovingWindows(Clock())
    for key in "abcacd":  # a and c come again: only b has been away
        windows.hit(RateLimitItemPerMinute(1), key)
    assert [windows.hit(RateLimitItemPerMinute(1), key) for key in "acdb"] == [False, False, False, True]


async def test_counting_in_memory_waits_for_no_thread() -> None:
    """While all of asyncio's threads are busy with pixels, requests are counted all the same."""
    free = threading.Event()
    loop = asyncio.get_running_loop()
    busy = [loop.run_in_executor(None, free.wait) for _ in range(64)]
    try:
        counter = rate_counter(MEMORY)
        async with asyncio.timeout(2):
            assert [await counter.hit(TWO, "a") for _ in range(3)] == [True, True, False]
    finally:
        free.set()
        await asyncio.gather(*busy)
