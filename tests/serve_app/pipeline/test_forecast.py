"""Percent and remaining time of a request, by a simulated clock."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from deployments.errors import Step
from deployments.stages import StageName
from serve_app.pipeline.forecast import Forecast
from serve_app.pipeline.options import EnhanceOptions
from serve_app.pipeline.progress import ProgressState
from serve_app.pipeline.speed import Speeds, Work

LEARNT = {"detector": 200.0, "restorer": 600.0, "upscaler": 3000.0, "compose": 100.0, "verifier": 50.0,
          "metrics": 500.0, "encode": 200.0}  # fmt: skip
"""Milliseconds of a request of one megapixel with one face."""


def work(megapixels: float = 1.0, faces: int = 1) -> Work:
    return Work.of(round(1000 * megapixels), 1000, EnhanceOptions(), faces, 10**6)


def experienced() -> Speeds:
    speeds = Speeds()
    speeds.learn(work(), LEARNT)
    return speeds


@dataclass
class Request:
    """A request as it happens: each stage takes so many seconds, in steps."""

    megapixels: float
    faces: int
    slower: float
    """Than what was learnt."""
    now: float = 0.0
    told: list[tuple[float, float, float]] = field(default_factory=list)
    """When, the percent, and the seconds that were left by the forecast."""

    def run(self, speeds: Speeds) -> float:
        """How long it took."""
        forecast = Forecast(speeds, work(self.megapixels), lambda: self.now)
        events: list[tuple[float, StageName | Step, ProgressState, int, int]] = []

        def stage(name: StageName | Step, start: float, seconds: float, pieces: int = 0) -> float:
            end = start + seconds * self.slower
            events.append((start, name, ProgressState.STARTED, 0, pieces))
            for piece in range(1, pieces + 1):
                at = start + (end - start) * piece / pieces
                events.append((at, name, ProgressState.PROGRESS, piece, pieces))
            events.append((end, name, ProgressState.FINISHED, 0, 0))
            return end

        detected = stage(StageName.DETECTOR, 0.0, 0.2 * min(self.megapixels, 4))
        restored = stage(StageName.RESTORER, detected, 0.6 * self.faces, self.faces)
        composed = stage(
            Step.COMPOSE,
            max(restored, stage(StageName.UPSCALER, 0.0, 3.0 * self.megapixels, 50)),
            0.1 * self.megapixels,
        )
        ends = [
            stage(StageName.VERIFIER, composed, 0.05 * self.faces),
            stage(StageName.METRICS, composed, 0.5),
            stage(Step.ENCODE, composed, 0.2 * self.megapixels),
        ]
        for self.now, name, state, done, total in sorted(events, key=lambda event: event[0]):
            forecast.note(name, state, done, total)
            percent, left = forecast.percent(), forecast.remaining_s()
            assert percent is not None and left is not None
            self.told.append((self.now, percent, left))
        return max(ends)


@pytest.mark.parametrize("slower", [0.7, 1.0, 1.4])
@pytest.mark.parametrize(("megapixels", "faces"), [(0.25, 1), (1, 1), (4, 2), (1, 12), (12, 1)])
def test_after_the_first_fifth_the_whole_is_told_within_a_quarter(megapixels: float, faces: int, slower: float) -> None:
    request = Request(megapixels, faces, slower)
    whole = request.run(experienced())
    late = [(now, left) for now, _, left in request.told if now > 0.2 * whole]
    assert len(late) > 10
    assert max(abs(now + left - whole) for now, left in late) < (0.05 if slower == 1.0 else 0.25) * whole


def test_the_percent_never_falls_and_ends_short_of_a_hundred() -> None:
    request = Request(4, 9, 1.3)
    request.run(experienced())
    told = [percent for _, percent, _ in request.told]
    assert told == sorted(told) and 0 <= told[0] < 5 and 90 < told[-1] <= 99


def test_without_experience_nothing_is_made_up() -> None:
    forecast = Forecast(Speeds(), work())
    forecast.note(StageName.DETECTOR, ProgressState.STARTED, 0, 0)
    assert forecast.percent() is None and forecast.remaining_s() is None
