"""What Ray raises becomes an error of the stage, after one more try where a replica died."""

from __future__ import annotations

from typing import Any

import pytest
from ray.exceptions import RayActorError, RayTaskError, TaskCancelledError
from ray.serve.exceptions import BackPressureError, DeploymentUnavailableError

from deployments.contract import InferenceFailed, OutOfMemory, StageError
from serve_app.errors import StageBusy, StageLost
from serve_app.stages import _retried

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
    assert await _retried("restorer", _Call(lost, "result")) == "result"
    twice = _Call(lost, lost, "result")
    with pytest.raises(StageLost, match=r"^restorer: "):
        await _retried("restorer", twice)
    assert twice.outcomes == ["result"]


@pytest.mark.parametrize(
    ("raised", "becomes"),
    [
        (BUSY, StageBusy),
        (TaskCancelledError(), StageLost),
        (_task_error(InferenceFailed("restorer", "nan")), InferenceFailed),
        (_task_error(OutOfMemory("restorer", "full")), OutOfMemory),
    ],
    ids=["queue full", "cancelled", "failed", "out of memory"],
)
async def test_other_failures_are_told_at_once(raised: Exception, becomes: type[StageError]) -> None:
    call = _Call(raised, "result")
    with pytest.raises(becomes) as found:
        await _retried("restorer", call)
    assert found.value.stage == "restorer" and call.outcomes == ["result"]


async def test_what_is_no_error_of_a_stage_is_not_disguised_as_one() -> None:
    with pytest.raises(RayTaskError):
        await _retried("restorer", _Call(_task_error(ZeroDivisionError("x"))))
