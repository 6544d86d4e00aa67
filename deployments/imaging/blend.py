"""Blends the restored faces into the background: color, strength, soft-mask paste-back, and gray stays gray."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from deployments.contract import Image, Mask
from deployments.imaging.agreement import agreement
from deployments.imaging.face_color import keep_monochrome, match_colors
from deployments.imaging.face_detail import keep_features, match_detail
from deployments.imaging.geometry import Affine, FaceLayer, Scale, lay_face, output_transform, soft_mask
from deployments.imaging.grain import add_grain
from deployments.imaging.overlap import keep_apart, stacked


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


def fitted(face: PlacedFace, match_color: bool, gray: bool = False) -> Image:
    """The restored (512, 512, 3) face in the colors and with the details of its crop; see face_layers."""
    restored = _detailed(face, _colored(face, match_color))
    return to_gray(restored) if gray else restored


def _colored(face: PlacedFace, match_color: bool) -> Image:
    restored = match_colors(face.restored, face.crop) if match_color else face.restored
    return keep_monochrome(restored, face.crop)


def _detailed(face: PlacedFace, restored: Image) -> Image:
    matched = match_detail(restored, face.crop, face.transform)
    return keep_features(matched, face.crop, face.transform)


def to_gray(image: Image) -> Image:
    """(H, W, 3) without color: the luma, as OpenCV has it, in each channel."""
    if image.size == 0:
        return image
    return np.repeat(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2)


def face_layers(
    background: Image, faces: list[PlacedFace], factor: Scale, match_color: bool, gray: bool, grain: bool = False
) -> list[FaceLayer]:
    """The layers of `faces` on `background`, which is `factor` times the size of what they were cut from.

    `match_color` gives a restored face the crop's shades and casts; a face in one tone stays in that. Its details are
    as strong as the photograph's, and its features the photograph's where that is not blurred. Where the restorer
    replaced what covers a face, the background stays; where faces overlap, a pixel belongs to one of them. `gray`
    removes color that the network invented in a black-and-white image, for which `background` has none; `grain` gives
    faces the grain of their surroundings. In full strength a later face lies over an earlier one.
    """
    colored = [_colored(face, match_color) for face in faces]
    restored = [_detailed(face, image) for face, image in zip(faces, colored, strict=True)]
    masks = keep_apart(  # what the restorer made is asked, before the photograph's own features come back to it
        [soft_mask(face.region) * agreement(image, face.crop) for image, face in zip(colored, faces, strict=True)],
        [face.transform for face in faces],
    )
    height, width = background.shape[:2]
    layers = []
    for face, image, mask in zip(faces, restored, masks, strict=True):
        layer = lay_face(image, mask, output_transform(face.transform, factor), width, height)
        if grain and layer.mask.size:
            layer = replace(layer, image=add_grain(layer.image, layer.part_of(background), layer.mask))
        layers.append(replace(layer, image=to_gray(layer.image)) if gray else layer)
    return stacked(layers)


def blend_layers(background: Image, layers: list[FaceLayer], strengths: list[float]) -> Image:
    """A new (H, W, 3) image: `background` with as much of each layer blended in as its strength in [0, 1] says."""
    canvas = background.copy()
    for layer, strength in zip(layers, strengths, strict=True):
        layer.add_to(canvas, background, strength)
    for layer in layers:  # of the whole image that takes longer than a layer
        part = layer.part_of(canvas)
        np.clip(part, 0.0, 1.0, out=part)
    return canvas


def blend_faces(
    background: Image, faces: list[PlacedFace], factor: Scale, match_color: bool, gray: bool, grain: bool = False
) -> Image:
    """A new (H, W, 3) image: `faces` blended into `background`, each at its own strength; see face_layers."""
    background = to_gray(background) if gray else background
    layers = face_layers(background, faces, factor, match_color, gray, grain)
    return blend_layers(background, layers, [face.strength for face in faces])
