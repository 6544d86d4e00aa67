"""The picture itself as the answer, and which form a header Accept gets."""

from __future__ import annotations

import json
from typing import Any

import pytest

from deployments.contract import DecodeLimits
from deployments.imaging.codec import decode
from deployments.imaging.formats import OUTPUT_FORMATS
from deployments.notes import Note, NoteCode
from tests.helpers.api import assert_error, enhance
from tests.helpers.fakes import FakeStages, client_of, face_at

LION = Note("Ein Löwe \r\n in Wörtern", NoteCode.NO_FACIAL_PRIOR)

LIMITS = DecodeLimits(10**6, 10**6, 16)
OPTIONS: dict[str, Any] = {"upscale_factor": 1, "background": False}
FACELESS = OPTIONS | {"faces": "none"}
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("application/json, image/png", "application/json"),
        ("image/png;q=0.5, application/json;q=0.4", "image/png"),
        ("image/png;q=0.4, application/json;q=0.5", "application/json"),
        ("image/*", "image/png"),
        ("IMAGE/WEBP", "image/webp"),
        ("image/webp;q=0.3, image/jpeg;q=0.7", "image/jpeg"),
        ("image/*;q=0.9, image/png;q=0, image/jxl;q=0.1", "image/jpeg"),
        ("*/*, application/json;q=0, image/png;q=0.0, image/jpeg;q=0", "image/webp"),
        ("*/*, application/json;q=0", "image/png"),
        ("image/jpeg; q=1.0; charset=x", "image/jpeg"),
        (BROWSER, "image/webp"),
        ("text/event-stream", "text/event-stream"),
        ("text/event-stream;q=0, */*", "application/json"),
        ("text/event-stream;q=0.1, image/tiff;q=0.2", "image/tiff"),
        ("image/png;q=nonsense, application/json;q=0.1", "application/json"),
    ],
)
def test_the_form_with_the_highest_quality_is_the_answer(accept: str, content_type: str) -> None:
    response = enhance(client_of(), accept=accept, **FACELESS)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"].partition(";")[0] == content_type


@pytest.mark.parametrize(
    ("accept", "options"),
    [
        ("text/html", {}),
        ("image/gif", {}),
        ("application/json;q=0", {}),
        ("*/*;q=0", {}),
        ("image/webp", {"output_format": "jpeg"}),
        ("text/*", {}),
    ],
)
def test_where_nothing_fits_the_answer_is_406_before_any_work(accept: str, options: dict[str, Any]) -> None:
    stages = FakeStages()
    assert_error(enhance(client_of(stages), accept=accept, **OPTIONS, **options), 406, "request", "not_acceptable")
    assert stages.calls == []


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(OUTPUT_FORMATS))
def test_the_picture_is_the_answer_and_the_rest_is_in_a_header(name: str) -> None:
    written = OUTPUT_FORMATS[name]
    response = enhance(client_of(), accept=written.media_type, **OPTIONS)
    assert response.headers["content-type"] == written.media_type
    assert "Accept" in response.headers["vary"]
    found = decode(response.content, LIMITS)
    said = json.loads(response.headers["x-visage-report"])
    assert found.format.name == name and found.image.shape[1::-1] == (said["width"], said["height"])
    data = enhance(client_of(), output_format=name, **OPTIONS).json()["data"]
    assert set(said) == set(data) - {"restored_image", "notes", "timings_ms", "processing_time_ms"}
    assert said["metrics"] == data["metrics"] and said["models"] == data["models"]
    assert said["faces"] == data["faces"] and said["warning"] == data["warning"]


def test_image_and_star_takes_the_format_of_the_option() -> None:
    assert (
        enhance(client_of(), accept="image/*", output_format="webp", **FACELESS).headers["content-type"] == "image/webp"
    )


def test_quality_belongs_to_the_format_that_the_header_names() -> None:
    assert enhance(client_of(), accept="image/jpeg", quality=30, **FACELESS).status_code == 200
    answer = enhance(client_of(), accept="image/png", quality=30, **OPTIONS)
    assert assert_error(answer, 422, "request", "bad_request")["error"].startswith("quality: ")
    assert_error(enhance(client_of(), quality=30, **OPTIONS), 422, "request", "bad_request")


@pytest.mark.slow
def test_the_header_is_short_and_ascii_however_many_faces_there_are() -> None:
    faces = [face_at(20 + i % 40, 20 + i // 40, 12) for i in range(160)]
    response = enhance(
        client_of(FakeStages(faces=faces, notes=(LION,))),
        accept="image/png",
        faces="[0]",
        **OPTIONS,
    )
    header = response.headers["x-visage-report"]
    assert header.isascii() and len(header) <= 6_000 and "\n" not in header
    said = json.loads(header)
    assert said["truncated"][0] == "faces" and said["width"] == 128
