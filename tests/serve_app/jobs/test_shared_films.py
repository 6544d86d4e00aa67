"""Several workers share one film, over a real Redis: each piece is done once, and nobody sees who did which."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from serve_app.jobs.record import SharedFilm
from serve_app.video.packing import unpack
from serve_app.video.plan import Plan
from tests.helpers.fakes import FakeStages, face_at
from tests.helpers.films import Pixels, moving_face, read_film, write_film
from tests.helpers.images import six_faces
from tests.helpers.redis_server import RedisServer
from tests.serve_app.jobs.conftest import Bench, bench_at
from tests.serve_app.jobs.test_films import submit

pytestmark = pytest.mark.slow

SHOTS, FRAMES = 3, 6
VIDEO = {"piece_frames": 3}


class Slow(FakeStages):
    """Takes a moment for each call, so that there is something to do for others."""

    async def _enter(self, stage: str, given: Any) -> None:
        await asyncio.sleep(0.02)
        await super()._enter(stage, given)


def one_face() -> Slow:
    return Slow(faces=[face_at(48, 32, 24)])


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three shots: each is more than one piece."""
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    other = np.asarray(cv2.resize(six_faces(), (96, 64)), np.uint8)
    middle: list[Pixels] = [np.roll(255 - other, 2 * number, 1) for number in range(FRAMES)]
    write_film(path, [*moving_face(FRAMES, 96, 64), *middle, *moving_face(FRAMES, 96, 64)], gop_size=3)
    return path


@pytest.fixture
async def workers(server: RedisServer) -> AsyncIterator[list[Bench]]:
    """Two, each with stages of its own."""
    async with (
        bench_at(server.address, one_face(), video=VIDEO) as first,
        bench_at(server.address, one_face(), video=VIDEO) as second,
    ):
        await first.redis.flushall()
        yield [first, second]


async def submitted(bench: Bench, film: Path) -> str:
    told = await submit(bench, film.read_bytes(), upscale_factor=1, container="mkv", codec="ffv1")
    job_id: str = told.json()["id"]
    return job_id


async def done_by(workers: list[Bench], job_id: str) -> dict[str, Any]:
    """Let each take from the queue of all until the job has ended."""

    async def work(bench: Bench) -> None:
        while (await bench.status(job_id))["status"] in ("queued", "running"):
            if queue := next((each.queue.ids for each in workers if each.queue.ids), None):
                await bench.runner.run(queue.pop(0))
            await asyncio.sleep(0.01)

    async with asyncio.timeout(240):
        await asyncio.gather(*map(work, workers))
    return await workers[0].status(job_id)


async def result_of(bench: Bench, job_id: str, path: Path) -> tuple[list[bytes], dict[str, Any]]:
    """Every decoded frame, and the figures."""
    address = f"/v1/jobs/{job_id}/result"
    path.write_bytes((await bench.client.get(address, headers={"Accept": "video/*"})).content)
    frames = [frame.tobytes() for frame in read_film(path)[0]]
    return frames, (await bench.client.get(address)).json()["data"]["figures"]


async def test_two_workers_give_the_film_of_one(workers: list[Bench], film: Path, tmp_path: Path) -> None:
    alone = await submitted(workers[0], film)
    await done_by(workers[:1], alone)
    expected = await result_of(workers[0], alone, tmp_path / "alone.mkv")
    for worker in workers:
        worker.stages.calls.clear()
        worker.queue.ids.clear()
    together = await submitted(workers[0], film)
    done = await done_by(workers, together)
    assert done["status"] == "succeeded" and done["percent"] == 100
    assert await result_of(workers[0], together, tmp_path / "together.mkv") == expected
    did = [len(worker.stages.asked("detector")) for worker in workers]
    assert min(did) >= 3 and sum(did) == SHOTS * FRAMES, "each did some pieces, and none was done twice"


async def test_the_share_of_a_worker_that_is_lost_is_done_by_another(workers: list[Bench], film: Path) -> None:
    bench = workers[0]
    job_id = await submitted(bench, film)
    lost = SharedFilm(job_id, "", "", b"")
    assert await bench.store.take_share(lost, "chain-0", "who is killed")
    await bench.redis.persist(f"visage:job:{job_id}:share:chain-0")  # who is killed renews it until then
    work = asyncio.create_task(done_by(workers[:1], job_id))
    async with asyncio.timeout(120):
        while (plan := await bench.store.piece(lost, "plan")) is None:
            await asyncio.sleep(0.02)
        first, *others = (
            {f"piece-{piece.number:05}" for piece in chain} for chain in Plan.from_tree(unpack(plan)).chains
        )
        assert len(others) == SHOTS - 1 and len(first) == 2
        while not set.union(*others) <= (kept := await bench.store.piece_names(lost)):
            await asyncio.sleep(0.02)
    assert kept.isdisjoint(first), "nobody touches what another works on"
    await bench.redis.delete(f"visage:job:{job_id}:share:chain-0")  # as if its lease had ended
    assert (await work)["status"] == "succeeded"
    assert not await bench.store.keep_piece(lost, "chain-0", "who is killed", "piece-00000", b"late")


async def test_who_helps_stops_when_the_film_is_canceled(workers: list[Bench], film: Path) -> None:
    holder, helper = workers
    job_id = await submitted(holder, film)
    for worker in workers:
        worker.stages.gate = asyncio.Event()
    work = asyncio.create_task(holder.runner.run(holder.queue.ids.pop(0)))
    async with asyncio.timeout(120):
        while not holder.queue.ids:
            await asyncio.sleep(0.02)
        helping = asyncio.create_task(helper.runner.run(holder.queue.ids.pop(0)))
        while not helper.stages.asked("detector"):
            await asyncio.sleep(0.02)
        await holder.client.delete(f"/v1/jobs/{job_id}")
        await asyncio.sleep(1.5)  # until the lease was to be renewed
        assert helper.stages.gate is not None
        helper.stages.gate.set()
        await asyncio.gather(work, helping)
    assert len(helper.stages.asked("detector")) <= 4
    assert await holder.redis.keys("visage:job:*:pieces") == await holder.redis.keys("visage:job:*:share:*") == []
