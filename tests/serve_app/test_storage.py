"""Results in an object store: moto's server stands for one."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import cv2
import httpx
import numpy as np
import pytest
from moto.server import ThreadedMotoServer

from deployments.errors import StorageUnavailable
from serve_app.client import AsyncVisage, RequestFailed, Visage
from serve_app.job_runner import JobRunner
from serve_app.keys import new_key
from serve_app.pipeline.pipeline import Pipeline
from serve_app.settings import Settings, StorageSettings
from serve_app.storage import Storage, StorageCannotBeUsed, storage_of
from tests.helpers.api import assert_error, enhance, events_of
from tests.helpers.fakes import client_of
from tests.helpers.images import PHOTO
from tests.helpers.loopback import listening
from tests.helpers.redis_server import redis_server
from tests.serve_app.jobs.conftest import bench_at
from tests.serve_app.test_keys import file_of

BUCKET = "visage-results"
pytestmark = pytest.mark.slow


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """The settings of a bucket on a running server."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    server = ThreadedMotoServer("127.0.0.1", 0)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1").create_bucket(Bucket=BUCKET)
    yield {"url": f"s3://{BUCKET}/results", "endpoint": endpoint}
    httpx.post(f"{endpoint}/moto-api/reset")
    server.stop()


def names_in(store: dict[str, str]) -> list[str]:
    client = boto3.client("s3", endpoint_url=store["endpoint"], region_name="us-east-1")
    return [each["Key"] for each in client.list_objects_v2(Bucket=BUCKET).get("Contents", [])]


def width_at(url: str) -> int:
    response = httpx.get(url)
    assert response.status_code == httpx.codes.OK and response.headers["content-type"] == "image/png"
    pixels = cv2.imdecode(np.frombuffer(response.content, np.uint8), cv2.IMREAD_UNCHANGED)
    assert pixels is not None
    return int(pixels.shape[1])


def test_the_response_has_a_url_with_a_short_life_in_place_of_the_picture(store: dict[str, str]) -> None:
    with client_of(storage=store | {"url_lifetime_s": 60}) as client:
        data = enhance(client).json()["data"]
        assert data["restored_image"] == "" and width_at(data["url"]) == data["width"]
        assert parse_qs(urlsplit(data["url"]).query)["X-Amz-Expires"] == ["60"]
        events = events_of(enhance(client, accept="text/event-stream"))
        assert width_at(events[-1][1]["data"]["url"]) == data["width"]
    names = names_in(store)
    assert len(set(names)) == 2 and all(name.startswith("results/") and len(name) > 50 for name in names)


def test_without_storage_the_picture_is_in_the_response() -> None:
    data = enhance(client_of()).json()["data"]
    assert data["restored_image"] and data["url"] is None


def test_the_page_gets_its_result_in_the_response(store: dict[str, str]) -> None:
    with client_of(storage=store) as client:
        client.headers["Sec-Fetch-Site"] = "same-origin"
        data = enhance(client).json()["data"]
    assert data["restored_image"] and data["url"] is None and names_in(store) == []


def test_a_store_that_is_away_is_503(store: dict[str, str]) -> None:
    with client_of(storage=store | {"url": "s3://no-such-bucket"}) as client:
        assert_error(enhance(client), 503, "ingress", "storage_unavailable")


async def test_a_store_that_never_answers_holds_up_nothing_else(store: dict[str, str]) -> None:
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
        storage = Storage(StorageSettings.model_validate(store | {"endpoint": endpoint}))
        puts = [asyncio.create_task(storage.put(PHOTO, "image/png")) for _ in range(2)]
        async with asyncio.timeout(5):
            await asyncio.to_thread(silent.accept)
            await asyncio.to_thread(int)
    for put in puts:
        with pytest.raises(StorageUnavailable):
            await put


async def test_a_job_keeps_its_result_there_and_takes_it_away(store: dict[str, str], tmp_path: Path) -> None:
    with redis_server(tmp_path) as server:
        async with bench_at(server.address, storage=store) as bench:
            job_id = (await bench.submit()).json()["id"]
            await bench.run_next()
            assert await bench.redis.strlen(f"visage:job:{job_id}:picture") == 0
            data = (await bench.client.get(f"/v1/jobs/{job_id}/result")).json()["data"]
            assert data["restored_image"] == "" and width_at(data["url"]) == data["width"]
            moved = await bench.client.get(f"/v1/jobs/{job_id}/result", headers={"Accept": "image/*"})
            assert moved.status_code == 303 and width_at(moved.headers["location"]) == data["width"]
            assert (await bench.client.delete(f"/v1/jobs/{job_id}")).json()["status"] == "expired"
            assert names_in(store) == []


async def test_a_film_may_be_named_where_the_operator_lets_it(store: dict[str, str], tmp_path: Path) -> None:
    client = boto3.client("s3", endpoint_url=store["endpoint"], region_name="us-east-1")
    for name, size in (("films/a.mp4", 9), ("films/long.mp4", 101), ("results/a.mp4", 9)):
        client.put_object(Bucket=BUCKET, Key=name, Body=bytes(size))
    films = {"films": f"s3://{BUCKET}/films"}
    with redis_server(tmp_path) as server:
        async with bench_at(server.address, storage=store | films, video={"max_upload_bytes": 100}) as bench:

            async def post(*sources: str, **files: Any) -> httpx.Response:
                named = [("source", (None, f"s3://{BUCKET}/{each}")) for each in sources]
                return await bench.client.post("/v1/jobs/video", files=[*named, *files.items()])

            job = (await post("films/a.mp4")).json()
            assert await bench.redis.get(f"visage:job:{job['id']}:photo") == bytes(9)
            assert_error(await post("films/long.mp4"), 413, "upload", "upload_too_large")
            for source in ("films/none.mp4", "results/a.mp4", "films/../results/a.mp4", "films"):
                assert_error(await post(source), 422, "request", "bad_request")
            assert_error(await post("films/a.mp4", file=b"film"), 422, "request", "bad_request")
            assert_error(await post(strength=(None, "1")), 422, "request", "bad_request")
        async with bench_at(server.address, storage=store) as bench:
            assert_error(await post("films/a.mp4"), 422, "request", "bad_request")


async def test_a_job_that_is_cancelled_at_the_last_moment_leaves_nothing_there(
    store: dict[str, str], tmp_path: Path
) -> None:
    with redis_server(tmp_path) as server:
        async with bench_at(server.address) as bench:
            job_id = (await bench.submit()).json()["id"]
            put: list[str] = []

            class CancelledMeanwhile(Storage):
                async def put(self, picture: bytes, media_type: str) -> str:
                    put.append(await super().put(picture, media_type))
                    await bench.store.cancel(job_id)
                    return put[-1]

            settings = Settings()
            storage = CancelledMeanwhile(StorageSettings.model_validate(store))
            pipeline = Pipeline(bench.stages, settings.pipeline)
            await JobRunner(pipeline, bench.store, bench.queue, settings, storage).run(job_id)
            assert len(put) == 1 and names_in(store) == []
            assert (await bench.status(job_id))["status"] == "cancelled"


def test_what_cannot_work_is_said_at_the_start(store: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    Storage(StorageSettings.model_validate(store)).require_usable()
    with pytest.raises(StorageCannotBeUsed, match="no-such-bucket"):
        Storage(StorageSettings.model_validate(store | {"url": "s3://no-such-bucket"})).require_usable()
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(StorageCannotBeUsed, match="AWS_SECRET_ACCESS_KEY is not set"):
        Storage(StorageSettings.model_validate(store))
    monkeypatch.setitem(sys.modules, "boto3", None)
    with pytest.raises(StorageCannotBeUsed, match=r"visage\[s3\]"):
        Storage(StorageSettings.model_validate(store))
    assert storage_of(StorageSettings()) is None


def test_a_bare_address_is_enough_in_the_settings() -> None:
    settings = Settings.model_validate({"storage": "s3://bucket/some/prefix"})
    assert settings.storage.url == "s3://bucket/some/prefix"
    for wrong in ("http://bucket", "s3://", "s3://UPPER", "s3://b/../x y"):
        with pytest.raises(ValueError, match="url"):
            Settings.model_validate({"storage": wrong})


def test_the_python_client_fetches_the_picture_and_shows_its_key_to_the_service_alone(
    store: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    presented, entry = new_key()
    with listening(storage=store, keys={"source": file_of(tmp_path / "keys.yaml", entry)}) as url:
        with Visage(url, api_key=presented) as client:
            result = client.enhance(PHOTO)
        assert result.image.startswith(b"\x89PNG") and result.data["url"]

        async def ask() -> bytes:
            async with AsyncVisage(url) as client:
                return (await client.enhance(PHOTO)).image

        monkeypatch.setenv("VISAGE_API_KEY", presented)
        assert asyncio.run(ask()) == result.image
        monkeypatch.delenv("VISAGE_API_KEY")
        with Visage(url) as client, pytest.raises(RequestFailed, match="unauthorized"):
            client.enhance(PHOTO)
    with pytest.raises(RequestFailed, match="fetched"):
        result.fetched(httpx.Response(403))
