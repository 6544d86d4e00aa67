"""The dry run: what is in a photo, and what restoring it would give and take."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from deployments.contract import Face, Image
from deployments.imaging.codec import Decoded
from deployments.imaging.focus import SHARP, crop_detail
from deployments.imaging.geometry import align_face, align_identity, face_transform
from deployments.imaging.transparency import over_white
from deployments.notes import Note
from serve_app.pipeline.config import PipelineConfig
from serve_app.pipeline.faces import bystanders, in_reading_order, select_faces, size_of
from serve_app.pipeline.options import EnhanceOptions
from serve_app.pipeline.outcomes import is_reliable, left_out
from serve_app.pipeline.stages import StageClient
from serve_app.pipeline.threads import PixelThreads


class Reason(StrEnum):
    """Why restoring a face is not advisable."""

    TOO_SMALL = "too_small"
    BYSTANDER = "bystander"
    ALREADY_SHARP = "already_sharp"


@dataclass(frozen=True)
class InspectedFace:
    """A face, before anything is done to it."""

    face: Face
    size: float
    """Pixels of the box's longer side."""
    sharpness: float
    """See focus.crop_detail."""
    reliable: bool | None
    """Whether its identity could be told; None without verification."""
    reason: Reason | None
    """None: restoring is advisable."""
    chosen: bool
    """Whether the options ask for it."""


@dataclass(frozen=True)
class Inspection:
    """What a dry run finds."""

    faces: list[InspectedFace]
    width: int
    height: int
    """Of the result."""
    seconds: float | None
    """That restoring would take; None while this machine's speed is not known."""
    notes: list[Note]


async def inspect(
    photo: Decoded,
    options: EnhanceOptions,
    stages: StageClient,
    threads: PixelThreads,
    config: PipelineConfig,
    expect: Callable[[int], Awaitable[float | None]],
) -> Inspection:
    """Detect the faces of `photo` and judge them; no face is an empty list.

    `expect` tells what restoring so many faces would take, in seconds; None where nobody knows. Raises a StageError, or
    BadRequest where the options name a face that is not there.
    """
    await stages.require_ready()
    image = photo.image
    seen = await threads.run(over_white, image, photo.alpha)
    detection = (await stages.detect(await stages.share(seen))).value
    faces = in_reading_order(detection.faces)
    reliable: list[bool | None] = [None] * len(faces)
    if options.verify and faces:
        crops = await threads.run(lambda: [align_identity(image, face.landmarks) for face in faces])
        compared = (await stages.verify(crops, crops)).value
        reliable = [is_reliable(face, one.feature_norm, config) for face, one in zip(faces, compared, strict=True)]
    inspected = await threads.run(_judged, image, faces, reliable, options, config)
    height, width = image.shape[:2]
    seconds = await expect(sum(face.chosen for face in inspected))
    notes = [*photo.notes, *([left_out(len(faces), detection.left_out)] if detection.left_out else [])]
    size = options.output_size(width, height)
    return Inspection(inspected, *size, seconds, notes)


def _judged(
    image: Image, faces: list[Face], reliable: list[bool | None], options: EnhanceOptions, config: PipelineConfig
) -> list[InspectedFace]:
    behind = bystanders(image, faces)
    chosen = select_faces(image, faces, options).strengths
    found = []
    for index, face in enumerate(faces):
        sharpness = crop_detail(align_face(image, face_transform(face.landmarks)))
        reason = None
        if face.eye_distance < config.min_eye_distance:
            reason = Reason.TOO_SMALL
        elif index in behind:
            reason = Reason.BYSTANDER
        elif sharpness >= SHARP:
            reason = Reason.ALREADY_SHARP
        found.append(InspectedFace(face, size_of(face), sharpness, reliable[index], reason, index in chosen))
    return found
