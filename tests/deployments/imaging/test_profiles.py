"""ICC profiles on every kind of pixels: gray, with alpha, 16 bits, CMYK, wide gamut and high dynamic range."""

from __future__ import annotations

import io

import imagecodecs
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image as PILImage
from skimage.color import deltaE_ciede2000, rgb2lab

from deployments.contract import DecodeLimits
from deployments.imaging.codec import decode
from load.evaluate_files import D50, P3, RAMP, gray_files, in_p3, srgb_encoded
from load.png_chunks import chunk, png_of, profile_chunk
from tests.helpers.images import one_face, saved

LIMITS = DecodeLimits(max_input_pixels=1_000_000, max_output_pixels=1_000_000, min_side=16)
STEP = 1 / 255


@pytest.mark.parametrize("gamma", [1.0, 1.8, 3.0])
@pytest.mark.parametrize("name", gray_files(b""))
def test_a_gray_profile_makes_every_gray_image_equally_bright(gamma: float, name: str) -> None:
    profile = imagecodecs.cms_profile("gray", gamma=gamma, whitepoint=D50)
    data = gray_files(profile)[name]
    found = decode(data, LIMITS)
    stored = np.asarray(PILImage.open(io.BytesIO(data))) if name == "JPEG" else RAMP
    light = (stored / 255) ** gamma
    expected = srgb_encoded(light)
    seen = np.full(RAMP.shape, True) if found.alpha is None else found.alpha > 0
    assert np.abs(found.image - expected[..., None])[seen].max() < STEP / 2
    assert found.gray and (found.alpha is not None) == ("A" in name or "with" in name)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_profile_for_rgb_describes_gray_too_as_in_browsers(kind: str) -> None:
    gray, rgb = PILImage.fromarray(RAMP), PILImage.fromarray(RAMP).convert("RGB")
    options = {"icc_profile": P3} | ({"quality": 100} if kind == "JPEG" else {})
    found, expected = (decode(saved(each, kind, **options), LIMITS) for each in (gray, rgb))
    assert np.abs(found.image - expected.image).max() < STEP
    assert np.abs(found.image - decode(saved(gray, kind), LIMITS).image).max() > 5 * STEP


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_display_p3_photo_keeps_its_colors(kind: str) -> None:
    """What an iPhone exports: the file's 8 bits alone are 0.2 off on average."""
    photo = one_face()
    wide = in_p3(photo)
    options = {"icc_profile": P3} | ({"quality": 100, "subsampling": 0} if kind == "JPEG" else {})
    found = decode(saved(PILImage.fromarray(wide), kind, **options), LIMITS).image
    difference = deltaE_ciede2000(rgb2lab(found), rgb2lab(photo / 255))
    assert difference.mean() < 0.7 and np.quantile(difference, 0.95) < 2.0
    assert deltaE_ciede2000(rgb2lab(wide / 255), rgb2lab(photo / 255)).mean() > 1.5, "the profile makes no difference"


def test_dark_vivid_colors_of_8_bits_are_exact() -> None:
    """A lookup table for them was up to 16/255 off."""
    values = np.random.default_rng(0).integers(0, 60, (64, 64, 3)).astype(np.uint8)
    found = decode(saved(PILImage.fromarray(values), "PNG", icc_profile=P3), LIMITS).image
    deep = decode(png_of(values.astype(np.uint16) * 257, profile_chunk(P3)), LIMITS).image
    assert np.abs(found - deep).max() < STEP


def _with_cicp_tag(profile: bytes, code_points: bytes) -> bytes:
    """The profile with one more tag (ICC.1:2022, 7.3 and 10.3)."""
    count = int.from_bytes(profile[128:132], "big")
    table, rest = profile[132 : 132 + 12 * count], profile[132 + 12 * count :]
    moved = b"".join(
        row[:4] + (int.from_bytes(row[4:8], "big") + 12).to_bytes(4, "big") + row[8:]
        for row in (table[at : at + 12] for at in range(0, len(table), 12))
    )
    offset = 132 + 12 * (count + 1) + len(rest)
    tag = b"cicp" + offset.to_bytes(4, "big") + (12).to_bytes(4, "big")
    data = profile[:128] + (count + 1).to_bytes(4, "big") + moved + tag + rest + b"cicp\0\0\0\0" + code_points
    return len(data).to_bytes(4, "big") + data[4:]


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_profile_with_a_tag_for_high_dynamic_range_counts_as_that(kind: str) -> None:
    picture = PILImage.fromarray(RAMP).convert("RGB")
    options = {"quality": 100} if kind == "JPEG" else {}
    found = decode(saved(picture, kind, icc_profile=_with_cicp_tag(P3, bytes([12, 16, 0, 1])), **options), LIMITS)
    named = decode(png_of(np.asarray(picture), chunk(b"cICP", bytes([12, 16, 0, 1]))), LIMITS)
    assert np.abs(found.image - named.image).max() < (4 if kind == "JPEG" else 0.1) * STEP
    assert np.abs(found.image - decode(saved(picture, kind, icc_profile=P3), LIMITS).image).max() > 20 * STEP


@pytest.mark.parametrize("code_points", [bytes([12, 13, 0, 1]), bytes([99, 16, 0, 1]), b""])
def test_any_other_tag_of_that_kind_leaves_the_profile_as_it_is(code_points: bytes) -> None:
    picture = PILImage.fromarray(RAMP).convert("RGB")
    tagged, plain = (
        decode(saved(picture, "PNG", icc_profile=profile), LIMITS).image
        for profile in (_with_cicp_tag(P3, code_points), P3)
    )
    np.testing.assert_array_equal(tagged, plain)


@pytest.mark.parametrize("black", [0, 60, 200])
def test_cmyk_without_a_profile_is_multiplied_out_as_in_browsers(black: int) -> None:
    cmyk: NDArray[np.uint8] = np.zeros((32, 48, 4), np.uint8)
    cmyk[..., :3] = np.arange(48)[None, :, None] * 5
    cmyk[..., 3] = black
    data = saved(PILImage.fromarray(cmyk, "CMYK"), "JPEG", quality=100)
    expected = (1 - cmyk[..., :3] / 255) * (1 - black / 255)
    assert np.abs(decode(data, LIMITS).image - expected).max() < 3 * STEP
