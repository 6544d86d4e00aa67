"""What the client knows of the stages' state, however slow the controller or a busy stage is."""

from __future__ import annotations

import asyncio
import time
from types import SimpleNamespace
from typing import Any

import pytest
from ray.exceptions import RayActorError
from ray.serve.exceptions import BackPressureError, DeploymentUnavailableError, ReplicaUnavailableError
from ray.serve.schema import ReplicaState

from deployments.contract import StageReport
from deployments.errors import NotReady
from deployments.stages import STAGES, StageName
from serve_app import stage_client
from serve_app.stage_client import RayStageClient


class Handle:
    """A deployment handle whose `report` answers, or never does."""

    def __init__(self, stage: StageName, busy: bool = False) -> None:
        self.deployment_name = stage.capitalize()
        self.report = SimpleNamespace(remote=lambda: Response(StageReport(stage, ("m",), "cpu", "float32"), busy))


class Response:
    def __init__(self, report: StageReport, busy: bool) -> None:
        self._report, self._busy = report, busy

    def __await__(self) -> Any:
        return self._wait().__await__()

    async def _wait(self) -> StageReport:
        if self._busy:
            await asyncio.Event().wait()
        return self._report

    def cancel(self) -> None:
        pass


class Controller:
    """Serve's, as `serve.status` asks it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, running: dict[StageName, int], delay_s: float = 0.0) -> None:
        self.asked = 0
        self.running, self.delay_s = running, delay_s
        monkeypatch.setattr(stage_client.serve, "status", self.status)
        monkeypatch.setattr(stage_client.serve, "get_replica_context", lambda: SimpleNamespace(app_name="visage"))

    def status(self) -> Any:
        self.asked += 1
        time.sleep(self.delay_s)
        deployments = {
            stage.capitalize(): SimpleNamespace(replica_states={ReplicaState.RUNNING: count}, message="loading")
            for stage, count in self.running.items()
        }
        return SimpleNamespace(applications={"visage": SimpleNamespace(deployments=deployments)})


def client(busy: StageName | None = None) -> RayStageClient:
    return RayStageClient({str(stage): Handle(stage, stage is busy) for stage in STAGES})  # type: ignore[misc]


ALL_RUN = dict.fromkeys(STAGES, 1)


async def test_many_who_ask_at_once_cost_one_question_and_so_does_a_second_of_asking(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    controller, stages = Controller(monkeypatch, ALL_RUN, 0.05), client()
    await asyncio.gather(*(stages.states() for _ in range(50)))
    await stages.states()
    assert controller.asked == 1


async def test_one_who_leaves_does_not_take_the_question_along(monkeypatch: pytest.MonkeyPatch) -> None:
    Controller(monkeypatch, ALL_RUN, 0.05)
    stages = client()
    leaving = asyncio.create_task(stages.states())
    staying = asyncio.create_task(stages.states())
    await asyncio.sleep(0.01)
    leaving.cancel()
    assert set(await staying) == set(STAGES)


async def test_a_controller_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage_client, "_CONTROLLER_TIMEOUT_S", 0.1)
    Controller(monkeypatch, ALL_RUN, 0.5)
    states = await client().states()
    assert all(state.problem is not None and "controller" in state.problem for state in states.values())


async def test_a_stage_that_is_too_busy_to_report_is_ready_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a new ingress replica finds it: until now it answered 503 for as long as the stage worked."""
    monkeypatch.setattr(stage_client, "_REPORT_TIMEOUT_S", 0.1)
    Controller(monkeypatch, ALL_RUN)
    stages = client(busy=StageName.UPSCALER)
    await stages.require_ready()
    state = (await stages.states())[StageName.UPSCALER]
    assert state.problem is None and state.report is None and state.replicas == 1


async def test_a_stage_without_a_replica_is_not_ready_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage_client, "RESTART_WAIT_S", 0.0)
    controller = Controller(monkeypatch, ALL_RUN | {StageName.RESTORER: 0})
    stages = client()
    with pytest.raises(NotReady, match="restorer: loading"):
        await stages.require_ready()
    monkeypatch.setattr(stage_client, "STATES_LIFETIME_S", 0.0)
    controller.running = ALL_RUN
    await stages.require_ready()
    asked = controller.asked
    await stages.require_ready()
    assert controller.asked == asked, "once all were ready, a request asks no controller"


@pytest.mark.parametrize(
    "raised",
    [
        DeploymentUnavailableError("Restorer"),  # type: ignore[arg-type]
        ReplicaUnavailableError("draining"),
        BackPressureError(1, 1),
        RayActorError(),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_a_stage_that_failed_to_deploy_is_not_ready_whatever_ray_raises(
    raised: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Serve's own words were the response, as a plain 500, where a stage could not load its weights."""

    async def fail() -> StageReport:
        raise raised

    monkeypatch.setattr(stage_client, "RESTART_WAIT_S", 0.0)
    Controller(monkeypatch, ALL_RUN | {StageName.RESTORER: 0})
    handles = {str(stage): Handle(stage) for stage in STAGES}
    handles[StageName.RESTORER].report = SimpleNamespace(remote=fail)
    with pytest.raises(NotReady, match="restorer: loading"):
        await RayStageClient(handles).require_ready()  # type: ignore[arg-type]


async def test_a_stage_that_is_being_replaced_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a new ingress replica finds it after a redeployment: until now its first requests were refused."""
    monkeypatch.setattr(stage_client, "STATES_LIFETIME_S", 0.0)
    controller = Controller(monkeypatch, ALL_RUN | {StageName.UPSCALER: 0})
    waiting = asyncio.create_task(client().require_ready())
    await asyncio.sleep(0.1)
    assert not waiting.done()
    controller.running = ALL_RUN
    await asyncio.wait_for(waiting, 5.0)
