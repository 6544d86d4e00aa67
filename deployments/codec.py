"""Bytes to picture and back: formats by content, EXIF orientation, ICC, alpha, 16 bit, and limits before decoding."""

from __future__ import annotations

import io
import logging
import struct
import zlib
from dataclasses import dataclass
from typing import Any, Literal

import cv2
import imagecodecs
import numpy as np
from numpy.typing import NDArray
from PIL import Image as PILImage

from deployments.contract import Image, Mask

logger = logging.getLogger("visage")

JPEG_MAGIC = b"\xff\xd8\xff"
PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
_PNG_BIT_DEPTH_OFFSET = 24  # signature 8, chunk length 4, "IHDR" 4, width 4, height 4 (PNG specification, 11.2.1)
_EXIF_ORIENTATION = 0x0112
_ICC_SPACE = slice(16, 20)  # "data colour space" in the profile's header (ICC.1:2022, 7.2)
_ICC_SPACES = {"gray": b"GRAY", "rgb": b"RGB ", "cmyk": b"CMYK"}
_SRGB = imagecodecs.cms_profile("srgb")
# A table: 0.05/255 off on average, up to 16/255 in dark, vivid colours.
_CMS_QUICK = imagecodecs.CMS.FLAGS.HIGHRESPRECALC
# cmsFLAGS_NOOPTIMIZE (lcms2.h), half a second a megapixel: for pictures that care, those of 16 bits.
_CMS_EXACT = 0x0100
_JPEG_444 = cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444  # halved chroma would undo part of what was restored
_GRAY_TOLERANCE = 3  # of 255: JPEG stores a grey picture's chroma with rounding errors of 1 to 2
_UNREADABLE = (OSError, SyntaxError, ValueError, EOFError, KeyError, TypeError, struct.error, zlib.error)
"""What Pillow's JPEG and PNG readers raise on broken files."""

# The size of every picture is checked against Limits before its pixels are decoded, so Pillow's own, coarser check
# (a warning at 89 megapixels) must not speak first.
PILImage.MAX_IMAGE_PIXELS = None

Format = Literal["jpeg", "png"]


class UnsupportedFormat(Exception):
    """The bytes are neither JPEG nor PNG."""


class Undecodable(Exception):
    """The bytes begin like a JPEG or PNG but are truncated, corrupt or of a kind that can't be read."""


class TooManyPixels(Exception):
    """The header declares more pixels than the limits allow, in or out."""


class TooFewPixels(Exception):
    """A side is shorter than any face could be."""


@dataclass(frozen=True)
class Limits:
    """What a picture's header may declare. Pixels are counted as width times height."""

    max_input_pixels: int
    max_output_pixels: int
    min_side: int


@dataclass(frozen=True)
class Decoded:
    """A picture as the stages take it, with what has to survive until it is encoded again."""

    image: Image
    alpha: Mask | None
    """None where the file had no transparency."""
    bits: Literal[8, 16]
    gray: bool
    """True for a black-and-white picture, however it was stored; its result is kept free of colour."""
    format: Format


def sniff(data: bytes) -> Format:
    """Tell the format from the first bytes, never from a name or a declared type; raises UnsupportedFormat."""
    if data.startswith(JPEG_MAGIC):
        return "jpeg"
    if data.startswith(PNG_MAGIC):
        return "png"
    raise UnsupportedFormat("The file is neither a JPEG nor a PNG image.")


def decode(data: bytes, limits: Limits, scale: int = 1) -> Decoded:
    """Decode a JPEG or PNG to sRGB, upright, at full precision.

    `scale` is the output's size over the input's, for the limit on output pixels. Raises UnsupportedFormat,
    TooManyPixels, TooFewPixels (all three before any pixel is decoded) or Undecodable.
    """
    kind = sniff(data)
    try:
        with PILImage.open(io.BytesIO(data), formats=(kind.upper(),)) as picture:
            _check_size(picture.size, limits, scale)
            orientation = picture.getexif().get(_EXIF_ORIENTATION, 1)
            profile = picture.info.get("icc_profile")
            deep = kind == "png" and data[_PNG_BIT_DEPTH_OFFSET] == 16
            color, alpha = _read_16_bit_png(data) if deep else _read_8_bit(picture)
        image = _to_srgb(color, profile)
    except _UNREADABLE as error:
        raise Undecodable(f"The image could not be decoded: {error}") from error
    image = np.ascontiguousarray(_upright(image, orientation), np.float32)
    if alpha is not None:
        alpha = np.ascontiguousarray(_upright(alpha, orientation), np.float32)
    return Decoded(image, alpha, 16 if deep else 8, _is_gray(image), kind)


def encode(image: Image, alpha: Mask | None, kind: Format, bits: Literal[8, 16] = 8, quality: int = 95) -> bytes:
    """Encode to PNG (8 or 16 bits a channel, alpha kept) or JPEG (8 bits, alpha flattened on white).

    The result carries no metadata: sRGB is what an untagged picture means, and where it was taken is nobody's business.
    """
    if kind == "jpeg":
        if alpha is not None:
            image = image * alpha[..., None] + (1.0 - alpha[..., None])
        parameters = [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, _JPEG_444]
        return _imencode(".jpg", _bgr(image, None, 8), parameters)
    # Level 1: on photographs higher levels cost up to ten times as long for about 3% fewer bytes.
    return _imencode(".png", _bgr(image, alpha, bits), [cv2.IMWRITE_PNG_COMPRESSION, 1])


def _imencode(suffix: str, pixels: NDArray[Any], parameters: list[int]) -> bytes:
    done, buffer = cv2.imencode(suffix, pixels, parameters)
    if not done:
        raise RuntimeError(f"OpenCV could not encode a {suffix} of shape {pixels.shape}")
    return buffer.tobytes()


def _bgr(image: Image, alpha: Mask | None, bits: int) -> NDArray[Any]:
    """Round to integers and turn to OpenCV's channel order."""
    top, dtype = (65535.0, np.uint16) if bits == 16 else (255.0, np.uint8)
    channels = image[..., ::-1] if alpha is None else np.dstack([image[..., ::-1], alpha])
    return np.rint(np.clip(channels, 0.0, 1.0) * top).astype(dtype)


def _check_size(size: tuple[int, int], limits: Limits, scale: int) -> None:
    width, height = size
    pixels = width * height
    if pixels > limits.max_input_pixels:
        raise TooManyPixels(
            f"The image has {pixels / 1e6:.1f} megapixels ({width}x{height}); "
            f"at most {limits.max_input_pixels / 1e6:g} are accepted."
        )
    if pixels * scale * scale > limits.max_output_pixels:
        raise TooManyPixels(
            f"Enlarged {scale} times the image would have {pixels * scale * scale / 1e6:.1f} megapixels; "
            f"at most {limits.max_output_pixels / 1e6:g} are produced. Choose a smaller upscale_factor."
        )
    if min(size) < limits.min_side:
        raise TooFewPixels(f"The image is {width}x{height}; each side needs at least {limits.min_side} pixels.")


def _read_8_bit(picture: PILImage.Image) -> tuple[NDArray[np.uint8], Mask | None]:
    """(H, W) grey, (H, W, 3) RGB or (H, W, 4) CMYK, and the alpha channel if there is one."""
    picture.load()
    if picture.mode in ("L", "CMYK") and not picture.has_transparency_data:
        return np.asarray(picture), None
    if not picture.has_transparency_data:
        return np.asarray(picture.convert("RGB")), None
    pixels = np.asarray(picture.convert("RGBA"))
    return pixels[..., :3], np.divide(pixels[..., 3], 255, dtype=np.float32)


def _read_16_bit_png(data: bytes) -> tuple[NDArray[np.uint16], Mask | None]:
    """(H, W) grey or (H, W, 3) RGB, and alpha. Pillow would cut colour to 8 bits, so OpenCV reads the pixels; Pillow
    first checks every chunk's checksum, since OpenCV returns what it has of a damaged file.
    """
    with PILImage.open(io.BytesIO(data), formats=("PNG",)) as unread:
        unread.verify()
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if pixels is None or pixels.dtype != np.uint16:
        raise ValueError("the 16-bit data is damaged")
    if pixels.ndim == 2:
        return pixels, None  # type: ignore[return-value]
    alpha = np.divide(pixels[..., 3], 65535, dtype=np.float32) if pixels.shape[2] == 4 else None
    return np.ascontiguousarray(pixels[..., 2::-1]), alpha  # type: ignore[arg-type]


def _to_srgb(color: NDArray[Any], profile: bytes | None) -> NDArray[np.float32]:
    """(H, W, 3) float32 in sRGB from integer grey, RGB or CMYK in the colour space that `profile` describes.

    A profile that is damaged, or for another kind of colour than the picture's, is ignored, as browsers do. Little CMS
    runs at 16 bits.
    """
    space = {2: "gray", 3: "rgb"}.get(color.ndim if color.ndim == 2 else color.shape[2], "cmyk")
    if profile is not None and profile[_ICC_SPACE] == _ICC_SPACES[space]:
        deep = color if color.dtype == np.uint16 else color.astype(np.uint16) * 257
        try:
            color = imagecodecs.cms_transform(
                np.ascontiguousarray(deep),
                profile,
                _SRGB,
                colorspace=space,
                outcolorspace="rgb",
                outdtype="uint16",
                flags=_CMS_EXACT if color.dtype == np.uint16 else _CMS_QUICK,
            )
            space = "rgb"
        except imagecodecs.CmsError as error:
            logger.info("ignoring a damaged ICC profile: %s", error)
    if space == "gray":
        color = np.repeat(color[..., None], 3, axis=2)
    if space == "cmyk":
        color = np.asarray(PILImage.fromarray(color, "CMYK").convert("RGB"))
    return np.divide(color, np.iinfo(color.dtype).max, dtype=np.float32)


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
    return bool((image.max(axis=2) - image.min(axis=2)).max() * 255.0 <= _GRAY_TOLERANCE)
