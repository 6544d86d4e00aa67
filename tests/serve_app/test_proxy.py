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


def test_the_guard_and_the_proxy_mean_the_same_headers() -> None:
    assert browser_guard.STEERING_HEADERS is STEERING_HEADERS
    (only,) = middleware()
    assert only.cls is StripHeadersMiddleware  # type: ignore[comparison-overlap]
