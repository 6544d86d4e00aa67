"""The HTTP API as a client sees it, over stages of plain numpy."""

from __future__ import annotations

import asyncio
import base64
import json
import re
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import cv2
import httpx
import numpy as np
import pytest
from fakes import FakeStages, face_at, make_app
from pictures import noise, png, saved, to_bytes, waves
from PIL import Image as PILImage
from starlette.testclient import TestClient

from deployments.contract import ContractViolation, InferenceFailed, ModelUnavailable, OutOfMemory
from serve_app.body import BoundedBody
from serve_app.errors import NotReady, StageBusy, StageLost
from serve_app.responses import SECURITY_HEADERS

PHOTO = png(to_bytes(waves(96, 128)))
URL = "/v1/enhance"
LEAST = 1024  # of limits.max_upload_bytes


def client_of(stages: FakeStages | None = None, **settings: Any) -> TestClient:
    return TestClient(make_app(stages or FakeStages(), **settings))


def post(client: TestClient, photo: bytes = PHOTO, **fields: Any) -> httpx.Response:
    return client.post(URL, files={"file": ("photo", photo)}, data=fields)


def picture_of(response: httpx.Response) -> np.ndarray:
    data = base64.b64decode(response.json()["data"]["restored_image"])
    return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)


# ---- Success ---------------------------------------------------------------------------------------------------------


def test_the_answer_has_exactly_the_documented_keys_and_types() -> None:
    body = post(client_of()).json()
    assert set(body) == {"status", "data"} and body["status"] == "success"
    data = body["data"]
    assert set(data) == {
        "restored_image", "content_type", "width", "height", "metrics", "metrics_against", "metrics_pixels", "faces",
        "processing_time_ms", "timings_ms", "models", "warning",
    }  # fmt: skip
    assert set(data["metrics"]) == {"psnr", "ssim", "lpips", "identity_similarity"}
    assert all(isinstance(value, float) for value in data["metrics"].values())
    assert isinstance(data["processing_time_ms"], float) and data["processing_time_ms"] > 0
    assert (data["width"], data["height"], data["content_type"]) == (256, 192, "image/png")
    assert data["warning"] is None and data["metrics_against"] == "input"
    assert set(data["timings_ms"]) == {
        "decode", "detector", "restorer", "upscaler", "compose", "verifier", "metrics", "encode", "waiting",
    }  # fmt: skip
    assert [set(face) for face in data["faces"]] == [
        {"box", "score", "restored", "identity_similarity", "reliable"}
    ] * 2
    assert data["faces"][0]["box"] == [25.0, 33.0, 55.0, 63.0]


def test_the_least_similarity_of_all_faces_is_reported() -> None:
    data = post(client_of(FakeStages(similarity=0.8))).json()["data"]
    assert [face["identity_similarity"] for face in data["faces"]] == [0.8, 0.7]
    assert data["metrics"]["identity_similarity"] == pytest.approx(0.7)


@pytest.mark.parametrize("factor", [1, 2, 3, 4])
def test_the_picture_has_the_size_that_was_asked_for(factor: int) -> None:
    stages = FakeStages()
    response = post(client_of(stages), upscale_factor=factor)
    assert picture_of(response).shape == (96 * factor, 128 * factor, 3)
    assert stages.asked("upscaler")[0][1] == factor


def test_faces_are_restored_in_the_picture_that_comes_back() -> None:
    restored, untouched = (picture_of(post(client_of(), strength=strength, upscale_factor=1)) for strength in (1, 0))
    np.testing.assert_array_equal(untouched[..., ::-1], to_bytes(waves(96, 128)))
    changed = (restored != untouched).any(axis=2)
    assert changed[48, 40] and not changed[:8, 100:].any()


def test_without_the_background_option_the_upscaler_is_not_asked_and_the_picture_is_resampled() -> None:
    stages = FakeStages()
    found = picture_of(post(client_of(stages), background="false", strength=0))
    assert stages.asked("upscaler") == []
    expected = cv2.resize(to_bytes(waves(96, 128)) / 255.0, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    assert np.abs(found[..., ::-1] - expected * 255).max() <= 1


@pytest.mark.parametrize(("which", "restored"), [("all", [True, True]), ("largest", [True, False])])
def test_only_the_faces_that_were_chosen_are_restored(which: str, restored: list[bool]) -> None:
    stages = FakeStages()
    data = post(client_of(stages), faces=which).json()["data"]
    assert [face["restored"] for face in data["faces"]] == restored
    assert len(stages.asked("restorer")) == sum(restored)
    assert [face["identity_similarity"] is None for face in data["faces"]] == [not one for one in restored]


def test_the_face_nearest_the_centre_can_be_chosen() -> None:
    stages = FakeStages(faces=[face_at(20, 20, 40), face_at(66, 50, 20)])
    data = post(client_of(stages), faces="center").json()["data"]
    assert [face["restored"] for face in data["faces"]] == [False, True]


def test_colour_correction_changes_the_restored_face() -> None:
    client = client_of()
    pictures = [picture_of(post(client, color_correction=value)) for value in ("true", "false")]
    assert (pictures[0] != pictures[1]).any()


def test_the_metrics_are_taken_against_the_reference_that_was_sent() -> None:
    stages = FakeStages()
    reference = np.zeros((192, 256, 3), np.uint8)
    files = {"file": ("photo", PHOTO), "reference": ("truth", png(reference))}
    data = client_of(stages).post(URL, files=files).json()["data"]
    assert data["metrics_against"] == "reference" and data["metrics_pixels"] == 192 * 256
    assert (stages.asked("metrics")[0][1] == 0).all()


def test_without_a_reference_the_metrics_are_taken_against_the_resampled_input() -> None:
    stages = FakeStages()
    post(client_of(stages))
    _, target = stages.asked("metrics")[0]
    expected = cv2.resize(to_bytes(waves(96, 128)) / 255.0, (256, 192), interpolation=cv2.INTER_CUBIC)
    assert np.abs(target - expected).max() < 2 / 255


def test_a_jpeg_can_be_asked_for_and_transparency_and_depth_stay_in_a_png() -> None:
    rgba = np.dstack([to_bytes(waves(96, 128)), np.full((96, 128), 128, np.uint8)])
    client = client_of()
    response = post(client, png(rgba), output_format="jpeg")
    assert response.json()["data"]["content_type"] == "image/jpeg" and picture_of(response).shape[2] == 3
    kept = picture_of(post(client, png(rgba)))
    assert kept.shape == (192, 256, 4) and (kept[..., 3] == 128).all()
    deep = picture_of(post(client, png((waves(96, 128) * 65535).astype(np.uint16))))
    assert deep.dtype == np.uint16


def test_identical_requests_give_identical_bytes() -> None:
    client = client_of()
    first, second = (post(client).json()["data"]["restored_image"] for _ in range(2))
    assert first == second


def test_a_face_that_changed_too_much_and_a_missing_prior_are_in_the_warning() -> None:
    warning = post(client_of(FakeStages(similarity=0.45, notes=("No prior here.",)))).json()["data"]["warning"]
    assert "No prior here." in warning and "Face 2 " in warning and "Face 1 " not in warning and "0.35" in warning


@pytest.mark.parametrize(
    ("eye_distance", "feature_norm", "reliable"), [(12, 19, True), (13, 19, False), (12, 21, False)]
)
def test_a_small_or_blurred_face_makes_its_score_unreliable(
    eye_distance: float, feature_norm: float, reliable: bool
) -> None:
    """The fakes' largest face has 12.6 pixels between the eyes and a feature vector 20 long."""
    client = client_of(verifier={"min_eye_distance": eye_distance, "min_feature_norm": feature_norm})
    assert post(client).json()["data"]["faces"][0]["reliable"] is reliable


# ---- Errors ----------------------------------------------------------------------------------------------------------


def assert_error(response: httpx.Response, status: int, stage: str) -> dict[str, str]:
    assert response.status_code == status, response.text
    body = response.json()
    assert set(body) == {"error", "stage"} and all(isinstance(value, str) and value for value in body.values())
    assert body["stage"] == stage
    for name, value in SECURITY_HEADERS.items():
        assert response.headers[name] == value
    assert ("retry-after" in response.headers) == (status in (503, 429))
    return body


GIF = saved(PILImage.new("RGB", (64, 64)), "GIF")


@pytest.mark.parametrize(
    ("photo", "fields", "status", "stage"),
    [
        (GIF, {}, 415, "decode"),
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
    body = assert_error(post(client_of(stages), photo, **fields), status, stage)
    assert stages.calls == []
    if stage == "request" and fields:
        assert next(iter(fields)) in body["error"]


def test_a_request_without_a_file_says_so() -> None:
    client = client_of()
    for request in ({"data": {"strength": 1}}, {"json": {"file": "x"}}, {"content": b"", "headers": {}}):
        assert "file" in assert_error(client.post(URL, **request), 422, "request")["error"]  # type: ignore[arg-type]


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
        (GIF, 415, "decode"),
        (png(to_bytes(waves(96, 96))), 422, "request"),
    ):
        files = {"file": ("photo", PHOTO), "reference": ("truth", reference)}
        assert_error(client.post(URL, files=files), status, stage)


def test_a_file_of_too_many_bytes_is_refused_whichever_field_it_is_in() -> None:
    client = client_of(limits={"max_upload_bytes": LEAST})
    big = png(to_bytes(noise(64, 64)))
    assert len(big) > LEAST
    assert "file has" in assert_error(post(client, big), 413, "upload")["error"]
    small = png(np.zeros((64, 64, 3), np.uint8))
    response = client.post(URL, files={"file": ("photo", small), "reference": ("truth", big)})
    assert "reference has" in assert_error(response, 413, "upload")["error"]


@pytest.mark.parametrize(("limit", "factor"), [("max_input_megapixels", 1), ("max_output_megapixels", 2)])
def test_a_picture_of_too_many_pixels_is_refused(limit: str, factor: int) -> None:
    pixels = 96 * 128 * factor**2
    client = client_of(limits={limit: (pixels - 1) / 1e6})
    assert_error(post(client, upscale_factor=factor), 413, "decode")
    assert post(client_of(limits={limit: pixels / 1e6}), upscale_factor=factor).status_code == 200


def test_a_picture_without_a_face_is_the_clients_error_and_stops_the_upscaler() -> None:
    assert_error(post(client_of(FakeStages(faces=[]))), 422, "detector")


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
@pytest.mark.parametrize("stage", ["detector", "restorer", "upscaler", "verifier", "metrics"])
def test_a_stages_failure_names_the_stage_and_leaks_nothing(stage: str, error: Any, status: int) -> None:
    stages = FakeStages(fail={stage: error(stage, "secret /path")})
    body = assert_error(post(client_of(stages)), status, stage)
    assert "secret" not in body["error"]


def test_before_the_stages_are_ready_the_client_is_told_to_come_back() -> None:
    stages = FakeStages(fail={"reports": NotReady("upscaler", "loading")})
    assert_error(post(client_of(stages, limits={"retry_after_s": 9})), 503, "upscaler")
    assert post(client_of(stages, limits={"retry_after_s": 9})).headers["retry-after"] == "9"


def test_an_error_that_nobody_foresaw_is_a_500_without_its_text() -> None:
    stages = FakeStages(fail={"restorer": ZeroDivisionError("secret")})
    assert "secret" not in assert_error(post(client_of(stages)), 500, "internal")["error"]


def test_a_path_that_does_not_exist_and_a_wrong_method_are_errors_of_the_same_form() -> None:
    client = client_of()
    assert_error(client.get("/v1/nothing"), 404, "request")
    assert_error(client.get(URL), 405, "request")


def test_an_address_beyond_its_rate_is_told_to_come_back_in_a_minute() -> None:
    stages = FakeStages()
    client = client_of(stages, limits={"requests_per_minute": 1})
    assert post(client).status_code == 200
    calls = len(stages.calls)
    response = post(client)
    assert_error(response, 429, "ingress")
    assert response.headers["retry-after"] == "60" and len(stages.calls) == calls
    assert client.get("/v1/healthz").status_code == 200


# ---- Admission, deadline, leaving ------------------------------------------------------------------------------------


@pytest.fixture
async def gated() -> AsyncIterator[tuple[FakeStages, Callable[..., httpx.AsyncClient]]]:
    """Stages that wait until they are let go, and a way to talk to them at the same time."""
    stages = FakeStages(gate=asyncio.Event())
    clients = []

    def connect(**settings: Any) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(make_app(stages, **settings))
        clients.append(httpx.AsyncClient(transport=transport, base_url="http://visage"))
        return clients[-1]

    yield stages, connect
    for client in clients:
        await client.aclose()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.005)


def send(client: httpx.AsyncClient) -> asyncio.Task[httpx.Response]:
    return asyncio.create_task(client.post(URL, files={"file": ("photo", PHOTO)}))


async def test_so_many_are_worked_on_so_many_wait_and_the_rest_are_sent_away(gated: Any) -> None:
    stages, connect = gated
    client = connect(limits={"max_concurrent": 1, "max_waiting": 1})
    first = send(client)
    await until(lambda: len(stages.asked("detector")) == 1)
    second = send(client)
    await asyncio.sleep(0.1)
    third = await send(client)
    assert_error(third, 503, "ingress")
    assert len(stages.asked("detector")) == 1, "the second is worked on before its turn"
    stages.gate.set()
    assert [(await task).status_code for task in (first, second)] == [200, 200]


async def test_after_the_deadline_the_stages_are_stopped_and_the_client_is_told(gated: Any) -> None:
    stages, connect = gated
    assert_error(await send(connect(limits={"deadline_s": 0.2})), 504, "ingress")
    assert set(stages.cancelled) == {"detector", "upscaler"}


async def test_the_deadline_counts_the_time_in_the_queue(gated: Any) -> None:
    _, connect = gated
    client = connect(limits={"deadline_s": 1.0, "max_concurrent": 1})
    began = time.monotonic()
    answers = await asyncio.gather(send(client), send(client))
    assert [answer.status_code for answer in answers] == [504, 504]
    assert time.monotonic() - began < 1.9, "the second was given a deadline of its own once the first had gone"


async def test_a_client_that_leaves_stops_its_stages_and_frees_its_place(gated: Any) -> None:
    """Serve cancels the task of a request whose client has left."""
    stages, connect = gated
    client = connect(limits={"max_concurrent": 1, "max_waiting": 0})
    leaving = send(client)
    await until(lambda: len(stages.calls) == 2)
    leaving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaving
    assert set(stages.cancelled) == {"detector", "upscaler"}
    stages.gate.set()
    assert (await send(client)).status_code == 200


async def test_one_stages_failure_stops_the_others(gated: Any) -> None:
    stages, connect = gated
    stages.fail["detector"] = InferenceFailed("detector", "broke")
    assert_error(await send(connect()), 500, "detector")
    assert stages.cancelled == ["upscaler"] or stages.asked("upscaler") == []


async def test_a_client_that_leaves_an_event_stream_stops_its_stages(gated: Any) -> None:
    stages, _ = gated
    request = httpx.Request("POST", "http://visage" + URL, files={"file": ("photo", PHOTO)})
    messages = asyncio.Queue[dict[str, Any]]()
    messages.put_nowait({"type": "http.request", "body": request.read(), "more_body": False})

    async def swallow(message: dict[str, Any]) -> None:
        pass

    headers = [(b"accept", b"text/event-stream"), (b"content-type", request.headers["content-type"].encode())]
    app = asyncio.create_task(make_app(stages)(_scope(headers), messages.get, swallow))  # type: ignore[arg-type]
    await until(lambda: len(stages.calls) == 2)
    messages.put_nowait({"type": "http.disconnect"})
    await until(lambda: set(stages.cancelled) == {"detector", "upscaler"})
    await asyncio.wait_for(app, 10)


# ---- The upload, message by message ----------------------------------------------------------------------------------


def _scope(headers: list[tuple[bytes, bytes]]) -> dict[str, Any]:
    return {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "path": URL,
        "raw_path": URL.encode(), "query_string": b"", "root_path": "", "scheme": "http", "headers": headers,
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 8000),
    }  # fmt: skip


async def drive(app: Any, headers: list[tuple[bytes, bytes]], receive: Any) -> tuple[int | None, dict[str, Any]]:
    """Run one POST by hand: the status (None: no answer at all) and the JSON."""
    sent: list[dict[str, Any]] = []

    async def collect(message: dict[str, Any]) -> None:
        sent.append(message)

    await asyncio.wait_for(app(_scope(headers), receive, collect), 10)
    if not sent:
        return None, {}
    return sent[0]["status"], json.loads(b"".join(message.get("body", b"") for message in sent[1:]))


async def test_a_declared_length_beyond_the_limit_is_refused_before_a_byte_is_read() -> None:
    async def receive() -> dict[str, Any]:
        raise AssertionError("the body was read")

    app = make_app(FakeStages(), limits={"max_upload_bytes": LEAST})
    status, body = await drive(app, [(b"content-length", b"1000000")], receive)
    assert status == 413 and set(body) == {"error", "stage"} and body["stage"] == "upload"


@pytest.mark.parametrize("length", [b"-1", b"many", b"1e9", b""])
async def test_a_length_that_is_no_number_is_refused(length: bytes) -> None:
    async def receive() -> dict[str, Any]:
        raise AssertionError("the body was read")

    status, _ = await drive(make_app(FakeStages()), [(b"content-length", length)], receive)
    assert status is not None and 400 <= status < 500


@pytest.mark.parametrize("headers", [[], [(b"content-length", b"10")]], ids=["undeclared", "declared too small"])
async def test_a_body_that_grows_beyond_the_limit_is_refused_when_it_does(headers: list[tuple[bytes, bytes]]) -> None:
    received = 0

    async def receive() -> dict[str, Any]:
        nonlocal received
        received += 10_000
        return {"type": "http.request", "body": bytes(10_000), "more_body": True}

    app = make_app(FakeStages(), limits={"max_upload_bytes": LEAST})
    status, body = await drive(app, headers, receive)
    assert status == 413 and body["stage"] == "upload"
    assert received <= 2 * LEAST + 65_536 + 10_000


async def test_an_upload_that_takes_too_long_is_answered_408() -> None:
    async def receive() -> dict[str, Any]:
        await asyncio.sleep(0.05)
        return {"type": "http.request", "body": b"x", "more_body": True}

    app = make_app(FakeStages(), limits={"upload_timeout_s": 0.2})
    status, body = await drive(app, [], receive)
    assert status == 408 and body["stage"] == "upload" and set(body) == {"error", "stage"}


async def test_a_client_that_leaves_while_it_uploads_reaches_no_stage() -> None:
    messages = iter([{"type": "http.request", "body": b"x", "more_body": True}, {"type": "http.disconnect"}])

    async def receive() -> dict[str, Any]:
        return next(messages)

    stages = FakeStages()
    assert await drive(make_app(stages), [], receive) == (None, {})
    assert stages.calls == []


async def test_a_body_is_passed_on_whole_however_it_was_cut() -> None:
    pieces = [b"ab", b"", b"cdef", b"g"]
    messages = iter(
        {"type": "http.request", "body": piece, "more_body": at < len(pieces) - 1} for at, piece in enumerate(pieces)
    )
    seen = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(await receive())

    async def receive() -> dict[str, Any]:
        return next(messages)

    await BoundedBody(app, 100, 1.0)(_scope([]), receive, None)  # type: ignore[arg-type]
    assert seen == [{"type": "http.request", "body": b"abcdefg", "more_body": False}]


def test_a_large_upload_never_makes_a_temporary_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a temporary file was made")

    monkeypatch.setattr(tempfile.SpooledTemporaryFile, "rollover", refuse)
    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    big = png(to_bytes(noise(900, 1000)))
    assert len(big) > 2 * 2**20
    files = {"file": ("photo", big), "reference": ("truth", big)}
    assert client_of().post(URL, files=files, data={"upscale_factor": 1, "background": "false"}).status_code == 200


# ---- The event stream ------------------------------------------------------------------------------------------------


def events_of(response: httpx.Response) -> list[tuple[str, dict[str, Any]]]:
    found = re.findall(r"event: (\w+)\r?\ndata: (.*?)\r?\n\r?\n", response.text, re.DOTALL)
    return [(name, json.loads(data)) for name, data in found]


def stream(client: TestClient, photo: bytes = PHOTO, **fields: Any) -> httpx.Response:
    return client.post(URL, files={"file": ("photo", photo)}, data=fields, headers={"Accept": "text/event-stream"})


def test_the_stream_tells_the_stages_in_order_and_ends_with_the_plain_answer() -> None:
    client = client_of()
    response = stream(client)
    assert response.status_code == 200 and response.headers["content-type"].startswith("text/event-stream")
    events = events_of(response)
    assert [name for name, _ in events] == ["stage"] * (len(events) - 1) + ["result"]
    stages = [event for _, event in events[:-1]]
    assert all(set(event) == {"stage", "state", "done", "total"} for event in stages)
    order = [(event["stage"], event["state"]) for event in stages]
    for stage in ("detector", "restorer", "upscaler", "compose", "verifier", "metrics", "encode"):
        assert order.index((stage, "started")) < order.index((stage, "finished"))
    assert order.index(("detector", "finished")) < order.index(("restorer", "started"))
    for before in ("restorer", "upscaler"):
        assert order.index((before, "finished")) < order.index(("compose", "started"))
    for after in ("verifier", "metrics"):
        assert order.index(("compose", "finished")) < order.index((after, "started"))
    faces = [event for event in stages if event["stage"] == "restorer"]
    assert [(event["done"], event["total"]) for event in faces] == [(0, 2), (1, 2), (2, 2), (2, 2)]
    tiles = [event for event in stages if event["stage"] == "upscaler" and event["state"] == "progress"]
    assert [(event["done"], event["total"]) for event in tiles] == [(0, 2), (1, 2), (2, 2)]

    streamed, plain = events[-1][1], post(client).json()
    for answer in (streamed, plain):
        assert answer["data"].pop("processing_time_ms") > 0
        answer["data"].pop("timings_ms")
    assert streamed == plain


@pytest.mark.parametrize(
    ("stages", "photo", "status", "stage"),
    [
        (FakeStages(), GIF, 415, "decode"),
        (FakeStages(faces=[]), PHOTO, 422, "detector"),
        (FakeStages(fail={"metrics": InferenceFailed("metrics", "secret")}), PHOTO, 500, "metrics"),
        (FakeStages(fail={"restorer": StageBusy("restorer", "secret")}), PHOTO, 503, "restorer"),
        (FakeStages(fail={"upscaler": ZeroDivisionError("secret")}), PHOTO, 500, "internal"),
    ],
)
def test_a_failure_ends_the_stream_with_one_error(stages: FakeStages, photo: bytes, status: int, stage: str) -> None:
    response = stream(client_of(stages), photo)
    name, body = events_of(response)[-1]
    assert name == "error" and [name for name, _ in events_of(response)].count("error") == 1
    assert (body["status"], body["stage"]) == (status, stage) and "secret" not in response.text
    assert body.get("retry_after_s") == (5 if status == 503 else None)
    plain = post(client_of(stages), photo)
    assert {key: body[key] for key in ("error", "stage")} == plain.json()


def test_a_bad_option_is_a_plain_error_even_where_a_stream_was_asked_for() -> None:
    assert_error(stream(client_of(), upscale_factor=7), 422, "request")


# ---- Around it -------------------------------------------------------------------------------------------------------


def test_every_answer_carries_the_security_headers() -> None:
    client = client_of()
    for path in ("/v1/healthz", "/v1/readyz", "/v1/models", "/docs", "/openapi.json"):
        response = client.get(path)
        assert response.status_code == 200
        for name, value in SECURITY_HEADERS.items():
            assert response.headers[name] == value


def test_only_origins_on_the_list_may_call_from_a_page() -> None:
    client = client_of(cors_origins=["https://photos.example"])
    for origin, allowed in (("https://photos.example", "https://photos.example"), ("https://evil.example", None)):
        preflight = client.options(URL, headers={"Origin": origin, "Access-Control-Request-Method": "POST"})
        assert preflight.headers.get("access-control-allow-origin") == allowed
        response = client.post(URL, files={"file": ("photo", GIF)}, headers={"Origin": origin})
        assert response.headers.get("access-control-allow-origin") == allowed, "errors too must be readable"
    assert (
        "access-control-allow-origin" not in client_of().get("/v1/healthz", headers={"Origin": "https://a.b"}).headers
    )


def test_readyz_tells_what_runs_and_what_is_accepted() -> None:
    response = client_of(limits={"max_input_megapixels": 4}).get("/v1/readyz")
    body = response.json()
    assert response.status_code == 200 and body["ready"] is True
    assert set(body["stages"]) == {"detector", "restorer", "upscaler", "verifier", "metrics"}
    assert body["stages"]["restorer"]["models"] == ["gfpgan-v1.4", "bisenet"]
    assert body["limits"]["max_input_pixels"] == 4_000_000 and body["limits"]["max_upload_bytes"] == 10_485_760


def test_readyz_is_503_and_says_why_while_a_stage_is_not_ready() -> None:
    response = client_of(FakeStages(fail={"status": RuntimeError("weights are missing")})).get("/v1/readyz")
    assert response.status_code == 503 and response.json()["ready"] is False
    assert response.json()["stages"]["restorer"]["notes"] == ["weights are missing"]
    assert client_of().get("/v1/healthz").json() == {"status": "alive"}


def test_models_lists_the_licence_of_everything_that_runs() -> None:
    models = {model["name"]: model for model in client_of().get("/v1/models").json()["models"]}
    assert models["gfpgan-v1.4"]["stage"] == "restorer" and models["gfpgan-v1.4"]["commercial"] is False
    assert all(re.fullmatch("[0-9a-f]{64}", model["sha256"]) and model["licence"] for model in models.values())


def test_the_openapi_document_describes_every_field_and_every_error() -> None:
    document = client_of().get("/openapi.json").json()
    operation = document["paths"][URL]["post"]
    assert set(operation["responses"]) == {"200", "408", "413", "415", "422", "429", "500", "503", "504"}
    for status, answer in operation["responses"].items():
        assert answer["description"]
        if status != "200":
            schema = answer["content"]["application/json"]["schema"]
            assert schema["$ref"].endswith("/ErrorResponse")
    form = operation["requestBody"]["content"]["multipart/form-data"]["schema"]
    fields = document["components"]["schemas"][form["$ref"].rsplit("/", 1)[1]]["properties"]
    assert set(fields) == {
        "file", "upscale_factor", "strength", "faces", "color_correction", "background", "output_format", "reference",
    }  # fmt: skip
    assert all(field.get("description") for field in fields.values())
    assert (fields["upscale_factor"]["minimum"], fields["upscale_factor"]["maximum"]) == (1, 4)
    assert (fields["strength"]["minimum"], fields["strength"]["maximum"]) == (0.0, 1.0)


def test_the_docs_page_asks_no_other_host_for_anything() -> None:
    client = client_of()
    page = client.get("/docs").text
    sources = re.findall(r"""(?:src|href)=["']([^"']+)["']""", page)
    assert sources
    assert not [source for source in sources if re.match(r"(https?:)?//", source)]
    for source in sources:
        assert client.get(source).status_code == 200


def test_below_a_prefix_the_docs_page_finds_its_parts() -> None:
    client = TestClient(make_app(FakeStages()), root_path="/api")
    page = client.get("/docs").text
    assert "/api/openapi.json" in page
    assert all(source.startswith("/api/") for source in re.findall(r"""(?:src|href)=["']([^"']+)["']""", page))
