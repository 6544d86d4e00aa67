"""The stages as plain numpy, for tests of everything around them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
from fastapi import FastAPI
from starlette.testclient import TestClient

from deployments.contract import (
    Detection,
    Face,
    Identity,
    Image,
    Quality,
    RestoredFace,
    StageReport,
    StageResult,
    check_image,
)
from deployments.notes import Note
from deployments.stages import STAGES, StageName
from serve_app.content_credentials import signer_of
from serve_app.http.app import create_app
from serve_app.http.telemetry import SILENT, Telemetry
from serve_app.pipeline.pipeline import Pipeline
from serve_app.pipeline.stages import OnTiles, StageClient, StageState
from serve_app.settings import Settings
from serve_app.storage import storage_of
from tests.helpers.images import landmarks_at

MODELS = {
    StageName.DETECTOR: ("retinaface-mobile0.25",),
    StageName.RESTORER: ("gfpgan-v1.4", "bisenet"),
    StageName.UPSCALER: ("realesr-general-x4v3",),
    StageName.VERIFIER: ("arcface-w600k-mbf",),
    StageName.METRICS: ("lpips-alex",),
}


def face_at(x: float, y: float, side: float) -> Face:
    """A face whose box is a square of `side` pixels around (x, y)."""
    half = side / 2
    return Face(np.array([x - half, y - half, x + half, y + half], np.float32), landmarks_at(x, y, side / 300), 0.98765)


@dataclass
class FakeStages(StageClient):
    """What it was asked for, and what became of it, can be read afterwards."""

    faces: list[Face] = field(default_factory=lambda: [face_at(40, 48, 30), face_at(80, 40, 20)])
    left_out: int = 0
    """Faces beyond the detector's limit."""
    similarity: float = 0.9
    feature_norm: float = 20.0
    notes: tuple[Note, ...] = ()
    """What the restorer says of each of its results."""
    models: dict[StageName, tuple[str, ...]] = field(default_factory=lambda: dict(MODELS))
    """What each result says that it was made by."""
    unit_s: dict[StageName, float] = field(default_factory=dict)
    """What the stages' warm-ups took."""
    fail: dict[str, Exception] = field(default_factory=dict)
    """Stage to the error it raises; `ready` and `states` fail as a whole."""
    gate: asyncio.Event | None = None
    """Set: the stages wait for it."""
    calls: list[tuple[str, Any]] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)

    async def share(self, image: Image) -> Image:
        return image

    async def require_ready(self) -> None:
        if "ready" in self.fail:
            raise self.fail["ready"]

    async def reports(self) -> dict[StageName, StageReport]:
        return {
            stage: StageReport(stage, self.models.get(stage, ()), "cpu", "float32", unit_s=self.unit_s.get(stage))
            for stage in STAGES
        }

    async def call(
        self, stage: StageName, method: str, *arguments: Any, on_tiles: OnTiles | None = None
    ) -> StageResult[Any]:
        await self._enter(stage, arguments[0] if len(arguments) == 1 else arguments)
        if on_tiles is not None:
            for done in range(3):
                on_tiles(done, 2)
        work: Callable[..., Any] = getattr(self, f"_{method}")
        now = time.time()
        notes = self.notes if stage is StageName.RESTORER else ()
        return StageResult(work(*arguments), now, now, self.models.get(stage, ()), notes)

    def _detect(self, image: Image) -> Detection:
        return Detection(self.faces, self.left_out)

    def _restore(self, face: Image) -> RestoredFace:
        return RestoredFace(np.ascontiguousarray(1.0 - face), None)

    def _upscale(self, image: Image, factor: int) -> Image:
        size = image.shape[1] * factor, image.shape[0] * factor
        return cv2.resize(image, size, interpolation=cv2.INTER_NEAREST)

    def _compare(self, before: list[Image], after: list[Image]) -> list[Identity]:
        return [Identity(self.similarity - 0.1 * i, self.feature_norm) for i in range(len(before))]

    def _measure(self, result: Image, target: Image) -> Quality:
        check_image(result, StageName.METRICS)
        check_image(target, StageName.METRICS)
        return Quality(31.5, 0.91, 0.12)

    async def states(self) -> dict[StageName, StageState]:
        """What GET /v1/readyz asks."""
        lost = self.fail.get("states")
        return {
            stage: StageState(0, None, str(lost))
            if lost and stage is StageName.RESTORER
            else StageState(1, StageReport(stage, self.models.get(stage, ()), "cpu", "float32"), None)
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


def make_app(stages: FakeStages, telemetry: Telemetry = SILENT, **settings: Any) -> FastAPI:
    """The API over fakes, with these settings."""
    parsed = Settings.model_validate({"allowed_hosts": ["*"]} | settings)
    storage = storage_of(parsed.storage)
    pipeline = Pipeline(stages, parsed.pipeline, signer_of(parsed.c2pa))
    return create_app(pipeline, stages, parsed, storage=storage, telemetry=telemetry)


def client_of(stages: FakeStages | None = None, **settings: Any) -> TestClient:
    """A client of the API over fakes."""
    return TestClient(make_app(stages or FakeStages(), **settings))
