"""Client for the stages' Serve deployments.

Passes images by reference, retries a call once if its replica dies, and raises StageBusy when a queue is full.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from enum import StrEnum
from typing import Any, TypeVar, cast

import ray
from ray import serve
from ray.exceptions import (
    LocalRayletDiedError,
    NodeDiedError,
    ObjectLostError,
    ObjectStoreFullError,
    OutOfDiskError,
    RayActorError,
    RayError,
    RayTaskError,
    WorkerCrashedError,
)
from ray.exceptions import OutOfMemoryError as RayOutOfMemoryError
from ray.serve.exceptions import BackPressureError, DeploymentUnavailableError, ReplicaUnavailableError
from ray.serve.handle import DeploymentHandle
from ray.serve.schema import ReplicaState

from deployments.contract import Image, StageReport, StageResult, Tiles
from deployments.errors import NotReady, OutOfMemory, StageBusy, StageError, StageLost, Step
from deployments.stages import STAGES, CallMode, StageName
from serve_app.pipeline.stages import OnTiles, StageClient, StageState

T = TypeVar("T")

_LOST = (
    RayActorError,  # the replica died
    NodeDiedError,
    WorkerCrashedError,
    RayOutOfMemoryError,  # Ray's memory monitor killed it
    ObjectLostError,  # what it was sent or returned was on a node that is gone
    LocalRayletDiedError,
    DeploymentUnavailableError,
    ReplicaUnavailableError,
)
_STORE_FULL = (ObjectStoreFullError, OutOfDiskError)
_OF_RAY = (RayError, BackPressureError, DeploymentUnavailableError, ReplicaUnavailableError)
"""All that a call of a stage may raise, where the stage itself raises nothing; Serve's own have no common base."""
_CONTROLLER_TIMEOUT_S = 3.0
STATES_LIFETIME_S = 1.0
_REPORT_TIMEOUT_S = 1.0
RESTART_WAIT_S = 20.0
"""Longer than Serve needs to notice that a replica is gone and to load another: 10 to 14 s on two cores."""
_RESTART_POLL_S = 0.5
REPORT_LIFETIME_S = 10.0
"""After this time a report is asked for again: a replica that was replaced may have found other weights."""


class RayStageClient(StageClient):
    """Calls over deployment handles."""

    def __init__(self, handles: dict[str, DeploymentHandle]) -> None:
        """`handles` by the names of the stages."""
        self._handles = handles
        self._reports: dict[StageName, tuple[float, StageReport]] = {}
        self._was_ready = False
        self._states: asyncio.Future[dict[StageName, StageState]] | None = None
        self._asked = float("-inf")

    async def share(self, image: Image) -> ray.ObjectRef[Any]:
        """Put the image into the object store once; every stage on this machine maps the same memory."""
        return await retry_lost(Step.INGRESS, lambda: asyncio.to_thread(ray.put, image))

    async def call(
        self, stage: StageName, method: str, *arguments: Any, on_tiles: OnTiles | None = None
    ) -> StageResult[Any]:
        """See StageClient.call."""
        sent = time.time()
        return on_our_clock(await self._send(stage, method, arguments, on_tiles), sent)

    async def _send(
        self, stage: StageName, method: str, arguments: tuple[Any, ...], on_tiles: OnTiles | None
    ) -> StageResult[Any]:
        handle = self._handles[stage]
        if STAGES[stage].mode is CallMode.STREAMED:
            streaming = handle.options(stream=True)
            return await retry_lost(
                stage, lambda: _last_of(stage, streaming.stream.remote(method, *arguments), on_tiles)
            )
        return await retry_lost(stage, lambda: _await_or_cancel(handle.call.remote(method, *arguments)))

    async def require_ready(self) -> None:
        """See StageClient.require_ready.

        A stage is ready once Serve runs a replica of it: its constructor has loaded and warmed up the model. A new
        ingress may find a stage that is just being replaced, as after a redeployment, so a stage has RESTART_WAIT_S to
        appear. Once all were ready they are not asked for any more: a call to a stage that is lost waits for the next
        replica by itself, or raises StageLost.
        """
        until = time.monotonic() + RESTART_WAIT_S
        while not self._was_ready:
            missing = {stage: state for stage, state in (await self.states()).items() if not state.replicas}
            if not missing:
                self._was_ready = True
            elif time.monotonic() > until:
                stage, state = next(iter(missing.items()))
                raise NotReady(stage, state.problem or "no replica runs")
            else:
                await asyncio.sleep(_RESTART_POLL_S)

    async def states(self) -> dict[StageName, StageState]:
        """Each stage's replicas, as Serve's controller counts them, and its report.

        Callers share one question to the controller, and an answer serves for STATES_LIFETIME_S.
        """
        if self._states is None or (self._states.done() and time.monotonic() - self._asked > STATES_LIFETIME_S):
            self._asked = time.monotonic()
            self._states = asyncio.ensure_future(self._ask_for_states())
        return await asyncio.shield(self._states)

    async def reports(self) -> dict[StageName, StageReport]:
        """See StageClient.reports."""
        return {stage: state.report for stage, state in (await self.states()).items() if state.report is not None}

    async def _ask_for_states(self) -> dict[StageName, StageState]:
        try:
            async with asyncio.timeout(_CONTROLLER_TIMEOUT_S):
                overview = await asyncio.to_thread(serve.status)
        except (TimeoutError, RayError) as error:
            why = f"Serve's controller does not answer ({type(error).__name__})"
            return {stage: StageState(0, None, why) for stage in STAGES}
        await asyncio.gather(*(self._refresh(stage) for stage in STAGES))
        deployments = overview.applications[serve.get_replica_context().app_name].deployments
        states = {}
        for stage in STAGES:
            found = deployments.get(self._handles[stage].deployment_name)
            running = found.replica_states.get(ReplicaState.RUNNING, 0) if found else 0
            problem = None if running else (found.message if found else "") or "still loading"
            states[stage] = StageState(running, self._reports.get(stage, (0.0, None))[1], problem)
        return states

    async def _refresh(self, stage: StageName) -> None:
        """Ask a stage for its report, unless the cached one is fresh. A stage too busy to answer keeps its last."""
        asked, _ = self._reports.get(stage, (float("-inf"), None))
        if time.monotonic() - asked < REPORT_LIFETIME_S:
            return
        response = self._handles[stage].report.remote()
        try:
            async with asyncio.timeout(_REPORT_TIMEOUT_S):
                self._reports[stage] = (time.monotonic(), await response)
        except (TimeoutError, *_OF_RAY) as error:
            if isinstance(error, TimeoutError):
                _cancel(response)
            if stage in self._reports:
                self._reports[stage] = (time.monotonic(), self._reports[stage][1])


def on_our_clock(result: StageResult[Any], sent: float) -> StageResult[Any]:
    """Place the time in which a stage worked at the end of the call, on this machine's clock.

    The replica may be on another machine, whose clock differs; only the duration can be taken from it.
    """
    now = time.time()
    worked = min(max(0.0, result.ended - result.started), max(0.0, now - sent))
    return dataclasses.replace(result, started=now - worked, ended=now)


async def _last_of(stage: StageName, stream: Any, on_tiles: OnTiles | None) -> StageResult[Any]:
    """The result that ends a streamed call; progress goes to `on_tiles`."""
    try:
        async for item in cast(AsyncIterator[Tiles | StageResult[Any]], stream):
            if isinstance(item, StageResult):
                return item
            if on_tiles is not None:
                on_tiles(item.done, item.total)
    except asyncio.CancelledError:
        _cancel(stream)
        raise
    raise StageLost(stage, "the stream ended without a result")


async def _await_or_cancel(response: Any) -> Any:
    """Await a call; if the caller leaves, the call is cancelled too."""
    try:
        return await response
    except asyncio.CancelledError:
        _cancel(response)
        raise


def _cancel(response: Any) -> None:
    """Cancel a call whose caller has left. If it failed meanwhile, Ray raises that failure, which nobody awaits."""
    with contextlib.suppress(Exception):
        response.cancel()


async def retry_lost(stage: StrEnum, attempt: Callable[[], Awaitable[T]]) -> T:
    """Await `attempt()`, and once more if the replica died under it; what Ray raises becomes an error of the stage."""
    for is_last in (False, True):
        try:
            return await attempt()
        except asyncio.CancelledError as error:
            # Serve raises it also where the call was cancelled by somebody else than our own caller.
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            raise StageLost(stage, "the call was cancelled") from error
        except _OF_RAY as error:
            cause = error.cause if isinstance(error, RayTaskError) else error
            if isinstance(cause, StageError):
                raise cause from error
            if isinstance(cause, BackPressureError):
                raise StageBusy(stage, "the queue is full") from error
            if isinstance(cause, _STORE_FULL):
                raise OutOfMemory(stage, "Ray's object store is full") from error
            if not isinstance(cause, _LOST):
                raise
            if is_last:
                raise StageLost(stage, str(cause)) from error
    raise AssertionError("unreachable")
