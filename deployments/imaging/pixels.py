"""From an opened file to its integer pixels, format by format, before any color management."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image as PILImage

from deployments.contract import Mask
from deployments.imaging.png_structure import check_png_is_complete

_PNG_BIT_DEPTH_OFFSET = 24  # signature 8, chunk length 4, "IHDR" 4, width 4, height 4 (PNG specification, 11.2.1)


@dataclass(frozen=True)
class Pixels:
    """The integers in a file."""

    color: NDArray[Any]
    """uint8 or uint16: (H, W) gray, (H, W, 3) RGB or (H, W, 4) CMYK."""
    alpha: Mask | None


def read_8_bit(image: PILImage.Image, data: bytes) -> Pixels:
    """Read with Pillow: gray, RGB or CMYK, and the alpha channel if there is one."""
    image.load()
    if image.mode in ("L", "CMYK") and not image.has_transparency_data:
        return Pixels(np.asarray(image), None)
    if not image.has_transparency_data:
        return Pixels(np.asarray(image.convert("RGB")), None)
    pixels = np.asarray(image.convert("RGBA"))
    return Pixels(pixels[..., :3], np.divide(pixels[..., 3], 255, dtype=np.float32))


def read_png(image: PILImage.Image, data: bytes) -> Pixels:
    """Read 16-bit PNGs at their full depth, others with Pillow."""
    return _read_16_bit_png(data) if data[_PNG_BIT_DEPTH_OFFSET] == 16 else read_8_bit(image, data)


def _read_16_bit_png(data: bytes) -> Pixels:
    """Pillow would cut color to 8 bits, so OpenCV reads the pixels. Pillow first checks every chunk's checksum, since
    OpenCV returns what it has of a damaged file.
    """
    with PILImage.open(io.BytesIO(data), formats=("PNG",)) as unread:
        unread.verify()
    check_png_is_complete(data)
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if pixels is None or pixels.dtype != np.uint16:
        raise ValueError("the 16-bit data is damaged")
    if pixels.ndim == 2:
        return Pixels(pixels, None)
    alpha = np.divide(pixels[..., 3], 65535, dtype=np.float32) if pixels.shape[2] == 4 else None
    return Pixels(np.ascontiguousarray(pixels[..., 2::-1]), alpha)
