"""What a request is expected to take before one like it was seen: by the stages' warm-ups and a piece of its photo."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

import numpy as np

from deployments.contract import FACE_SIZE, MEGAPIXEL, StageReport
from deployments.errors import Step
from deployments.imaging.blend import PlacedFace, blend_faces
from deployments.imaging.codec import Decoded
from deployments.imaging.resample import enlarge_bicubic, resize
from deployments.stages import StageName
from serve_app.pipeline.options import EnhanceOptions
from serve_app.pipeline.speed import BICUBIC, composing, encoding

_PIECE = 256
"""Pixels a side: a face on it takes 0.07 s, the rest milliseconds."""


def of_stages(reports: Mapping[StageName, StageReport]) -> dict[str, float]:
    """Seconds for a unit of each stage's work, as far as the stages know."""
    return {stage: report.unit_s for stage, report in reports.items() if report.unit_s is not None}


def of_steps(photo: Decoded, options: EnhanceOptions) -> dict[str, float]:
    """Seconds for a unit of the work around the stages, tried on a corner of the photo. Takes a thread.

    Nobody has seen a face yet: composing is tried with the corner itself in the place of one.
    """
    piece = photo.image[:_PIECE, :_PIECE]
    height, width = piece.shape[:2]
    megapixels = height * width / MEGAPIXEL

    def seconds(work: Callable[[], object]) -> float:
        began = time.perf_counter()
        work()
        return time.perf_counter() - began

    crop = resize(piece, FACE_SIZE, FACE_SIZE)
    face = PlacedFace(crop, crop, None, np.array([[FACE_SIZE / width, 0, 0], [0, FACE_SIZE / height, 0]]))
    compose = seconds(
        lambda: blend_faces(piece, [face], (1.0, 1.0), options.color_correction, photo.gray, options.grain)
    )
    encode = seconds(lambda: options.output.encode(piece, None, photo.bits, options.coding))
    found: dict[str, float] = {
        encoding(options.output.name): encode / megapixels,
        Step.COMPOSE: compose / composing(1, megapixels),
    }
    if not options.background:
        found[BICUBIC] = seconds(lambda: enlarge_bicubic(piece, (2.0, 2.0))) / megapixels
    return found
