"""The page and the real API over fake stages, to look at the page without a graph:

.venv/bin/python -m tests.e2e.fake_service [port]

A gray 128x96 image has no face in it; every other image has two. Faces come back sharpened, figures are recorded ones.
"""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from deployments.contract import Detection, Identity, Image, Quality, RestoredFace, StageResult
from deployments.notes import Note
from deployments.restorer import NO_PRIOR
from deployments.stages import StageName
from serve_app.page.app import create_page
from serve_app.pipeline.stages import OnTiles
from tests.helpers.fakes import FakeStages, face_at, make_app

PORT = 8090
PAUSE_S = 0.25
TILES = 4
NOBODY = (96, 128)


@dataclass
class SlowFakeStages(FakeStages):
    """Takes as long over each call as a fast machine would."""

    notes: tuple[Note, ...] = (NO_PRIOR,)

    async def call(
        self, stage: StageName, method: str, *arguments: Any, on_tiles: OnTiles | None = None
    ) -> StageResult[Any]:
        for done in range(TILES):
            if on_tiles is not None:
                on_tiles(done, TILES)
            await asyncio.sleep(PAUSE_S)
        if on_tiles is not None:
            on_tiles(TILES, TILES)
        return await super().call(stage, method, *arguments)

    def _detect(self, image: Image) -> Detection:
        height, width = image.shape[:2]
        if (height, width) == NOBODY:
            return Detection([])
        return Detection(
            [face_at(0.437 * width, 0.227 * height, 0.2 * width), face_at(0.9 * width, 0.5 * height, 0.09 * width)]
        )

    def _restore(self, face: Image) -> RestoredFace:
        sharpened = np.clip(2.0 * face - cv2.GaussianBlur(face, (0, 0), 3.0), 0.0, 1.0).astype(np.float32)
        return RestoredFace(sharpened, None)

    def _upscale(self, image: Image, factor: int) -> Image:
        enlarged = cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
        return np.clip(enlarged, 0.0, 1.0)

    def _compare(self, before: list[Image], after: list[Image]) -> list[Identity]:
        return [(Identity(0.9847, 23.1), Identity(0.5123, 16.2))[pair % 2] for pair in range(len(before))]

    def _measure(self, result: Image, target: Image) -> Quality:
        return Quality(29.2875, 0.93169, 0.15762)


app = Starlette(routes=[Mount("/api", make_app(SlowFakeStages())), Mount("/", create_page())])

if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]) if len(sys.argv) > 1 else PORT, log_level="warning")
