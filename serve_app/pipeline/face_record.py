"""A face on its way through the pipeline, and how much of its restoration is blended in."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from deployments.contract import Face
from deployments.imaging.blend import PlacedFace
from serve_app.pipeline.options import LowIdentity

SHARES: dict[LowIdentity, tuple[float, ...]] = {
    LowIdentity.WARN: (),
    LowIdentity.BLEND: (0.75, 0.5, 0.25, 0.0),
    LowIdentity.KEEP: (0.0,),
}
"""Of the asked strength, one after the other, for a face that is not recognized."""


@dataclass(frozen=True)
class FaceRecord:
    """A detected face on its way through the pipeline."""

    face: Face
    placed: PlacedFace | None
    """None for a face that the options leave out."""


def with_strength(records: list[FaceRecord], indices: Collection[int], strength: float) -> list[FaceRecord]:
    """The records, with another strength for some of the restored faces."""
    return [
        replace(record, placed=replace(record.placed, strength=strength))
        if index in indices and record.placed is not None
        else record
        for index, record in enumerate(records)
    ]
