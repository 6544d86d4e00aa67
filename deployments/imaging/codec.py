"""From uploaded bytes to an image: format by content, EXIF orientation, ICC profile, alpha, 16 bits.

Sizes are checked against the limits before any pixel is decoded.
"""

from __future__ import annotations

import hashlib
import logging
import math
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image as PILImage

from deployments.contract import DecodeLimits, Image, Mask
from deployments.errors import BadProportions, TooFewPixels, TooManyPixels, Undecodable
from deployments.imaging.color import to_srgb
from deployments.imaging.formats import sniff
from deployments.imaging.input_formats import InputFormat
from deployments.imaging.metadata import Metadata
from deployments.imaging.output_formats import Bits
from deployments.imaging.strips import strips
from deployments.imaging.structure import END_MISSING
from deployments.imaging.transparency import fill_invisible, is_picture_in_alpha, over_white
from deployments.notes import Note, NoteCode

logger = logging.getLogger("visage")

MAX_ASPECT_RATIO = 100
"""Beyond it nothing of the shorter side is left at the detector's coarse size of 640 pixels."""

_EXIF_ORIENTATION = 0x0112
_C2PA = b"jumdc2pa"
"""How a store of C2PA manifests begins in every format (C2PA 2.2, 11.1): a JUMBF description box and its type."""
_IN_ALPHA = Note("The picture was in the transparency alone, so it was put on white.", NoteCode.PICTURE_IN_ALPHA)
_DAMAGED = "The image is damaged and could not be decoded."
_GRAY_TOLERANCE = 3  # of 255: JPEG stores the chroma of a gray image with rounding errors of 1 to 2
_UNREADABLE = (OSError, SyntaxError, ValueError, EOFError, KeyError, TypeError, struct.error, zlib.error)
"""What the readers of structures, and Pillow's, raise on broken files."""

# Every size is checked against DecodeLimits before pixels are decoded, so Pillow's own, coarser check (a warning at 89
# megapixels) has to stay silent.
PILImage.MAX_IMAGE_PIXELS = None


@dataclass(frozen=True)
class Decoded:
    """An image as the stages take it, with what has to survive until the result is encoded."""

    image: Image
    """What nobody sees has the color of the nearest pixel that is seen: see transparency.fill_invisible."""
    alpha: Mask | None
    """None where the file had no transparency."""
    bits: Bits
    gray: bool
    """True for a black-and-white image, however it was stored; its result is kept free of color."""
    format: InputFormat
    factor: int
    """By how much it may be enlarged: the first of the factors asked for whose result is within the limits."""
    notes: tuple[Note, ...]
    """What a reader of the result should know."""
    metadata: Metadata
    """As the file has it."""
    sha256: str
    """Of the file, in hexadecimal."""
    with_credentials: bytes | None
    """The file itself, where it has a C2PA manifest, which is about its very bytes."""


def decode(data: bytes, limits: DecodeLimits, factors: Sequence[int] = (1,)) -> Decoded:
    """Decode a file in one of INPUT_FORMATS to sRGB, upright, at full precision.

    `factors` are output sizes over the input's, the one that is wanted most first. Raises UnsupportedFormat,
    TooManyPixels, TooFewPixels, BadProportions, TooComplex (all before any pixel is decoded) or Undecodable.

    Bounded, because a thread that decodes cannot be stopped: see docs/operations.md, "Limits", for seconds a megapixel.
    """
    found = sniff(data)
    end_missing = False
    try:
        structure = found.inspect(data)
        end_missing = structure.end_missing
        factor = _check_size(structure.size, limits, factors)
        orientation = _orientation(structure.exif) if structure.orientation is None else structure.orientation
        pixels = found.read(structure)
        bits: Bits = 16 if pixels.color.dtype == np.uint16 else 8
        metadata = Metadata(structure.exif, structure.xmp, structure.iptc)
        alpha, notes = pixels.alpha, list(structure.notes)
        image = to_srgb(pixels.color, structure.profile or pixels.profile)
        del pixels
    except _UNREADABLE as error:
        logger.info("refusing a damaged %s: %r", found.title, error)
        raise Undecodable(END_MISSING if end_missing else _DAMAGED) from error
    image = np.ascontiguousarray(_upright(image, orientation), np.float32)
    if factor != factors[0]:
        notes.append(
            Note(
                f"The image is enlarged {factor} times instead of {factors[0]}: "
                f"results have at most {limits.max_output_pixels / 1e6:g} megapixels.",
                NoteCode.SMALLER_FACTOR,
                factor=factor,
                wanted=factors[0],
                max_megapixels=limits.max_output_pixels / 1e6,
            )
        )
    if alpha is not None:
        alpha = np.ascontiguousarray(_upright(alpha, orientation), np.float32)
        fill_invisible(image, alpha)
        if is_picture_in_alpha(image, alpha):
            image, alpha = over_white(image, alpha), None
            notes.append(_IN_ALPHA)
    sha256, credentials = hashlib.sha256(data).hexdigest(), data if _C2PA in data else None
    return Decoded(image, alpha, bits, _is_gray(image), found, factor, tuple(notes), metadata, sha256, credentials)


def _check_size(size: tuple[int, int], limits: DecodeLimits, factors: Sequence[int]) -> int:
    """The first of `factors` that is within the limits."""
    width, height = size
    pixels = width * height
    if pixels > limits.max_input_pixels:
        raise TooManyPixels(
            f"The image has {pixels / 1e6:.1f} megapixels ({width}x{height}); "
            f"at most {limits.max_input_pixels / 1e6:g} are accepted."
        )
    largest = math.isqrt(limits.max_output_pixels // pixels)
    fitting = next((factor for factor in factors if factor <= largest), None)
    if fitting is None:
        advice = f"The largest upscale_factor for it is {largest}." if largest else "Make it smaller first."
        raise TooManyPixels(
            f"Enlarged {factors[0]} times the image would have {pixels * factors[0] ** 2 / 1e6:.1f} megapixels; "
            f"at most {limits.max_output_pixels / 1e6:g} are produced. {advice}"
        )
    if max(size) > MAX_ASPECT_RATIO * min(size):
        raise BadProportions(
            f"The image is {width}x{height}; one side may be at most {MAX_ASPECT_RATIO} times as long as the other."
        )
    if min(size) < limits.min_side:
        raise TooFewPixels(f"The image is {width}x{height}; each side needs at least {limits.min_side} pixels.")
    return fitting


def _orientation(exif: bytes | None) -> int:
    """EXIF orientation; 1 where there is none or it cannot be read. Other places for it are ignored, as browsers do."""
    if exif is None:
        return 1
    tags = PILImage.Exif()
    try:
        tags.load(exif)
        return int(tags.get(_EXIF_ORIENTATION, 1))
    except (*_UNREADABLE, OverflowError):
        return 1


def _upright(pixels: NDArray[Any], orientation: int) -> NDArray[Any]:
    """Apply EXIF orientation 2 to 8 (EXIF 2.32, tag 274)."""
    if orientation in (5, 6, 7, 8):
        pixels = np.swapaxes(pixels, 0, 1)
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    return pixels


def _is_gray(image: Image) -> bool:
    parts = (cv2.split(image[rows]) for rows in strips(*image.shape[:2]))
    pairs = (pair for channels in parts for pair in combinations(channels, 2))
    return all(cv2.norm(*pair, cv2.NORM_INF) * 255.0 <= _GRAY_TOLERANCE for pair in pairs)
