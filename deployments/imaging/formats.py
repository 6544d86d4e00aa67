"""The file formats that Visage reads and writes, each registered once; schemas, docs and the page derive from here.

Input and output are registered apart: a format may be read that is not written, and the other way round. To add one,
see CONTRIBUTING.md, "Add a format".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image as PILImage

from deployments.contract import Image, Mask
from deployments.errors import UnsupportedFormat
from deployments.imaging.jpeg_structure import read_jpeg_structure
from deployments.imaging.pixels import Pixels, read_jpeg, read_png
from deployments.imaging.png_structure import read_png_structure
from deployments.imaging.png_writer import write_png
from deployments.imaging.strips import strips
from deployments.imaging.structure import FileStructure
from deployments.imaging.transparency import over_white

Bits = Literal[8, 16]


@dataclass(frozen=True)
class InputFormat:
    """A format that uploads may have."""

    name: str
    title: str
    """As people write it."""
    extensions: tuple[str, ...]
    media_type: str
    signature: bytes
    """The first bytes of every such file; they decide, never a name or a declared type."""
    pillow: str
    """Pillow's name of it."""
    inspect: Callable[[bytes], FileStructure]
    """Bounds what decoding may cost, in milliseconds; raises TooComplex, Undecodable, or ValueError for a
    damaged file."""
    read: Callable[[PILImage.Image, FileStructure], Pixels]
    """From Pillow's still unread image, and what is known of its file, to its pixels."""


@dataclass(frozen=True)
class OutputFormat:
    """A format that results may have."""

    name: str
    title: str
    extension: str
    media_type: str
    alpha: bool
    """Whether it keeps transparency; otherwise the image is put on white."""
    bits: tuple[Bits, ...]
    """Bits a channel that it can hold."""
    lossless: bool
    max_side: int
    """Pixels that a side may have."""
    write: Callable[[NDArray[Any]], bytes]
    """From uint8 or uint16 pixels in OpenCV's channel order."""

    def encode(self, image: Image, alpha: Mask | None, bits: Bits = 8) -> bytes:
        """Encode (H, W, 3) RGB in [0, 1], with `alpha` and at `bits` a channel where the format can hold them.

        The result carries no metadata: sRGB is what an untagged image means, and where the photo was taken is private.
        """
        if not self.alpha:
            image, alpha = over_white(image, alpha), None
        return self.write(_bgr(image, alpha, bits if bits in self.bits else self.bits[0]))


def _bgr(image: Image, alpha: Mask | None, bits: Bits) -> NDArray[Any]:
    """Round to integers and turn to OpenCV's channel order."""
    dtype = np.uint16 if bits == 16 else np.uint8
    top, channels = np.float32(np.iinfo(dtype).max), 3 if alpha is None else 4
    pixels = np.empty((*image.shape[:2], channels), dtype)
    for rows in strips(*image.shape[:2]):
        pixels[rows, :, :3] = np.rint(np.clip(image[rows, :, ::-1], 0.0, 1.0) * top)
        if alpha is not None:
            pixels[rows, :, 3] = np.rint(np.clip(alpha[rows], 0.0, 1.0) * top)
    return pixels


def _imencode(suffix: str, parameters: list[int], pixels: NDArray[Any]) -> bytes:
    done, buffer = cv2.imencode(suffix, pixels, parameters)
    if not done:
        raise RuntimeError(f"OpenCV could not encode a {suffix} of shape {pixels.shape}")
    return buffer.tobytes()


JPEG_QUALITY = 95
_JPEG_OPTIONS = [
    cv2.IMWRITE_JPEG_QUALITY,
    JPEG_QUALITY,
    cv2.IMWRITE_JPEG_SAMPLING_FACTOR,
    cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444,  # halved chroma would undo part of what was restored
]

INPUT_FORMATS: dict[str, InputFormat] = {
    each.name: each
    for each in (
        InputFormat(
            "jpeg",
            "JPEG",
            ("jpg", "jpeg"),
            "image/jpeg",
            b"\xff\xd8\xff",
            "JPEG",
            read_jpeg_structure,
            read_jpeg,
        ),
        InputFormat("png", "PNG", ("png",), "image/png", b"\x89PNG\r\n\x1a\n", "PNG", read_png_structure, read_png),
    )
}

OUTPUT_FORMATS: dict[str, OutputFormat] = {
    each.name: each
    for each in (
        OutputFormat(
            "png",
            "PNG",
            "png",
            "image/png",
            True,
            (8, 16),
            True,
            2**31 - 1,
            write_png,
        ),
        OutputFormat(
            "jpeg",
            "JPEG",
            "jpg",
            "image/jpeg",
            False,
            (8,),
            False,
            65_500,
            partial(_imencode, ".jpg", _JPEG_OPTIONS),
        ),
    )
}

OutputFormatName = StrEnum("OutputFormatName", {name.upper(): name for name in OUTPUT_FORMATS})  # type: ignore[misc]
OutputMediaType = StrEnum(  # type: ignore[misc]
    "OutputMediaType", {name.upper(): each.media_type for name, each in OUTPUT_FORMATS.items()}
)


def sniff(data: bytes) -> InputFormat:
    """The format by the first bytes; raises UnsupportedFormat."""
    for each in INPUT_FORMATS.values():
        if data.startswith(each.signature):
            return each
    titles = " and ".join(each.title for each in INPUT_FORMATS.values())
    raise UnsupportedFormat(f"Only {titles} images are supported.")
