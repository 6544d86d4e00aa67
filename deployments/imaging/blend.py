"""Blends the restored faces into the background: color, strength, soft-mask paste-back, and gray stays gray."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from deployments.contract import Image, Mask
from deployments.imaging.geometry import Affine, output_transform, paste_face, soft_mask, transfer_color
from deployments.imaging.overlap import keep_apart


@dataclass(frozen=True)
class PlacedFace:
    """A restored face, the crop it was made from, and where that was cut out."""

    crop: Image
    """(512, 512, 3), before restoration."""
    restored: Image
    region: Mask | None
    transform: Affine
    """From the image to the crop."""


def blend_faces(
    background: Image, faces: list[PlacedFace], factor: int, strength: float, match_color: bool, gray: bool
) -> Image:
    """A new (H, W, 3) image: `background` with `faces` blended in.

    `factor` is the background's size over that of the image that the faces were cut from. `strength` in [0, 1] is how
    much of a restored face replaces the background; `match_color` gives it the crop's colors first; `gray` removes
    color that the networks invented in a black-and-white image.
    """
    canvas = background.copy()
    masks = keep_apart([soft_mask(face.region) for face in faces], [face.transform for face in faces])
    for face, mask in zip(faces, masks, strict=True):
        restored = transfer_color(face.restored, face.crop, mask) if match_color else face.restored
        paste_face(canvas, restored, mask, output_transform(face.transform, factor), strength)
    np.clip(canvas, 0.0, 1.0, out=canvas)
    if gray:
        luma = cv2.cvtColor(canvas, cv2.COLOR_RGB2GRAY)
        canvas[:] = luma[..., None]
    return canvas
