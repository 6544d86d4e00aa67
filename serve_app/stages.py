"""The five stages as Serve deployments: references to images, one retry on a lost replica, queues that say no."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeVar, cast

import ray
from ray import serve
from ray.exceptions import RayActorError, RayTaskError, TaskCancelledError
from ray.serve.exceptions import BackPressureError, DeploymentUnavailableError, ReplicaUnavailableError
from ray.serve.handle import DeploymentHandle
from ray.serve.schema import ReplicaState

from deployments.contract import Face, Identity, Image, Quality, RestoredFace, StageError, StageReport, Tiles, Timed
from serve_app.errors import NotReady, StageBusy, StageLost
from serve_app.schemas import StageStatus

T = TypeVar("T")

_LOST = (RayActorError, DeploymentUnavailableError, ReplicaUnavailableError)
STAGES = ("detector", "restorer", "upscaler", "verifier", "metrics")
_REPORT_TIMEOUT_S = 1.0
REPORT_LIFETIME_S = 10.0
"""After that a report is asked for again: a replica that was replaced may have found other weights."""


class RayStages:
    """Implements pipeline.Stages over deployment handles."""

    def __init__(self, handles: dict[str, DeploymentHandle]) -> None:
        self._handles = handles
        self._reports: dict[str, tuple[float, StageReport]] = {}
        self._renewals: set[asyncio.Future[list[None]]] = set()

    async def share(self, image: Image) -> ray.ObjectRef[Any]:
        """Put the image into the object store once; every stage on this machine maps the same memory."""
        return await asyncio.to_thread(ray.put, image)

    async def detect(self, image: Any) -> Timed[list[Face]]:
        return await self._call("detector", lambda stage: stage.detect.remote(image))

    async def restore(self, face: Image) -> Timed[RestoredFace]:
        return await self._call("restorer", lambda stage: stage.restore.remote(face))

    async def upscale(self, image: Any, factor: int, on_tiles: Callable[[int, int], None]) -> Timed[Image]:
        async def attempt() -> Timed[Image]:
            stream = self._handles["upscaler"].options(stream=True).upscale.remote(image, factor)
            try:
                async for item in cast(AsyncIterator[Tiles | Timed[Image]], stream):
                    if isinstance(item, Timed):
                        return item
                    on_tiles(item.done, item.total)
            except asyncio.CancelledError:
                stream.cancel()
                raise
            raise StageLost("upscaler", "the stream ended without a picture")

        return await _retried("upscaler", attempt)

    async def compare(self, before: list[Image], after: list[Image]) -> Timed[list[Identity]]:
        return await self._call("verifier", lambda stage: stage.compare.remote(before, after))

    async def measure(self, result: Image, target: Image) -> Timed[Quality]:
        return await self._call("metrics", lambda stage: stage.measure.remote(result, target))

    async def reports(self) -> dict[str, StageReport]:
        """What every stage runs; raises NotReady naming the first that has not loaded its model yet.

        Reports at hand are answered with at once and renewed beside the work: a busy stage would keep them waiting.
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
        return {stage: self._reports[stage][1] for stage in STAGES}

    async def status(self) -> dict[str, StageStatus]:
        """Each stage's replicas, as Serve's controller counts them, and its report."""
        app = serve.get_replica_context().app_name
        overview, _ = await asyncio.gather(
            asyncio.to_thread(serve.status), asyncio.gather(*(self._refresh(stage) for stage in STAGES))
        )
        deployments = overview.applications[app].deployments
        statuses = {}
        for stage in STAGES:
            found = deployments.get(self._handles[stage].deployment_name)
            running = found.replica_states.get(ReplicaState.RUNNING, 0) if found else 0
            report = self._reports[stage][1] if stage in self._reports else None
            if running and report:
                statuses[stage] = StageStatus(
                    ready=True,
                    replicas=running,
                    models=list(report.models),
                    device=report.device,
                    precision=report.precision,
                    notes=list(report.notes),
                    details=report.details,
                )
            else:
                why = (found.message if found else "") or "still loading"
                statuses[stage] = StageStatus(ready=False, replicas=running, notes=[why])
        return statuses

    async def _refresh(self, stage: str) -> None:
        """Ask a stage for its report, unless the one at hand is fresh. A stage too busy to answer keeps its last."""
        asked, _ = self._reports.get(stage, (float("-inf"), None))
        if time.monotonic() - asked < REPORT_LIFETIME_S:
            return
        response = self._handles[stage].report.remote()
        try:
            async with asyncio.timeout(_REPORT_TIMEOUT_S):
                self._reports[stage] = (time.monotonic(), await response)
        except (TimeoutError, BackPressureError, *_LOST) as error:
            if isinstance(error, TimeoutError):
                response.cancel()  # of a call that failed it would raise the failure again
            if stage in self._reports:
                self._reports[stage] = (time.monotonic(), self._reports[stage][1])

    async def _call(self, stage: str, send: Callable[[DeploymentHandle], Any]) -> Any:
        async def attempt() -> Any:
            response = send(self._handles[stage])
            try:
                return await response
            except asyncio.CancelledError:
                response.cancel()
                raise

        return await _retried(stage, attempt)


async def _retried(stage: str, attempt: Callable[[], Awaitable[T]]) -> T:
    """Try again once if the replica died under the call; what Ray raises becomes an error of the stage."""
    for last in (False, True):
        try:
            return await attempt()
        except BackPressureError as error:
            raise StageBusy(stage, "the queue is full") from error
        except _LOST as error:
            if last:
                raise StageLost(stage, str(error)) from error
        except TaskCancelledError as error:
            # Cancelled, but not by us: our own cancellation arrives as asyncio.CancelledError.
            raise StageLost(stage, "the call was cancelled") from error
        except RayTaskError as error:
            if isinstance(error.cause, StageError):
                raise error.cause from error
            raise
    raise AssertionError("unreachable")
