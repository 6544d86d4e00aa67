"""One request on its way through the pipeline: its timings, its progress, and what ran for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Any, TypeVar

from deployments.contract import StageResult
from deployments.notes import Note
from deployments.stages import STAGES
from serve_app.pipeline.forecast import Forecast
from serve_app.pipeline.progress import Progress, ProgressCallback, ProgressState
from serve_app.pipeline.threads import PixelThreads
from serve_app.pipeline.timings import StageTimings

T = TypeVar("T")


class PipelineRun:
    """Collects what the stages report for one request."""

    def __init__(
        self, threads: PixelThreads, timings: StageTimings, on_progress: ProgressCallback, forecast: Forecast
    ) -> None:
        self.threads = threads
        self.timings = timings
        self._on_progress = on_progress
        self._forecast = forecast
        self.models: dict[str, list[str]] = {stage: [] for stage in STAGES}
        """What ran in each stage, for this very request."""
        self.notes: list[Note] = []

    def record(self, stage: StrEnum, result: StageResult[T]) -> T:
        """Take note of a stage's result and return its value."""
        self.timings.record(stage, result)
        _add_new(self.models[stage], result.models)
        _add_new(self.notes, result.notes)
        return result.value

    def progress(self, stage: StrEnum, state: ProgressState, done: int = 0, total: int = 0) -> None:
        """Report progress."""
        self._forecast.note(stage, state, done, total)
        percent, left = self._forecast.percent(), self._forecast.remaining_s()
        self._on_progress(Progress(stage, state, done, total, percent, None if left is None else left * 1e3))

    async def stage(self, name: StrEnum, work: Awaitable[StageResult[T]]) -> T:
        """Await one call of a stage and return its value."""
        self.progress(name, ProgressState.STARTED)
        value = self.record(name, await work)
        self.progress(name, ProgressState.FINISHED)
        return value

    async def local(self, name: StrEnum, work: Callable[..., T], *arguments: Any, **options: Any) -> T:
        """Run a pure function in one of the threads for pixels, never on the event loop."""
        self.progress(name, ProgressState.STARTED)
        with self.timings.timed(name):
            value = await self.threads.run(work, *arguments, **options)
        self.progress(name, ProgressState.FINISHED)
        return value


def _add_new(known: list[T], found: tuple[T, ...]) -> None:
    known.extend(item for item in found if item not in known)
