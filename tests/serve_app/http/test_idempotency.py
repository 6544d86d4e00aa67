"""Idempotency-Key and ETag."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest

from serve_app.keys import new_key
from tests.helpers.api import URL, assert_error, enhance
from tests.helpers.asgi import until
from tests.helpers.fakes import FakeStages, client_of, make_app
from tests.helpers.images import PHOTO, png, to_bytes, waves
from tests.serve_app.test_keys import file_of


def post(
    client: httpx.AsyncClient, key: str, accept: str = "*/*", api_key: str = "", **fields: str
) -> asyncio.Task[httpx.Response]:
    headers = {"Idempotency-Key": key, "Accept": accept, "X-API-Key": api_key}
    sent = client.post(URL, files={"file": ("photo", PHOTO)}, data=fields, headers=headers)
    return asyncio.ensure_future(sent)


def asynchronous(stages: FakeStages) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(make_app(stages)), base_url="http://testserver")


async def joined_and_refused() -> None:
    stages = FakeStages(gate=asyncio.Event())
    assert stages.gate is not None
    async with asynchronous(stages) as client:
        first = post(client, "a")
        await until(lambda: bool(stages.asked("upscaler")))
        second, other = post(client, "a"), post(client, '"a"', strength="0.5")
        assert_error(await other, 422, "request", "idempotency_key_reused")
        first.cancel()
        await asyncio.sleep(0.2)
        assert not second.done() and not stages.cancelled, "who leaves takes nothing from who joined"
        stages.gate.set()
        assert (await second).status_code == 200 and len(stages.asked("detector")) == 1
        assert (await post(client, "a", strength="0.5")).status_code == 200, "nothing is kept of what has ended"
        assert len(stages.asked("detector")) == 2


async def joined_for_a_picture() -> None:
    stages = FakeStages(gate=asyncio.Event())
    assert stages.gate is not None
    async with asynchronous(stages) as client:
        first, second = (post(client, "c", accept="image/png") for _ in range(2))
        await until(lambda: bool(stages.asked("upscaler")))
        for other in ("application/json", "image/webp"):
            assert_error(await post(client, "c", accept=other), 422, "request", "idempotency_key_reused")
        stages.gate.set()
        assert (await first).content == (await second).content and len(stages.asked("detector")) == 1


async def apart_by_key(folder: Path) -> None:
    (first_key, one), (second_key, other) = new_key(), new_key()
    stages = FakeStages(gate=asyncio.Event())
    assert stages.gate is not None
    app = make_app(stages, keys={"source": file_of(folder / "keys.yaml", one, other)})
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://testserver") as client:
        first, another = post(client, "a", api_key=first_key), post(client, "a", api_key=second_key, strength="0.5")
        await until(lambda: len(stages.asked("upscaler")) == 2)
        assert_error(
            await post(client, "a", api_key=first_key, strength="0.5"), 422, "request", "idempotency_key_reused"
        )
        stages.gate.set()
        assert {(await each).status_code for each in (first, another)} == {200}


async def abandoned() -> None:
    stages = FakeStages(gate=asyncio.Event())
    async with asynchronous(stages) as client:
        both = [post(client, "b"), post(client, "b")]
        await until(lambda: bool(stages.asked("upscaler")))
        for each in both:
            each.cancel()
        await until(lambda: "upscaler" in stages.cancelled)


def test_a_second_request_joins_the_first_and_outlives_it() -> None:
    asyncio.run(joined_and_refused())


def test_with_api_keys_the_keys_of_one_are_not_those_of_another(tmp_path: Path) -> None:
    """Behind one proxy they have one address."""
    asyncio.run(apart_by_key(tmp_path))


def test_who_joins_for_a_picture_asks_for_the_same_form() -> None:
    asyncio.run(joined_for_a_picture())


def test_when_all_have_left_the_work_stops() -> None:
    asyncio.run(abandoned())


@pytest.mark.parametrize("key", ["", "a b", "x" * 256])
def test_a_key_that_is_none_is_refused(key: str) -> None:
    response = client_of().post(URL, files={"file": ("photo", PHOTO)}, headers={"Idempotency-Key": key})
    assert "Idempotency-Key" in assert_error(response, 422, "request", "bad_request")["error"]


@pytest.mark.slow
def test_the_etag_is_that_of_input_options_and_models() -> None:
    client, stages = client_of(), FakeStages()
    tag = enhance(client).headers["etag"]
    assert tag.startswith('W/"') and tag == enhance(client).headers["etag"]
    stages.models = stages.models | {next(iter(stages.models)): ("another",)}
    others = [
        enhance(client, PHOTO, strength=0.5),
        enhance(client, png(to_bytes(waves(96, 127)))),
        enhance(client_of(stages)),
    ]
    assert len({tag, *(other.headers["etag"] for other in others)}) == 4


@pytest.mark.slow
def test_a_picture_has_a_strong_etag_of_its_own_and_equal_answers_are_equal_throughout() -> None:
    client = client_of()
    first, second = (enhance(client, accept="image/png") for _ in range(2))
    tag = first.headers["etag"]
    assert tag.startswith('"') and tag == second.headers["etag"]
    assert first.content == second.content
    assert first.headers["x-visage-report"] == second.headers["x-visage-report"]
    others = [enhance(client), enhance(client, accept="image/webp"), enhance(client, accept="image/png", strength=0.5)]
    assert len({tag, *(other.headers["etag"].removeprefix("W/") for other in others)}) == 4
