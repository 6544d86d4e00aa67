"""How much of a request is done and how long the rest will take, corrected by what was seen of it so far.

Stages that work at the same time mostly share the CPUs or the GPU: each takes the longer for being beside another. So a
stage's share of a moment is one over the number of stages that work in it. Shares add up to the time that passes,
whatever runs beside what. They are what is learnt (StageTimings.shares_ms) and counted here.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from deployments.stages import StageName
from serve_app.pipeline.progress import ProgressState
from serve_app.pipeline.speed import Speeds, Work

_AT_MOST = 99.0
"""Percent before the result: it still has to be sent."""
_PRIOR = 0.15
"""Of the expected work: how much of it has to be done before its pace counts as much as experience."""


@dataclass
class _Seen:
    """Of one stage that has started; seconds are its shares."""

    spent_s: float = 0.0
    done: float = 0.0
    """Of its work, 0 to 1, as it last told."""
    spent_by_then_s: float = 0.0
    finished: bool = False


class Forecast:
    """Of one request, from when its image is decoded."""

    def __init__(self, speeds: Speeds, work: Work, clock: Callable[[], float] = time.monotonic) -> None:
        """`work` is guessed to have one face until the restorer starts and says how many there are."""
        self._speeds, self._work, self._clock = speeds, work, clock
        self._expected = speeds.expect(work)
        self._began = self._until = clock()
        self._seen: dict[str, _Seen] = {}
        self._percent = 0.0

    def note(self, stage: StrEnum, state: ProgressState, done: int, total: int) -> None:
        """Take note of progress."""
        self._pass_time()
        if stage is StageName.RESTORER and state is ProgressState.STARTED:
            self._work = self._work.with_faces(total)
            self._expected = self._speeds.expect(self._work)
        seen = self._seen.setdefault(str(stage), _Seen())
        part = 1.0 if state is ProgressState.FINISHED else done / total if total else 0.0
        if part > seen.done:
            seen.done, seen.spent_by_then_s = part, seen.spent_s
        seen.finished = seen.finished or state is ProgressState.FINISHED

    def remaining_s(self) -> float | None:
        """Seconds until the result; None while this machine's speed is not known."""
        if self._expected is None:
            return None
        self._pass_time()
        pace = self._pace(self._expected)
        return sum(self._left(stage, whole * pace) for stage, whole in self._expected.items())

    def percent(self) -> float | None:
        """Of the time that the request takes, never less than before; None while the rest is not known."""
        left = self.remaining_s()
        if left is None:
            return None
        elapsed = self._until - self._began
        now = 100.0 * elapsed / (elapsed + left) if elapsed + left > 0 else 0.0
        self._percent = max(self._percent, min(now, _AT_MOST))
        return self._percent

    def _pass_time(self) -> None:
        """Share the time since the last call among the stages that work."""
        now = self._clock()
        at_work = [seen for seen in self._seen.values() if not seen.finished]
        for seen in at_work:
            seen.spent_s += (now - self._until) / len(at_work)
        self._until = now

    def _left(self, stage: str, by_experience: float) -> float:
        """Seconds that a stage has still to work.

        The further it is, the more its own pace counts, and the less what earlier requests took.
        """
        seen = self._seen.get(stage)
        if seen is None:
            return by_experience
        if seen.finished:
            return 0.0
        whole = (1.0 - seen.done) * by_experience
        if seen.done > 0.0:
            whole += seen.spent_by_then_s  # done * (spent / done)
        return max(0.0, whole - seen.spent_s)

    def _pace(self, expected: dict[str, float]) -> float:
        """How much longer this request takes than experience says, by all that is done of it."""
        prior = _PRIOR * sum(expected.values())
        expected_s, took = prior, prior
        for stage, seen in self._seen.items():
            if stage in expected:
                expected_s += seen.done * expected[stage]
                took += seen.spent_by_then_s
        return took / expected_s if expected_s > 0.0 else 1.0
