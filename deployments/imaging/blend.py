"""Blends the restored faces into the background: color, strength, soft-mask paste-back, and gray stays gray."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from deployments.contract import Image, Mask
from deployments.imaging.agreement import agreement
from deployments.imaging.face_color import keep_monochrome, match_colors
from deployments.imaging.geometry import Affine, output_transform, paste_face, soft_mask
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
    strength: float = 1.0
    """How much of the restored face replaces the background, [0, 1]."""


def blend_faces(
    background: Image, faces: list[PlacedFace], factor: int, match_color: bool, gray: bool, grain: bool = False
) -> Image:
    """A new (H, W, 3) image: `background` with `faces` blended in.

    `factor` is the background's size over that of the image that the faces were cut from. `match_color` gives a
    restored face the crop's shades and casts first; a face in one tone stays in that; where the restorer replaced what
    covers a face, the background stays. `gray` removes color that the networks invented in a black-and-white image;
    `grain` gives faces the grain of their surroundings.
    """
    canvas = background.copy()
    restored = [match_colors(face.restored, face.crop) if match_color else face.restored for face in faces]
    restored = [keep_monochrome(image, face.crop) for image, face in zip(restored, faces, strict=True)]
    masks = keep_apart(
        [soft_mask(face.region) * agreement(image, face.crop) for image, face in zip(restored, faces, strict=True)],
        [face.transform for face in faces],
    )
    for face, image, mask in zip(faces, restored, masks, strict=True):
        paste_face(canvas, image, mask, output_transform(face.transform, factor), face.strength, grain)
    np.clip(canvas, 0.0, 1.0, out=canvas)
    if gray:
        luma = cv2.cvtColor(canvas, cv2.COLOR_RGB2GRAY)
        canvas[:] = luma[..., None]
    return canvas
