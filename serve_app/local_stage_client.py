"""Client for stages in this process: the whole pipeline without Ray, for the evaluation and for scripts."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any, Self

from deployments.contract import Image, StageReport, StageResult
from deployments.errors import StageError
from deployments.runtime.inference_thread import InferenceThread
from deployments.runtime.stage import Stage
from deployments.stages import STAGES, CallMode, StageName
from serve_app.pipeline.stages import OnTiles, StageClient
from serve_app.settings import Settings


class LocalStageClient(StageClient):
    """Calls the stages' methods, each stage in a thread of its own."""

    def __init__(self, stages: dict[StageName, Stage]) -> None:
        """`stages` by name, all of STAGES."""
        self._stages = stages
        self._threads = {name: InferenceThread(name, stage.prepare_thread) for name, stage in stages.items()}

    @classmethod
    def load(cls, settings: Settings) -> Self:
        """Load every stage; raises ModelUnavailable where weights are missing."""
        return cls({name: spec.load(settings.config_of(name)) for name, spec in STAGES.items()})

    async def require_ready(self) -> None:
        """See StageClient.require_ready: they were loaded before."""

    async def share(self, image: Image) -> Image:
        """See StageClient.share: there is one process."""
        return image

    async def reports(self) -> dict[StageName, StageReport]:
        """See StageClient.reports."""
        return {name: dataclasses.replace(stage.report, unit_s=stage.unit_s) for name, stage in self._stages.items()}

    async def call(
        self, stage: StageName, method: str, *arguments: Any, on_tiles: OnTiles | None = None
    ) -> StageResult[Any]:
        """See StageClient.call."""
        found, mode = self._stages[stage], STAGES[stage].mode
        work: Callable[..., Any] = getattr(found, method)
        given = arguments
        if mode is CallMode.BATCHED:
            work, given = getattr(found, f"{method}_each"), ([arguments[0]],)
        elif mode is CallMode.STREAMED:
            given = (*arguments, on_tiles or _ignore)
        result = await self._threads[stage].run(work, *given)
        value = result.value[0] if mode is CallMode.BATCHED else result.value
        if isinstance(value, StageError):
            raise value
        models = found.models_used(*(given if mode is CallMode.BATCHED else arguments))
        return dataclasses.replace(result, value=value, models=models, notes=found.report.notes)


def _ignore(done: int, total: int) -> None:
    """For callers that want no progress."""
