"""What Ray raises becomes an error of the stage, after one more try where a replica died."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from ray.exceptions import RayActorError, RayTaskError
from ray.serve.exceptions import BackPressureError, DeploymentUnavailableError

from deployments.errors import InferenceFailed, OutOfMemory, StageBusy, StageError, StageLost
from deployments.stages import StageName
from serve_app.stage_client import retry_lost

BUSY = BackPressureError.__new__(BackPressureError)
GONE = DeploymentUnavailableError.__new__(DeploymentUnavailableError)


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


@pytest.mark.parametrize("lost", [RayActorError(), GONE], ids=["died", "unavailable"])
async def test_a_call_whose_replica_died_is_tried_once_more(lost: Exception) -> None:
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
        (_task_error(InferenceFailed(StageName.RESTORER, "nan")), InferenceFailed),
        (_task_error(OutOfMemory(StageName.RESTORER, "full")), OutOfMemory),
    ],
    ids=["queue full", "cancelled", "failed", "out of memory"],
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
