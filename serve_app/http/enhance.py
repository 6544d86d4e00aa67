"""From the uploaded bytes to the response: decode, run the pipeline within its deadline, build the wire model."""

from __future__ import annotations

import asyncio
import base64
from dataclasses import dataclass
from datetime import UTC, datetime

from deployments.contract import DecodeLimits
from deployments.errors import BadProportions, BadRequest, DeadlineExceeded, Step
from deployments.imaging.codec import Decoded, decode
from serve_app.http.admission import Admission
from serve_app.http.schemas import (
    EnhanceData,
    EnhanceResponse,
    FaceInfo,
    FaceLayerInfo,
    Layers,
    OutputMediaType,
    QualityMetrics,
    wire_notes,
)
from serve_app.http.telemetry import SILENT, Telemetry
from serve_app.illustration.page import page_of
from serve_app.pipeline.layers import LayerFiles
from serve_app.pipeline.options import EnhanceOptions
from serve_app.pipeline.outcomes import FaceOutcome
from serve_app.pipeline.pipeline import Enhanced, Pipeline
from serve_app.pipeline.progress import ProgressCallback
from serve_app.pipeline.timings import StageTimings
from serve_app.settings import LimitSettings
from serve_app.storage import Storage

_ASPECT_TOLERANCE = 0.02
"""How much a reference's aspect ratio may differ from the photo's: rounding when one was made from the other."""


@dataclass
class EnhanceRequest:
    """One request, read. Its bytes are dropped once they are decoded."""

    file: bytes
    reference: bytes | None
    options: EnhanceOptions


@dataclass(frozen=True)
class Answer:
    """What became of a request: the picture, encoded, and everything that is said about it."""

    picture: bytes
    data: EnhanceData
    """Without the picture: `restored_image` is empty."""

    @property
    def used(self) -> tuple[int, int]:
        """See Meter.charge."""
        return self.data.width * self.data.height, sum(face.restored for face in self.data.faces)

    async def stored(self, storage: Storage | None) -> Answer:
        """With its picture in the storage, where there is one, and its address as `url`; see Storage.put."""
        if storage is None:
            return self
        address = await storage.put(self.picture, self.data.content_type)
        return Answer(b"", self.data.model_copy(update={"url": address}))

    def to_json(self, storage: Storage | None = None) -> str:
        """The JSON of an EnhanceResponse, with the picture or, where it is stored, with a URL by which to fetch it.

        Takes a while for a large picture: not on the event loop.
        """
        if self.data.url is not None and storage is not None:
            url = storage.url(self.data.url)
            return EnhanceResponse(data=self.data.model_copy(update={"url": url})).model_dump_json()
        image = base64.b64encode(self.picture).decode("ascii")
        return EnhanceResponse(data=self.data.model_copy(update={"restored_image": image})).model_dump_json()


async def enhance(
    request: EnhanceRequest,
    pipeline: Pipeline,
    admission: Admission,
    limits: LimitSettings,
    on_progress: ProgressCallback,
    telemetry: Telemetry = SILENT,
) -> Answer:
    """Do the work, in a slot and within the deadline; raises what serve_app.http.errors.TABLE lists."""
    timings = StageTimings()
    try:
        async with asyncio.timeout(limits.deadline_s), admission.slot():
            with timings.timed(Step.DECODE):
                photo, reference = await pipeline.threads.run(decode_request, request, limits.for_decoding())
            request.file, request.reference = b"", None
            options = request.options.fitted(photo, limits.for_decoding())
            target = None if reference is None else reference.image
            enhanced = await pipeline.enhance(photo, options, target, timings, on_progress)
            telemetry.result(photo, enhanced, options)
            data = _data(enhanced, timings, target is not None)
            if options.report is not None:
                page = await pipeline.threads.run(page_of, photo, enhanced.data, data.model_dump(), datetime.now(UTC))
                data.report, data.processing_time_ms = page, round(timings.elapsed_ms(), 1)
            return Answer(enhanced.data, data)
    except TimeoutError as error:
        raise DeadlineExceeded from error
    finally:
        telemetry.work(timings)


def decode_request(request: EnhanceRequest, limits: DecodeLimits) -> tuple[Decoded, Decoded | None]:
    """The photo and the reference; raises a DecodeError, or BadRequest where they do not belong together."""
    photo = decode(request.file, limits, request.options.factors)
    options, output = request.options.fitted(photo, limits), request.options.output
    side = max(options.output_size(*photo.image.shape[1::-1]))
    if side > output.max_side:
        raise BadProportions(
            f"The result would be {side} pixels long; {output.title} holds at most {output.max_side}. "
            "Choose another output_format, or a smaller upscale_factor or size."
        )
    if request.reference is None:
        return photo, None
    reference = decode(request.reference, limits)
    ratios = [image.shape[1] / image.shape[0] for image in (photo.image, reference.image)]
    if abs(ratios[0] / ratios[1] - 1.0) > _ASPECT_TOLERANCE:
        raise BadRequest("reference: its width and height are not in the same proportion as the file's.")
    return photo, reference


def _data(enhanced: Enhanced, timings: StageTimings, has_reference: bool) -> EnhanceData:
    quality = enhanced.quality
    similarities = [outcome.identity.similarity for outcome in enhanced.faces if outcome.identity is not None]
    return EnhanceData(
        restored_image="",
        content_type=OutputMediaType(enhanced.format.media_type),
        width=enhanced.width,
        height=enhanced.height,
        metrics=QualityMetrics(
            psnr=quality.psnr,
            ssim=quality.ssim,
            lpips=quality.lpips,
            identity_similarity=min(similarities, default=None),
        ),
        metrics_against="reference" if has_reference else "input",
        metrics_pixels=enhanced.compared_pixels,
        faces=[_face_info(outcome) for outcome in enhanced.faces],
        layers=None if enhanced.layers is None else _layers(enhanced.layers),
        processing_time_ms=round(timings.elapsed_ms(), 1),
        timings_ms=enhanced.timings_ms,
        models=enhanced.models,
        warning=" ".join(enhanced.notes) or None,
        notes=wire_notes(enhanced.notes),
    )


def _layers(files: LayerFiles) -> Layers:
    return Layers(
        background=base64.b64encode(files.background).decode("ascii"),
        faces=[
            FaceLayerInfo(
                index=file.index,
                left=file.layer.left,
                top=file.layer.top,
                width=file.layer.mask.shape[1],
                height=file.layer.mask.shape[0],
                patch=base64.b64encode(file.data).decode("ascii"),
                identity_at=file.identity_at and {f"{at:g}": round(s, 4) for at, s in file.identity_at.items()},
            )
            for file in files.faces
        ],
    )


def _face_info(outcome: FaceOutcome) -> FaceInfo:
    left, top, right, bottom = (round(float(value), 1) for value in outcome.face.box)
    identity = outcome.identity
    return FaceInfo(
        box=(left, top, right, bottom),
        score=round(outcome.face.score, 4),
        restored=outcome.strength is not None,
        strength_used=outcome.strength,
        identity_similarity=None if identity is None else round(identity.similarity, 4),
        reliable=outcome.reliable,
        crop=None if outcome.crop is None else base64.b64encode(outcome.crop).decode("ascii"),
    )
