"""The API, a store and a runner over one real Redis, with stages that are fakes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from deployments.errors import JobsUnavailable
from serve_app.content_credentials import signer_of
from serve_app.http.app import create_app
from serve_app.http.telemetry import Telemetry
from serve_app.job_runner import JobRunner
from serve_app.jobs.server import connect
from serve_app.jobs.service import LAST, Jobs
from serve_app.jobs.store import JobStore
from serve_app.jobs.webhooks import Webhooks
from serve_app.pipeline.pipeline import Pipeline
from serve_app.settings import Settings
from serve_app.storage import storage_of
from tests.helpers.fakes import FakeStages
from tests.helpers.images import PHOTO
from tests.helpers.recorder import RecordedValues
from tests.helpers.redis_server import RedisServer, redis_server


@dataclass
class ListQueue:
    """The queue as a list."""

    ids: list[str] = field(default_factory=list)
    fails: bool = False

    async def put(self, job_id: str, priority: int = LAST) -> None:
        if self.fails:
            raise JobsUnavailable
        self.ids.append(job_id)


@dataclass
class Bench:
    """Everything that has to do with jobs, in one process."""

    redis: Any
    """A client for looking and interfering; its stubs do not know that replies are bytes here."""
    store: JobStore
    queue: ListQueue
    stages: FakeStages
    runner: JobRunner
    client: httpx.AsyncClient
    record: RecordedValues = field(default_factory=RecordedValues)

    async def submit(self, photo: bytes = PHOTO, **fields: object) -> httpx.Response:
        data = {name: str(value).lower() for name, value in fields.items()}
        return await self.client.post("/v1/jobs", files={"file": ("photo", photo)}, data=data)

    async def status(self, job_id: str) -> dict[str, Any]:
        response = await self.client.get(f"/v1/jobs/{job_id}")
        assert response.status_code == httpx.codes.OK, response.text
        found: dict[str, Any] = response.json()
        return found

    async def run_next(self) -> None:
        await self.runner.run(self.queue.ids.pop(0))

    async def until(self, job_id: str, status: str) -> dict[str, Any]:
        async with asyncio.timeout(10):
            while (found := await self.status(job_id))["status"] != status:
                await asyncio.sleep(0.02)
        return found


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with redis_server(tmp_path_factory.mktemp("redis")) as found:
        yield found


@asynccontextmanager
async def bench_at(
    address: str, stages: FakeStages | None = None, webhooks: Webhooks | None = None, **settings: Any
) -> AsyncIterator[Bench]:
    jobs = {"redis": address} | settings.pop("jobs", {})
    parsed = Settings.model_validate({"allowed_hosts": ["*"], "jobs": jobs} | settings)
    redis = connect(address)
    store, queue, stages = JobStore(redis, parsed.jobs, parsed.limits), ListQueue(), stages or FakeStages()
    pipeline = Pipeline(stages, parsed.pipeline, signer_of(parsed.c2pa))
    storage = storage_of(parsed.storage)
    app = create_app(pipeline, stages, parsed, Jobs(store, queue, webhooks), storage)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        record = RecordedValues()
        runner = JobRunner(pipeline, store, queue, parsed, storage, webhooks, Telemetry(record))
        yield Bench(redis, store, queue, stages, runner, client, record)
    await store.close()


@pytest.fixture
async def bench(server: RedisServer) -> AsyncIterator[Bench]:
    async with bench_at(server.address) as found:
        await found.redis.flushall()
        yield found
