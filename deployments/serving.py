"""The stages as Serve deployments, derived from STAGES.

A deployment imports its stage only in its constructor, so that what merely names the deployments (the builder) starts
in a second instead of loading torch.
"""

from __future__ import annotations

import asyncio
import contextvars
import dataclasses
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import ray
from ray import serve
from ray.serve import Deployment

from deployments.config import StageConfig
from deployments.contract import StageReport, StageResult, Tiles
from deployments.errors import StageError
from deployments.runtime.gpu_grant import grant_gpus
from deployments.runtime.inference_thread import InferenceThread
from deployments.runtime.stage import Stage
from deployments.serve_recorder import ServeRecorder, log_through_serve
from deployments.stages import STAGES, CallMode, StageName
from deployments.telemetry import BATCH_SIZE, MEMORY_RETRIES, Recorder

PROGRESS_INTERVAL_S = 0.25
"""Seconds between two words of progress: each takes time of stage and ingress, for which the photo's own work waits."""


class StageDeployment:
    """A stage behind an inference thread. Subclasses differ in how they pass calls on."""

    _at_once = 1
    """See InferenceThread."""

    def __init__(self, load: Callable[[Any], Stage], config: StageConfig, record: Recorder | None = None) -> None:
        """`load(config)` gives the stage: StageSpec.load, or in tests something quicker. `record`: by default Ray's."""
        log_through_serve()
        self._record = record or ServeRecorder()
        if ray.is_initialized():
            grant_gpus(ray.get_gpu_ids())  # before anything looks for a GPU
        self._stage = load(config)
        self._told_retries = 0
        stage = self._stage
        self._thread = InferenceThread(stage.name, stage.prepare_thread, stage.probe, self._at_once)

    async def report(self) -> StageReport:
        """What runs here."""
        return dataclasses.replace(self._stage.report, unit_s=self._stage.unit_s)

    def check_health(self) -> None:
        """Called by Serve; raises where the replica has to be replaced."""
        self._thread.check()

    async def _run(self, method: str, arguments: tuple[Any, ...], *more: Any) -> StageResult[Any]:
        """Call the stage's `method` in the thread; `more` are arguments that do not decide which model runs."""
        try:
            result = await self._thread.run(getattr(self._stage, method), *arguments, *more)
        finally:
            retries = self._stage.memory_retries
            self._record(MEMORY_RETRIES, retries - self._told_retries, stage=self._stage.name)
            self._told_retries = retries
        models, notes = self._stage.models_used(*arguments), self._stage.report.notes
        return dataclasses.replace(result, models=models, notes=notes)


class SingleDeployment(StageDeployment):
    """Calls one after the other."""

    async def call(self, method: str, *arguments: Any) -> StageResult[Any]:
        """The result of the stage's `method`."""
        return await self._run(method, arguments)


class BatchedDeployment(StageDeployment):
    """Items of different requests share a batch; see Stage for the twin of its method that takes a list."""

    def __init__(self, load: Callable[[Any], Stage], config: Any, record: Recorder | None = None) -> None:
        """`config` has `max_batch_size` and `batch_wait_s`."""
        super().__init__(load, config, record)
        # Decorated here and not in the class, where all instances would share one queue.
        batch = serve.batch(max_batch_size=config.max_batch_size, batch_wait_timeout_s=config.batch_wait_s)
        self._batched = batch(self._run_batch)

    async def call(self, method: str, item: Any) -> StageResult[Any]:
        """The result for one item; the times are those of its whole batch.

        Raises what the stage raises for this item, whatever it shares the batch with.
        """
        self._stage.check(item)
        result = await self._batched((method, item, contextvars.copy_context()))
        if isinstance(result.value, StageError):
            raise result.value
        return result

    async def _run_batch(self, calls: list[tuple[str, Any, contextvars.Context]]) -> list[StageResult[Any]]:
        # Serve raises an exception for a whole batch, so one item's failure has to be a value until `call`. It runs in
        # the first caller's context, so that its log lines have a request's id.
        (method, _, context), items = calls[0], [item for _, item, _ in calls]
        self._record(BATCH_SIZE, len(items), stage=self._stage.name)
        batch = await asyncio.create_task(self._run(f"{method}_each", (items,)), context=context)
        return [dataclasses.replace(batch, value=value) for value in batch.value]


class StreamedDeployment(StageDeployment):
    """Progress on the way. The stage's method takes a callback `(done, total)` after its other arguments.

    Calls take turns, piece by piece; Serve's `max_ongoing_requests` says how many there are.
    """

    _at_once = 16

    async def stream(self, method: str, *arguments: Any) -> AsyncIterator[Tiles | StageResult[Any]]:
        """Yields Tiles a few times a second while the work goes on, and last the result."""
        loop = asyncio.get_running_loop()
        progress: asyncio.Queue[Tiles | None] = asyncio.Queue()
        told = float("-inf")

        def on_progress(done: int, total: int) -> None:
            nonlocal told
            now = time.monotonic()
            if done == total or now - told >= PROGRESS_INTERVAL_S:
                told = now
                loop.call_soon_threadsafe(progress.put_nowait, Tiles(done, total))

        work = asyncio.create_task(self._run(method, arguments, on_progress))
        work.add_done_callback(lambda _: progress.put_nowait(None))
        try:
            while (tiles := await progress.get()) is not None:
                yield tiles
            yield await work
        finally:
            work.cancel()


_BY_MODE: dict[CallMode, type[StageDeployment]] = {
    CallMode.SINGLE: SingleDeployment,
    CallMode.BATCHED: BatchedDeployment,
    CallMode.STREAMED: StreamedDeployment,
}

DEPLOYMENTS: dict[StageName, Deployment] = {
    spec.name: serve.deployment(name=spec.name.capitalize())(_BY_MODE[spec.mode]) for spec in STAGES.values()
}
"""To be bound to a stage's `load` and config."""
