"""Photos of phones: a request that names no factor gets the one that fits, and a factor too large names it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PIL import Image as PILImage

from deployments.contract import DecodeLimits
from deployments.imaging.codec import decode
from serve_app.pipeline.options import EnhanceOptions
from serve_app.settings import LimitSettings
from tests.helpers.api import URL, assert_error, enhance
from tests.helpers.fakes import FakeStages, client_of
from tests.helpers.images import PHOTO, noise, saved, to_bytes

PIXELS = 96 * 128


def _limits(factor: float) -> dict[str, Any]:
    """So that PHOTO may be enlarged `factor` times."""
    return {"max_output_megapixels": PIXELS * factor**2 / 1e6}


@pytest.mark.parametrize(
    ("size", "factor"), [((4080, 3072), 2), ((4961, 2633), 2), ((5712, 4284), 1), ((8064, 6048), 1)]
)
def test_photos_of_common_phones_and_scans_are_accepted_by_default(size: tuple[int, int], factor: int) -> None:
    limits = LimitSettings().for_decoding()
    reduced = DecodeLimits(limits.max_input_pixels // 64, limits.max_output_pixels // 64, 16)
    data = saved(PILImage.new("RGB", (size[0] // 8, size[1] // 8), (90, 80, 70)), "JPEG")
    assert size[0] * size[1] <= limits.max_input_pixels
    assert decode(data, reduced, EnhanceOptions().factors).factor == factor


def test_without_a_factor_the_largest_that_fits_is_chosen_and_a_warning_says_so() -> None:
    stages = FakeStages()
    response = client_of(stages, limits=_limits(1.5)).post(URL, files={"file": ("photo", PHOTO)})
    data = response.json()["data"]
    assert (data["width"], data["height"]) == (128, 96)
    assert "enlarged 1 times instead of 2" in data["warning"]
    assert stages.asked("upscaler")[0][1] == 1


def test_where_the_default_fits_nothing_is_said() -> None:
    data = client_of(limits=_limits(2)).post(URL, files={"file": ("photo", PHOTO)}).json()["data"]
    assert data["width"] == 256 and data["warning"] is None


@pytest.mark.parametrize(("factor", "largest"), [(2, 1), (3, 2), (4, 3)])
def test_a_factor_that_was_named_is_never_changed(factor: int, largest: int) -> None:
    client = client_of(limits=_limits(largest + 0.5))
    body = assert_error(enhance(client, upscale_factor=factor), 413, "decode", "too_many_pixels")
    assert f"The largest upscale_factor for it is {largest}." in body["error"]
    assert enhance(client, upscale_factor=largest).status_code == 200


def test_an_image_that_fits_by_no_factor_is_refused() -> None:
    response = client_of(limits=_limits(0.5)).post(URL, files={"file": ("photo", PHOTO)})
    assert "Make it smaller first." in assert_error(response, 413, "decode", "too_many_pixels")["error"]


def test_the_detector_sees_what_a_viewer_sees_and_the_upscaler_the_colors() -> None:
    stages = FakeStages()
    pixels = to_bytes(noise(96, 128, 4))
    pixels[:, :64, 3], pixels[:, 64:, 3] = 40, 0
    left = pixels[:, :64, :3] / 255
    assert enhance(client_of(stages), saved(PILImage.fromarray(pixels), "PNG")).status_code == 200
    (seen,), ((colors, _),) = stages.asked("detector"), stages.asked("upscaler")
    np.testing.assert_allclose(seen[:, :64], 1 - 40 / 255 * (1 - left), atol=1e-6)
    assert (seen[:, 64:] == 1.0).all()
    np.testing.assert_allclose(colors[:, :64], left, atol=1e-6)


def test_with_a_higher_limit_of_bytes_a_jpeg_of_more_than_ten_megabytes_is_restored() -> None:
    """Most of its bytes are comments here, so that the test takes no time."""
    photo = saved(PILImage.fromarray(to_bytes(noise(96, 128))), "JPEG")
    photo = photo[:2] + (b"\xff\xfe\xff\xff" + bytes(65_533)) * 170 + photo[2:]
    most = LimitSettings().max_upload_bytes
    assert len(photo) > most
    refused = enhance(client_of(limits={"max_upload_bytes": most}), photo)
    assert "limits.max_upload_bytes" in assert_error(refused, 413, "upload")["error"]
    assert enhance(client_of(limits={"max_upload_bytes": 2 * most}), photo).status_code == 200
