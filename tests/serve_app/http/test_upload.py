"""The upload, message by message: limits of size and time, and nothing on a disk."""

from __future__ import annotations

import asyncio
import tempfile
from typing import Any

import pytest

from serve_app.http.middleware.body_limit import BodyLimitMiddleware
from tests.helpers.api import URL
from tests.helpers.asgi import drive, post_scope
from tests.helpers.fakes import FakeStages, client_of, make_app
from tests.helpers.images import noise, png, to_bytes

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
    seen = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(await receive())

    async def receive() -> dict[str, Any]:
        return next(messages)

    await BodyLimitMiddleware(app, 100, 1.0)(post_scope(URL, []), receive, None)  # type: ignore[arg-type]
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
