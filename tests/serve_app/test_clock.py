"""When each stage worked for a request, told apart from waiting."""

from __future__ import annotations

import time

import pytest

from deployments.contract import Timed
from serve_app.clock import StageClock


def _clock(**work: list[tuple[float, float]]) -> StageClock:
    """A clock that has run for 10 seconds; `work` is in seconds since it began."""
    clock = StageClock()
    clock._began = time.time() - 10.0
    for stage, spans in work.items():
        for began, ended in spans:
            clock.note(stage, Timed(None, clock._began + began, clock._began + ended))
    return clock


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
    assert _clock(restorer=spans).timings_ms()["restorer"] == pytest.approx(covered_s * 1e3, abs=0.2)


def test_waiting_is_the_time_in_which_no_stage_worked() -> None:
    timings = _clock(detector=[(0, 2)], upscaler=[(1, 5)], metrics=[(7, 8)]).timings_ms()
    assert timings["waiting"] == pytest.approx(4000, abs=100)
    assert sum(timings[stage] for stage in ("detector", "upscaler", "metrics")) == pytest.approx(7000, abs=1)


def test_noting_hands_the_result_on() -> None:
    assert StageClock().note("metrics", Timed("result", 1.0, 2.0)) == "result"


def test_work_that_fails_is_measured_all_the_same() -> None:
    clock = StageClock()

    def fail() -> None:
        with clock.measure("compose"):
            time.sleep(0.02)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert clock.timings_ms()["compose"] >= 19
