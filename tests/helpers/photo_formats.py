"""Files in every format that the service reads, made by other libraries than it reads them with where there are any."""

from __future__ import annotations

import io
import struct
from typing import Any

import cv2
import imagecodecs
import numpy as np
import pillow_heif
import tifffile
from numpy.typing import NDArray
from PIL import Image as PILImage

from tests.helpers.images import saved

Pixels = NDArray[Any]


def heic(pixels: Pixels, **options: Any) -> bytes:
    """Lossless but for the conversion to YUV; gray, RGB or RGBA, 8 bits or 16 (of which 10 are kept)."""
    mode = {1: "L", 3: "RGB", 4: "RGBA"}[1 if pixels.ndim == 2 else pixels.shape[2]]
    mode += ";16" if pixels.dtype == np.uint16 else ""
    image = pillow_heif.from_bytes(mode, pixels.shape[1::-1], np.ascontiguousarray(pixels).tobytes())
    buffer = io.BytesIO()
    image.save(buffer, quality=-1, chroma=444, **options)  # the EXIF orientation becomes irot and imir
    return buffer.getvalue()


def tiff(pixels: Pixels, **options: Any) -> bytes:
    """What tifffile writes."""
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, pixels, **options)
    return buffer.getvalue()


def avif(pixels: Pixels, bits: int = 8) -> bytes:
    """Lossless; RGB or RGBA of so many bits."""
    order = [2, 1, 0, 3][: pixels.shape[2]]
    options = [cv2.IMWRITE_AVIF_QUALITY, 100, cv2.IMWRITE_AVIF_DEPTH, bits, cv2.IMWRITE_AVIF_SPEED, 10]
    done, data = cv2.imencode(".avif", np.ascontiguousarray(pixels[..., order]), options)
    assert done
    return data.tobytes()


def jxl(pixels: Pixels, **options: Any) -> bytes:
    """What libjxl writes; uint16 is marked as linear light."""
    return bytes(imagecodecs.jpegxl_encode(pixels, **({"effort": 3} | options)))


def adobe_rgb() -> bytes:
    """A profile, always of the same bytes: without the time at which it was made."""
    profile = imagecodecs.cms_profile("adobergb")
    return bytes(profile[:24] + bytes(12) + profile[36:])


def with_ispe(data: bytes, width: int, height: int) -> bytes:
    """A HEIF or AVIF whose pictures all declare another size."""
    at = 0
    changed = bytearray(data)
    while (at := data.find(b"ispe", at) + 4) > 4:
        struct.pack_into(">II", changed, at + 4, width, height)
    return bytes(changed)


def of_every_kind(rgb: NDArray[np.uint8]) -> dict[str, bytes]:
    """Small good files of (H, W, 3), one for each way in which a decoder can be asked to work."""
    picture = PILImage.fromarray(rgb)
    deep = rgb.astype(np.uint16) * 257
    rgba = np.dstack([rgb, 255 - rgb[..., 0]])
    with_alpha = PILImage.fromarray(rgba)
    turned = PILImage.Exif()
    turned[0x0112] = 6
    profile = adobe_rgb()
    frames: dict[str, Any] = {"save_all": True, "append_images": [picture.rotate(90)]}
    return {
        "webp": saved(picture, "WEBP", quality=90, exif=turned, icc_profile=profile),
        "webp lossless": saved(with_alpha, "WEBP", lossless=True),
        "webp frames": saved(picture, "WEBP", **frames),
        "avif": saved(picture, "AVIF", quality=90, icc_profile=profile),
        "avif alpha": saved(with_alpha, "AVIF", quality=90),
        "avif 10 bits": avif(deep >> 6, 10),
        "avif frames": saved(picture, "AVIF", **frames),
        "heic": heic(rgb),
        "heic alpha": heic(rgba),
        "heic 10 bits": heic(deep),
        "tiff deflate": tiff(deep, photometric="rgb", compression="zlib", predictor=2, tile=(16, 16)),
        "tiff lzw": tiff(rgb, photometric="rgb", compression="lzw", byteorder=">"),
        "tiff jpeg": saved(picture, "TIFF", compression="jpeg"),
        "tiff fax": saved(picture.convert("1"), "TIFF", compression="group4"),
        "tiff palette": saved(picture.quantize(64), "TIFF", compression="packbits"),
        "tiff cmyk": saved(picture.convert("CMYK"), "TIFF"),
        "bmp": saved(picture, "BMP"),
        "bmp palette": saved(picture.quantize(16), "BMP"),
        "gif": saved(picture, "GIF", **frames),
        "png frames": saved(picture, "PNG", **frames),
        "jxl": jxl(rgb, level=90),
        "jxl lossless": jxl(rgba, lossless=True, usecontainer=True),
        "jxl frames": jxl(np.stack([rgb, 255 - rgb]), level=90),
        "jxl 16 bits": jxl(deep, lossless=True),
    }
