"""Decoders of formats whose cost no header bounds. They run in a process of their own: see isolation.py.

Each takes a file and its hints (JSON) and returns a Drawing. They import nothing of Visage.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import imagecodecs
import numpy as np
import pi_heif
from numpy.typing import NDArray
from PIL import Image as PILImage
from pillow_jxl import JpegXLImagePlugin

Hints = dict[str, Any]


@dataclass
class Drawing:
    """What a decoder found."""

    pixels: NDArray[Any]
    """uint8 or uint16: (H, W) gray, (H, W, 2) gray with alpha, (H, W, 3) RGB, (H, W, 4) RGBA or CMYK."""
    has_alpha: bool = False
    profile: bytes | None = None
    """ICC, where only the decoder can tell."""


def _with_pillow(kind: str) -> Callable[[bytes, Hints], Drawing]:
    def read(file: bytes, hints: Hints) -> Drawing:
        image: PILImage.Image
        with PILImage.open(io.BytesIO(file), formats=(kind,)) as image:
            image.load()
            if image.mode in ("P", "PA"):
                image = image.convert("RGBA" if image.has_transparency_data else "RGB")
            elif image.mode in ("1", "RGBX"):
                image = image.convert({"1": "L", "RGBX": "RGB"}[image.mode])
            return Drawing(np.asarray(image), image.mode in ("LA", "RGBA"))

    return read


def _read_heif(file: bytes, hints: Hints) -> Drawing:
    if hints["coding"] == "avif":
        pixels = np.asarray(imagecodecs.avif_decode(file, 0, numthreads=1))
    else:
        pi_heif.options.DECODE_THREADS = 1
        image = pi_heif.open_heif(io.BytesIO(file), convert_hdr_to_8bit=False, hdr_to_16bit=False)
        pixels = np.array(image)  # a copy: the memory is freed with `image`
        if image.premultiplied_alpha and pixels.shape[2:] == (4,):
            pixels = _straight(pixels, 2 ** hints["bits"] - 1)
    if hints["crop"] is not None:
        left, top, right, bottom = hints["crop"]
        pixels = pixels[top:bottom, left:right]
    if pixels.dtype == np.uint16:  # values of `bits` bits
        most = 2 ** hints["bits"] - 1
        pixels = (np.minimum(pixels, most).astype(np.uint32) * 65535 // most).astype(np.uint16)
    return Drawing(pixels, pixels.ndim == 3 and pixels.shape[2] in (2, 4))


def _read_jxl(file: bytes, hints: Hints) -> Drawing:
    """imagecodecs has the pixels at full depth, the plugin what they mean; both are libjxl."""
    JpegXLImagePlugin.DECODE_THREADS = 0
    with PILImage.open(io.BytesIO(file), formats=("JXL",)) as image:
        profile, size = image.info.get("icc_profile"), image.size
    pixels = np.asarray(imagecodecs.jpegxl_decode(file, 0, numthreads=1))
    if pixels.ndim == 4:
        pixels = pixels[0]
    if sorted(pixels.shape[:2]) != sorted(size):  # only one of them is upright
        raise ValueError("two decoders see two pictures")
    if pixels.dtype == np.float32:
        pixels = np.rint(np.clip(pixels, 0.0, 1.0) * 65535).astype(np.uint16)
    has_alpha = pixels.ndim == 3 and pixels.shape[2] in (2, 4)
    return Drawing(pixels, has_alpha, profile)


def _read_tiff(file: bytes, hints: Hints) -> Drawing:
    if hints["cmyk"]:
        return _with_pillow("TIFF")(file, hints)
    # Given zeros to write to, since libtiff leaves the end of a strip as it was where that inflates to too much.
    out = None if hints["jpeg"] else np.zeros(hints["shape"], hints["dtype"])
    pixels = np.asarray(imagecodecs.tiff_decode(file, 0, out=out))
    if hints["planar"]:
        pixels = np.moveaxis(pixels, 0, 2)
    if pixels.dtype == np.bool_:
        pixels = pixels.astype(np.uint8) * np.uint8(255)
    if hints["palette"] is not None:
        table = np.array(hints["palette"], np.uint16).reshape(3, -1).T
        # Some writers give the palette in 8 bits.
        pixels = (table >> 8 if table.max() > 255 else table).astype(np.uint8)[np.minimum(pixels, len(table) - 1)]
    if hints["inverted"]:
        pixels = np.iinfo(pixels.dtype).max - pixels
    if hints["alpha"] is None and pixels.ndim == 3 and pixels.shape[2] in (2, 4):
        pixels = pixels[..., 0] if pixels.shape[2] == 2 else pixels[..., :3]  # an extra channel that is no alpha
    if hints["alpha"] == "premultiplied":
        pixels = _straight(pixels, np.iinfo(pixels.dtype).max)
    return Drawing(pixels, hints["alpha"] is not None)


def _straight(pixels: NDArray[Any], most: int) -> NDArray[Any]:
    """Undo the multiplication of colors with their alpha."""
    alpha = np.maximum(pixels[..., -1:], 1).astype(np.uint64)
    color = np.minimum((pixels[..., :-1] * np.uint64(most) + alpha // 2) // alpha, most)
    return np.concatenate([color.astype(pixels.dtype), pixels[..., -1:]], axis=2)


DECODERS: dict[str, Callable[[bytes, Hints], Drawing]] = {
    "bmp": _with_pillow("BMP"),
    "gif": _with_pillow("GIF"),
    "heif": _read_heif,
    "jxl": _read_jxl,
    "tiff": _read_tiff,
    "webp": _with_pillow("WEBP"),
}


def preload() -> None:
    """Import what decoders import when they are first called, so that no copy of the process has to."""
    PILImage.MAX_IMAGE_PIXELS = None  # the limits were checked before, and this process has its own
    PILImage.init()
    for name in ("avif_decode", "jpegxl_decode", "tiff_decode"):
        getattr(imagecodecs, name)
