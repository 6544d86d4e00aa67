"""What runs inside Serve's proxy."""

from __future__ import annotations

from typing import Any

import pytest

from serve_app.http.middleware import browser_guard
from serve_app.proxy import STEERING_HEADERS, StripHeadersMiddleware, middleware


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


def test_the_guard_and_the_proxy_mean_the_same_headers() -> None:
    assert browser_guard.STEERING_HEADERS is STEERING_HEADERS
    (only,) = middleware()
    assert only.cls is StripHeadersMiddleware  # type: ignore[comparison-overlap]
