"""From integer pixels to the bytes of a file, format by format. PNG and TIFF have files of their own."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import cv2
import imagecodecs
import numpy as np
from numpy.typing import NDArray

from deployments.imaging.color_spaces import srgb_curve
from deployments.imaging.output_formats import Bits, Coding

JPEG_QUALITY, WEBP_QUALITY, AVIF_QUALITY, JXL_QUALITY = 95, 90, 80, 90
_WEBP_LOSSLESS = 101  # what OpenCV takes for it
_AVIF_LOSSLESS = 100  # at which OpenCV leaves out the conversion to YUV, which would round
_AVIF_SPEED = 8  # of 10; slower ones take several times as long for a few percent fewer bytes
_JXL_EFFORT = 3  # of 9; from 4 on a megapixel takes seconds


def write_jpeg(pixels: NDArray[Any], bits: Bits, coding: Coding) -> bytes:
    """Baseline, with full chroma resolution: halved chroma would undo part of what was restored."""
    options = [cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444]
    return _imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, coding.quality or JPEG_QUALITY, *options])


def write_webp(pixels: NDArray[Any], bits: Bits, coding: Coding) -> bytes:
    """VP8 or, lossless, VP8L."""
    quality = _WEBP_LOSSLESS if coding.lossless else coding.quality or WEBP_QUALITY
    return _imencode(".webp", pixels, [cv2.IMWRITE_WEBP_QUALITY, quality])


def write_avif(pixels: NDArray[Any], bits: Bits, coding: Coding) -> bytes:
    """AV1 with full chroma resolution."""
    quality = _AVIF_LOSSLESS if coding.lossless else coding.quality or AVIF_QUALITY
    depth = [cv2.IMWRITE_AVIF_DEPTH, bits, cv2.IMWRITE_AVIF_SPEED, _AVIF_SPEED]
    return _imencode(".avif", pixels, [cv2.IMWRITE_AVIF_QUALITY, quality, *depth])


def write_jxl(pixels: NDArray[Any], bits: Bits, coding: Coding) -> bytes:
    """VarDCT or, lossless, modular. Of 16 bits a channel imagecodecs declares that they are linear light."""
    rgb = np.ascontiguousarray(pixels[..., [2, 1, 0, 3][: pixels.shape[2]]])
    if bits == 16:
        rgb[..., :3] = _linear()[rgb[..., :3]]
    how = {"lossless": True} if coding.lossless else {"level": coding.quality or JXL_QUALITY}
    return bytes(imagecodecs.jpegxl_encode(rgb, effort=_JXL_EFFORT, usecontainer=True, **how))


@lru_cache(maxsize=1)
def _linear() -> NDArray[np.uint16]:
    """sRGB to linear light, for every value of 16 bits. A step in the dark is then 1/20 of one of 8 bits."""
    return np.rint(srgb_curve(np.arange(65536) / 65535) * 65535).astype(np.uint16)


def _imencode(suffix: str, pixels: NDArray[Any], parameters: list[int]) -> bytes:
    done, buffer = cv2.imencode(suffix, pixels, parameters)
    if not done:
        raise RuntimeError(f"OpenCV could not encode a {suffix} of shape {pixels.shape}")
    return buffer.tobytes()
