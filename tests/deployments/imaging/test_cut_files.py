"""Files without their end: whole images are decoded, others are refused with words that say what is missing."""

from __future__ import annotations

import struct
import zlib

import imagecodecs
import numpy as np
import pytest
from PIL import Image as PILImage

from deployments.contract import DecodeLimits
from deployments.errors import Undecodable
from deployments.imaging.codec import decode
from deployments.imaging.jpeg_structure import MAX_SCANS
from load.evaluate_files import JPEGS
from load.png_chunks import chunk
from tests.deployments.imaging.test_structure import progressive
from tests.helpers.images import png, saved, small_face

LIMITS = DecodeLimits(max_input_pixels=1_000_000, max_output_pixels=1_000_000, min_side=16)
FACE = PILImage.fromarray(small_face())
END_BYTES = 2
MISSING = "The end of the file is missing"


@pytest.mark.parametrize("name", JPEGS)
@pytest.mark.parametrize("gray", [False, True])
def test_a_jpeg_that_lacks_only_its_end_marker_is_whole(name: str, gray: bool) -> None:
    data = saved(FACE.convert("L") if gray else FACE, "JPEG", **JPEGS[name])
    whole = decode(data, LIMITS).image
    for cut in (1, END_BYTES):
        np.testing.assert_array_equal(decode(data[:-cut], LIMITS).image, whole)
    np.testing.assert_array_equal(decode(data[:-END_BYTES] + b"\xff" * 3, LIMITS).image, whole)


@pytest.mark.parametrize("name", JPEGS)
def test_a_jpeg_that_lacks_pixels_is_refused_wherever_it_ends(name: str) -> None:
    data = saved(FACE, "JPEG", **JPEGS[name])
    end = len(data) - END_BYTES - 1  # the very last byte may be nothing but padding
    markers = [at for at in range(20, end) if data[at] == 0xFF and data[at + 1]]
    lengths = [int(end * 0.98), 200, *range(end - 40, end), *markers[-40:], *np.linspace(20, end - 1, 40).astype(int)]
    for length in lengths:
        with pytest.raises(Undecodable, match=MISSING):
            decode(data[:length], LIMITS)


def test_a_progressive_jpeg_that_lacks_whole_scans_is_refused() -> None:
    data = saved(FACE, "JPEG", progressive=True)
    scans = [at for at in range(len(data) - 1) if data[at : at + 2] == b"\xff\xda"]
    assert len(scans) > 5
    for at in scans[1:]:
        table = data.rindex(b"\xff\xc4", 0, at)
        with pytest.raises(Undecodable, match=MISSING):
            decode(data[:table], LIMITS)


def test_a_lossless_jpeg_without_its_end_is_whole() -> None:
    data = bytes(imagecodecs.jpeg8_encode(small_face(), lossless=True))
    np.testing.assert_array_equal(np.rint(decode(data[:-END_BYTES], LIMITS).image * 255), small_face())


def test_a_file_that_is_decoded_twice_may_have_half_the_scans() -> None:
    assert decode(progressive(MAX_SCANS // 2)[:-END_BYTES], LIMITS).image.shape == (64, 64, 3)
    with pytest.raises(Undecodable):
        decode(progressive(MAX_SCANS)[:-END_BYTES], LIMITS)


@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("interlaced", [False, True])
def test_a_png_is_whole_as_soon_as_its_last_pixel_is_there(depth: int, interlaced: bool) -> None:
    pixels = small_face()
    data = png(pixels.astype(np.uint16) * 257) if depth == 16 else png(pixels)
    if interlaced:
        data = _interlaced(depth)
    whole = decode(data, LIMITS).image
    np.testing.assert_array_equal(np.rint(whole * 255), pixels)
    outcomes = []
    for cut in range(1, 60):
        try:
            np.testing.assert_array_equal(decode(data[:-cut], LIMITS).image, whole)
            outcomes.append("decoded")
        except Undecodable as error:
            outcomes.append(str(error))
    assert outcomes[:16] == ["decoded"] * 16, "the end chunk and a checksum are no pixels"
    assert outcomes[-1].startswith(MISSING)


@pytest.mark.parametrize("share", [0.98, 0.5, 0.01])
@pytest.mark.parametrize("depth", [8, 16])
def test_a_png_that_lacks_pixels_says_that_its_end_is_missing(share: float, depth: int) -> None:
    data = png(small_face().astype(np.uint16) * 257) if depth == 16 else png(small_face())
    with pytest.raises(Undecodable, match=MISSING):
        decode(data[: int(len(data) * share)], LIMITS)


def test_damage_elsewhere_is_not_called_a_missing_end() -> None:
    data = bytearray(png(small_face()))
    data[data.index(b"IDAT") + 40] ^= 4
    with pytest.raises(Undecodable, match="damaged"):
        decode(bytes(data), LIMITS)


def _interlaced(depth: int) -> bytes:
    """small_face() by Adam7, in its seven passes (PNG specification, 8.2)."""
    pixels = small_face().astype(">u2") * 257 if depth == 16 else small_face()
    passes = ((0, 8, 0, 8), (0, 8, 4, 8), (4, 8, 0, 4), (0, 4, 2, 4), (2, 4, 0, 2), (0, 2, 1, 2), (1, 2, 0, 1))
    rows = b"".join(
        b"\0" + row.astype(pixels.dtype).tobytes() for y, dy, x, dx in passes for row in pixels[y::dy, x::dx]
    )
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 200, 200, depth, 2, 0, 0, 1))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
