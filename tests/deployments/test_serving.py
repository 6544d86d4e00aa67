"""The deployments around a stage that needs no model: batches, progress, health, and what a result carries."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from deployments import telemetry
from deployments.config import RestorerConfig
from deployments.contract import StageReport, StageResult, Tiles
from deployments.errors import ContractViolation, InferenceFailed, OutOfMemory, StageError
from deployments.notes import Note, NoteCode
from deployments.runtime.inference_thread import IsCancelled
from deployments.runtime.stage import Stage
from deployments.serving import (
    DEPLOYMENTS,
    PROGRESS_INTERVAL_S,
    BatchedDeployment,
    SingleDeployment,
    StreamedDeployment,
)
from deployments.stages import STAGES, StageName
from tests.helpers.recorder import RecordedValues

NOTE = Note("A note.", NoteCode.NO_FACIAL_PRIOR)

BAD, REFUSED, TOO_LARGE = -1, -2, -3
LOST_GPU = "CUDA error: an illegal memory access was encountered"


class Doubler(Stage):
    """Doubles numbers; fails as it is told to."""

    name = StageName.RESTORER

    def __init__(self) -> None:
        self.batches: list[list[int]] = []

    @classmethod
    def load(cls, config: RestorerConfig) -> Doubler:
        return cls()

    @property
    def report(self) -> StageReport:
        return StageReport(self.name, ("doubler", "other"), "cpu", "float32", (NOTE,))

    def models_used(self, *arguments: Any) -> tuple[str, ...]:
        return ("doubler",)

    def check(self, item: int) -> None:
        if item == REFUSED:
            raise ContractViolation(self.name, "refused")

    def double(self, number: int, is_cancelled: IsCancelled) -> int:
        return 2 * number

    def double_each(self, numbers: list[int], is_cancelled: IsCancelled) -> list[int | StageError]:
        self.batches.append(numbers)
        time.sleep(0.05)
        failure = {BAD: InferenceFailed(self.name, "nan"), TOO_LARGE: OutOfMemory(self.name, "full")}
        return [failure.get(number, 2 * number) for number in numbers]

    def fail(self, message: str, is_cancelled: IsCancelled) -> None:
        raise InferenceFailed(self.name, message)

    def count(self, total: int, on_progress: Callable[[int, int], None], is_cancelled: IsCancelled) -> str:
        for done in range(total + 1):
            on_progress(done, total)
        return "done"


@pytest.fixture(autouse=True)
def _replica_context(monkeypatch: pytest.MonkeyPatch) -> None:
    """serve.batch looks at its deployment's queue, to warn of one that is shorter than a batch."""
    config = SimpleNamespace(max_ongoing_requests=8)
    monkeypatch.setattr("ray.serve.get_replica_context", lambda: SimpleNamespace(_deployment_config=config))


def batched(stage: Doubler) -> BatchedDeployment:
    return BatchedDeployment(lambda config: stage, RestorerConfig(max_batch_size=4, batch_wait_s=0.02))


async def test_batches_and_retries_for_memory_are_recorded() -> None:
    stage, record = Doubler(), RecordedValues()
    config = RestorerConfig(max_batch_size=4, batch_wait_s=0.02)
    deployment = BatchedDeployment(lambda config: stage, config, record)
    stage.memory_retries = 2
    await asyncio.gather(*(deployment.call("double", number) for number in range(6)))
    stage.memory_retries += 3
    await deployment.call("double", 1)
    assert sorted(record.of(telemetry.BATCH_SIZE, stage="restorer")) == [1, 2, 4]
    assert sum(record.of(telemetry.MEMORY_RETRIES, stage="restorer")) == 5


async def test_items_of_different_callers_share_a_batch_and_each_gets_its_own_result() -> None:
    stage = Doubler()
    deployment = batched(stage)
    results = await asyncio.gather(*(deployment.call("double", number) for number in range(6)))
    assert [result.value for result in results] == [0, 2, 4, 6, 8, 10]
    assert stage.batches == [[0, 1, 2, 3], [4, 5]]


async def test_an_item_that_fails_raises_for_its_own_caller_and_for_nobody_else() -> None:
    deployment = batched(Doubler())
    items = (1, BAD, 3, TOO_LARGE)
    results = await asyncio.gather(*(deployment.call("double", n) for n in items), return_exceptions=True)
    good = [result.value for result in results if isinstance(result, StageResult)]
    assert good == [2, 6] and isinstance(results[1], InferenceFailed) and results[1].stage is StageName.RESTORER
    assert isinstance(results[3], OutOfMemory)


async def test_an_item_that_fails_alone_raises() -> None:
    with pytest.raises(InferenceFailed, match="nan"):
        await batched(Doubler()).call("double", BAD)


async def test_an_item_that_breaks_the_contract_never_joins_a_batch() -> None:
    stage = Doubler()
    deployment = batched(stage)
    results = await asyncio.gather(*(deployment.call("double", n) for n in (1, REFUSED)), return_exceptions=True)
    assert isinstance(results[1], ContractViolation) and stage.batches == [[1]]


async def test_a_result_carries_the_models_that_ran_and_the_stages_notes() -> None:
    result = await batched(Doubler()).call("double", 1)
    assert result.models == ("doubler",) and result.notes == (NOTE,) and result.started < result.ended
    result = await SingleDeployment(Doubler.load, RestorerConfig()).call("double", 2)
    assert result.value == 4 and result.models == ("doubler",)


async def test_a_stream_yields_progress_and_last_the_result() -> None:
    deployment = StreamedDeployment(Doubler.load, RestorerConfig())
    *progress, last = [item async for item in deployment.stream("count", 1)]
    assert progress == [Tiles(0, 1), Tiles(1, 1)]
    assert isinstance(last, StageResult) and last.value == "done" and last.models == ("doubler",)


async def test_a_stream_tells_of_quick_pieces_a_few_times_a_second_and_always_of_the_first_and_the_last() -> None:
    deployment = StreamedDeployment(Doubler.load, RestorerConfig())
    began = time.monotonic()
    *progress, _ = [item async for item in deployment.stream("count", 20_000)]
    took_s = time.monotonic() - began
    assert progress[0] == Tiles(0, 20_000) and progress[-1] == Tiles(20_000, 20_000)
    assert len(progress) <= 2 + took_s / PROGRESS_INTERVAL_S


async def test_a_lost_gpu_makes_the_replica_unhealthy_and_another_failure_does_not() -> None:
    deployment = SingleDeployment(Doubler.load, RestorerConfig())
    with pytest.raises(InferenceFailed):
        await deployment.call("fail", "nan")
    deployment.check_health()
    with pytest.raises(InferenceFailed):
        await deployment.call("fail", LOST_GPU)
    with pytest.raises(RuntimeError, match="illegal memory access"):
        deployment.check_health()


def test_every_stage_has_a_deployment_named_after_it() -> None:
    assert {name: deployment.name for name, deployment in DEPLOYMENTS.items()} == {
        name: name.capitalize() for name in STAGES
    }
