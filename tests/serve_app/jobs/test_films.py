"""Films as jobs, over a real Redis and fake stages: result, progress, cancelling, refusals, a worker that is lost."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import c2pa
import httpx
import psutil
import pytest

from deployments.errors import StageBusy
from deployments.stages import StageName
from serve_app.cli.main import main
from serve_app.jobs.record import SharedFilm
from tests.helpers.api import assert_error
from tests.helpers.fakes import FakeStages
from tests.helpers.films import moving_face, packets_of, read_film, write_film
from tests.helpers.redis_server import RedisServer
from tests.serve_app.jobs.conftest import Bench, bench_at

pytestmark = pytest.mark.slow


class Counting(FakeStages):
    """Waits at the gate once so many frames have been detected; faceless, to be quick."""

    stop_at = 1_000

    async def _enter(self, stage: str, given: Any) -> None:
        gate, self.gate = self.gate, self.gate if len(self.asked("upscaler")) >= self.stop_at else None
        try:
            await super()._enter(stage, given)
        finally:
            self.gate = gate


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    write_film(path, moving_face(12, 96, 64))
    return path


@pytest.fixture
async def bench(server: RedisServer) -> AsyncIterator[Bench]:
    async with bench_at(server.address, Counting(faces=[])) as found:
        await found.redis.flushall()
        yield found


async def submit(bench: Bench, data: bytes, **fields: object) -> httpx.Response:
    told = {name: str(value).lower() for name, value in fields.items()}
    return await bench.client.post("/v1/jobs/video", files={"file": ("film.mp4", data)}, data=told)


async def test_a_film_is_restored_and_its_result_is_bytes(bench: Bench, film: Path, tmp_path: Path) -> None:
    accepted = await submit(bench, film.read_bytes(), upscale_factor=1)
    job_id = accepted.json()["id"]
    assert accepted.status_code == 202 and accepted.headers["Location"] == f"/v1/jobs/{job_id}"
    await bench.run_next()
    done = await bench.status(job_id)
    assert done["status"] == "succeeded" and done["percent"] == 100, done
    path = f"/v1/jobs/{job_id}/result"
    answer = await bench.client.get(path, headers={"Accept": "video/*"})
    assert answer.headers["content-type"] == "video/mp4"
    (tmp_path / "result.mp4").write_bytes(answer.content)
    assert read_film(tmp_path / "result.mp4")[1] == read_film(film)[1]
    assert packets_of(tmp_path / "result.mp4", "audio") == packets_of(film, "audio")
    said = (await bench.client.get(path)).json()["data"]
    assert said["frames"] == 12 and said["figures"]["shots"] == 1 and (said["width"], said["height"]) == (96, 64)
    left = {key.decode().rpartition(":")[2] for key in await bench.redis.keys("visage:job:*")}
    assert not left & {"photo", "pieces"}


async def test_a_film_tells_its_percent_and_stops_at_a_frame_when_cancelled(bench: Bench, film: Path) -> None:
    assert isinstance(bench.stages, Counting)
    bench.stages.gate, bench.stages.stop_at = asyncio.Event(), 6
    before = set(psutil.Process().children(recursive=True))
    job_id = (await submit(bench, film.read_bytes())).json()["id"]
    work = asyncio.create_task(bench.run_next())
    async with asyncio.timeout(60):
        while (found := await bench.status(job_id))["percent"] < 25:
            await asyncio.sleep(0.05)
    assert found["percent"] <= 50 and found["eta_ms"] > 0
    assert (await bench.client.delete(f"/v1/jobs/{job_id}")).json()["status"] == "cancelled"
    async with asyncio.timeout(30):
        await work
    assert len(bench.stages.asked("upscaler")) <= 8, "two that it had begun"
    assert set(psutil.Process().children(recursive=True)) <= before, "its processes have ended"
    assert_error(await bench.client.get(f"/v1/jobs/{job_id}/result"), 410, "request", "job_gone")


async def test_another_worker_goes_on_where_one_was_lost(bench: Bench, film: Path) -> None:
    job_id = (await submit(bench, film.read_bytes())).json()["id"]
    claim = await bench.store.claim(job_id)
    assert claim is not None
    lost, store = SharedFilm.of(claim), bench.store
    assert await store.take_share(lost, "plan", "who is lost")
    assert await store.keep_piece(lost, "plan", "who is lost", "plan", b"kept")
    await bench.redis.zadd("visage:due", {job_id: 0})  # as if its lease had ended
    assert await store.sweep("{}") == [job_id]
    assert not await store.keep_piece(lost, "plan", "who is lost", "plan", b"stale"), (
        "taken for dead, it writes no more"
    )
    again = await store.claim(job_id)
    assert again is not None and await store.piece(SharedFilm.of(again), "plan") == b"kept"


async def test_refusals_are_in_words(bench: Bench, server: RedisServer, film: Path) -> None:
    assert_error(await submit(bench, film.read_bytes(), codec="ffv1"), 422, "request", "bad_request")
    assert_error(await submit(bench, film.read_bytes(), faces="largest"), 422, "request", "bad_request")
    job_id = (await submit(bench, b"no film")).json()["id"]
    await bench.run_next()
    error = assert_error(await bench.client.get(f"/v1/jobs/{job_id}/result"), 422, "decode", "undecodable")
    assert "no film" in error["error"]
    async with bench_at(server.address, video={"max_seconds": 0.1, "max_upload_bytes": 100_000}) as small:
        assert_error(await submit(small, bytes(200_000)), 413, "upload", "upload_too_large")
        job_id = (await submit(small, film.read_bytes())).json()["id"]
        await small.run_next()
        assert "at most 0.1" in (await small.status(job_id))["error"]["error"]
    async with bench_at(server.address, video={"max_upload_bytes": 0}) as none:
        assert (await submit(none, film.read_bytes())).status_code in (404, 405)


async def test_a_signed_film_says_so_in_a_manifest(server: RedisServer, film: Path, tmp_path: Path) -> None:
    key, result = tmp_path / "studio.pem", tmp_path / "result.mp4"
    assert main(["signing-key", str(key), "--name", "Studio Anna"]) == 0
    async with bench_at(server.address, FakeStages(faces=[]), c2pa={"source": f"file:{key}"}) as bench:
        job_id = (await submit(bench, film.read_bytes())).json()["id"]
        await bench.run_next()
        path = f"/v1/jobs/{job_id}/result"
        result.write_bytes((await bench.client.get(path, headers={"Accept": "video/mp4"})).content)
    options = {"verify": {"remote_manifest_fetch": False}}
    reader = c2pa.Reader("video/mp4", io.BytesIO(result.read_bytes()), context=c2pa.Context.from_dict(options))
    failed = {each["code"] for each in reader.get_validation_results()["activeManifest"]["failure"]}
    assert failed <= {"signingCredential.untrusted"}, "whose key it is nobody vouches for here"
    assert "algorithmicallyEnhanced" in reader.json()
    assert read_film(result)[1] == read_film(film)[1] and packets_of(result, "audio") == packets_of(film, "audio")


async def test_a_second_attempt_takes_up_what_the_first_has_kept(bench: Bench, film: Path) -> None:
    job_id = (await submit(bench, film.read_bytes(), upscale_factor=1)).json()["id"]
    bench.stages.fail["upscaler"] = StageBusy(StageName.UPSCALER, "full")
    await bench.run_next()
    assert (await bench.status(job_id))["status"] == "queued"
    assert await bench.redis.hkeys(f"visage:job:{job_id}:pieces") == [b"plan"]
    del bench.stages.fail["upscaler"]
    await bench.runner.run(job_id)
    assert (await bench.status(job_id))["status"] == "succeeded"
