"""The dry run of POST /v1/enhance: decode and inspect, in a slot and within the deadline."""

from __future__ import annotations

import asyncio

from deployments.errors import DeadlineExceeded
from serve_app.http.admission import Admission
from serve_app.http.enhance import EnhanceRequest, decode_request
from serve_app.http.schemas import DryRunData, DryRunFace, DryRunResponse, wire_notes
from serve_app.pipeline.inspection import InspectedFace
from serve_app.pipeline.pipeline import Pipeline
from serve_app.pipeline.timings import StageTimings
from serve_app.settings import LimitSettings


async def dry_run(request: EnhanceRequest, pipeline: Pipeline, admission: Admission, limits: LimitSettings) -> str:
    """The JSON of a DryRunResponse; raises what serve_app.http.errors.TABLE lists, except NoFaceDetected."""
    timings = StageTimings()
    try:
        async with asyncio.timeout(limits.deadline_s), admission.slot():
            photo, _ = await pipeline.threads.run(decode_request, request, limits.for_decoding())
            height, width = photo.image.shape[:2]
            options = request.options.fitted(photo, limits.for_decoding())
            found = await pipeline.inspect(photo, options)
    except TimeoutError as error:
        raise DeadlineExceeded from error
    data = DryRunData(
        input_width=width,
        input_height=height,
        width=found.width,
        height=found.height,
        faces=[_face(face) for face in found.faces],
        estimated_s=None if found.seconds is None else round(found.seconds, 1),
        processing_time_ms=round(timings.elapsed_ms(), 1),
        warning=" ".join(found.notes) or None,
        notes=wire_notes(found.notes),
    )
    return DryRunResponse(data=data).model_dump_json()


def _face(found: InspectedFace) -> DryRunFace:
    left, top, right, bottom = (round(float(value), 1) for value in found.face.box)
    return DryRunFace(
        box=(left, top, right, bottom),
        score=round(found.face.score, 4),
        size=round(found.size, 1),
        eye_distance=round(found.face.eye_distance, 1),
        sharpness=round(found.sharpness, 4),
        reliable=found.reliable,
        advisable=found.reason is None,
        reason=found.reason,
        chosen=found.chosen,
    )
