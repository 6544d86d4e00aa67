"""Per-request timings of stages and steps."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from typing import Any

from deployments.contract import StageResult

WAITING = "waiting"
"""The key of the time in which nothing worked for the request: queues and transport."""


class StageTimings:
    """Intervals of work, by stage or step. Times are seconds since the epoch, durations milliseconds."""

    def __init__(self, started: float | None = None) -> None:
        """`started` is when the request did; by default now."""
        self._started = time.time() if started is None else started
        self._intervals: dict[str, list[tuple[float, float]]] = {}

    def record(self, stage: StrEnum, result: StageResult[Any]) -> None:
        """Add the interval in which a stage worked on `result`."""
        self._intervals.setdefault(stage, []).append((result.started, result.ended))

    @contextmanager
    def timed(self, step: StrEnum) -> Iterator[None]:
        """Add the interval of the `with` block, also if it raises."""
        started = time.time()
        try:
            yield
        finally:
            self._intervals.setdefault(step, []).append((started, time.time()))

    @property
    def intervals(self) -> Mapping[str, Sequence[tuple[float, float]]]:
        """When each stage and step worked, (start, end) in seconds since the epoch."""
        return self._intervals

    def elapsed_ms(self) -> float:
        """Time since the request started."""
        return (time.time() - self._started) * 1e3

    def as_ms(self) -> dict[str, float]:
        """How long each stage and step worked, and WAITING."""
        timings = {str(stage): _union_s(intervals) * 1e3 for stage, intervals in self._intervals.items()}
        all_intervals = [interval for intervals in self._intervals.values() for interval in intervals]
        timings[WAITING] = max(0.0, self.elapsed_ms() - _union_s(all_intervals) * 1e3)
        return {stage: round(value, 1) for stage, value in timings.items()}

    def shares_ms(self) -> dict[str, float]:
        """The time in which anything worked, divided among the stages and steps: equally among those that did so at
        the same time."""
        edges = sorted(
            (at, change, str(stage))
            for stage, intervals in self._intervals.items()
            for interval in intervals
            for at, change in zip(interval, (1, -1), strict=True)
        )
        shares = dict.fromkeys(map(str, self._intervals), 0.0)
        working = Counter[str]()
        before = 0.0
        for at, change, stage in edges:
            at_work = [name for name, calls in working.items() if calls > 0]
            for name in at_work:
                shares[name] += (at - before) * 1e3 / len(at_work)
            working[stage] += change
            before = at
        return shares


def _union_s(intervals: list[tuple[float, float]]) -> float:
    """Length of the union of intervals."""
    total, end = 0.0, float("-inf")
    for start, stop in sorted(intervals):
        total += max(0.0, stop - max(start, end))
        end = max(end, stop)
    return total
