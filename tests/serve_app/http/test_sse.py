"""The event stream of POST /v1/enhance."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from starlette.responses import StreamingResponse

from deployments.errors import (
    InferenceFailed,
    StageBusy,
)
from deployments.stages import STAGES, StageName
from serve_app.http.sse import event_stream
from tests.helpers.api import assert_error, enhance, events_of
from tests.helpers.fakes import FakeStages, client_of
from tests.helpers.images import PDF, PHOTO

EVENTS = "text/event-stream"


def test_the_stream_tells_the_stages_in_order_and_ends_with_the_plain_answer() -> None:
    client = client_of()
    response = enhance(client, accept=EVENTS)
    assert response.status_code == 200 and response.headers["content-type"].startswith("text/event-stream")
    events = events_of(response)
    assert [name for name, _ in events] == ["stage"] * (len(events) - 1) + ["result"]
    stages = [event for _, event in events[:-1]]
    assert all(set(event) == {"stage", "state", "done", "total", "percent", "eta_ms"} for event in stages)
    order = [(event["stage"], event["state"]) for event in stages]
    for stage in (*STAGES, "compose", "encode"):
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

    streamed, plain = events[-1][1], enhance(client).json()
    for answer in (streamed, plain):
        assert answer["data"].pop("processing_time_ms") > 0
        answer["data"].pop("timings_ms")
    assert streamed == plain


@pytest.mark.parametrize(
    ("stages", "photo", "status", "stage"),
    [
        (FakeStages(), PDF, 415, "decode"),
        (FakeStages(faces=[]), PHOTO, 422, "detector"),
        (FakeStages(fail={"metrics": InferenceFailed(StageName.METRICS, "secret")}), PHOTO, 500, "metrics"),
        (FakeStages(fail={"restorer": StageBusy(StageName.RESTORER, "secret")}), PHOTO, 503, "restorer"),
        (FakeStages(fail={"upscaler": ZeroDivisionError("secret")}), PHOTO, 500, "internal"),
    ],
)
def test_a_failure_ends_the_stream_with_one_error(stages: FakeStages, photo: bytes, status: int, stage: str) -> None:
    response = enhance(client_of(stages), photo, accept=EVENTS)
    name, body = events_of(response)[-1]
    assert name == "error" and [name for name, _ in events_of(response)].count("error") == 1
    assert (body["status"], body["stage"]) == (status, stage) and "secret" not in response.text
    assert body.get("retry_after_s") == (5 if status == 503 else None)
    plain = enhance(client_of(stages), photo)
    assert body["code"] == plain.headers["x-error-code"]
    assert {key: body[key] for key in ("error", "stage")} == plain.json()


def test_a_bad_option_is_a_plain_error_even_where_a_stream_was_asked_for() -> None:
    assert_error(enhance(client_of(), accept=EVENTS, upscale_factor=7), 422, "request")


async def test_the_answer_is_made_an_event_beside_the_loop_that_others_need() -> None:
    """It has up to hundreds of megabytes, which are split, joined and encoded."""
    threads = set[int]()

    class Answer(str):
        """Notes in which threads something is done with it."""

        def __getattribute__(self, name: str) -> Any:
            threads.add(threading.get_ident())
            return super().__getattribute__(name)

    async def work(tell: object) -> str:
        return Answer('{"status": "success"}')

    response = event_stream(work, retry_after_s=5)
    assert isinstance(response, StreamingResponse)
    assert [part async for part in response.body_iterator] == [b'event: result\ndata: {"status": "success"}\n\n']
    assert threads and threading.get_ident() not in threads
