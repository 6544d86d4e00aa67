"""From the uploaded bytes to the answer: decode, run the pipeline within its deadline, put the result into words."""

from __future__ import annotations

import asyncio
import base64
from dataclasses import dataclass

from deployments.codec import Decoded, Limits, decode
from serve_app.admission import Admission
from serve_app.clock import StageClock
from serve_app.errors import BadRequest, DeadlineExceeded
from serve_app.pipeline import Enhanced, FaceOutcome, Pipeline, Tell
from serve_app.schemas import EnhanceData, EnhanceOptions, EnhanceResponse, QualityFigures, RestoredFaceInfo

_SAME_SHAPE = 0.02
"""A reference's aspect ratio may differ by so much from the photograph's: rounding when one was made from the other."""


@dataclass(frozen=True)
class Job:
    """One request, read."""

    file: bytes
    reference: bytes | None
    options: EnhanceOptions


async def run(job: Job, pipeline: Pipeline, admission: Admission, tell: Tell) -> str:
    """Do the work, in turn and in time; returns the JSON of an EnhanceResponse.

    Raises what serve_app.errors.TABLE lists.
    """
    clock = StageClock()
    limits = pipeline.settings.limits
    try:
        async with asyncio.timeout(limits.deadline_s), admission.turn():
            with clock.measure("decode"):
                photo, reference = await asyncio.to_thread(_decode, job, limits.codec())
            target = None if reference is None else reference.image
            enhanced = await pipeline.enhance(photo, job.options, target, clock, tell)
            return await asyncio.to_thread(_answer, enhanced, clock, target is not None)
    except TimeoutError as error:
        raise DeadlineExceeded from error


def _decode(job: Job, limits: Limits) -> tuple[Decoded, Decoded | None]:
    photo = decode(job.file, limits, job.options.upscale_factor)
    if job.reference is None:
        return photo, None
    reference = decode(job.reference, limits)
    ratios = [image.shape[1] / image.shape[0] for image in (photo.image, reference.image)]
    if abs(ratios[0] / ratios[1] - 1.0) > _SAME_SHAPE:
        raise BadRequest("reference: its width and height are not in the same proportion as the file's.")
    return photo, reference


def _answer(enhanced: Enhanced, clock: StageClock, has_reference: bool) -> str:
    quality = enhanced.quality
    similarities = [outcome.identity.similarity for outcome in enhanced.faces if outcome.identity is not None]
    data = EnhanceData(
        restored_image=base64.b64encode(enhanced.data).decode("ascii"),
        content_type=enhanced.content_type,
        width=enhanced.width,
        height=enhanced.height,
        metrics=QualityFigures(
            psnr=quality.psnr, ssim=quality.ssim, lpips=quality.lpips, identity_similarity=min(similarities)
        ),
        metrics_against="reference" if has_reference else "input",
        metrics_pixels=enhanced.compared_pixels,
        faces=[_face(outcome) for outcome in enhanced.faces],
        processing_time_ms=round(clock.elapsed_ms(), 1),
        timings_ms=enhanced.timings_ms,
        models=enhanced.models,
        warning=enhanced.warning,
    )
    return EnhanceResponse(data=data).model_dump_json()


def _face(outcome: FaceOutcome) -> RestoredFaceInfo:
    left, top, right, bottom = (round(float(value), 1) for value in outcome.face.box)
    identity = outcome.identity
    return RestoredFaceInfo(
        box=(left, top, right, bottom),
        score=round(outcome.face.score, 4),
        restored=identity is not None,
        identity_similarity=None if identity is None else round(identity.similarity, 4),
        reliable=outcome.reliable,
    )
