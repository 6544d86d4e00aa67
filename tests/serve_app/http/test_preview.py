"""POST /v1/preview: a small picture of what a browser does not show."""

from __future__ import annotations

import io
import json

import httpx
import numpy as np
import pytest
from PIL import Image as PILImage
from starlette.testclient import TestClient

from tests.helpers.api import assert_error
from tests.helpers.fakes import FakeStages, client_of
from tests.helpers.images import PDF, PHOTO, to_bytes, waves
from tests.helpers.photo_formats import heic, tiff

URL = "/v1/preview"
RGB = to_bytes(waves(96, 128))


def preview(client: TestClient, photo: bytes, **fields: object) -> httpx.Response:
    return client.post(URL, files={"file": ("photo", photo)}, data={name: str(value) for name, value in fields.items()})


@pytest.mark.parametrize("photo", [heic(RGB), tiff(RGB.astype(np.uint16) * 257, photometric="rgb"), PHOTO])
def test_a_preview_shows_the_photo_and_says_its_size(photo: bytes) -> None:
    response = preview(client_of(), photo, max_side=64)
    assert response.status_code == 200 and response.headers["content-type"] == "image/webp"
    picture = np.asarray(PILImage.open(io.BytesIO(response.content)))
    assert picture.shape == (48, 64, 3)
    expected = RGB.reshape(48, 2, 64, 2, 3).mean(axis=(1, 3))
    assert np.abs(picture - expected).mean() < 6
    said = json.loads(response.headers["x-visage-report"])
    assert (said["width"], said["height"]) == (128, 96) and said["format"] in ("heic", "tiff", "png")


def test_a_small_photo_is_not_enlarged_and_its_pages_are_said() -> None:
    response = preview(client_of(), tiff(np.stack([RGB, RGB]), photometric="rgb"))
    assert PILImage.open(io.BytesIO(response.content)).size == (128, 96)
    assert "2 pages" in json.loads(response.headers["x-visage-report"])["warning"]


def test_transparency_is_shown() -> None:
    rgba = np.dstack([RGB, np.full((96, 128), 100, np.uint8)])
    response = preview(client_of(), tiff(rgba, photometric="rgb", extrasamples=["unassalpha"]))
    assert PILImage.open(io.BytesIO(response.content)).mode == "RGBA"


def test_a_preview_needs_no_stage() -> None:
    stages = FakeStages()
    assert preview(client_of(stages), PHOTO).status_code == 200
    assert stages.calls == []


def test_what_cannot_be_read_is_refused_as_everywhere() -> None:
    client = client_of()
    strict = client_of(limits={"max_input_megapixels": 0.01})
    assert_error(preview(client, PDF), 415, "decode", "unsupported_format")
    assert_error(preview(strict, PHOTO), 413, "decode", "too_many_pixels")
    assert_error(preview(client, b""), 422, "request", "bad_request")
    assert_error(preview(client, PHOTO[:60]), 422, "decode", "undecodable")
    assert_error(preview(client, PHOTO, max_side=5000), 422, "request", "bad_request")
