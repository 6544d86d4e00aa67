"""The open-loop load test: arrivals, latency from when a request was due, and where it may be sent."""

from __future__ import annotations

import asyncio

import httpx
import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from load.open_loop import Outcome, arrivals, main, photo, require_this_machine, run
from tests.helpers.fakes import FakeStages, make_app


def test_arrivals_are_poisson_and_always_the_same() -> None:
    due = np.array(arrivals(20.0, 200.0))
    assert list(due) == arrivals(20.0, 200.0) and (np.diff(due) > 0).all() and due.max() < 200
    assert len(due) == pytest.approx(4000, rel=0.05)
    gaps = np.diff(due)
    assert gaps.std() == pytest.approx(gaps.mean(), rel=0.1), "exponential gaps deviate by their mean"


@pytest.mark.parametrize(
    "url", ["http://10.0.0.1:8000", "http://192.168.1.2", "http://203.0.113.9", "http://example.org", "x"]
)
def test_it_is_sent_to_this_machine_only(url: str) -> None:
    with pytest.raises(ValueError):
        require_this_machine(url)
    with pytest.raises(SystemExit):
        main([url])


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000", "http://localhost:8000", "http://[::1]:1"])
def test_this_machine_has_several_names(url: str) -> None:
    require_this_machine(url)


@pytest.mark.slow
async def test_a_slow_service_is_charged_from_when_requests_were_due() -> None:
    stages = FakeStages(gate=asyncio.Event())
    app = Starlette(routes=[Mount("/api", make_app(stages, limits={"max_concurrent": 1, "max_waiting": 2}))])

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x") as client:
        load = asyncio.create_task(run(client, 10.0, 1.0, photo(0.05), 1))
        await asyncio.sleep(2.5)  # long after the last was due, on a slow machine too
        assert stages.gate is not None
        stages.gate.set()
        outcome = await load
    sent = len(arrivals(10.0, 1.0))
    assert len(outcome.latencies_s) == 3 and outcome.others == {"503 stage_busy": sent - 3}
    assert max(outcome.latencies_s) > 2.0, "the wait for the first answer was left out"
    assert outcome.goodput(0.01) == 0.0 and 0.3 < outcome.goodput(60.0) < 3.0 / 2.5
    assert f"| {sent} | 3 |" in outcome.row(60.0) and "503 stage_busy" in outcome.row(60.0)


def test_a_rate_without_an_answer_has_a_row_too() -> None:
    assert "| - | - | - | 0.000 | none |" in Outcome(1.0, 10.0).row(5.0)
