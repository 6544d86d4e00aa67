"""The upload, message by message: limits of size and time, and nothing on a disk."""

from __future__ import annotations

import asyncio
import tempfile
import time
import tracemalloc
from typing import Any

import httpx
import pytest
from starlette.routing import Route

from serve_app.http.admission import Admission
from serve_app.http.middleware import body_limit
from serve_app.http.middleware.body_limit import BodyLimitMiddleware
from serve_app.settings import LimitSettings
from tests.helpers.api import URL, assert_error
from tests.helpers.asgi import drive, post_scope, until
from tests.helpers.fakes import FakeStages, client_of, make_app
from tests.helpers.images import PHOTO, noise, png, to_bytes

LEAST = 1024  # of limits.max_upload_bytes


async def test_a_declared_length_beyond_the_limit_is_refused_before_a_byte_is_read() -> None:
    async def receive() -> dict[str, Any]:
        raise AssertionError("the body was read")

    app = make_app(FakeStages(), limits={"max_upload_bytes": LEAST})
    status, body = await drive(app, URL, [(b"content-length", b"1000000")], receive)
    assert status == 413 and set(body) == {"error", "stage"} and body["stage"] == "upload"


@pytest.mark.parametrize("length", [b"-1", b"many", b"1e9", b""])
async def test_a_length_that_is_no_number_is_refused(length: bytes) -> None:
    async def receive() -> dict[str, Any]:
        raise AssertionError("the body was read")

    status, _ = await drive(make_app(FakeStages()), URL, [(b"content-length", length)], receive)
    assert status is not None and 400 <= status < 500


@pytest.mark.parametrize("headers", [[], [(b"content-length", b"10")]], ids=["undeclared", "declared too small"])
async def test_a_body_that_grows_beyond_the_limit_is_refused_when_it_does(headers: list[tuple[bytes, bytes]]) -> None:
    received = 0

    async def receive() -> dict[str, Any]:
        nonlocal received
        received += 10_000
        return {"type": "http.request", "body": bytes(10_000), "more_body": True}

    app = make_app(FakeStages(), limits={"max_upload_bytes": LEAST})
    status, body = await drive(app, URL, headers, receive)
    assert status == 413 and body["stage"] == "upload"
    assert received <= 2 * LEAST + 65_536 + 10_000


async def test_an_upload_that_takes_too_long_is_answered_408() -> None:
    async def receive() -> dict[str, Any]:
        await asyncio.sleep(0.05)
        return {"type": "http.request", "body": b"x", "more_body": True}

    app = make_app(FakeStages(), limits={"upload_timeout_s": 0.2})
    status, body = await drive(app, URL, [], receive)
    assert status == 408 and body["stage"] == "upload" and set(body) == {"error", "stage"}


async def test_a_client_that_leaves_while_it_uploads_reaches_no_stage() -> None:
    sent: list[dict[str, Any]] = [
        {"type": "http.request", "body": b"x", "more_body": True},
        {"type": "http.disconnect"},
    ]
    messages = iter(sent)

    async def receive() -> dict[str, Any]:
        return next(messages)

    stages = FakeStages()
    assert await drive(make_app(stages), URL, [], receive) == (None, {})
    assert stages.calls == []


async def test_a_body_is_passed_on_whole_however_it_was_cut() -> None:
    pieces = [b"ab", b"", b"cdef", b"g"]
    messages = iter(
        {"type": "http.request", "body": piece, "more_body": at < len(pieces) - 1} for at, piece in enumerate(pieces)
    )
    seen: list[dict[str, Any]] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        while not seen or seen[-1]["more_body"]:
            seen.append(await receive())

    async def receive() -> dict[str, Any]:
        return next(messages)

    limits = LimitSettings()
    middleware = BodyLimitMiddleware(app, Admission(limits), limits, 100, [Route(URL, app, methods=["POST"])])
    await middleware(post_scope(URL, []), receive, None)  # type: ignore[arg-type]
    assert b"".join(message["body"] for message in seen) == b"abcdefg"


def test_a_large_upload_never_makes_a_temporary_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a temporary file was made")

    monkeypatch.setattr(tempfile.SpooledTemporaryFile, "rollover", refuse)
    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    big = png(to_bytes(noise(900, 1000)))
    assert len(big) > 2 * 2**20
    files = {"file": ("photo", big), "reference": ("truth", big)}
    assert client_of().post(URL, files=files, data={"upscale_factor": 1, "background": "false"}).status_code == 200


# ---- What cannot hold the house --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content_type", [b"application/x-www-form-urlencoded", b"application/json", b"text/plain", b"multipart/mixed", b""]
)
async def test_anything_but_a_multipart_form_is_refused_before_a_byte_is_read(content_type: bytes) -> None:
    async def receive() -> dict[str, Any]:
        raise AssertionError("the body was read")

    status, body = await drive(make_app(FakeStages()), URL, [(b"content-type", content_type)], receive)
    assert status == 422 and body["stage"] == "request" and "multipart/form-data" in body["error"]


async def test_an_upload_below_the_minimum_rate_is_given_up_after_the_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body_limit, "GRACE_S", 0.2)

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(0.05)
        return {"type": "http.request", "body": b"x" * 10, "more_body": True}

    app = make_app(FakeStages(), limits={"min_upload_rate": 1_000, "upload_timeout_s": 60})
    began = time.monotonic()
    status, body = await drive(app, URL, [], receive)
    assert status == 408 and body["stage"] == "upload" and time.monotonic() - began < 20


async def test_a_steady_upload_above_the_minimum_rate_is_not() -> None:
    limits = LimitSettings(min_upload_rate=1_000)
    pieces = iter([b"x" * 500] * 20)

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(0.01)
        piece = next(pieces, None)
        return {"type": "http.request", "body": piece or b"", "more_body": piece is not None}

    got: list[bytes] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        message = {"more_body": True}
        while message["more_body"]:
            message = await receive()
            got.append(message["body"])

    middleware = BodyLimitMiddleware(app, Admission(limits), limits, 10**6, [Route(URL, app, methods=["POST"])])
    await middleware(post_scope(URL, []), receive, None)  # type: ignore[arg-type]
    assert sum(map(len, got)) == 10_000


async def test_uploads_beyond_a_clients_share_are_refused_at_once_and_others_are_not() -> None:
    stages = FakeStages()
    app = make_app(stages, limits={"max_uploads": 4, "max_uploads_per_client": 2, "upload_timeout_s": 30})

    def client_at(address: str) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.ASGITransport(app, client=(address, 1)), base_url="http://x")

    async def stall() -> dict[str, Any]:
        await asyncio.Event().wait()
        raise AssertionError

    async def half_open(client: str) -> None:
        scope = post_scope(URL, []) | {"client": (client, 1)}
        await app(scope, stall, lambda message: asyncio.sleep(0))

    slow = [asyncio.create_task(half_open(client)) for client in ("10.0.0.1", "10.0.0.1", "10.0.0.2")]
    await asyncio.sleep(0.05)
    try:
        async with client_at("10.0.0.1") as c:
            refused = await c.post(URL, files={"file": ("photo", PHOTO)})
            assert (await c.get("/v1/healthz")).status_code == 200
        async with client_at("10.0.0.3") as c:
            assert (await c.post(URL, files={"file": ("photo", PHOTO)})).status_code == 200
        assert_error(refused, 503, "upload", "stage_busy")
        slow.append(asyncio.create_task(half_open("10.0.0.4")))
        await asyncio.sleep(0.05)
        async with client_at("10.0.0.5") as c:
            assert_error(await c.post(URL, files={"file": ("photo", PHOTO)}), 503, "upload", "stage_busy")
    finally:
        for task in slow:
            task.cancel()
        await asyncio.gather(*slow, return_exceptions=True)


@pytest.mark.slow
async def test_all_uploads_together_hold_a_bounded_amount_of_memory_and_give_it_back() -> None:
    stages = FakeStages(gate=asyncio.Event())
    size = len(PHOTO) + 500
    app = make_app(stages, limits={"max_held_megabytes": 2.5 * size / 1e6, "max_concurrent": 1, "max_waiting": 10})
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x") as client:

        def send() -> asyncio.Task[httpx.Response]:
            return asyncio.create_task(client.post(URL, files={"file": ("photo", PHOTO)}))

        waiting = [send(), send()]
        await until(lambda: len(stages.asked("detector")) == 1)
        await asyncio.sleep(0.05)
        assert_error(await send(), 503, "upload", "stage_busy")
        assert stages.gate is not None
        stages.gate.set()
        assert [(await task).status_code for task in waiting] == [200, 200]
        assert (await send()).status_code == 200, "what the first held was not given back"


async def test_a_request_that_waits_for_its_turn_holds_its_body_once() -> None:
    stages, size = FakeStages(gate=asyncio.Event()), 8_000_000
    app = make_app(stages, limits={"max_concurrent": 1})
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n'
    end = b"\r\n--b--\r\n"

    def ask(*pieces: bytes, count: int = 1) -> asyncio.Task[None]:
        """Sends `pieces` so often, each made when it is asked for: nobody but the service holds them."""
        messages = iter([head, *(piece for piece in pieces for _ in range(count)), end])

        async def receive() -> dict[str, Any]:
            message = next(messages, None)
            if message is None:
                await asyncio.Event().wait()
            return {"type": "http.request", "body": bytes(bytearray(message or b"")), "more_body": message is not end}

        return asyncio.create_task(app(post_scope(URL, []), receive, lambda message: asyncio.sleep(0)))

    tasks = [ask(PHOTO)]
    await until(lambda: len(stages.asked("detector")) == 1)
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        tasks.append(ask(bytes(80_000), count=size // 80_000))
        await until(lambda: tracemalloc.get_traced_memory()[0] - before > 0.9 * size)
        await asyncio.sleep(0.3)  # now it has been parsed and read
        held = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    assert 0.9 * size < held < 1.2 * size


def test_a_form_of_many_parts_is_refused() -> None:
    parts = [("file", ("photo", PHOTO))] * 5
    response = client_of().post(URL, files=parts)
    assert_error(response, 422, "request")
    response = client_of().post(URL, files={"file": ("photo", PHOTO)}, data={f"f{i}": "1" for i in range(40)})
    assert_error(response, 422, "request")


def test_an_empty_optional_reference_as_html_forms_send_it_is_no_reference() -> None:
    boundary = b"--b\r\nContent-Disposition: form-data; name="
    body = boundary + b'"file"; filename="p.png"\r\n\r\n' + PHOTO + b"\r\n"
    body += boundary + b'"reference"; filename=""\r\nContent-Type: application/octet-stream\r\n\r\n\r\n--b--\r\n'
    response = client_of().post(URL, content=body, headers={"Content-Type": "multipart/form-data; boundary=b"})
    assert response.status_code == 200 and response.json()["data"]["metrics_against"] == "input"


@pytest.mark.parametrize("size", [len(PHOTO), 3_000_000])
@pytest.mark.parametrize("name", [b"; filename*=utf-8''%D1%84.jpg", b""])
def test_a_photo_that_is_sent_as_text_is_told_what_it_lacks(size: int, name: bytes) -> None:
    body = b'--b\r\nContent-Disposition: form-data; name="file"' + name + b"\r\n\r\n"
    body += PHOTO.ljust(size, b"x") + b"\r\n--b--\r\n"
    response = client_of().post(URL, content=body, headers={"Content-Type": "multipart/form-data; boundary=b"})
    assert 'filename="..."' in assert_error(response, 422, "request", "bad_request")["error"]


def test_a_filename_of_any_letters_beside_the_plain_one_is_accepted() -> None:
    body = b"--b\r\nContent-Disposition: form-data; name=file; filename=a.jpg; filename*=utf-8''%D1%84.jpg\r\n\r\n"
    body += PHOTO + b"\r\n--b--\r\n"
    response = client_of().post(URL, content=body, headers={"Content-Type": "multipart/form-data; boundary=b"})
    assert response.status_code == 200
