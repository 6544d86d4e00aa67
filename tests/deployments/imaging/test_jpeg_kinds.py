"""Rare kinds of JPEG: decoded exactly, or refused with words that say what is not supported."""

from __future__ import annotations

import imagecodecs
import numpy as np
import pytest

from deployments.contract import DecodeLimits
from deployments.errors import Undecodable
from deployments.imaging.codec import decode
from tests.helpers.images import small_face

LIMITS = DecodeLimits(max_input_pixels=1_000_000, max_output_pixels=1_000_000, min_side=16)


@pytest.mark.parametrize("gray", [False, True])
def test_a_jpeg_of_12_bits_is_refused_by_that_name(gray: bool) -> None:
    pixels = small_face().astype(np.uint16) * 16
    data = bytes(imagecodecs.jpeg_encode(pixels[..., 0].copy() if gray else pixels, bitspersample=12))
    with pytest.raises(Undecodable, match="12 bits a channel"):
        decode(data, LIMITS)


def test_a_lossless_jpeg_of_16_bits_is_refused_by_its_depth() -> None:
    data = bytes(imagecodecs.ljpeg_encode(small_face()[..., 0].astype(np.uint16) * 257, bitspersample=16))
    with pytest.raises(Undecodable, match="16 bits a channel"):
        decode(data, LIMITS)


@pytest.mark.parametrize("gray", [False, True])
def test_a_lossless_jpeg_of_8_bits_decodes_exactly(gray: bool) -> None:
    pixels = small_face()[..., 0] if gray else small_face()
    data = bytes(imagecodecs.ljpeg_encode(pixels) if gray else imagecodecs.jpeg8_encode(pixels, lossless=True))
    expected = np.repeat(pixels[..., None], 3, axis=2) if gray else pixels
    np.testing.assert_array_equal(np.rint(decode(data, LIMITS).image * 255), expected)
