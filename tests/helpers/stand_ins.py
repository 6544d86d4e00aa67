"""Stages without models for tests of the graph itself. Imports nothing of serve_app: each of their replicas would.

StandIn is all stages in one deployment; what it does is written in the image's first pixel. StandInStage is any stage
in a deployment of its own, and takes as long as it is told.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import AsyncIterator, Callable
from typing import Any, Self

import numpy as np
from pydantic import BaseModel
from ray import serve

from deployments.contract import (
    Detection,
    Face,
    Identity,
    Image,
    Quality,
    RestoredFace,
    StageReport,
    StageResult,
    Tiles,
)
from deployments.errors import InferenceFailed, ModelUnavailable, OutOfMemory, StageError
from deployments.runtime.inference_thread import InferenceThread, IsCancelled, never_cancelled
from deployments.runtime.stage import Stage
from deployments.stages import StageName
from tests.helpers.images import png

NORMAL, SLOW, MODEL_FAILS, NO_MEMORY, NO_MODEL, NO_FACE, BUG, DIES = range(8)
"""What the image's first pixel may ask for, as its red value."""
SLOW_S = 1.5
LOGGED = "a stand-in worked"
"""What each StandInStage logs for each call, from its inference thread."""
LANDMARKS = np.array([[24, 28], [40, 28], [32, 36], [26, 44], [38, 44]], np.float32)


def photo_that_asks_for(wish: int) -> bytes:
    """A 64x64 PNG whose first pixel tells the stand-ins what to do."""
    pixels = np.full((64, 64, 3), 128, np.uint8)
    pixels[0, 0, 0] = wish
    return png(pixels)


def behavior(image: Image) -> int:
    """The red value of the first pixel, 0 to 255."""
    return round(float(image[0, 0, 0]) * 255)


class State(BaseModel):
    """What a stand-in has seen."""

    running: int = 0
    most_together: int = 0
    finished: int = 0
    stopped: int = 0


@serve.deployment(name="StandIn")
class StandIn:
    """All stages in one; its detector obeys the image."""

    def __init__(self) -> None:
        self._state = State()
        self._thread = InferenceThread(StageName.DETECTOR)

    async def report(self) -> StageReport:
        """With what it has seen, for the tests."""
        models = ("retinaface-mobile0.25",)
        return StageReport(StageName.DETECTOR, models, "cpu", "float32", details=self._state.model_dump())

    def _detect(self, image: Image, is_cancelled: IsCancelled = never_cancelled) -> Detection:
        state = self._state
        state.running += 1
        state.most_together = max(state.most_together, state.running)
        try:
            return Detection(self._obey(behavior(image), is_cancelled))
        finally:
            state.running -= 1

    def _obey(self, wish: int, is_cancelled: IsCancelled) -> list[Face]:
        if wish == MODEL_FAILS:
            raise InferenceFailed(StageName.DETECTOR, "secret details of the failure")
        if wish == NO_MEMORY:
            raise OutOfMemory(StageName.DETECTOR, "no memory left")
        if wish == NO_MODEL:
            raise ModelUnavailable(StageName.DETECTOR, "the file is gone")
        if wish == BUG:
            raise KeyError("secret bug")
        if wish == SLOW:
            until = time.monotonic() + SLOW_S
            while time.monotonic() < until:
                if is_cancelled():
                    self._state.stopped += 1
                    return []
                time.sleep(0.01)
        self._state.finished += 1
        return [] if wish == NO_FACE else [Face(np.array([16, 16, 48, 52], np.float32), LANDMARKS, 0.99)]

    async def call(self, method: str, *arguments: Any) -> StageResult[Any]:
        if method == "detect":
            if behavior(arguments[0]) == DIES:
                os._exit(1)
            return await self._thread.run(self._detect, *arguments)
        values: dict[str, Callable[..., Any]] = {
            "restore": lambda face: RestoredFace(face, None),
            "compare": lambda before, after: [Identity(1.0, 20.0) for _ in before],
            "measure": lambda result, target: Quality(40.0, 1.0, 0.0),
        }
        return StageResult(values[method](*arguments), time.time(), time.time())

    async def stream(self, method: str, image: Image, factor: int) -> AsyncIterator[Tiles | StageResult[Image]]:
        yield Tiles(0, 1)
        await asyncio.sleep(0)
        yield StageResult(np.repeat(np.repeat(image, factor, 0), factor, 1), time.time(), time.time())


class StandInStage(Stage):
    """All stages in one: one face in every image, and everything as it was."""

    def __init__(self, name: StageName, seconds: float) -> None:
        """`seconds` that it takes for each call, or item of a batch."""
        self.name = name  # type: ignore[misc]  # a class variable of real stages, which are one class each
        self._seconds = seconds

    @classmethod
    def load(cls, config: Any) -> Self:
        """Not of this class: it has no settings."""
        raise NotImplementedError

    @property
    def report(self) -> StageReport:
        """See Stage.report."""
        return StageReport(self.name, (), "cpu", "float32")

    def _work(self, items: int = 1) -> None:
        logging.getLogger("visage").info(LOGGED)
        time.sleep(self._seconds * items)

    def detect(self, image: Image, is_cancelled: IsCancelled) -> Detection:
        """See Detector."""
        self._work()
        return Detection([Face(np.array([16, 16, 48, 52], np.float32), LANDMARKS, 0.99)])

    def restore_each(self, faces: list[Image], is_cancelled: IsCancelled) -> list[RestoredFace | StageError]:
        """See Restorer."""
        self._work(len(faces))
        self.memory_retries += 1
        return [RestoredFace(face, None) for face in faces]

    def upscale(self, image: Image, factor: int, on_progress: Any, is_cancelled: IsCancelled) -> Image:
        """See Upscaler."""
        self._work()
        return np.repeat(np.repeat(image, factor, 0), factor, 1)

    def compare(self, before: list[Image], after: list[Image], is_cancelled: IsCancelled) -> list[Identity]:
        """See Verifier."""
        self._work()
        return [Identity(0.75, 20.0) for _ in before]

    def measure(self, result: Image, target: Image, is_cancelled: IsCancelled) -> Quality:
        """See Metrics."""
        self._work()
        return Quality(40.0, 1.0, 0.0)


def load(stage: StageName, seconds: float, config: Any) -> StandInStage:
    """Called in the replica."""
    return StandInStage(stage, seconds)
