"""What a request is expected to take before one like it was seen: by the stages' warm-ups and a piece of its photo."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from deployments.contract import MEGAPIXEL, StageReport
from deployments.errors import Step
from deployments.imaging.codec import Decoded
from deployments.imaging.resample import enlarge_bicubic
from deployments.stages import StageName
from serve_app.pipeline.options import EnhanceOptions
from serve_app.pipeline.speed import BICUBIC, encoding

_PIECE = 256
"""Pixels a side: takes milliseconds."""


def of_stages(reports: Mapping[StageName, StageReport]) -> dict[str, float]:
    """Seconds for a unit of each stage's work, as far as the stages know."""
    return {stage: report.unit_s for stage, report in reports.items() if report.unit_s is not None}


def of_steps(photo: Decoded, options: EnhanceOptions) -> dict[str, float]:
    """Seconds a megapixel for the work around the stages, tried on a corner of the photo. Takes a thread.

    Composing counts as nothing: it is little beside the networks, and depends on faces that nobody has seen yet.
    """
    piece = photo.image[:_PIECE, :_PIECE]
    megapixels = piece.shape[0] * piece.shape[1] / MEGAPIXEL

    def unit_s(work: Callable[[], object]) -> float:
        began = time.perf_counter()
        work()
        return (time.perf_counter() - began) / megapixels

    encode = unit_s(lambda: options.output.encode(piece, None, photo.bits, options.coding))
    found: dict[str, float] = {encoding(options.output.name): encode, Step.COMPOSE: 0.0}
    if not options.background:
        found[BICUBIC] = unit_s(lambda: enlarge_bicubic(piece, (2.0, 2.0)))
    return found
