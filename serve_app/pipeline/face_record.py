"""A face on its way through the pipeline, and how much of its restoration is blended in."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from deployments.contract import Face
from deployments.imaging.blend import FittedFace
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
    placed: FittedFace | None
    """None for a face that the options leave out."""
    asked: float = 0.0
    """The strength that was asked for it."""


def strengths(records: list[FaceRecord]) -> list[float]:
    """Of the restored faces, in their order."""
    return [record.placed.strength for record in records if record.placed is not None]


def with_share(records: list[FaceRecord], indices: Collection[int], share: float) -> list[FaceRecord]:
    """The records, some of the restored faces with this share of the strength that was asked for them."""
    return [
        replace(record, placed=replace(record.placed, strength=share * record.asked))
        if index in indices and record.placed is not None
        else record
        for index, record in enumerate(records)
    ]
