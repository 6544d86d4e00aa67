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
from deployments.errors import Undecodable
from deployments.imaging.isolation import decode_isolated
from deployments.imaging.jpeg_structure import END
from deployments.imaging.png_structure import PngHeader, check_png_is_complete
from deployments.imaging.structure import END_MISSING, FileStructure

# Noise, without and behind every restart marker: a decoder that lacks data makes something of it.
_NOISE = np.random.default_rng(0).integers(0, 255, 512, np.uint8).tobytes()
_FILLER = _NOISE + b"".join(bytes([0xFF, 0xD0 + count]) + _NOISE for count in range(8))


@dataclass(frozen=True)
class Pixels:
    """The integers in a file."""

    color: NDArray[Any]
    """uint8 or uint16: (H, W) gray, (H, W, 3) RGB or (H, W, 4) CMYK."""
    alpha: Mask | None
    profile: bytes | None = None
    """The ICC profile, where only the decoder could tell."""


def read_isolated(decoder: str, structure: FileStructure) -> Pixels:
    """Read in a process of its own: see isolation.py. `decoder` is a name of isolated_decoders.DECODERS."""
    found = decode_isolated(decoder, structure.file, structure.size, dict(structure.hints))
    color, alpha = found.pixels, None
    if found.has_alpha:
        alpha = np.divide(color[..., -1], np.iinfo(color.dtype).max, dtype=np.float32)
        color = color[..., 0] if color.shape[2] == 2 else color[..., :3]
    elif color.ndim == 3 and color.shape[2] == 1:
        color = color[..., 0]
    return Pixels(color, alpha, found.profile)


def read_jpeg(structure: FileStructure) -> Pixels:
    """Read with Pillow: gray, RGB or CMYK. Raises Undecodable if pixels are missing along with the end.

    libjpeg invents what is missing and only warns, which Pillow does not pass on. So a file without its end is decoded
    again with other bytes behind it: the pixels change if any of them depends on what is not there.
    """
    color = _with_pillow(structure.file, "JPEG")
    if structure.end_missing:
        other = _with_pillow(structure.file[: -len(END)] + _FILLER + END, "JPEG")
        if not np.array_equal(color, other):
            raise Undecodable(END_MISSING)
    return Pixels(color, None)


def _with_pillow(file: bytes, kind: str) -> NDArray[np.uint8]:
    with PILImage.open(io.BytesIO(file), formats=(kind,)) as image:
        return np.asarray(image)


def read_png(structure: FileStructure) -> Pixels:
    """Read 16-bit PNGs at their full depth, others with Pillow. Gray stays gray, with alpha too."""
    header = PngHeader.of(structure.file)
    color = _read_16_bit_png(structure.file, header) if header.depth == 16 else _read_8_bit_png(structure.file)
    if color.ndim == 3 and color.shape[2] in (2, 4):
        alpha = np.divide(color[..., -1], np.iinfo(color.dtype).max, dtype=np.float32)
        return Pixels(color[..., 0] if color.shape[2] == 2 else color[..., :3], alpha)
    if structure.transparent is None:
        return Pixels(color, None)
    # Pillow stretches gray of fewer than 8 bits to 0 to 255.
    stretch = 255 // (2**header.depth - 1) if header.depth < 8 else 1
    key = np.array(structure.transparent, color.dtype) * np.array(stretch, color.dtype)
    visible = color != key
    return Pixels(color, (visible if color.ndim == 2 else visible.any(axis=2)).astype(np.float32))


def _read_8_bit_png(file: bytes) -> NDArray[np.uint8]:
    """(H, W) gray, or (H, W, 2 to 4) gray with alpha, RGB or RGBA."""
    image: PILImage.Image
    with PILImage.open(io.BytesIO(file), formats=("PNG",)) as image:
        image.load()
        if image.mode == "P":
            image = image.convert("RGBA" if image.has_transparency_data else "RGB")
        return np.asarray(image.convert("L") if image.mode == "1" else image)


def _read_16_bit_png(data: bytes, header: PngHeader) -> NDArray[np.uint16]:
    """(H, W) gray, or (H, W, 2 to 4) gray with alpha, RGB or RGBA.

    Pillow would cut color to 8 bits, so OpenCV reads the pixels. Pillow first checks every chunk's checksum, since
    OpenCV returns what it has of a damaged file.
    """
    with PILImage.open(io.BytesIO(data), formats=("PNG",)) as unread:
        unread.verify()
    check_png_is_complete(data, header)
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if pixels is None or pixels.dtype != np.uint16:
        raise ValueError("the 16-bit data is damaged")
    if pixels.ndim == 2:
        return pixels
    if header.is_gray:  # OpenCV makes gray with alpha into BGRA
        return pixels[..., 2:]
    return pixels[..., [2, 1, 0, 3][: pixels.shape[2]]]
