"""What POST /v1/enhance refuses, and what clients learn of failures."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from deployments.errors import (
    ContractViolation,
    InferenceFailed,
    ModelUnavailable,
    NotReady,
    OutOfMemory,
    StageBusy,
    StageLost,
)
from deployments.stages import STAGES, StageName
from tests.helpers.api import URL, assert_error, enhance
from tests.helpers.fakes import FakeStages, client_of, make_app
from tests.helpers.images import PDF, PHOTO, noise, png, to_bytes, waves

LEAST = 1024  # of limits.max_upload_bytes


@pytest.mark.parametrize(
    ("photo", "fields", "status", "stage"),
    [
        (PDF, {}, 415, "decode"),
        (b"hello", {}, 415, "decode"),
        (PHOTO[: len(PHOTO) // 2], {}, 422, "decode"),
        (png(to_bytes(waves(20, 200))), {}, 422, "decode"),
        (b"", {}, 422, "request"),
        (PHOTO, {"upscale_factor": 5}, 422, "request"),
        (PHOTO, {"upscale_factor": 0}, 422, "request"),
        (PHOTO, {"upscale_factor": 1.5}, 422, "request"),
        (PHOTO, {"upscale_factor": "two"}, 422, "request"),
        (PHOTO, {"strength": 1.01}, 422, "request"),
        (PHOTO, {"strength": -0.01}, 422, "request"),
        (PHOTO, {"strength": "nan"}, 422, "request"),
        (PHOTO, {"faces": "smallest"}, 422, "request"),
        (PHOTO, {"color_correction": "perhaps"}, 422, "request"),
        (PHOTO, {"output_format": "gif"}, 422, "request"),
    ],
)
def test_a_bad_file_or_option_is_the_clients_error(photo: bytes, fields: dict, status: int, stage: str) -> None:
    stages = FakeStages()
    body = assert_error(enhance(client_of(stages), photo, **fields), status, stage)
    assert stages.calls == []
    if stage == "request" and fields:
        assert next(iter(fields)) in body["error"]


def test_a_request_without_a_file_says_so() -> None:
    client = client_of()
    for request in ({"data": {"strength": 1}}, {"json": {"file": "x"}}, {"content": b"", "headers": {}}):
        assert "file" in assert_error(client.post(URL, **request), 422, "request")["error"]


@pytest.mark.parametrize("body", [b"no form at all", b"--b\r\nContent-Disposition: form-data; name", b""])
def test_a_body_that_is_no_form_is_the_clients_error(body: bytes) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    assert_error(client_of().post(URL, content=body, headers=headers), 422, "request")
    headers = {"Content-Type": "multipart/form-data"}
    assert_error(client_of().post(URL, content=body, headers=headers), 422, "request")


def test_a_bad_reference_is_the_clients_error() -> None:
    client = client_of()
    for reference, status, stage in (
        (b"", 422, "request"),
        (PDF, 415, "decode"),
        (png(to_bytes(waves(96, 96))), 422, "request"),
    ):
        files = {"file": ("photo", PHOTO), "reference": ("truth", reference)}
        assert_error(client.post(URL, files=files), status, stage)


def test_a_file_of_too_many_bytes_is_refused_whichever_field_it_is_in() -> None:
    client = client_of(limits={"max_upload_bytes": LEAST})
    big = png(to_bytes(noise(64, 64)))
    assert len(big) > LEAST
    error = assert_error(enhance(client, big), 413, "upload")["error"]
    assert "file has" in error and "limits.max_upload_bytes" in error
    small = png(np.zeros((64, 64, 3), np.uint8))
    response = client.post(URL, files={"file": ("photo", small), "reference": ("truth", big)})
    assert "reference has" in assert_error(response, 413, "upload")["error"]


@pytest.mark.parametrize(("limit", "factor"), [("max_input_megapixels", 1), ("max_output_megapixels", 2)])
def test_a_picture_of_too_many_pixels_is_refused(limit: str, factor: int) -> None:
    pixels = 96 * 128 * factor**2
    client = client_of(limits={limit: (pixels - 1) / 1e6})
    assert_error(enhance(client, upscale_factor=factor), 413, "decode")
    assert enhance(client_of(limits={limit: pixels / 1e6}), upscale_factor=factor).status_code == 200


def test_a_picture_without_a_face_is_the_clients_error_and_stops_the_upscaler() -> None:
    assert_error(enhance(client_of(FakeStages(faces=[]))), 422, "detector")


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (InferenceFailed, 500),
        (ContractViolation, 500),
        (OutOfMemory, 503),
        (ModelUnavailable, 503),
        (StageBusy, 503),
        (StageLost, 503),
    ],
)
@pytest.mark.parametrize("stage", STAGES)
def test_a_stages_failure_names_the_stage_and_leaks_nothing(stage: StageName, error: Any, status: int) -> None:
    stages = FakeStages(fail={stage: error(stage, "secret /path")})
    body = assert_error(enhance(client_of(stages)), status, stage)
    assert "secret" not in body["error"]


def test_before_the_stages_are_ready_the_client_is_told_to_come_back() -> None:
    stages = FakeStages(fail={"ready": NotReady(StageName.UPSCALER, "loading")})
    assert_error(enhance(client_of(stages, limits={"retry_after_s": 9})), 503, "upscaler")
    assert enhance(client_of(stages, limits={"retry_after_s": 9})).headers["retry-after"] == "9"


def test_an_error_that_nobody_foresaw_is_a_500_without_its_text() -> None:
    stages = FakeStages(fail={"restorer": ZeroDivisionError("secret")})
    assert "secret" not in assert_error(enhance(client_of(stages)), 500, "internal")["error"]


def test_a_path_that_does_not_exist_and_a_wrong_method_are_errors_of_the_same_form() -> None:
    client = client_of()
    assert_error(client.get("/v1/nothing"), 404, "request")
    assert_error(client.get(URL), 405, "request")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "POST"])
@pytest.mark.parametrize("body", [{}, {"json": {}}, {"files": {"file": ("photo", PHOTO)}}])
def test_a_wrong_method_is_405_whatever_comes_with_it_and_says_which_is_right(method: str, body: Any) -> None:
    for client, below in (
        (client_of(), ""),
        (TestClient(Starlette(routes=[Mount("/api", make_app(FakeStages()))])), "/api"),
    ):
        if method == "POST":
            answer = client.request(method, f"{below}/v1/healthz", **body)
            assert_error(client.request(method, f"{below}/v1/nothing", **body), 404, "request")
        else:
            answer = client.request(method, f"{below}{URL}", **body)
        assert_error(answer, 405, "request", "method_not_allowed")
        assert answer.headers["allow"] == ("GET, HEAD" if method == "POST" else "POST")


def test_an_address_beyond_its_rate_is_told_to_come_back_in_a_minute() -> None:
    stages = FakeStages()
    client = client_of(stages, limits={"requests_per_minute": 1})
    assert enhance(client).status_code == 200
    calls = len(stages.calls)
    response = enhance(client)
    assert_error(response, 429, "ingress")
    assert response.headers["retry-after"] == "60" and len(stages.calls) == calls
    assert client.get("/v1/healthz").status_code == 200


@pytest.mark.parametrize(
    ("field", "nearest"),
    [
        ("upscale", "upscale_factor"),
        ("strenght", "strength"),
        ("output-format", "output_format"),
        ("colour_correction", "color_correction"),
        ("refrence", "reference"),
    ],
)
def test_an_unknown_field_is_refused_and_the_nearest_known_one_named(field: str, nearest: str) -> None:
    stages = FakeStages()
    response = enhance(client_of(stages), PHOTO, **{field: "1"})
    body = assert_error(response, 422, "request", "bad_request")
    assert field in body["error"] and nearest in body["error"] and stages.calls == []


def test_a_field_that_resembles_none_is_refused_with_all_that_there_are() -> None:
    body = assert_error(enhance(client_of(), qqq="1"), 422, "request", "bad_request")
    assert "qqq" in body["error"] and "upscale_factor" in body["error"] and "file" in body["error"]


def test_an_unknown_file_field_is_refused_too() -> None:
    files = {"file": ("photo", PHOTO), "mask": ("mask", PHOTO)}
    assert "mask" in assert_error(client_of().post(URL, files=files), 422, "request", "bad_request")["error"]


@pytest.mark.parametrize(
    ("photo", "stages", "code"),
    [
        (PDF, FakeStages(), "unsupported_format"),
        (PHOTO[:100], FakeStages(), "undecodable"),
        (PHOTO, FakeStages(faces=[]), "no_face_detected"),
        (PHOTO, FakeStages(fail={"metrics": InferenceFailed(StageName.METRICS, "x")}), "inference_failed"),
        (PHOTO, FakeStages(fail={"upscaler": ZeroDivisionError("x")}), "internal"),
    ],
)
def test_the_header_says_for_programs_what_went_wrong(photo: bytes, stages: FakeStages, code: str) -> None:
    assert enhance(client_of(stages), photo).headers["x-error-code"] == code


def test_a_wrong_path_and_method_have_codes_of_their_own() -> None:
    client = client_of()
    assert client.get("/v1/nothing").headers["x-error-code"] == "not_found"
    assert client.get(URL).headers["x-error-code"] == "method_not_allowed"


def test_a_result_too_long_for_its_format_is_refused_before_the_work() -> None:
    long = png(np.zeros((330, 33_000), np.uint8))
    limits = {"max_input_megapixels": 16, "max_output_megapixels": 64}
    stages = FakeStages()
    body = assert_error(
        enhance(client_of(stages, limits=limits), long, output_format="jpeg"), 422, "decode", "bad_proportions"
    )
    assert "65500" in body["error"] and "output_format" in body["error"] and stages.calls == []
