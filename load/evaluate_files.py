"""The cases of load/evaluate.py that end with decoding: files that others refuse, colors, depth and transparency."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import cv2
import imagecodecs
import numpy as np
from numpy.typing import NDArray
from PIL import Image as PILImage
from skimage.color import deltaE_ciede2000, rgb2lab

from deployments.contract import DecodeLimits, Image
from deployments.errors import VisageError
from deployments.imaging.codec import Decoded, decode
from deployments.imaging.resample import enlarge_bicubic
from load.evaluate_bench import Bench, Picture, Row, woman
from load.png_chunks import chunk, png_of, profile_chunk, with_chunks
from serve_app.pipeline.options import EnhanceOptions

RGB = np.asarray(cv2.resize(woman()[:300, 74:374], (80, 60), interpolation=cv2.INTER_AREA), np.uint8)
RAMP = np.tile(np.arange(256, dtype=np.uint8), (16, 1))
P3 = imagecodecs.cms_profile(
    "rgb",
    whitepoint=(0.3127, 0.3290, 1.0),
    primaries=(0.680, 0.320, 1, 0.265, 0.690, 1, 0.150, 0.060, 1),
    gamma=2.2,
)
D50 = (0.3457, 0.3585, 1.0)

# ---- B: good pictures that others turn away --------------------------------------------------------------------------

HARMLESS: dict[str, Callable[[bytes], bytes]] = {
    "text crc": lambda image: with_chunks(image, chunk(b"tEXt", b"Author\0x", wrong=1)),
    "phys crc": lambda image: with_chunks(image, chunk(b"pHYs", struct.pack(">IIB", 2835, 2835, 1), wrong=1)),
    "short profile crc": lambda image: with_chunks(image, chunk(b"iCCP", b"p\0\0" + zlib.compress(b"x"), wrong=1)),
    "profile method": lambda image: with_chunks(image, chunk(b"iCCP", b"p\0\x05" + zlib.compress(b"x"))),
    "profile crc": lambda image: with_chunks(image, chunk(b"iCCP", b"p\0\0" + zlib.compress(P3), wrong=1)),
    "trns crc": lambda image: with_chunks(image, chunk(b"tRNS", b"\0\x80" * 3, wrong=4)),
    "empty profile": lambda image: with_chunks(image, chunk(b"iCCP", b"")),
    "long ztxt": lambda image: with_chunks(image, chunk(b"zTXt", b"c\0\0" + zlib.compress(bytes(1_500_000)))),
    "long itxt": lambda image: with_chunks(image, chunk(b"iTXt", b"c\0\0\0\0\0" + bytes(1_500_000))),
    "exif": lambda image: with_chunks(image, chunk(b"eXIf", bytes.fromhex("0008000201120003"))),
    "raw exif": lambda image: with_chunks(image, chunk(b"tEXt", b"Raw profile type exif\0\nexif\n 4\nzzzz\n")),
    "no end": lambda image: image[:-12],
    "end cut": lambda image: image[:-6],
    "data behind": lambda image: with_chunks(image + bytes(100)),
}
"""By name, damage of a PNG that no browser minds."""
JPEGS: dict[str, dict[str, Any]] = {
    "baseline": {"quality": 90},
    "progressive": {"progressive": True},
    "restarts": {"restart_marker_blocks": 5},
    "halved chroma": {"subsampling": 2, "progressive": True, "quality": 40},
}
"""By name, Pillow's options for kinds of JPEG."""
PHONES = ((4080, 3072), (4961, 2633), (5712, 4284), (8064, 6048))
"""Width and height of what common phones save, and of a 13x18 cm print scanned at 600 dpi."""


async def files(bench: Bench) -> list[Row]:
    """B1 to B11: what browsers show is decoded, and what is refused is named."""
    limits = bench.settings.limits.for_decoding()
    same = [
        _same(decode(spoil(whole), limits), decode(whole, limits))
        for whole in (png_of(RGB), png_of(RGB.astype(np.uint16) * 257))
        for spoil in HARMLESS.values()
    ]
    jpegs = [_saved(RGB, "JPEG", **options) for options in JPEGS.values()]
    ended = [_same(decode(whole[:-2], limits), decode(whole, limits)) for whole in jpegs]
    cut = [_refusal(whole[: int(len(whole) * 0.98)], limits) for whole in (*jpegs, png_of(RGB))]
    deep = bytes(imagecodecs.jpeg_encode(RGB.astype(np.uint16) * 16, bitspersample=12))
    fits = [_fits(width, height, limits) for width, height in PHONES]
    return [
        Row("B1 to B9 damage", f"{len(same)} PNGs with harmless damage: decoded as if whole", _share(same), 1, True),
        Row("B8 no end", f"{len(ended)} JPEGs without their end marker: decoded as if whole", _share(ended), 1, True),
        Row("B8 cut", f"{len(cut)} files cut at 98%: the refusal says that the end is missing",
            _share(["end of the file is missing" in words for words in cut]), 1, True),
        Row("B10 12 bits", "the refusal names them", "12 bits a channel" in _refusal(deep, limits), 1, True),
        Row("B11 phones", f"{len(fits)} sizes up to 48 megapixels: accepted without a factor", _share(fits), 1, True),
    ]  # fmt: skip


def turned_aside() -> list[bytes]:
    """Files that ask for a quarter turn elsewhere than in EXIF: in XMP, and in the text that ImageMagick writes."""
    xmp = b"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6"/></rdf:RDF></x:xmpmeta>"""
    exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"
    raw = b"Raw profile type exif\0\nexif\n%8d\n%s\n" % (len(exif), exif.hex().encode())
    return [
        png_of(RGB, chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp)),
        png_of(RGB, chunk(b"tEXt", raw)),
        _saved(RGB, "JPEG", quality=100, subsampling=0, xmp=xmp),
    ]


def _share(outcomes: list[bool]) -> float:
    return sum(outcomes) / len(outcomes)


def _same(found: Decoded, expected: Decoded) -> bool:
    return bool(np.array_equal(found.image, expected.image))


def _refusal(data: bytes, limits: DecodeLimits) -> str:
    try:
        decode(data, limits)
    except VisageError as error:
        return str(error)
    return ""


def _fits(width: int, height: int, limits: DecodeLimits) -> bool:
    """Whether a request without a factor is accepted; an eighth of each side stands for the whole."""
    reduced = DecodeLimits(limits.max_input_pixels // 64, limits.max_output_pixels // 64, limits.min_side)
    data = _saved(np.full((height // 8, width // 8, 3), 90, np.uint8), "JPEG")
    try:
        decode(data, reduced, EnhanceOptions().factors)
    except VisageError:
        return False
    return width * height <= limits.max_input_pixels


def _saved(pixels: NDArray[np.uint8], kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    PILImage.fromarray(pixels).save(buffer, kind, **options)
    return buffer.getvalue()


# ---- C: color, depth, transparency -----------------------------------------------------------------------------------


def gray_files(profile: bytes) -> dict[str, bytes]:
    """By kind, RAMP with a gray profile."""
    deep = RAMP.astype(np.uint16) * 257
    icc = profile_chunk(profile)
    return {
        "L": png_of(RAMP, icc),
        "LA": png_of(np.dstack([RAMP, np.full_like(RAMP, 255)]), icc),
        "L with tRNS": png_of(RAMP, icc + chunk(b"tRNS", b"\0\7")),
        "16 bit": png_of(deep, icc),
        "16 bit with alpha": png_of(np.dstack([deep, np.full_like(deep, 65535)]), icc),
        "16 bit with tRNS": png_of(deep, icc + chunk(b"tRNS", b"\7\7")),
        "JPEG": _saved(RAMP, "JPEG", quality=100, icc_profile=profile),
    }


def srgb_encoded(light: NDArray[np.float64]) -> NDArray[np.float64]:
    """IEC 61966-2-1."""
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * np.maximum(light, 1e-9) ** (1 / 2.4) - 0.055)


def in_p3(picture: Picture) -> Picture:
    """The picture's colors in Display P3's primaries."""
    profiles = imagecodecs.cms_profile("srgb"), P3
    return np.asarray(
        imagecodecs.cms_transform(picture, *profiles, colorspace="rgb", outcolorspace="rgb", flags=0x0100), np.uint8
    )


def disc(softness: float, radius: float = 150) -> NDArray[np.uint8]:
    """(512, 512) alpha around the face of `woman`, its edge `softness` pixels wide."""
    y, x = np.mgrid[:512, :512]
    distance = np.hypot(x - 224, y - 180)
    return np.rint(np.clip((radius - distance) / softness + 0.5, 0.0, 1.0) * 255).astype(np.uint8)


def cut_out(alpha: NDArray[np.uint8], hidden: int, picture: Picture) -> bytes:
    """A PNG of what is left of `picture`; beneath the rest the gray level `hidden` is."""
    color = np.where(alpha[..., None] > 0, picture, hidden).astype(np.uint8)
    return png_of(np.dstack([color, alpha]))


def enlarged_over(photo: Decoded, factor: int, backdrop: float) -> tuple[Image, Image]:
    """A photo enlarged with straight colors, and premultiplied, both over a gray `backdrop`."""
    assert photo.alpha is not None
    alpha = enlarge_bicubic(photo.alpha, factor)[..., None]
    straight = enlarge_bicubic(photo.image, factor) * alpha + backdrop * (1.0 - alpha)
    product = photo.image * photo.alpha[..., None]
    product = cv2.resize(product, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
    return straight, np.clip(product + backdrop * (1.0 - alpha), 0.0, 1.0)


async def colors(bench: Bench) -> list[Row]:
    """C1 to C13: as browsers show them, and nothing lost on the way."""
    limits = replace(bench.settings.limits.for_decoding(), min_side=16)
    rows = []
    gray = [
        decode(data, limits).image[:, 8:].mean()
        for data in gray_files(imagecodecs.cms_profile("gray", gamma=1.8, whitepoint=D50)).values()
    ]
    rows.append(Row("C1 gray profile", f"{len(gray)} kinds: brightness apart, of 255", 255 * np.ptp(gray), 1))
    for gamma, value in ((1.0, 100_000), (1.8, 55_556)):
        found = decode(png_of(RAMP, chunk(b"gAMA", struct.pack(">I", value))), limits).image[..., 0]
        apart = np.abs(found - srgb_encoded((RAMP / 255) ** gamma)).max()
        rows.append(Row("C2 gAMA", f"of a power of {gamma}: off what browsers show, of 255", 255 * apart, 1))
    found = decode(_saved(in_p3(woman()), "PNG", icc_profile=P3), limits).image
    apart = deltaE_ciede2000(rgb2lab(found), rgb2lab(woman() / 255)).mean()
    rows.append(Row("C4 Display P3", "mean CIEDE2000 to the picture in sRGB", apart, 1))
    upright = [decode(data, limits).image for data in turned_aside()]
    apart = [float(np.abs(image - RGB / 255).mean()) if image.shape == RGB.shape else 1.0 for image in upright]
    rows.append(Row("C5 orientation", f"{len(apart)} files that ask for a turn outside EXIF: off upright, of 255",
                    255 * max(apart), 3))  # fmt: skip
    cmyk = np.dstack([*np.moveaxis(255 - woman()[:64, :64], 2, 0), np.full((64, 64), 40, np.uint8)])
    found = decode(_cmyk(cmyk), limits).image
    expected = (1 - cmyk[..., :3] / 255) * (1 - 40 / 255)
    rows.append(Row("C8 CMYK", "without profile: mean off what browsers show, of 255",
                    255 * np.abs(found - expected).mean(), 3))  # fmt: skip
    deep = RAMP.astype(np.uint16) * 257
    alpha = decode(png_of(deep, chunk(b"tRNS", struct.pack(">H", 7 * 257))), limits).alpha
    kept = alpha is not None and np.array_equal(alpha, (RAMP != 7).astype(np.float32))
    rows.append(Row("C10 tRNS", "16-bit gray: exactly the named value is transparent", kept, 1, True))
    fringe = [
        np.abs(np.subtract(*enlarged_over(decode(cut_out(disc(4), hidden, woman()), limits), factor, backdrop))).max()
        for hidden in (0, 255) for factor in (2, 4) for backdrop in (0.0, 1.0)
    ]  # fmt: skip
    rows.append(Row("C11 cut-outs", "off premultiplied resampling at the edge, of 255", 255 * max(fringe), 8))
    erased = decode(png_of(np.dstack([woman(), 255 - disc(1)])), limits).image
    inside = disc(1, 120) == 255
    likeness = abs(np.corrcoef(erased[inside].mean(axis=1), woman()[inside].mean(axis=1))[0, 1])
    rows.append(Row("C12 erased", "correlation of what was erased with what is left of it", likeness, 0.5))
    shades = np.dstack([np.zeros_like(woman()), 255 - woman()[..., 1]])
    apart = np.abs(decode(png_of(shades), limits).image[..., 0] - woman()[..., 1] / 255).max()
    rows.append(Row("C12 in alpha alone", "off the picture on white, of 255", 255 * apart, 1))
    levels = np.linspace(0.70, 0.73, 2000, dtype=np.float32).reshape(40, 50)
    result = (await bench.stages.upscale(np.dstack([levels] * 3), 1, lambda done, total: None)).value
    left = len(np.unique(np.rint(result[..., 1] * 65535)))
    rows.append(Row("C13 16 bits", "levels left of 2,000 between 0.70 and 0.73", left, 500, True))
    return rows


def _cmyk(pixels: NDArray[np.uint8]) -> bytes:
    buffer = io.BytesIO()
    PILImage.fromarray(pixels, "CMYK").save(buffer, "JPEG", quality=100)
    return buffer.getvalue()
