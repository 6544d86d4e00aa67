"""What decoding may cost is bounded before anything is decoded, and harmless damage costs nobody the image."""

from __future__ import annotations

import io
import re
import struct
import time
import zlib
from contextlib import suppress

import imagecodecs
import numpy as np
import pytest
from PIL import Image as PILImage
from PIL.PngImagePlugin import PngInfo

from deployments.contract import DecodeLimits
from deployments.errors import BadProportions, TooComplex, Undecodable
from deployments.imaging.codec import decode
from deployments.imaging.jpeg_structure import MAX_SCANS, MAX_SEGMENTS
from deployments.imaging.png_structure import MAX_CHUNKS
from load.evaluate_files import HARMLESS
from load.png_chunks import chunk, png_of, with_chunks
from load.service import ROOT
from tests.helpers.images import noise, png, saved, to_bytes, waves

LIMITS = DecodeLimits(max_input_pixels=16_000_000, max_output_pixels=64_000_000, min_side=16)
QUICK_S, QUICK_BUT_BUSY_S = 1.0, 4.0
"""Of CPU, and on the clock, where others take the CPU too. A refusal takes milliseconds."""
RGB = to_bytes(waves(60, 80))
ADOBE = imagecodecs.cms_profile("adobergb")


def progressive(scans: int, side: int = 64) -> bytes:
    """A valid progressive JPEG whose last scan is repeated until it has about `scans`."""
    return with_scans(saved(PILImage.new("L", (side, side), 128), "JPEG", progressive=True), scans)


def with_scans(data: bytes, scans: int) -> bytes:
    """A progressive JPEG with its last scan repeated."""
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * (scans - data.count(b"\xff\xda") + 1) + data[-2:]


def refused_quickly(data: bytes) -> None:
    began = time.perf_counter()
    with pytest.raises(TooComplex):
        decode(data, LIMITS)
    assert time.perf_counter() - began < QUICK_BUT_BUSY_S


# ---- The bound -------------------------------------------------------------------------------------------------------


def worst_files() -> dict[str, bytes]:
    """The dearest that were found within the limits, of a quarter of a megapixel each."""
    fine = to_bytes(noise(250, 250)).repeat(2, 0).repeat(2, 1)
    jpeg = saved(PILImage.fromarray(fine), "JPEG", progressive=True, subsampling=0)
    deep = (noise(500, 500, 4) * 65535).astype(np.uint16)
    deep[::2, ::2, 3] = 0  # every pixel between has to give its color away
    profile = chunk(b"iCCP", b"p\0\0" + zlib.compress(ADOBE))
    return {
        "JPEG with 100 scans": with_scans(jpeg, MAX_SCANS),
        "JPEG without its end": with_scans(jpeg, MAX_SCANS // 2).removesuffix(b"\xff\xd9"),
        "PNG of 16 bits with alpha and a profile": with_chunks(png(deep), profile),
    }


@pytest.mark.parametrize("name", worst_files())
def test_decoding_takes_no_more_cpu_than_the_docs_say(name: str) -> None:
    said = re.search(r"at most ([\d.]+) s of CPU a megapixel", (ROOT / "docs/operations.md").read_text())
    assert said is not None
    data = worst_files()[name]
    decode(png(RGB), LIMITS)  # libraries are loaded
    began = time.process_time()
    with suppress(Undecodable):  # a scan that comes twice may read beyond the end
        assert decode(data, LIMITS).image.shape == (500, 500, 3)
    assert 0.01 < time.process_time() - began < float(said[1]) * 0.25


# ---- JPEG ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scans", [MAX_SCANS + 1, 5_000, 300_000])
def test_a_jpeg_with_scans_without_end_is_refused_at_once(scans: int) -> None:
    refused_quickly(progressive(scans))


def test_a_jpeg_with_as_many_scans_as_allowed_decodes() -> None:
    assert decode(progressive(MAX_SCANS), LIMITS).image.shape == (64, 64, 3)


@pytest.mark.parametrize("segment", [b"\xff\xe5\0\x02", b"\xff\xfe\0\x03a", b"\xff\xd0", b"\xff\xdd\0\x04\0\0"])
def test_a_jpeg_of_millions_of_segments_is_refused_at_once(segment: bytes) -> None:
    good = saved(PILImage.fromarray(RGB), "JPEG")
    refused_quickly(good[:2] + segment * (10_000_000 // len(segment)) + good[2:])


def test_ordinary_jpegs_are_far_from_the_bounds() -> None:
    profile = bytes(900_000)
    for options in ({}, {"progressive": True}, {"icc_profile": profile}, {"restart_marker_blocks": 1}):
        data = saved(PILImage.fromarray(to_bytes(noise(300, 400))), "JPEG", quality=95, **options)
        assert decode(data, LIMITS).image.shape == (300, 400, 3)
    assert MAX_SEGMENTS > 2 * 255, "an ICC profile alone may take 255 segments"


def test_markers_inside_a_segment_or_behind_the_end_are_not_counted() -> None:
    good = saved(PILImage.fromarray(RGB), "JPEG")
    app = b"\xff\xe7" + struct.pack(">H", 60_002) + b"\xff\xda" * 30_000
    assert decode(good[:2] + app + good[2:] + b"\xff\xda" * 30_000, LIMITS).image.shape == (60, 80, 3)


# ---- PNG -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [b"IDAT", b"tEXt", b"iCCP", b"abCd"])
def test_a_png_of_chunks_without_end_is_refused_at_once(kind: bytes) -> None:
    refused_quickly(with_chunks(png(RGB), chunk(kind, b"") * (MAX_CHUNKS + 1)))


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (b"iCCP", b"p\0\0" + zlib.compress(bytes(1_000_000), 9)),
        (b"zTXt", b"c\0\0" + zlib.compress(bytes(1_000_000), 9)),
        (b"iTXt", b"c\0\1\0\0\0" + zlib.compress(bytes(1_000_000), 9)),
    ],
)
def test_compressed_chunks_cost_nothing_however_many(kind: bytes, body: bytes) -> None:
    data = with_chunks(png(RGB), chunk(kind, body) * 8_000)
    assert len(data) < 10_485_760
    began = time.perf_counter()
    np.testing.assert_array_equal(decode(data, LIMITS).image, decode(png(RGB), LIMITS).image)
    assert time.perf_counter() - began < QUICK_BUT_BUSY_S


@pytest.mark.parametrize("name", HARMLESS)
@pytest.mark.parametrize("deep", [False, True], ids=["8 bit", "16 bit"])
def test_damage_that_no_browser_minds_costs_nobody_the_image(name: str, deep: bool) -> None:
    original = png(RGB.astype(np.uint16) * 257) if deep else png(RGB)
    np.testing.assert_array_equal(decode(HARMLESS[name](original), LIMITS).image, decode(original, LIMITS).image)


def zeros_without_end(times: int = 100, size: int = 30_000_000) -> bytes:
    """zlib data of `times` * `size` zeros. One piece is compressed: after a full flush the next is the same."""
    packer = zlib.compressobj(1)
    first, other = (packer.compress(bytes(size)) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    return first + other * (times - 1) + packer.flush()


@pytest.mark.parametrize("deep", [False, True], ids=["8 bit", "16 bit"])
def test_image_data_that_inflates_far_beyond_the_image_is_not_inflated(deep: bool) -> None:
    pixels = np.zeros((64, 64, 3), np.uint16 if deep else np.uint8)
    data = png_of(pixels)
    start = data.index(b"IDAT") - 4
    began = time.process_time()
    with suppress(Undecodable):
        decode(data[:start] + chunk(b"IDAT", zeros_without_end()) + data[-12:], LIMITS)
    assert time.process_time() - began < QUICK_S


def test_a_large_profile_is_applied_and_one_beyond_the_bound_is_ignored() -> None:
    good = ADOBE
    padded = struct.pack(">I", 1_500_000) + good[4:] + bytes(1_500_000 - len(good))
    huge = struct.pack(">I", 5_000_000) + good[4:] + bytes(5_000_000 - len(good))
    plain = decode(png(RGB), LIMITS).image
    small, large, ignored = (
        decode(with_chunks(png(RGB), chunk(b"iCCP", b"p\0\0" + zlib.compress(profile))), LIMITS).image
        for profile in (good, padded, huge)
    )
    np.testing.assert_array_equal(large, small)
    assert np.abs(small - plain).max() > 2 / 255
    np.testing.assert_array_equal(ignored, plain)


def test_the_first_image_of_an_animation_is_the_image() -> None:
    frames = [PILImage.fromarray(RGB), PILImage.fromarray(255 - RGB)]
    buffer = io.BytesIO()
    frames[0].save(buffer, "PNG", save_all=True, append_images=frames[1:])
    np.testing.assert_array_equal(to_bytes(decode(buffer.getvalue(), LIMITS).image), RGB)


@pytest.mark.parametrize("format", ["PNG", "JPEG"])
def test_an_orientation_outside_exif_is_ignored_as_browsers_ignore_it(format: str) -> None:
    xmp = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6"/></rdf:RDF></x:xmpmeta>'
    )
    if format == "PNG":
        info = PngInfo()
        info.add_itxt("XML:com.adobe.xmp", xmp)
        data = saved(PILImage.fromarray(RGB), "PNG", pnginfo=info)
    else:
        data = saved(PILImage.fromarray(RGB), "JPEG", xmp=xmp.encode())
    assert decode(data, LIMITS).image.shape == (60, 80, 3)


# ---- Proportions -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(32, 41_000), (41_000, 32), (20, 2_001)])
def test_an_image_of_extreme_proportions_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(BadProportions):
        decode(saved(PILImage.new("L", size), "PNG"), LIMITS)


def test_a_panorama_is_not() -> None:
    assert decode(saved(PILImage.new("L", (3_200, 32)), "PNG"), LIMITS).image.shape == (32, 3_200, 3)
