"""The Python client: against the API on a real socket, and against answers that a service seldom gives."""

from __future__ import annotations

import asyncio
import io
import json
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest

from deployments.errors import StageBusy
from deployments.stages import StageName
from serve_app.client import AsyncVisage, RequestFailed, Result, Visage, types
from tests.helpers.api import URL, enhance
from tests.helpers.fakes import FakeStages, client_of
from tests.helpers.images import PHOTO
from tests.helpers.loopback import listening

RESULT = enhance(client_of()).text


def without_times(result: Result) -> dict[str, Any]:
    return {name: value for name, value in result.data.items() if not name.endswith("_ms")}


@pytest.mark.slow
def test_both_clients_give_what_the_api_answers_with_progress_on_the_way(tmp_path: Path) -> None:
    path = tmp_path / "photo.png"
    path.write_bytes(PHOTO)
    events: list[types.StageEvent] = []
    stages = FakeStages()

    async def ask(url: str) -> Result:
        async with AsyncVisage(url) as client:
            assert (await client.ready())["ready"] and (await client.models())["models"]
            return await client.enhance(io.BytesIO(PHOTO), upscale_factor=3, background=False)

    with listening(stages) as url, Visage(url) as client:
        synchronous = client.enhance(path, on_progress=events.append, upscale_factor=3, background=False)
        assert client.ready()["stages"]["restorer"]["ready"] and client.models()["models"]
        asynchronous = asyncio.run(ask(url + "/api/"))
    plain = Result.from_json(enhance(client_of(), upscale_factor=3, background=False).content)
    assert synchronous.image == asynchronous.image == plain.image and plain.image.startswith(b"\x89PNG")
    assert without_times(synchronous) == without_times(asynchronous) == without_times(plain)
    said = {"stage": "restorer", "state": "progress", "done": 2, "total": 2}.items()
    assert any(said <= event.items() for event in events)
    assert not stages.asked("upscaler"), "the option background=False did not arrive"
    synchronous.save(tmp_path / "restored.png")
    assert (tmp_path / "restored.png").read_bytes() == plain.image


def test_every_key_of_an_answer_is_in_the_types() -> None:
    data = json.loads(RESULT)["data"]
    assert set(data) == set(types.EnhanceData.__annotations__)
    assert set(data["faces"][0]) == set(types.FaceInfo.__annotations__)


@pytest.mark.parametrize(("photo", "options", "status", "code"), [
    (PHOTO[:60], {}, 422, "undecodable"),
    (PHOTO, {"upscale_factor": 9}, 422, "bad_request"),
    (b"no picture", {}, 415, "unsupported_format"),
])  # fmt: skip
def test_a_refusal_is_raised_with_its_code_and_not_tried_again(
    photo: bytes, options: Any, status: int, code: str
) -> None:
    with listening() as url, Visage(url) as client, pytest.raises(RequestFailed) as caught:
        client.enhance(photo, **options)
    assert (caught.value.status, caught.value.code) == (status, code)
    assert caught.value.message and caught.value.retry_after_s is None


def answering(*answers: httpx.Response | Exception) -> tuple[httpx.MockTransport, list[float]]:
    """A transport that gives these answers one after the other, and when each was asked for."""
    asked: list[float] = []
    left = list(answers)

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(time.monotonic())
        assert request.url.path == f"/api{URL}" and b'name="file"' in request.read()
        found = left.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    return httpx.MockTransport(answer), asked


def stream(text: str) -> httpx.Response:
    return httpx.Response(200, text=text, headers={"Content-Type": "text/event-stream"})


def busy(retry_after: str) -> httpx.Response:
    headers = {"Retry-After": retry_after, "X-Error-Code": "stage_busy"}
    return httpx.Response(503, json={"error": "busy", "stage": "ingress"}, headers=headers)


DONE = f"event: result\ndata: {RESULT}\n\n"
BUSY_EVENT = {"error": "busy", "stage": "restorer", "status": 503, "code": "stage_busy", "retry_after_s": 1}


def synchronous(transport: httpx.MockTransport, retries: int) -> Result:
    with Visage("http://service", retries=retries, transport=transport) as client:
        return client.enhance(PHOTO)


def asynchronous(transport: httpx.MockTransport, retries: int) -> Result:
    async def ask() -> Result:
        async with AsyncVisage("http://service", retries=retries, transport=transport) as client:
            return await client.enhance(PHOTO)

    return asyncio.run(ask())


@pytest.mark.parametrize("ask", [synchronous, asynchronous])
def test_it_waits_as_long_as_it_is_told_and_sends_the_photo_again(
    ask: Callable[[httpx.MockTransport, int], Result],
) -> None:
    error = f"event: error\ndata: {json.dumps(BUSY_EVENT)}\n\n"
    transport, asked = answering(busy("1"), stream(error), busy("0"), stream(": ping\n\n" + DONE))
    assert ask(transport, 3).image.startswith(b"\x89PNG")
    waits = [later - earlier for earlier, later in pairwise(asked)]
    assert waits[0] >= 1 and waits[1] >= 1 and len(waits) == 3


@pytest.mark.parametrize("ask", [synchronous, asynchronous])
def test_it_gives_up_after_the_last_retry(ask: Callable[[httpx.MockTransport, int], Result]) -> None:
    transport, asked = answering(busy("0"), busy("0"), busy("0"))
    with pytest.raises(RequestFailed, match="busy"):
        ask(transport, 2)
    assert len(asked) == 3


def test_a_connection_that_breaks_or_a_stream_without_an_end_is_tried_again() -> None:
    cut = stream('event: stage\ndata: {"stage":"decode","state":"started","done":0,"total":0}\n\n')
    transport, asked = answering(httpx.ReadError("gone"), stream(DONE))
    assert synchronous(transport, 1).image and len(asked) == 2
    transport, _ = answering(cut)
    with pytest.raises(httpx.RemoteProtocolError):
        synchronous(transport, 0)


def test_what_is_no_address_is_not_tried_again() -> None:
    began = time.monotonic()
    with pytest.raises(httpx.UnsupportedProtocol), Visage("localhost:8000") as client:
        client.enhance(PHOTO)
    assert time.monotonic() - began < 1.0


def test_the_answer_of_something_else_is_an_error_in_words() -> None:
    transport, _ = answering(httpx.Response(502, text="<h1>Bad gateway</h1>"))
    with pytest.raises(RequestFailed, match="Bad gateway") as caught:
        synchronous(transport, 0)
    assert caught.value.status == 502 and caught.value.code == "unknown"


def test_the_service_is_asked_again_while_a_stage_is_busy() -> None:
    stages = FakeStages(fail={StageName.RESTORER: StageBusy(StageName.RESTORER, "full")})
    with listening(stages) as url, Visage(url, retries=0) as client, pytest.raises(RequestFailed) as caught:
        client.enhance(PHOTO)
    assert caught.value.code == "stage_busy" and caught.value.retry_after_s == 5
