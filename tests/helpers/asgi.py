"""Drives an ASGI app message by message, where an HTTP client hides too much."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

Headers = list[tuple[bytes, bytes]]


def post_scope(path: str, headers: Headers) -> dict[str, Any]:
    """The scope of a POST of a multipart form, unless `headers` say otherwise."""
    given = {name for name, _ in headers}
    defaults = [(b"host", b"testserver"), (b"content-type", b"multipart/form-data; boundary=b")]
    headers = [*(pair for pair in defaults if pair[0] not in given), *headers]
    return {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "path": path,
        "raw_path": path.encode(), "query_string": b"", "root_path": "", "scheme": "http", "headers": headers,
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 8000),
    }  # fmt: skip


async def drive(app: Any, path: str, headers: Headers, receive: Any) -> tuple[int | None, dict[str, Any]]:
    """Run one POST by hand: the status (None: no response at all) and the JSON."""
    sent: list[dict[str, Any]] = []

    async def collect(message: dict[str, Any]) -> None:
        sent.append(message)

    await asyncio.wait_for(app(post_scope(path, headers), receive, collect), 10)
    if not sent:
        return None, {}
    return sent[0]["status"], json.loads(b"".join(message.get("body", b"") for message in sent[1:]))


async def until(condition: Callable[[], bool]) -> None:
    """Wait until `condition()` is true, at most ten seconds."""
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.005)
