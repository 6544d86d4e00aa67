"""Stages without models for tests of the graph itself: what they do is written in the picture's first pixel."""

# No `from __future__ import annotations`: Serve looks at the class that a builder's argument is annotated with.
import asyncio
import time

import numpy as np
from pydantic import BaseModel
from ray import serve
from ray.serve import Application

from deployments.contract import (
    Face,
    Identity,
    Image,
    InferenceFailed,
    ModelUnavailable,
    OutOfMemory,
    Quality,
    RestoredFace,
    StageReport,
    Tiles,
    Timed,
)
from deployments.worker import Replica, Stop, never
from serve_app.ingress import Ingress
from serve_app.settings import Settings
from serve_app.stages import STAGES

NORMAL, SLOW, MODEL_FAILS, NO_MEMORY, NO_MODEL, NO_FACE, BUG, DIES = range(8)
"""What the picture's first pixel may ask for, as its red value."""
SLOW_S = 1.5
LANDMARKS = np.array([[24, 28], [40, 28], [32, 36], [26, 44], [38, 44]], np.float32)


def behaviour(image: Image) -> int:
    """The red value of the first pixel, 0 to 255."""
    return round(float(image[0, 0, 0]) * 255)


class State(BaseModel):
    """What a stand-in has seen."""

    running: int = 0
    most_together: int = 0
    finished: int = 0
    stopped: int = 0


@serve.deployment(name="StandIn")
class StandIn(Replica):
    """All five stages in one; its detector obeys the picture."""

    def __init__(self) -> None:
        super().__init__(StageReport("detector", ("retinaface-mobile0.25",), "cpu", "float32"))
        self._state = State()

    async def report(self) -> StageReport:
        """With what it has seen, for the tests."""
        return StageReport("detector", ("retinaface-mobile0.25",), "cpu", "float32", details=self._state.model_dump())

    def _detect(self, image: Image, stop: Stop = never) -> list[Face]:
        state = self._state
        state.running += 1
        state.most_together = max(state.most_together, state.running)
        try:
            return self._obey(behaviour(image), stop)
        finally:
            state.running -= 1

    def _obey(self, wish: int, stop: Stop) -> list[Face]:
        if wish == MODEL_FAILS:
            raise InferenceFailed("detector", "secret details of the failure")
        if wish == NO_MEMORY:
            raise OutOfMemory("detector", "no memory left")
        if wish == NO_MODEL:
            raise ModelUnavailable("detector", "the file is gone")
        if wish == BUG:
            raise KeyError("secret bug")
        if wish == SLOW:
            until = time.monotonic() + SLOW_S
            while time.monotonic() < until:
                if stop():
                    self._state.stopped += 1
                    return []
                time.sleep(0.01)
        self._state.finished += 1
        return [] if wish == NO_FACE else [Face(np.array([16, 16, 48, 52], np.float32), LANDMARKS, 0.99)]

    async def detect(self, image: Image) -> Timed[list[Face]]:
        if behaviour(image) == DIES:
            import os

            os._exit(1)
        return await self._worker.run(self._detect, image)

    async def restore(self, face: Image) -> Timed[RestoredFace]:
        return Timed(RestoredFace(face, None), time.time(), time.time())

    async def upscale(self, image: Image, factor: int):
        yield Tiles(0, 1)
        await asyncio.sleep(0)
        yield Timed(np.repeat(np.repeat(image, factor, 0), factor, 1), time.time(), time.time())

    async def compare(self, before: list[Image], after: list[Image]) -> Timed[list[Identity]]:
        return Timed([Identity(1.0, 20.0) for _ in before], time.time(), time.time())

    async def measure(self, result: Image, target: Image) -> Timed[Quality]:
        return Timed(Quality(40.0, 1.0, 0.0), time.time(), time.time())


class Arguments(BaseModel):
    """How the stand-in graph is to be built."""

    settings: Settings = Settings()
    max_ongoing_requests: int = 8
    max_queued_requests: int = 64


def build(arguments: Arguments) -> Application:
    """The real ingress over one stand-in that is all five stages."""
    stage = StandIn.options(
        ray_actor_options={"num_cpus": 0.1},
        max_ongoing_requests=arguments.max_ongoing_requests,
        max_queued_requests=arguments.max_queued_requests,
        health_check_period_s=1,
    ).bind()
    ingress = Ingress.options(ray_actor_options={"num_cpus": 0.1}, max_ongoing_requests=64)
    return ingress.bind(arguments.settings, **dict.fromkeys(STAGES, stage))
