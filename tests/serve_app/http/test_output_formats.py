"""What a request gets in each output format, and which choices a format leaves."""

from __future__ import annotations

import base64
import io
from typing import Any

import cv2
import numpy as np
import pytest
import tifffile

from deployments.contract import DecodeLimits
from deployments.imaging.codec import decode
from deployments.imaging.formats import OUTPUT_FORMATS
from tests.helpers.api import assert_error, enhance
from tests.helpers.fakes import client_of
from tests.helpers.images import png, to_bytes, waves

LIMITS = DecodeLimits(10**6, 10**6, 16)
RGB = to_bytes(waves(96, 128))
DEEP = png(np.dstack([RGB, np.full((96, 128), 200, np.uint8)]).astype(np.uint16) * 257)
OPTIONS: dict[str, Any] = {"upscale_factor": 1, "background": False, "faces": "none"}


@pytest.mark.parametrize("name", sorted(OUTPUT_FORMATS))
def test_every_format_is_written_with_what_it_holds_and_the_rest_is_said(name: str) -> None:
    response = enhance(client_of(), DEEP, output_format=name, **OPTIONS)
    data = response.json()["data"]
    found = decode(base64.b64decode(data["restored_image"]), LIMITS)
    written = OUTPUT_FORMATS[name]
    assert data["content_type"] == written.media_type and found.format.name == name
    assert (data["width"], data["height"]) == found.image.shape[1::-1]
    assert (found.alpha is not None) == written.alpha
    assert (found.bits == 16) == (max(written.bits) > 8)
    warning = data["warning"] or ""
    assert ("no transparency" in warning) == (not written.alpha)
    assert ("bits a channel" in warning) == (max(written.bits) < 16)


@pytest.mark.parametrize("name", ["jpeg", "webp", "avif", "jxl"])
def test_less_quality_makes_smaller_files(name: str) -> None:
    client = client_of(pipeline={"mark": False})
    sizes = [
        len(enhance(client, output_format=name, quality=quality, **OPTIONS).json()["data"]["restored_image"])
        for quality in (1, 50, 95)
    ]
    assert sizes == sorted(sizes) and sizes[0] < sizes[2] / 2


@pytest.mark.parametrize("name", ["webp", "avif", "jxl", "png", "tiff"])
def test_a_lossless_result_has_every_value(name: str) -> None:
    client = client_of()
    chosen: dict[str, Any] = {"lossless": True} if name in ("webp", "avif", "jxl") else {}
    response = enhance(client, output_format=name, **chosen, **OPTIONS)
    expected = enhance(client, output_format="png", **OPTIONS)
    found, exact = (
        to_bytes(decode(base64.b64decode(each.json()["data"]["restored_image"]), LIMITS).image)
        for each in (response, expected)
    )
    assert np.abs(found.astype(int) - exact).max() <= (1 if name == "jxl" else 0)  # its profile is sRGB to some digits


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"output_format": "png", "quality": 90}, "quality"),
        ({"output_format": "tiff", "quality": 90}, "quality"),
        ({"output_format": "jpeg", "lossless": True}, "lossless"),
        ({"output_format": "png", "lossless": False}, "lossless"),
        ({"output_format": "webp", "lossless": True, "quality": 80}, "quality"),
        ({"output_format": "webp", "quality": 0}, "quality"),
        ({"output_format": "webp", "quality": 101}, "quality"),
    ],
)
def test_a_choice_that_a_format_does_not_have_is_refused_by_name(options: dict[str, Any], field: str) -> None:
    answer = assert_error(enhance(client_of(), **options), 422, "request", "bad_request")
    assert answer["error"].startswith(f"{field}: ")


def test_others_read_what_is_written() -> None:
    """OpenCV and tifffile read the TIFF."""
    client = client_of()
    found = base64.b64decode(enhance(client, DEEP, output_format="tiff", **OPTIONS).json()["data"]["restored_image"])
    pixels = cv2.imdecode(np.frombuffer(found, np.uint8), cv2.IMREAD_UNCHANGED)
    assert pixels is not None and pixels.dtype == np.uint16 and pixels.shape == (96, 128, 4)
    with tifffile.TiffFile(io.BytesIO(found)) as opened:
        np.testing.assert_array_equal(opened.pages[0].asarray(), pixels[..., [2, 1, 0, 3]])
