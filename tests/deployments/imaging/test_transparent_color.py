"""tRNS in gray and RGB PNGs: one value, at the file's own depth, is transparent (PNG specification, 11.3.1.1)."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from deployments.contract import DecodeLimits
from deployments.imaging.codec import decode
from load.png_chunks import chunk, png_of, raw_png

LIMITS = DecodeLimits(max_input_pixels=1_000_000, max_output_pixels=1_000_000, min_side=16)


def trns(*values: int) -> bytes:
    return chunk(b"tRNS", struct.pack(f">{len(values)}H", *values))


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("channels", [1, 3])
def test_exactly_the_named_value_is_transparent(dtype: type, channels: int) -> None:
    top = np.iinfo(dtype).max
    pixels: NDArray[Any] = np.random.default_rng(2).integers(0, top + 1, (40, 56, channels)).astype(dtype)
    value = [int(each) for each in pixels[7, 9]]
    pixels[20:30, 20:40] = value
    pixels[0, 0] = [value[0] ^ 1, *value[1:]]  # off by one, which 8 bits would not tell from it
    found = decode(png_of(pixels[..., 0] if channels == 1 else pixels, trns(*value)), LIMITS)
    assert found.alpha is not None
    np.testing.assert_array_equal(found.alpha, (pixels != value).any(axis=2).astype(np.float32))
    visible = found.alpha > 0
    np.testing.assert_array_equal(np.rint(found.image * top)[visible], np.broadcast_to(pixels, (40, 56, 3))[visible])
    assert found.bits == dtype().itemsize * 8


@pytest.mark.parametrize(("depth", "value"), [(1, 1), (2, 2), (4, 5)])
def test_so_it_is_below_8_bits(depth: int, value: int) -> None:
    levels = np.tile(np.arange(2**depth), 64)[:64]
    packed = np.packbits(np.unpackbits(levels.astype(np.uint8)[:, None], axis=1)[:, -depth:].ravel()).tobytes()
    found = decode(raw_png(64, 32, depth, 0, (b"\0" + packed) * 32, trns(value)), LIMITS)
    assert found.alpha is not None
    np.testing.assert_array_equal(found.alpha[5], (levels != value).astype(np.float32))


def test_bits_beyond_the_depth_do_not_count() -> None:
    ramp = np.tile(np.arange(256, dtype=np.uint8), (16, 1))
    found = decode(png_of(ramp, trns(0x0120)), LIMITS)
    assert found.alpha is not None
    np.testing.assert_array_equal(found.alpha[0], np.arange(256) != 0x20)


@pytest.mark.parametrize("body", [b"", b"\0", b"\0\1\0\2"])
def test_a_chunk_of_another_length_is_ignored(body: bytes) -> None:
    ramp = np.tile(np.arange(256, dtype=np.uint8), (16, 1))
    found = decode(png_of(ramp, chunk(b"tRNS", body)), LIMITS)
    assert found.alpha is None
