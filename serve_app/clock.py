"""Keeps, for one request, when each stage worked for it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from deployments.contract import Timed

T = TypeVar("T")


class StageClock:
    """Intervals of work, by stage. Times are seconds since the epoch, durations milliseconds."""

    def __init__(self) -> None:
        self._began = time.time()
        self._work: dict[str, list[tuple[float, float]]] = {}

    def note(self, stage: str, work: Timed[T]) -> T:
        """Record a stage's work and return its result."""
        self._work.setdefault(stage, []).append((work.began, work.ended))
        return work.value

    @contextmanager
    def measure(self, stage: str) -> Iterator[None]:
        """Record what is done inside the `with`."""
        began = time.time()
        try:
            yield
        finally:
            self._work.setdefault(stage, []).append((began, time.time()))

    def elapsed_ms(self) -> float:
        """Since the clock was made."""
        return (time.time() - self._began) * 1e3

    def timings_ms(self) -> dict[str, float]:
        """How long each stage worked, and `waiting`: how long none did."""
        timings = {stage: _covered(spans) * 1e3 for stage, spans in self._work.items()}
        everything = [span for spans in self._work.values() for span in spans]
        timings["waiting"] = max(0.0, self.elapsed_ms() - _covered(everything) * 1e3)
        return {stage: round(value, 1) for stage, value in timings.items()}


def _covered(spans: list[tuple[float, float]]) -> float:
    """Length of the union of intervals."""
    total, end = 0.0, float("-inf")
    for start, stop in sorted(spans):
        total += max(0.0, stop - max(start, end))
        end = max(end, stop)
    return total
