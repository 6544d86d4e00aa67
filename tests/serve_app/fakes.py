"""The five stages as plain numpy, for tests of everything that stands around them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import cv2
import numpy as np
from fastapi import FastAPI
from pictures import landmarks_at

from deployments.contract import (
    Face,
    Identity,
    Image,
    Quality,
    RestoredFace,
    StageReport,
    Timed,
    check_image,
)
from serve_app.api import create_app
from serve_app.pipeline import Pipeline
from serve_app.schemas import StageStatus
from serve_app.settings import Settings
from serve_app.stages import STAGES

T = TypeVar("T")
MODELS = {
    "detector": ("retinaface-mobile0.25",),
    "restorer": ("gfpgan-v1.4", "bisenet"),
    "upscaler": ("realesr-general-x4v3",),
    "verifier": ("arcface-w600k-mbf",),
    "metrics": ("lpips-alex",),
}


def face_at(x: float, y: float, side: float) -> Face:
    """A face whose box is a square of `side` pixels around (x, y)."""
    half = side / 2
    return Face(np.array([x - half, y - half, x + half, y + half], np.float32), landmarks_at(x, y, side / 300), 0.98765)


def timed(value: T) -> Timed[T]:
    """A result that took no time."""
    now = time.time()
    return Timed(value, now, now)


@dataclass
class FakeStages:
    """Implements pipeline.Stages. What it was asked for, and what became of it, can be read afterwards."""

    faces: list[Face] = field(default_factory=lambda: [face_at(40, 48, 30), face_at(80, 40, 20)])
    similarity: float = 0.9
    feature_norm: float = 20.0
    notes: tuple[str, ...] = ()
    fail: dict[str, Exception] = field(default_factory=dict)
    """Stage to the error it raises."""
    gate: asyncio.Event | None = None
    """Set: the stages wait for it."""
    calls: list[tuple[str, Any]] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)

    async def share(self, image: Image) -> Image:
        return image

    async def detect(self, image: Image) -> Timed[list[Face]]:
        await self._enter("detector", image)
        return timed(self.faces)

    async def restore(self, face: Image) -> Timed[RestoredFace]:
        await self._enter("restorer", face)
        return timed(RestoredFace(np.ascontiguousarray(1.0 - face), None))

    async def upscale(self, image: Image, factor: int, on_tiles: Callable[[int, int], None]) -> Timed[Image]:
        await self._enter("upscaler", (image, factor))
        for done in range(3):
            on_tiles(done, 2)
        size = image.shape[1] * factor, image.shape[0] * factor
        return timed(cv2.resize(image, size, interpolation=cv2.INTER_NEAREST))

    async def compare(self, before: list[Image], after: list[Image]) -> Timed[list[Identity]]:
        await self._enter("verifier", (before, after))
        return timed([Identity(self.similarity - 0.1 * i, self.feature_norm) for i in range(len(before))])

    async def measure(self, result: Image, target: Image) -> Timed[Quality]:
        await self._enter("metrics", (result, target))
        check_image(result, "metrics")
        check_image(target, "metrics")
        return timed(Quality(31.5, 0.91, 0.12))

    async def reports(self) -> dict[str, StageReport]:
        if "reports" in self.fail:
            raise self.fail["reports"]
        return {
            stage: StageReport(stage, MODELS[stage], "cpu", "float32", self.notes if stage == "restorer" else ())
            for stage in STAGES
        }

    async def status(self) -> dict[str, StageStatus]:
        """What GET /v1/readyz asks."""
        lost = self.fail.get("status")
        return {
            stage: StageStatus(ready=False, replicas=0, notes=[str(lost)])
            if lost and stage == "restorer"
            else StageStatus(ready=True, replicas=1, models=list(MODELS[stage]), device="cpu", precision="float32")
            for stage in STAGES
        }

    def asked(self, stage: str) -> list[Any]:
        """What the stage was given, call by call."""
        return [given for name, given in self.calls if name == stage]

    async def _enter(self, stage: str, given: Any) -> None:
        self.calls.append((stage, given))
        if stage in self.fail:
            raise self.fail[stage]
        if self.gate is not None:
            try:
                await self.gate.wait()
            except asyncio.CancelledError:
                self.cancelled.append(stage)
                raise


def make_app(stages: FakeStages, **settings: Any) -> FastAPI:
    """The API over fakes, with these settings."""
    return create_app(Pipeline(stages, Settings.model_validate(settings)), stages)
