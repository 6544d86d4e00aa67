"""Concurrency, queue, deadline, and clients that leave."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest

from deployments.errors import InferenceFailed, StageBusy
from deployments.stages import StageName
from load.service import free_port
from serve_app.http.admission import Admission
from serve_app.settings import LimitSettings
from tests.helpers.api import URL, assert_error
from tests.helpers.asgi import post_scope, until
from tests.helpers.fakes import FakeStages, make_app
from tests.helpers.images import PHOTO


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


def send(client: httpx.AsyncClient) -> asyncio.Task[httpx.Response]:
    return asyncio.create_task(client.post(URL, files={"file": ("photo", PHOTO)}))


async def test_requests_beyond_concurrency_and_queue_limits_get_503(gated: Any) -> None:
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


async def test_where_requests_cannot_be_counted_nobody_is_let_in(gated: Any) -> None:
    stages, connect = gated
    storage = f"redis://127.0.0.1:{free_port()}"
    client = connect(limits={"requests_per_minute": 5, "rate_limit_storage": storage})
    assert_error(await send(client), 503, "ingress", "stage_busy")
    assert stages.calls == []


@pytest.mark.parametrize(("took_s", "let_in"), [(1.0, 16), (5.0, 12), (15.0, 4), (70.0, 0)])
async def test_no_more_work_waits_than_is_done_in_time(took_s: float, let_in: int) -> None:
    """Of two slots, requests that take 5 s empty one each 2.5 s: twelve are done within 30 s."""
    now = 0.0
    admission = Admission(LimitSettings(max_concurrent=2, max_waiting=16, max_wait_s=30.0), clock=lambda: now)
    leave = asyncio.Event()

    async def stay() -> None:
        async with admission.slot():
            await leave.wait()

    for each in (took_s, took_s, 1000.0, took_s):  # one large photo among small ones changes nothing
        async with admission.slot():
            now += each
    tasks = [asyncio.create_task(stay()) for _ in range(18)]
    await asyncio.sleep(0)
    refused = [task for task in tasks if task.done()]
    leave.set()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    assert outcomes == [None] * (2 + let_in) + [refusal for refusal in outcomes if isinstance(refusal, StageBusy)]
    assert len(refused) == 16 - let_in, "a refusal had to wait"


async def test_refusals_do_not_make_the_expected_wait_shorter() -> None:
    now = 0.0
    admission = Admission(LimitSettings(max_concurrent=1), clock=lambda: now)

    async def work(took_s: float, error: Exception | None = None) -> None:
        nonlocal now
        async with admission.slot():
            now += took_s
            if error:
                raise error

    for _ in range(3):
        await work(10.0)
    for _ in range(20):
        with pytest.raises(ValueError):
            await work(0.0, ValueError("refused"))
    async with admission.slot():
        assert admission.expected_wait_s() == 10.0


async def test_after_the_deadline_the_stages_are_stopped_and_the_client_is_told(gated: Any) -> None:
    stages, connect = gated
    assert_error(await send(connect(limits={"deadline_s": 0.2})), 504, "ingress")
    assert set(stages.cancelled) == {"detector", "upscaler"}


async def test_the_deadline_counts_the_time_in_the_queue(gated: Any) -> None:
    _, connect = gated
    client = connect(limits={"deadline_s": 2.0, "max_concurrent": 1})
    began = time.monotonic()
    answers = await asyncio.gather(send(client), send(client))
    assert [answer.status_code for answer in answers] == [504, 504]
    assert time.monotonic() - began < 3.9, "the second was given a deadline of its own once the first had gone"


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
    stages.fail["detector"] = InferenceFailed(StageName.DETECTOR, "broke")
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
    app = asyncio.create_task(make_app(stages)(post_scope(URL, headers), messages.get, swallow))  # type: ignore[arg-type]
    await until(lambda: len(stages.calls) == 2)
    messages.put_nowait({"type": "http.disconnect"})
    await until(lambda: set(stages.cancelled) == {"detector", "upscaler"})
    await asyncio.wait_for(app, 10)
