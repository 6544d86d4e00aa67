"""When each stage worked for a request, told apart from waiting."""

from __future__ import annotations

import time

import pytest

from deployments.contract import StageResult
from deployments.errors import Step
from deployments.stages import StageName
from serve_app.pipeline.timings import StageTimings


def _timings(**work: list[tuple[float, float]]) -> StageTimings:
    """Of a request that started 10 seconds ago; `work` is in seconds since then."""
    started = time.time() - 10.0
    timings = StageTimings(started)
    for stage, intervals in work.items():
        for begin, end in intervals:
            timings.record(StageName(stage), StageResult(None, started + begin, started + end))
    return timings


@pytest.mark.parametrize(
    ("spans", "covered_s"),
    [
        ([(1, 3)], 2),
        ([(1, 3), (5, 6)], 3),
        ([(1, 4), (2, 6)], 5),
        ([(1, 6), (2, 3)], 5),
        ([(5, 6), (1, 2), (1, 2)], 2),
        ([(1, 2), (2, 3)], 2),
    ],
)
def test_a_stages_time_is_the_union_of_its_intervals(spans: list[tuple[float, float]], covered_s: float) -> None:
    assert _timings(restorer=spans).as_ms()["restorer"] == pytest.approx(covered_s * 1e3, abs=0.2)


def test_waiting_is_the_time_in_which_no_stage_worked() -> None:
    timings = _timings(detector=[(0, 2)], upscaler=[(1, 5)], metrics=[(7, 8)]).as_ms()
    assert timings["waiting"] == pytest.approx(4000, abs=100)
    assert sum(timings[stage] for stage in ("detector", "upscaler", "metrics")) == pytest.approx(7000, abs=1)


def test_shares_add_up_to_the_time_in_which_anything_worked() -> None:
    timings = _timings(detector=[(0, 2)], upscaler=[(1, 5)], restorer=[(2, 3), (2.5, 4)], metrics=[(7, 8)])
    shares = timings.shares_ms()
    assert shares["detector"] == pytest.approx(1500, abs=1) and shares["metrics"] == pytest.approx(1000, abs=1)
    assert shares["restorer"] == pytest.approx(1000, abs=1), "two calls of one stage at once are one stage at work"
    assert shares["upscaler"] == pytest.approx(500 + 1000 + 1000, abs=1)
    assert sum(shares.values()) == pytest.approx(6000, abs=1)


def test_work_that_fails_is_measured_all_the_same() -> None:
    timings = StageTimings()

    def fail() -> None:
        with timings.timed(Step.COMPOSE):
            time.sleep(0.02)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert timings.as_ms()["compose"] >= 19
