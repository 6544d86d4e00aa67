"""The restored faces as files of their own."""

from __future__ import annotations

from deployments.imaging.blend import to_gray
from deployments.imaging.formats import OUTPUT_FORMATS
from serve_app.pipeline.face_record import FaceRecord

MAX_FACE_CROPS = 32
"""Of a request: 25 MB at most, which is 512 x 512 x 3 bytes each."""


def face_crops(records: list[FaceRecord], gray: bool) -> dict[int, bytes]:
    """PNGs of the restored 512x512 faces in full strength, by index; of the largest ones where there are too many."""
    restored = [index for index, record in enumerate(records) if record.placed is not None]
    largest = sorted(restored, key=lambda index: -records[index].face.area)[:MAX_FACE_CROPS]
    return {
        index: OUTPUT_FORMATS["png"].encode(to_gray(placed.image) if gray else placed.image, None)
        for index in sorted(largest)
        if (placed := records[index].placed) is not None
    }
