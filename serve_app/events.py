"""The opt-in event stream: stages as they happen, and last exactly the JSON that the plain answer would have been."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import asdict

from fastapi.sse import KEEPALIVE_COMMENT, EventSourceResponse, format_sse_event
from starlette.responses import Response

from serve_app.pipeline import Progress, Tell

_PING_S = 15.0
_NO_BUFFERING = {"X-Accel-Buffering": "no"}  # nginx in front would otherwise hold the events back


def event_stream(work: Callable[[Tell], Awaitable[str]], to_response: Callable[[Exception], Response]) -> Response:
    """Answer with the events of `work`, which is given whom to tell and returns the final JSON.

    Events: `stage` {stage, state, done, total}, then one `result` or one `error` {error, stage, status}. When the
    client leaves, the work is cancelled.
    """
    return EventSourceResponse(_events(work, to_response), headers=_NO_BUFFERING)


async def _events(
    work: Callable[[Tell], Awaitable[str]], to_response: Callable[[Exception], Response]
) -> AsyncIterator[bytes]:
    progress: asyncio.Queue[Progress | None] = asyncio.Queue()
    task = asyncio.ensure_future(work(progress.put_nowait))
    task.add_done_callback(lambda _: progress.put_nowait(None))
    try:
        while True:
            try:
                async with asyncio.timeout(_PING_S):
                    item = await progress.get()
            except TimeoutError:
                yield KEEPALIVE_COMMENT
                continue
            if item is None:
                break
            yield format_sse_event(data_str=json.dumps(asdict(item)), event="stage")
        try:
            yield format_sse_event(data_str=task.result(), event="result")
        except Exception as error:
            response = to_response(error)
            body = json.loads(bytes(response.body)) | {"status": response.status_code}
            if "retry-after" in response.headers:
                body["retry_after_s"] = int(response.headers["retry-after"])
            yield format_sse_event(data_str=json.dumps(body), event="error")
    finally:
        task.cancel()
