"""What runs inside Serve's proxy."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serve_app.proxy import StripHeadersMiddleware, middleware
from tests.helpers.api import URL, assert_error
from tests.helpers.asgi import post_scope


@pytest.mark.parametrize("name", [b"x-request-timeout-seconds", b"X-Request-Disconnect-Disabled"])
async def test_headers_that_steer_serve_are_removed_and_others_stay(name: bytes) -> None:
    seen: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["headers"])

    headers = [(b"host", b"x"), (name, b"?1"), (b"accept", b"*/*")]
    await StripHeadersMiddleware(app)({"type": "http", "headers": headers}, None, None)  # type: ignore[arg-type]
    assert seen == [[(b"host", b"x"), (b"accept", b"*/*")]]


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (b"3f0c2a9e-4b7d-4c55-9d0e-6a1b2c3d4e5f", True),
        (b"0af7651916cd43dd8448eb211c80319c", True),
        (b"trace:7.a_b-c", True),
        (b"short", False),
        (b"x" * 129, False),
        (b"12345678 evil", False),
        (b"12345678\r\nX: y", False),
        ("küche-123".encode("latin-1"), False),
        (b"<script>alert(1)</script>", False),
    ],
)
async def test_an_id_of_the_clients_passes_only_if_it_is_plain(value: bytes, kept: bool) -> None:
    seen: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["headers"])

    headers = [(b"X-Request-Id", value)]
    await StripHeadersMiddleware(app)({"type": "http", "headers": headers}, None, None)  # type: ignore[arg-type]
    assert seen == [headers if kept else []]


def serves_proxy(*messages: dict[str, Any], reads: bool = False) -> ASGIApp:
    """What our middlewares surround: it gives a request an id, and sends these messages."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        headers = MutableHeaders(scope=scope)
        headers.setdefault("x-request-id", "made-by-serve")
        if reads:
            await receive()
        for message in messages:
            await send(message)

    for each in middleware():
        app = each.cls(app, *each.args, **each.kwargs)  # type: ignore[assignment]
    return app


def started(status: int, content_type: str, **headers: str) -> dict[str, Any]:
    raw = [(b"content-type", content_type.encode())]
    raw += [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http.response.start", "status": status, "headers": raw}


async def ask(app: ASGIApp, path: str = URL, **headers: str) -> httpx.Response:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://visage") as client:
        return await client.post(path, headers=headers)


BODY = {"type": "http.response.body", "body": b"Ray's own words"}


async def test_a_replica_that_dies_under_a_request_is_told_in_our_form() -> None:
    """Serve's proxy sends nothing then; its web server would say 500 in plain text."""
    answer = await ask(serves_proxy())
    assert_error(answer, 503, "ingress", "stage_lost")
    assert answer.headers["x-request-id"] == "made-by-serve"
    given = await ask(serves_proxy(), **{"x-request-id": "trace-0123456789"})
    assert given.headers.get_list("x-request-id") == ["trace-0123456789"]


@pytest.mark.parametrize(
    ("headers", "code", "retry"), [({"retry_after": "7"}, "stage_busy", "7"), ({}, "stage_lost", "5")]
)
async def test_serves_own_503_is_told_in_our_form(headers: dict[str, str], code: str, retry: str) -> None:
    answer = await ask(serves_proxy(started(503, "text/plain; charset=utf-8", **headers), BODY))
    assert_error(answer, 503, "ingress", code)
    assert answer.headers["retry-after"] == retry and "Ray" not in answer.text


async def test_a_path_that_no_application_has_is_told_in_our_form() -> None:
    answer = await ask(serves_proxy(started(404, "text/plain; charset=utf-8"), BODY), "/elsewhere")
    assert_error(answer, 404, "request", "not_found")
    assert "Ray" not in answer.text


async def test_a_failure_of_serve_itself_is_told_in_our_form() -> None:
    answer = await ask(serves_proxy(started(500, "text/plain; charset=utf-8"), BODY))
    assert_error(answer, 500, "internal", "internal")
    assert "Ray" not in answer.text


@pytest.mark.parametrize(
    ("path", "start"),
    [
        (URL, started(503, "application/json")),
        ("/elsewhere", started(404, "text/html")),
        (URL, started(200, "text/plain")),
        (URL, started(500, "application/json")),
        ("/-/healthz", started(503, "text/plain")),
    ],
)
async def test_every_other_response_passes_as_it_is(path: str, start: dict[str, Any]) -> None:
    answer = await ask(serves_proxy(start, BODY), path)
    assert (answer.status_code, answer.content) == (start["status"], BODY["body"])


async def test_a_response_that_has_begun_is_not_answered_twice() -> None:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    start = started(200, "text/event-stream")
    await serves_proxy(start)(post_scope(URL, []), None, send)  # type: ignore[arg-type]
    assert sent == [start]


async def test_nobody_is_told_anything_who_has_left(caplog: pytest.LogCaptureFixture) -> None:
    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        raise AssertionError(message)

    await serves_proxy(reads=True)(post_scope(URL, []), receive, send)
    assert caplog.records == []
