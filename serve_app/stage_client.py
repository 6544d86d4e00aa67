"""Client for the stages' Serve deployments.

Passes images by reference, retries a call once if its replica dies, and raises StageBusy when a queue is full.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeVar, cast

import ray
from ray import serve
from ray.exceptions import RayActorError, RayTaskError
from ray.serve.exceptions import BackPressureError, DeploymentUnavailableError, ReplicaUnavailableError
from ray.serve.handle import DeploymentHandle
from ray.serve.schema import ReplicaState

from deployments.contract import Image, StageReport, StageResult, Tiles
from deployments.errors import NotReady, StageBusy, StageError, StageLost
from deployments.stages import STAGES, CallMode, StageName
from serve_app.pipeline.stages import OnTiles, StageClient, StageState

T = TypeVar("T")

_LOST = (RayActorError, DeploymentUnavailableError, ReplicaUnavailableError)
_REPORT_TIMEOUT_S = 1.0
REPORT_LIFETIME_S = 10.0
"""After this time a report is asked for again: a replica that was replaced may have found other weights."""


class RayStageClient(StageClient):
    """Calls over deployment handles."""

    def __init__(self, handles: dict[str, DeploymentHandle]) -> None:
        """`handles` by the names of the stages."""
        self._handles = handles
        self._reports: dict[StageName, tuple[float, StageReport]] = {}
        self._renewals: set[asyncio.Future[list[None]]] = set()

    async def share(self, image: Image) -> ray.ObjectRef[Any]:
        """Put the image into the object store once; every stage on this machine maps the same memory."""
        return await asyncio.to_thread(ray.put, image)

    async def call(
        self, stage: StageName, method: str, *arguments: Any, on_tiles: OnTiles | None = None
    ) -> StageResult[Any]:
        """See StageClient.call."""
        handle = self._handles[stage]
        if STAGES[stage].mode is CallMode.STREAMED:
            streaming = handle.options(stream=True)
            return await retry_lost(
                stage, lambda: _last_of(stage, streaming.stream.remote(method, *arguments), on_tiles)
            )
        return await retry_lost(stage, lambda: _await_or_cancel(handle.call.remote(method, *arguments)))

    async def require_ready(self) -> None:
        """See StageClient.require_ready.

        Answers from cached reports at once and refreshes them in the background, because a busy stage answers slowly.
        """
        renewal = asyncio.gather(*(self._refresh(stage) for stage in STAGES))
        if len(self._reports) == len(STAGES):
            self._renewals.add(renewal)  # asyncio itself keeps no reference to what runs
            renewal.add_done_callback(self._renewals.discard)
        else:
            await renewal
        for stage in STAGES:
            if stage not in self._reports:
                raise NotReady(stage, "the stage has not reported yet")

    async def states(self) -> dict[StageName, StageState]:
        """Each stage's replicas, as Serve's controller counts them, and its report."""
        app = serve.get_replica_context().app_name
        overview, _ = await asyncio.gather(
            asyncio.to_thread(serve.status), asyncio.gather(*(self._refresh(stage) for stage in STAGES))
        )
        deployments = overview.applications[app].deployments
        states = {}
        for stage in STAGES:
            found = deployments.get(self._handles[stage].deployment_name)
            running = found.replica_states.get(ReplicaState.RUNNING, 0) if found else 0
            report = self._reports[stage][1] if stage in self._reports else None
            ready = running > 0 and report is not None
            problem = None if ready else (found.message if found else "") or "still loading"
            states[stage] = StageState(running, report, problem)
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
        except (TimeoutError, BackPressureError, *_LOST) as error:
            if isinstance(error, TimeoutError):
                _cancel(response)
            if stage in self._reports:
                self._reports[stage] = (time.monotonic(), self._reports[stage][1])


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


async def retry_lost(stage: StageName, attempt: Callable[[], Awaitable[T]]) -> T:
    """Await `attempt()`, and once more if the replica died under it; what Ray raises becomes an error of the stage."""
    for is_last in (False, True):
        try:
            return await attempt()
        except BackPressureError as error:
            raise StageBusy(stage, "the queue is full") from error
        except _LOST as error:
            if is_last:
                raise StageLost(stage, str(error)) from error
        except asyncio.CancelledError as error:
            # Serve raises it also where the call was cancelled by somebody else than our own caller.
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            raise StageLost(stage, "the call was cancelled") from error
        except RayTaskError as error:
            if isinstance(error.cause, StageError):
                raise error.cause from error
            raise
    raise AssertionError("unreachable")
