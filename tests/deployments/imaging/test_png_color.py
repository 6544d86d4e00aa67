"""The color space that a PNG declares by gAMA, cHRM, sRGB, iCCP and cICP, as Chromium 150 shows it."""

from __future__ import annotations

import struct
from typing import Any

import imagecodecs
import numpy as np
import pytest
from numpy.typing import NDArray

from deployments.contract import DecodeLimits, Image
from deployments.imaging.codec import decode
from load.evaluate_files import srgb_encoded
from load.png_chunks import chunk, png_of, profile_chunk
from tests.helpers.images import to_bytes, waves

LIMITS = DecodeLimits(max_input_pixels=1_000_000, max_output_pixels=1_000_000, min_side=16)
STEP = 1 / 255
RGB = to_bytes(waves(40, 56))
GRAY = np.tile(np.arange(256, dtype=np.uint8), (16, 1))
SRGB = chunk(b"sRGB", b"\0")
ADOBE = profile_chunk(imagecodecs.cms_profile("adobergb"))
WHITE, SRGB_PRIMARIES = (0.3127, 0.3290), ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06))
P3_PRIMARIES = ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060))


def gama(value: int, wrong: int = 0) -> bytes:
    return chunk(b"gAMA", struct.pack(">I", value), wrong)


def chrm(primaries: tuple[tuple[float, float], ...]) -> bytes:
    values = [round(value * 100_000) for point in (WHITE, *primaries) for value in point]
    return chunk(b"cHRM", struct.pack(">8I", *values))


def cicp(primaries: int, transfer: int, matrix: int = 0, full_range: int = 1) -> bytes:
    return chunk(b"cICP", bytes([primaries, transfer, matrix, full_range]))


def shown(pixels: NDArray[np.generic], *chunks: bytes) -> Image:
    return decode(png_of(pixels, b"".join(chunks)), LIMITS).image


@pytest.mark.parametrize(("value", "power"), [(100_000, 1.0), (55_556, 1.8), (50_000, 2.0), (33_333, 3.0)])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("kind", ["gray", "gray with alpha", "RGB", "RGBA"])
def test_gama_is_applied_to_every_kind_of_image(value: int, power: float, dtype: type, kind: str) -> None:
    stored: NDArray[Any] = GRAY.astype(dtype) * (257 if dtype is np.uint16 else 1)
    opaque = np.full_like(stored, np.iinfo(dtype).max)
    channels = [stored] * (3 if kind.startswith("RGB") else 1) + [opaque] * (kind[-1] in "aA")
    found = shown(channels[0] if len(channels) == 1 else np.dstack(channels), gama(value))
    expected = srgb_encoded((GRAY / 255) ** (100_000 / value))
    assert power == pytest.approx(100_000 / value, rel=1e-4)
    assert np.abs(found - expected[..., None]).max() < STEP / 2


@pytest.mark.parametrize("value", [45_455, 45_450, 43_500, 47_000])
def test_the_gama_of_srgb_means_srgb(value: int) -> None:
    np.testing.assert_array_equal(shown(RGB, gama(value)), shown(RGB))
    np.testing.assert_array_equal(shown(RGB, gama(value), chrm(SRGB_PRIMARIES)), shown(RGB))


@pytest.mark.parametrize(
    "chunks",
    [
        (SRGB, gama(100_000)),
        (chrm(P3_PRIMARIES),),
        (gama(100_000, wrong=1),),
        (gama(0),),
        (chunk(b"gAMA", b"\0\1"),),
        (cicp(1, 13), gama(100_000), ADOBE),
        (cicp(1, 13),),
        (cicp(12, 13, matrix=1),),
        (cicp(12, 13, full_range=0),),
        (cicp(77, 13),),
        (cicp(1, 99),),
        (chunk(b"cICP", b"\x0c\x0d"),),
    ],
    ids=[
        "srgb first", "chrm alone", "crc", "zero", "short", "cicp first", "cicp of srgb", "matrix", "narrow",
        "unknown primaries", "unknown transfer", "short cicp",
    ],
)  # fmt: skip
def test_what_declares_srgb_or_nothing_changes_nothing(chunks: tuple[bytes, ...]) -> None:
    assert np.abs(shown(RGB, *chunks) - shown(RGB)).max() < STEP / 10


def test_chunks_count_in_the_order_of_the_specification() -> None:
    adobe = shown(RGB, ADOBE)
    assert np.abs(adobe - shown(RGB)).max() > 2 * STEP
    for weaker in (SRGB, gama(100_000), chrm(P3_PRIMARIES)):
        np.testing.assert_array_equal(shown(RGB, weaker, ADOBE), adobe)
    np.testing.assert_array_equal(shown(RGB, ADOBE, cicp(12, 8)), shown(RGB, cicp(12, 8)))
    damaged = profile_chunk(b"no profile")
    np.testing.assert_array_equal(shown(RGB, chunk(b"iCCP", b"p\0\5x"), gama(100_000)), shown(RGB, gama(100_000)))
    assert np.abs(shown(RGB, damaged) - shown(RGB)).max() == 0


def test_a_chunk_behind_the_pixels_explains_none() -> None:
    data = png_of(RGB)
    np.testing.assert_array_equal(decode(data[:-12] + gama(100_000) + data[-12:], LIMITS).image, shown(RGB))


def _matrix(primaries: tuple[tuple[float, float], ...]) -> NDArray[np.float64]:
    """RGB to XYZ (SMPTE RP 177)."""
    columns = np.array([[x / y, 1.0, (1 - x - y) / y] for x, y in primaries]).T
    x, y = WHITE
    return columns * np.linalg.solve(columns, [x / y, 1.0, (1 - x - y) / y])


@pytest.mark.parametrize("chunks", [(gama(55_556), chrm(P3_PRIMARIES)), (cicp(12, 13),), (cicp(12, 4),)])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_wider_primaries_are_brought_into_srgb(chunks: tuple[bytes, ...], dtype: type) -> None:
    stored: NDArray[Any] = RGB.astype(dtype) * (257 if dtype is np.uint16 else 1)
    values = RGB / 255
    curve = {gama(55_556): values**1.8, cicp(12, 4): values**2.2}.get(
        chunks[0], np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    )
    to_srgb = np.linalg.inv(_matrix(SRGB_PRIMARIES)) @ _matrix(P3_PRIMARIES)
    expected = srgb_encoded(np.clip(curve @ to_srgb.T, 0.0, 1.0))
    assert np.abs(shown(stored, *chunks) - expected).max() < STEP


@pytest.mark.parametrize(
    ("transfer", "chromium"),
    [
        (1, {32: 20, 64: 54, 128: 121, 192: 189}),
        (5, {32: 10, 64: 40, 128: 106, 192: 179}),
        (8, {8: 50, 32: 99, 128: 188, 192: 225}),
    ],
)
def test_other_transfers_are_shown_as_chromium_shows_them(transfer: int, chromium: dict[int, int]) -> None:
    found = shown(GRAY, cicp(1, transfer))[0, :, 0] * 255
    assert {value: round(float(found[value])) for value in chromium} == pytest.approx(chromium, abs=1)


@pytest.mark.parametrize(
    ("transfer", "chromium"), [(16, {32: 5, 64: 30, 128: 132}), (18, {32: 14, 64: 43, 128: 99, 192: 189})]
)
@pytest.mark.parametrize("primaries", [1, 9])
def test_high_dynamic_range_is_no_darker_than_in_chromium(
    transfer: int, chromium: dict[int, int], primaries: int
) -> None:
    found = shown(GRAY, cicp(primaries, transfer))[0, :, 0] * 255
    assert all(found[value] >= expected - 1 for value, expected in chromium.items())
    assert (np.diff(found) >= 0).all() and found[0] == 0 and found[-1] > 254


def test_impossible_chromaticities_leave_the_gamma() -> None:
    nowhere = ((0.3, 0.3), (0.3, 0.3), (0.3, 0.3))
    np.testing.assert_array_equal(shown(RGB, gama(55_556), chrm(nowhere)), shown(RGB, gama(55_556)))
