"""How much of a request is done and how long the rest will take, corrected by what was seen of it so far."""

from __future__ import annotations

import time
from collections.abc import Callable
from enum import StrEnum

from deployments.stages import StageName
from serve_app.pipeline.progress import ProgressState
from serve_app.pipeline.speed import Speeds, Work, longest_path

_AT_MOST = 99.0
"""Percent before the result: it still has to be sent."""
_PRIOR = 0.05
"""Of the expected work: how much of it has to be done before its pace counts as much as experience."""


class Forecast:
    """Of one request, from when its image is decoded."""

    def __init__(self, speeds: Speeds, work: Work, clock: Callable[[], float] = time.monotonic) -> None:
        """`work` is guessed to have one face until the restorer starts and says how many there are."""
        self._speeds, self._work, self._clock = speeds, work, clock
        self._expected = speeds.expect(work)
        self._began = clock()
        self._started: dict[StrEnum, float] = {}
        self._finished: set[StrEnum] = set()
        self._done: dict[StrEnum, tuple[float, float]] = {}
        """When a stage last told how far it is, and that."""
        self._percent = 0.0

    def note(self, stage: StrEnum, state: ProgressState, done: int, total: int) -> None:
        """Take note of progress."""
        self._started.setdefault(stage, self._clock())
        if stage is StageName.RESTORER and state is ProgressState.STARTED:
            self._work = self._work.with_faces(total)
            self._expected = self._speeds.expect(self._work)
        if state is ProgressState.FINISHED:
            self._finished.add(stage)
            self._done[stage] = self._clock(), 1.0
        elif total and done / total > self._done.get(stage, (0.0, 0.0))[1]:
            self._done[stage] = self._clock(), done / total

    def remaining_s(self) -> float | None:
        """Seconds until the result; None while this machine's speed is not known."""
        if self._expected is None:
            return None
        return longest_path({stage: self._left(stage, whole) for stage, whole in self._expected.items()})

    def percent(self) -> float | None:
        """Of the time that the request takes, never less than before; None while the rest is not known."""
        left = self.remaining_s()
        if left is None:
            return None
        elapsed = self._clock() - self._began
        now = 100.0 * elapsed / (elapsed + left) if elapsed + left > 0 else 0.0
        self._percent = max(self._percent, min(now, _AT_MOST))
        return self._percent

    def _left(self, stage: str, whole: float) -> float:
        """Seconds that a stage will still work.

        The further it is, the more its own pace counts, and the less what earlier requests took.
        """
        found = next((each for each in self._started if each == stage), None)
        by_experience = whole * self._pace()
        if found is None:
            return by_experience
        if found in self._finished:
            return 0.0
        at, done = self._done.get(found, (self._started[found], 0.0))
        left = by_experience * (1.0 - done)
        if done > 0.0:
            by_pace = (at - self._started[found]) * (1.0 - done) / done
            left = done * by_pace + (1.0 - done) * left
        return max(0.0, left - (self._clock() - at))

    def _pace(self) -> float:
        """How much longer this request takes than experience says, by all that is done of it."""
        expected = self._expected or {}
        prior = _PRIOR * sum(expected.values())
        told, took = prior, prior
        for stage, (at, done) in self._done.items():
            told += done * expected.get(stage, 0.0)
            took += at - self._started[stage] if stage in expected else 0.0
        return took / told if told > 0.0 else 1.0
