"""Blends the restored faces into the background: color, strength, soft-mask paste-back, and gray stays gray."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from deployments.contract import Image, Mask
from deployments.imaging.agreement import agreement
from deployments.imaging.face_color import keep_monochrome, match_colors
from deployments.imaging.geometry import Affine, Scale, output_transform, paste_face, soft_mask
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


def in_photo_colors(face: PlacedFace, match_color: bool, gray: bool = False) -> Image:
    """The restored (512, 512, 3) face in the colors of its crop; see face_layers."""
    restored = match_colors(face.restored, face.crop) if match_color else face.restored
    restored = keep_monochrome(restored, face.crop)
    return np.repeat(cv2.cvtColor(restored, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2) if gray else restored


@dataclass(frozen=True)
class FaceLayer:
    """A restored face ready to be blended: all that does not depend on its strength."""

    image: Image
    """(512, 512, 3), in its final colors."""
    mask: Mask
    """(512, 512), what of it may be seen."""
    to_output: Affine
    """From the crop to the output image."""


def face_layers(faces: list[PlacedFace], factor: Scale, match_color: bool) -> list[FaceLayer]:
    """The layers of `faces`, in their order, for a background `factor` times the size of what they were cut from.

    `match_color` gives a restored face the crop's shades and casts; a face in one tone stays in that; where the
    restorer replaced what covers a face, the mask is zero; where faces overlap, a pixel belongs to one of them.
    """
    restored = [in_photo_colors(face, match_color) for face in faces]
    masks = keep_apart(
        [soft_mask(face.region) * agreement(image, face.crop) for image, face in zip(restored, faces, strict=True)],
        [face.transform for face in faces],
    )
    return [
        FaceLayer(image, mask, output_transform(face.transform, factor))
        for face, image, mask in zip(faces, restored, masks, strict=True)
    ]


def blend_layers(
    background: Image, layers: list[FaceLayer], strengths: list[float], gray: bool, grain: bool = False
) -> Image:
    """A new (H, W, 3) image: `background` with as much of each layer blended in as its strength in [0, 1] says.

    `gray` removes color that the networks invented in a black-and-white image; `grain` gives faces the grain of their
    surroundings.
    """
    canvas = background.copy()
    for layer, strength in zip(layers, strengths, strict=True):
        paste_face(canvas, layer.image, layer.mask, layer.to_output, strength, grain)
    np.clip(canvas, 0.0, 1.0, out=canvas)
    if gray:
        luma = cv2.cvtColor(canvas, cv2.COLOR_RGB2GRAY)
        canvas[:] = luma[..., None]
    return canvas


def blend_faces(
    background: Image, faces: list[PlacedFace], factor: Scale, match_color: bool, gray: bool, grain: bool = False
) -> Image:
    """`faces` blended into `background` once, each at its own strength: face_layers and blend_layers."""
    layers = face_layers(faces, factor, match_color)
    return blend_layers(background, layers, [face.strength for face in faces], gray, grain)
