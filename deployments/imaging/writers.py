"""From integer pixels to the bytes of a file, format by format. PNG and TIFF have files of their own."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import cv2
import imagecodecs
import numpy as np
from numpy.typing import NDArray

from deployments.imaging.color_spaces import srgb_curve
from deployments.imaging.exif import PREFIX as EXIF_PREFIX
from deployments.imaging.metadata import NO_METADATA, Metadata
from deployments.imaging.output_formats import Bits, Coding

JPEG_QUALITY, WEBP_QUALITY, AVIF_QUALITY, JXL_QUALITY = 95, 90, 80, 90
_WEBP_LOSSLESS = 101  # what OpenCV takes for it
_AVIF_LOSSLESS = 100  # at which OpenCV leaves out the conversion to YUV, which would round
_AVIF_SPEED = 8  # of 10; slower ones take several times as long for a few percent fewer bytes
_APP1, _APP13 = b"\xff\xe1", b"\xff\xed"
_JXL_EFFORT = 3  # of 9; from 4 on a megapixel takes seconds


def write_jpeg(pixels: NDArray[Any], bits: Bits, coding: Coding) -> bytes:
    """Baseline, with full chroma resolution: halved chroma would undo part of what was restored."""
    options = [cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444]
    data = _imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, coding.quality or JPEG_QUALITY, *options])
    at = 4 + int.from_bytes(data[4:6], "big")  # behind APP0
    return data[:at] + _jpeg_segments(coding.metadata) + data[at:]


def write_webp(pixels: NDArray[Any], bits: Bits, coding: Coding) -> bytes:
    """VP8 or, lossless, VP8L."""
    quality = _WEBP_LOSSLESS if coding.lossless else coding.quality or WEBP_QUALITY
    return _imencode(".webp", pixels, [cv2.IMWRITE_WEBP_QUALITY, quality], coding.metadata)


def write_avif(pixels: NDArray[Any], bits: Bits, coding: Coding) -> bytes:
    """AV1 with full chroma resolution."""
    quality = _AVIF_LOSSLESS if coding.lossless else coding.quality or AVIF_QUALITY
    depth = [cv2.IMWRITE_AVIF_DEPTH, bits, cv2.IMWRITE_AVIF_SPEED, _AVIF_SPEED]
    return _imencode(".avif", pixels, [cv2.IMWRITE_AVIF_QUALITY, quality, *depth], coding.metadata)


def write_jxl(pixels: NDArray[Any], bits: Bits, coding: Coding) -> bytes:
    """VarDCT or, lossless, modular. Of 16 bits a channel imagecodecs declares that they are linear light."""
    rgb = np.ascontiguousarray(pixels[..., [2, 1, 0, 3][: pixels.shape[2]]])
    if bits == 16:
        rgb[..., :3] = _linear()[rgb[..., :3]]
    how = {"lossless": True} if coding.lossless else {"level": coding.quality or JXL_QUALITY}
    data = bytes(imagecodecs.jpegxl_encode(rgb, effort=_JXL_EFFORT, usecontainer=True, **how))
    exif, xmp = coding.metadata.exif, coding.metadata.xmp
    # Before EXIF stands where in it the TIFF data begins (ISO 18181-2, 9.5).
    return data + _box(b"Exif", exif and bytes(4) + exif) + _box(b"xml ", xmp)


def _box(kind: bytes, body: bytes | None) -> bytes:
    return b"" if body is None else (8 + len(body)).to_bytes(4, "big") + kind + body


@lru_cache(maxsize=1)
def _linear() -> NDArray[np.uint16]:
    """sRGB to linear light, for every value of 16 bits. A step in the dark is then 1/20 of one of 8 bits."""
    return np.rint(srgb_curve(np.arange(65536) / 65535) * 65535).astype(np.uint16)


def _jpeg_segments(metadata: Metadata) -> bytes:
    """APP1 with EXIF, APP1 with XMP, and APP13 with one of Photoshop's image resources, for IPTC.

    OpenCV would write XMP without the name by which readers know it (XMP specification part 3, 1.1.3).
    """
    segments = []
    if metadata.exif is not None:
        segments.append((_APP1, EXIF_PREFIX + metadata.exif))
    if metadata.xmp is not None:
        segments.append((_APP1, b"http://ns.adobe.com/xap/1.0/\0" + metadata.xmp))
    if (iptc := metadata.iptc) is not None:
        resource = b"8BIM\x04\x04\0\0" + len(iptc).to_bytes(4, "big") + iptc + b"\0" * (len(iptc) & 1)
        segments.append((_APP13, b"Photoshop 3.0\0" + resource))
    return b"".join(marker + (2 + len(body)).to_bytes(2, "big") + body for marker, body in segments)


def _imencode(suffix: str, pixels: NDArray[Any], parameters: list[int], metadata: Metadata = NO_METADATA) -> bytes:
    given = {cv2.IMAGE_METADATA_EXIF: metadata.exif, cv2.IMAGE_METADATA_XMP: metadata.xmp}
    blocks = {kind: np.frombuffer(block, np.uint8) for kind, block in given.items() if block is not None}
    done, buffer = cv2.imencodeWithMetadata(suffix, pixels, list(blocks), list(blocks.values()), parameters)
    if not done:
        raise RuntimeError(f"OpenCV could not encode a {suffix} of shape {pixels.shape}")
    return buffer.tobytes()
