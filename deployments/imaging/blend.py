"""Blends the restored faces into the background: color, strength, soft-mask paste-back, and gray stays gray."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from deployments.contract import Image, Mask
from deployments.imaging.agreement import agreement
from deployments.imaging.face_color import keep_monochrome, match_colors
from deployments.imaging.face_detail import keep_features, match_detail
from deployments.imaging.geometry import (
    Affine,
    FaceLayer,
    Scale,
    align_face,
    enlargement,
    lay_face,
    output_transform,
    soft_mask,
)
from deployments.imaging.grain import add_grain
from deployments.imaging.overlap import keep_apart, stacked
from deployments.imaging.strips import on_strips

_OF_BACKGROUND = 0.5
"""Restorer and upscaler guess apart what is under noise: their mean is nearer to the truth than either."""


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


@dataclass(frozen=True)
class FittedFace:
    """A restored face as it goes onto a background: all of the work on it that needs no background."""

    image: Image
    """(512, 512, 3), in full strength."""
    mask: Mask
    """(512, 512): how much of each pixel is the face's."""
    transform: Affine
    strength: float
    """Both as those of PlacedFace."""
    share: float = 1.0
    """Of the face in full strength; the rest is the background's."""
    finer: float = 0.0
    """How much of what is finer than the crop's pixels is the background's; the crop has none of it."""


def fit_face(face: PlacedFace, match_color: bool, upscaled: bool = True) -> FittedFace:
    """The restored face as like its crop as it should be.

    `match_color` gives it the crop's shades and casts; a face in one tone stays in that. Its details are as strong as
    the photograph's, and its features the photograph's where that is not blurred. Where the restorer replaced what
    covers a face, the background stays; and half of it where noise alone is between the photograph and the person
    and the background is `upscaled`, by a network that knows noise. Of a photograph with more pixels than the crop the
    finest details stay, as far as that is clean.
    """
    colored = match_colors(face.restored, face.crop) if match_color else face.restored
    colored = keep_monochrome(colored, face.crop)
    # What the restorer made is asked, before the photograph's own features come back to it.
    mask = soft_mask(face.region) * agreement(colored, face.crop)
    kept = keep_features(match_detail(colored, face.crop, face.transform), face.crop, face.transform)
    share = 1.0 - _OF_BACKGROUND * upscaled * kept.spoiled
    finer = kept.clean if enlargement(face.transform) < 1.0 else 0.0
    return FittedFace(kept.image, mask, face.transform, face.strength, share, finer)


def to_gray(image: Image) -> Image:
    """(H, W, 3) without color: the luma, as OpenCV has it, in each channel."""
    if image.size == 0:
        return image
    return np.repeat(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2)


def face_layers(
    background: Image, faces: list[FittedFace], factor: Scale, gray: bool, grain: bool = False
) -> list[FaceLayer]:
    """The layers of `faces` on `background`, which is `factor` times the size of what they were cut from.

    Where faces overlap, a pixel belongs to one of them. `gray` removes color that the network invented in a
    black-and-white image, for which `background` has none; `grain` gives faces the grain of their surroundings. In full
    strength a later face lies over an earlier one.
    """
    masks = keep_apart([face.mask for face in faces], [face.transform for face in faces])
    height, width = background.shape[:2]
    layers = []
    for face, mask in zip(faces, masks, strict=True):
        to_canvas = output_transform(face.transform, factor)
        layer = lay_face(face.image, mask, to_canvas, width, height)
        if face.finer and layer.mask.size:
            layer = _with_finest(layer, background, mask, to_canvas, face.finer)
        if grain and layer.mask.size:
            layer = replace(layer, image=add_grain(layer.image, layer.part_of(background), layer.mask))
        layers.append(replace(layer, image=to_gray(layer.image)) if gray else layer)
    layers = stacked(layers)
    return [replace(layer, mask=layer.mask * np.float32(face.share)) for layer, face in zip(layers, faces, strict=True)]


def _with_finest(layer: FaceLayer, background: Image, mask: Mask, to_canvas: Affine, share: float) -> FaceLayer:
    """The layer with `share` of what the background loses when it goes through an aligned crop, as a face does."""
    crop = align_face(background, cv2.invertAffineTransform(to_canvas))
    coarse = lay_face(crop, mask, to_canvas, background.shape[1], background.shape[0]).image
    finest = layer.part_of(background) - coarse
    return replace(layer, image=np.clip(layer.image + np.float32(share) * finest, 0.0, 1.0))


def blend_layers(background: Image, layers: list[FaceLayer], strengths: list[float]) -> Image:
    """A new (H, W, 3) image: `background` with as much of each layer blended in as its strength in [0, 1] says."""
    canvas = np.empty_like(background)

    def copy(rows: slice) -> None:
        canvas[rows] = background[rows]

    on_strips(copy, *background.shape[:2])
    for layer, strength in zip(layers, strengths, strict=True):
        layer.add_to(canvas, background, strength)
    for layer in layers:  # of the whole image that takes longer than a layer
        part = layer.part_of(canvas)
        np.clip(part, 0.0, 1.0, out=part)
    return canvas


def blend_faces(
    background: Image, faces: list[PlacedFace], factor: Scale, match_color: bool, gray: bool, grain: bool = False
) -> Image:
    """A new (H, W, 3) image: `faces` blended into `background`, each at its own strength.

    See fit_face and face_layers.
    """
    background = to_gray(background) if gray else background
    layers = face_layers(background, [fit_face(face, match_color) for face in faces], factor, gray, grain)
    return blend_layers(background, layers, [face.strength for face in faces])
