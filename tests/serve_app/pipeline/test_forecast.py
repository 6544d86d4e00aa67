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
"""Milliseconds of a request of one megapixel with one face, each stage by itself."""
TICK_S = 0.002


def work(megapixels: float = 1.0, faces: int = 1) -> Work:
    return Work.of(round(1000 * megapixels), 1000, EnhanceOptions(), faces, 10**6)


def experienced(shared: bool) -> Speeds:
    """After a request of one megapixel with one face; where nothing is shared, its stages overlapped in full."""
    speeds = Speeds()
    first = {"detector": 100.0, "restorer": 300.0, "upscaler": 2600.0}
    last = {"verifier": 50.0 / 3, "encode": 50.0 / 3 + 75.0, "metrics": 50.0 / 3 + 75.0 + 300.0}
    speeds.learn(work(), LEARNT if shared else LEARNT | first | last)
    return speeds


@dataclass
class Running:
    """One stage on its way."""

    name: StageName | Step
    seconds: float
    pieces: int = 0
    done_s: float = 0.0
    told: int = 0


@dataclass
class Request:
    """A request as it happens, in small steps of time."""

    megapixels: float
    faces: int
    slower: float
    """Than what was learnt."""
    shared: bool
    """Whether stages that work at the same time share what they work with, as on one CPU or GPU."""
    now: float = 0.0
    told: list[tuple[float, float, float]] = field(default_factory=list)
    """When, the percent, and the seconds that were left by the forecast."""

    def run(self, speeds: Speeds) -> float:
        """How long it took."""
        self._forecast = Forecast(speeds, work(self.megapixels), lambda: self.now)
        detect = Running(StageName.DETECTOR, 0.2 * min(self.megapixels, 4))
        restore = Running(StageName.RESTORER, 0.6 * self.faces, self.faces)
        self._together([[detect, restore], [Running(StageName.UPSCALER, 3.0 * self.megapixels, 50)]])
        self._together([[Running(Step.COMPOSE, 0.08 * self.faces + 0.02 * self.megapixels)]])
        ends = (
            Running(StageName.VERIFIER, 0.05 * self.faces),
            Running(StageName.METRICS, 0.5),
            Running(Step.ENCODE, 0.2 * self.megapixels),
        )
        self._together([[each] for each in ends])
        return self.now

    def _together(self, branches: list[list[Running]]) -> None:
        for branch in branches:
            self._tell(branch[0], ProgressState.STARTED)
        while branches:
            self.now += TICK_S
            for branch in list(branches):
                stage = branch[0]
                stage.done_s += TICK_S / self.slower / (len(branches) if self.shared else 1)
                piece = min(stage.pieces, int(stage.pieces * stage.done_s / stage.seconds))
                if piece > stage.told:
                    stage.told = piece
                    self._tell(stage, ProgressState.PROGRESS)
                if stage.done_s >= stage.seconds:
                    self._tell(stage, ProgressState.FINISHED)
                    branch.pop(0)
                    if branch:
                        self._tell(branch[0], ProgressState.STARTED)
            branches = [branch for branch in branches if branch]

    def _tell(self, stage: Running, state: ProgressState) -> None:
        self._forecast.note(stage.name, state, stage.told, stage.pieces)
        percent, left = self._forecast.percent(), self._forecast.remaining_s()
        assert percent is not None and left is not None
        self.told.append((self.now, percent, left))


def error(request: Request, whole: float) -> float:
    """The largest of what was told after the first fifth, over the whole time."""
    late = [(now, left) for now, _, left in request.told if now > 0.2 * whole]
    assert len(late) > 10
    return max(abs(now + left - whole) for now, left in late) / whole


@pytest.mark.parametrize("slower", [0.7, 1.0, 1.4])
@pytest.mark.parametrize(("megapixels", "faces"), [(0.25, 1), (1, 1), (4, 2), (1, 12), (0.25, 6), (12, 1)])
def test_after_the_first_fifth_the_whole_is_told_within_a_quarter(megapixels: float, faces: int, slower: float) -> None:
    request = Request(megapixels, faces, slower, shared=True)
    whole = request.run(experienced(shared=True))
    assert error(request, whole) < (0.05 if slower == 1.0 else 0.25)


@pytest.mark.parametrize(("megapixels", "faces"), [(0.5, 1), (1, 1), (1, 3), (4, 2)])
def test_so_it_is_where_nothing_is_shared(megapixels: float, faces: int) -> None:
    request = Request(megapixels, faces, 1.0, shared=False)
    whole = request.run(experienced(shared=False))
    assert error(request, whole) < 0.25


def test_the_percent_never_falls_and_ends_short_of_a_hundred() -> None:
    request = Request(4, 9, 1.3, shared=True)
    request.run(experienced(shared=True))
    told = [percent for _, percent, _ in request.told]
    assert told == sorted(told) and 0 <= told[0] < 5 and 90 < told[-1] <= 99


def test_without_experience_nothing_is_made_up() -> None:
    forecast = Forecast(Speeds(), work())
    forecast.note(StageName.DETECTOR, ProgressState.STARTED, 0, 0)
    assert forecast.percent() is None and forecast.remaining_s() is None
