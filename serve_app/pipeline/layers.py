"""The result in layers: what a client needs to fade each face by itself."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from deployments.contract import Image, Mask
from deployments.imaging.formats import OUTPUT_FORMATS
from deployments.imaging.geometry import FaceLayer

_SEEN = 0.5 / 255
"""A mask below it is zero in 8 bits."""


@dataclass(frozen=True)
class LayerFile:
    """A restored face as a file of its own."""

    index: int
    """In the list of faces."""
    layer: FaceLayer
    data: bytes
    """PNG, 8 bits, RGBA: the face in full strength, and how much of each pixel is its own."""
    identity_at: dict[float, float] | None
    """Similarity by strength; None without verification."""


@dataclass(frozen=True)
class LayerFiles:
    """The result in layers."""

    background: bytes
    """PNG, 8 bits: the result without restored faces."""
    faces: list[LayerFile]


def layer_files(
    background: Image,
    alpha: Mask | None,
    layers: dict[int, FaceLayer],
    identity_at: dict[int, dict[float, float]],
) -> LayerFiles:
    """Encode the background with the photo's `alpha`, and each face's layer where anything of it is seen."""
    png = OUTPUT_FORMATS["png"]
    seen = {index: _trimmed(layer) for index, layer in layers.items()}
    return LayerFiles(
        png.encode(background, alpha),
        [
            LayerFile(index, layer, png.encode(layer.image, layer.mask), identity_at.get(index))
            for index, layer in seen.items()
            if layer.mask.size
        ],
    )


def _trimmed(layer: FaceLayer) -> FaceLayer:
    """The part of a layer whose mask is not zero in 8 bits."""
    left, top, width, height = cv2.boundingRect((layer.mask > _SEEN).astype(np.uint8))
    part = np.s_[top : top + height, left : left + width]
    return replace(
        layer,
        left=layer.left + left,
        top=layer.top + top,
        image=np.ascontiguousarray(layer.image[part]),
        mask=np.ascontiguousarray(layer.mask[part]),
    )
