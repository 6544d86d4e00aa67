"""What Ray raises becomes an error of the stage, after one more try where a replica died."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest
from ray.exceptions import (
    NodeDiedError,
    ObjectLostError,
    ObjectStoreFullError,
    OutOfDiskError,
    OutOfMemoryError,
    OwnerDiedError,
    RayActorError,
    RayTaskError,
    WorkerCrashedError,
)
from ray.serve._private.common import DeploymentID
from ray.serve.exceptions import BackPressureError, DeploymentUnavailableError

from deployments.contract import StageResult
from deployments.errors import InferenceFailed, OutOfMemory, StageBusy, StageError, StageLost
from deployments.stages import StageName
from serve_app.stage_client import on_our_clock, retry_lost

BUSY = BackPressureError(num_queued_requests=4, max_queued_requests=4)
GONE = DeploymentUnavailableError(DeploymentID("Restorer"))


def _task_error(cause: Exception) -> RayTaskError:
    return RayTaskError("restore", "traceback", cause)


class _Call:
    """Raises each of `outcomes` that is an error, in order; returns the first that is none."""

    def __init__(self, *outcomes: Any) -> None:
        self.outcomes = list(outcomes)

    async def __call__(self) -> Any:
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome


LOST = [
    RayActorError(),
    NodeDiedError("the node is gone"),
    WorkerCrashedError(),
    OutOfMemoryError("the memory monitor killed it"),
    ObjectLostError("00", None, "call"),
    OwnerDiedError("00", None, "call"),
    GONE,
]


@pytest.mark.parametrize("wrap", [lambda error: error, lambda error: _task_error(error)], ids=["plain", "in a task"])
@pytest.mark.parametrize("lost", LOST, ids=lambda error: type(error).__name__)
async def test_a_call_whose_replica_died_is_tried_once_more(
    lost: Exception, wrap: Callable[[Exception], Exception]
) -> None:
    lost = wrap(lost)
    assert await retry_lost(StageName.RESTORER, _Call(lost, "result")) == "result"
    twice = _Call(lost, lost, "result")
    with pytest.raises(StageLost, match=r"^restorer: "):
        await retry_lost(StageName.RESTORER, twice)
    assert twice.outcomes == ["result"]


@pytest.mark.parametrize(
    ("raised", "becomes"),
    [
        (BUSY, StageBusy),
        (asyncio.CancelledError(), StageLost),
        (ObjectStoreFullError("full"), OutOfMemory),
        (_task_error(OutOfDiskError("full")), OutOfMemory),
        (_task_error(InferenceFailed(StageName.RESTORER, "nan")), InferenceFailed),
        (_task_error(OutOfMemory(StageName.RESTORER, "full")), OutOfMemory),
    ],
    ids=["queue full", "cancelled", "store full", "disk full", "failed", "out of memory"],
)
async def test_other_failures_are_told_at_once(raised: Exception, becomes: type[StageError]) -> None:
    call = _Call(raised, "result")
    with pytest.raises(becomes) as found:
        await retry_lost(StageName.RESTORER, call)
    assert found.value.stage == "restorer" and call.outcomes == ["result"]


async def test_what_is_no_error_of_a_stage_is_not_disguised_as_one() -> None:
    with pytest.raises(RayTaskError):
        await retry_lost(StageName.RESTORER, _Call(_task_error(ZeroDivisionError("x"))))


async def test_a_caller_that_leaves_is_not_told_that_the_stage_was_lost() -> None:
    entered = asyncio.Event()

    async def wait_forever() -> None:
        entered.set()
        await asyncio.Event().wait()

    call = asyncio.create_task(retry_lost(StageName.RESTORER, wait_forever))
    await entered.wait()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call


@pytest.mark.parametrize("skew_s", [0.0, 3600.0, -3600.0])
def test_a_machine_with_another_clock_does_not_spoil_the_timings(skew_s: float) -> None:
    now = time.time()
    there = StageResult("value", now - 2 + skew_s, now - 1 + skew_s, ("model",))
    here = on_our_clock(there, now - 3)
    assert here.ended == pytest.approx(now, abs=0.5) and here.ended - here.started == pytest.approx(1.0)
    assert here.value == "value" and here.models == ("model",)
    longer_than_the_call = on_our_clock(StageResult(None, now - 100, now), now - 3)
    assert longer_than_the_call.ended - longer_than_the_call.started == pytest.approx(3.0, abs=0.5)
