"""What of the graph runs at the same time."""

from __future__ import annotations

import asyncio
from typing import Any

from deployments.contract import DecodeLimits, StageResult
from deployments.errors import Step
from deployments.imaging.codec import decode
from deployments.imaging.formats import OUTPUT_FORMATS
from deployments.stages import StageName
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
    pipeline = Pipeline(SlowUpscaler(), Settings().pipeline)
    enhanced = await pipeline.enhance(photo, EnhanceOptions(), None, timings)
    assert all(face.strength == 1.0 for face in enhanced.faces)
