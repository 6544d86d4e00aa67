"""What of the graph runs at the same time, and what is told of it."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from deployments.contract import DecodeLimits, StageResult
from deployments.errors import Step
from deployments.imaging.codec import decode
from deployments.imaging.formats import OUTPUT_FORMATS
from deployments.stages import StageName
from serve_app.pipeline import pipeline
from serve_app.pipeline.options import EnhanceOptions
from serve_app.pipeline.pipeline import Pipeline
from serve_app.pipeline.timings import StageTimings
from serve_app.settings import Settings
from tests.helpers.fakes import FakeStages
from tests.helpers.images import waves


async def test_faces_are_fitted_while_the_background_is_enlarged() -> None:
    timings = StageTimings()

    class SlowUpscaler(FakeStages):
        async def call(self, stage: StageName, *arguments: Any, **options: Any) -> StageResult[Any]:
            if stage is StageName.UPSCALER:
                async with asyncio.timeout(10):
                    while Step.COMPOSE not in timings.intervals:
                        await asyncio.sleep(0.01)
            return await super().call(stage, *arguments, **options)

    photo = decode(OUTPUT_FORMATS["png"].encode(waves(96, 128), None), DecodeLimits(10**6, 10**6, 16))
    enhanced = await Pipeline(SlowUpscaler(), Settings().pipeline).enhance(photo, EnhanceOptions(), None, timings)
    assert all(face.strength == 1.0 for face in enhanced.faces)


async def test_work_on_the_background_is_not_told_as_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    def slowly(work: Any) -> Any:
        def run(*arguments: Any) -> Any:
            time.sleep(0.5)
            return work(*arguments)

        return run

    module = "serve_app.pipeline.pipeline"
    monkeypatch.setattr(f"{module}.keep_shades", slowly(pipeline.keep_shades))
    monkeypatch.setattr(f"{module}.to_common_size", slowly(pipeline.to_common_size))
    photo = decode(OUTPUT_FORMATS["png"].encode(waves(96, 128), None), DecodeLimits(10**6, 10**6, 16))
    enhanced = await Pipeline(FakeStages(), Settings().pipeline).enhance(photo, EnhanceOptions(), None, StageTimings())
    assert enhanced.timings_ms["compose"] >= 500 and enhanced.timings_ms["metrics"] >= 500
    assert enhanced.timings_ms["waiting"] < 500
