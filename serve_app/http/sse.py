"""The opt-in event stream: progress as it happens, and last exactly the JSON of the plain response."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial

from fastapi.sse import KEEPALIVE_COMMENT, EventSourceResponse, format_sse_event
from starlette.responses import Response

from serve_app.http.errors import ApiError, translate_and_log
from serve_app.http.schemas import AnyStage, ErrorEvent, StageEvent
from serve_app.pipeline.progress import Progress, ProgressCallback

_PING_S = 15.0
_NO_BUFFERING = {"X-Accel-Buffering": "no"}  # nginx in front would otherwise hold the events back

Work = Callable[[ProgressCallback], Awaitable[str]]


def event_stream(work: Work, retry_after_s: int) -> Response:
    """Answer with the events of `work`, which takes a ProgressCallback and returns the final JSON.

    Events: `stage` (StageEvent), then one `result` or one `error` (ErrorEvent). When the client leaves, the work is
    cancelled.
    """
    return EventSourceResponse(_events(work, retry_after_s), headers=_NO_BUFFERING)


async def _events(work: Work, retry_after_s: int) -> AsyncIterator[bytes]:
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
            event = StageEvent(
                stage=AnyStage(item.stage),
                state=item.state,
                done=item.done,
                total=item.total,
                percent=None if item.percent is None else round(item.percent, 1),
                eta_ms=None if item.eta_ms is None else round(item.eta_ms),
            )
            yield format_sse_event(data_str=event.model_dump_json(), event="stage")
        try:
            # In a thread: it splits and joins up to hundreds of megabytes.
            yield await asyncio.to_thread(partial(format_sse_event, data_str=task.result(), event="result"))
        except Exception as error:
            failure = error_event(translate_and_log(error), retry_after_s)
            yield format_sse_event(data_str=failure.model_dump_json(exclude_none=True), event="error")
    finally:
        task.cancel()


def error_event(api: ApiError, retry_after_s: int) -> ErrorEvent:
    """The event that tells a client of an error."""
    event = ErrorEvent(error=api.message, stage=AnyStage(api.stage), status=api.status, code=api.code)
    if api.retry:
        event.retry_after_s = retry_after_s
    return event
