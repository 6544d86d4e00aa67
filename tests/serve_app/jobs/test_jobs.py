"""Jobs as a client sees them: from the submission to the result, and everything that may happen in between."""

from __future__ import annotations

import asyncio
import json

import cv2
import httpx
import numpy as np
import pytest

from deployments import telemetry
from deployments.errors import InferenceFailed, StageBusy, StageLost
from deployments.stages import StageName
from serve_app.jobs.record import JobProgress
from serve_app.jobs.store import LEASE_S
from tests.helpers.api import assert_error, events_of
from tests.helpers.fakes import FakeStages
from tests.helpers.images import PHOTO
from tests.helpers.redis_server import RedisServer
from tests.serve_app.jobs.conftest import Bench, bench_at

UNKNOWN = "A" * 32
OPTIONS = {"upscale_factor": "3", "faces": '[{"index": 1, "strength": 0.5}]', "face_crops": "true"}


async def test_a_job_gives_what_the_plain_request_gives(bench: Bench) -> None:
    plain = await bench.client.post("/v1/enhance", files={"file": ("photo", PHOTO)}, data=OPTIONS)
    response = await bench.submit(PHOTO, **OPTIONS)
    assert response.status_code == 202
    told = response.json()
    assert response.headers["location"] == f"/v1/jobs/{told['id']}" and int(response.headers["retry-after"]) > 0
    assert (told["status"], told["position"], told["estimate_s"], told["error"]) == ("queued", 1, None, None)

    await bench.run_next()
    done = await bench.status(told["id"])
    assert (done["status"], done["percent"], done["position"]) == ("succeeded", 100, None)
    result = await bench.client.get(f"{response.headers['location']}/result")
    varying = ("processing_time_ms", "timings_ms")
    found, expected = (
        {name: value for name, value in each.json()["data"].items() if name not in varying} for each in (result, plain)
    )
    assert found == expected

    picture = await bench.client.get(f"{response.headers['location']}/result", headers={"Accept": "image/*"})
    assert picture.headers["content-type"] == "image/png"
    other = await bench.client.get(f"{response.headers['location']}/result", headers={"Accept": "image/webp"})
    assert_error(other, 406, "request", "not_acceptable")
    assert json.loads(picture.headers["x-visage-report"])["metrics"] == expected["metrics"]
    pixels = cv2.imdecode(np.frombuffer(picture.content, np.uint8), cv2.IMREAD_UNCHANGED)
    assert pixels is not None and pixels.shape[1] == expected["width"]


@pytest.mark.slow
async def test_the_photo_is_gone_when_the_job_has_ended_and_everything_has_a_life_time(bench: Bench) -> None:
    job_id = (await bench.submit()).json()["id"]
    lives = {key: await bench.redis.ttl(key) for key in await bench.redis.keys(f"visage:job:{job_id}*")}
    assert lives and all(0 < life <= 3600 * 4 for life in lives.values())
    await bench.run_next()
    keys = await bench.redis.keys("visage:job:*")
    assert f"visage:job:{job_id}:photo".encode() not in keys
    assert f"visage:job:{job_id}:picture".encode() in keys
    assert all([await bench.redis.ttl(key) > 0 for key in keys])
    record = await bench.redis.hgetall(f"visage:job:{job_id}")
    assert max(map(len, record.values())) < 200  # no room for a picture, nor for a face


@pytest.mark.slow
async def test_position_and_estimate_follow_the_queue(server: RedisServer) -> None:
    async with bench_at(server.address, jobs={"concurrency": 2}) as bench:
        await bench.redis.flushall()
        await bench.redis.lpush("visage:durations", 8.0, 12.0)
        ids = [(await bench.submit()).json()["id"] for _ in range(5)]
        found = [await bench.status(job_id) for job_id in ids]
        assert [job["position"] for job in found] == [1, 2, 3, 4, 5]
        assert [job["estimate_s"] for job in found] == [10, 10, 20, 20, 30]
        await bench.client.delete(f"/v1/jobs/{ids[0]}")
        assert (await bench.status(ids[4]))["position"] == 4


async def test_waiting_jobs_are_bounded(server: RedisServer) -> None:
    async with bench_at(server.address, jobs={"max_waiting": 2}) as bench:
        await bench.redis.flushall()
        first = (await bench.submit()).json()["id"]
        await bench.submit()
        assert_error(await bench.submit(), 503, "ingress", "stage_busy")
        await bench.client.delete(f"/v1/jobs/{first}")
        assert (await bench.submit()).status_code == 202


async def test_unknown_jobs_are_404_everywhere(bench: Bench) -> None:
    kept = (await bench.submit()).json()["id"]
    for path in ("", "/result", "/events"):
        for job_id in (UNKNOWN, f"{kept}:photo", kept[:-1], "a" * 500):
            assert_error(await bench.client.get(f"/v1/jobs/{job_id}{path}"), 404, "request", "unknown_job")
    assert_error(await bench.client.delete(f"/v1/jobs/{UNKNOWN}"), 404, "request", "unknown_job")


async def test_a_refusal_is_a_result_and_is_not_tried_again(bench: Bench) -> None:
    job_id = (await bench.submit(PHOTO[: len(PHOTO) // 2])).json()["id"]
    await bench.run_next()
    failed = await bench.status(job_id)
    assert (
        failed["status"] == "failed" and failed["error"]["code"] == "undecodable" and failed["error"]["status"] == 422
    )
    assert_error(await bench.client.get(f"/v1/jobs/{job_id}/result"), 422, "decode", "undecodable")
    (name, event), *_ = events_of(await bench.client.get(f"/v1/jobs/{job_id}/events"))
    assert name == "error" and event | {"retry_after_s": None} == failed["error"]
    assert await bench.store.sweep("{}") == [] and bench.queue.ids == []


@pytest.mark.slow
async def test_an_error_that_may_pass_is_tried_again_until_the_attempts_are_used_up(bench: Bench) -> None:
    job_id = (await bench.submit()).json()["id"]
    bench.stages.fail["restorer"] = StageBusy(StageName.RESTORER, "full")
    await bench.run_next()
    assert (await bench.status(job_id))["status"] == "queued"
    for _ in range(2):
        await bench.runner.run(job_id)
    failed = await bench.status(job_id)
    assert failed["status"] == "failed" and failed["error"]["code"] == "stage_busy"

    second = (await bench.submit()).json()["id"]
    await bench.runner.run(second)
    del bench.stages.fail["restorer"]
    await bench.runner.run(second)
    assert (await bench.status(second))["status"] == "succeeded"


@pytest.mark.slow
async def test_a_fault_of_the_model_is_no_refusal_but_no_retry_either(bench: Bench) -> None:
    bench.stages.fail["upscaler"] = InferenceFailed(StageName.UPSCALER, "secret")
    job_id = (await bench.submit()).json()["id"]
    await bench.run_next()
    response = await bench.client.get(f"/v1/jobs/{job_id}/result")
    assert "secret" not in assert_error(response, 500, "upscaler", "inference_failed")["error"]


@pytest.mark.slow
async def test_a_result_asked_for_too_early_or_too_late_says_so(bench: Bench) -> None:
    job_id = (await bench.submit()).json()["id"]
    assert_error(await bench.client.get(f"/v1/jobs/{job_id}/result"), 409, "request", "job_unfinished")
    await bench.run_next()
    await bench.redis.expire(f"visage:job:{job_id}:picture", 0)
    assert (await bench.status(job_id))["status"] == "expired"
    assert_error(await bench.client.get(f"/v1/jobs/{job_id}/result"), 410, "request", "job_gone")


@pytest.mark.slow
async def test_a_job_that_waited_too_long_has_expired_and_makes_room(server: RedisServer) -> None:
    async with bench_at(server.address, jobs={"waiting_lifetime_s": 1, "max_waiting": 1}) as bench:
        await bench.redis.flushall()
        job_id = (await bench.submit()).json()["id"]
        await bench.until(job_id, "expired")
        await bench.run_next()
        assert bench.stages.calls == []
        assert (await bench.submit()).status_code == 202


@pytest.mark.slow
async def test_a_running_job_tells_its_stage_its_percent_and_the_time_left(bench: Bench) -> None:
    bench.stages.gate = asyncio.Event()
    bench.stages.unit_s = dict.fromkeys(StageName, 60.0)
    job_id = (await bench.submit()).json()["id"]
    work = asyncio.create_task(bench.run_next())
    await bench.until(job_id, "running")
    async with asyncio.timeout(5):
        while (found := await bench.status(job_id))["stage"] is None:
            await asyncio.sleep(0.05)
    assert found["stage"] in {"detector", "upscaler"} and 0 <= found["percent"] < 100 and found["eta_ms"] > 10_000
    event, *_ = await bench.store.events(job_id, 0)
    assert event.eta_ms is not None and event.percent is not None, "who follows the job is told too"
    bench.stages.gate.set()
    await work
    assert (await bench.until(job_id, "succeeded"))["eta_ms"] is None


@pytest.mark.parametrize("started", [False, True])
async def test_a_cancelled_job_stops_and_leaves_nothing(bench: Bench, started: bool) -> None:
    bench.stages.gate = asyncio.Event()
    job_id = (await bench.submit()).json()["id"]
    work = asyncio.create_task(bench.run_next()) if started else None
    if started:
        await bench.until(job_id, "running")
    cancelled = await bench.client.delete(f"/v1/jobs/{job_id}")
    assert cancelled.status_code == httpx.codes.OK and cancelled.json()["status"] == "cancelled"
    if work is None:
        await bench.run_next()
        assert bench.stages.calls == []
    else:
        async with asyncio.timeout(5):
            await work
        assert set(bench.stages.cancelled) == {"detector", "upscaler"}
    assert (await bench.status(job_id))["status"] == "cancelled"
    assert_error(await bench.client.get(f"/v1/jobs/{job_id}/result"), 410, "request", "job_gone")
    left = {key.decode().rpartition(":")[2] for key in await bench.redis.keys("visage:job:*")}
    assert not left & {"photo", "reference", "picture", "details"}


@pytest.mark.slow
async def test_deleting_a_job_that_succeeded_removes_its_picture(bench: Bench) -> None:
    job_id = (await bench.submit()).json()["id"]
    await bench.run_next()
    assert (await bench.client.delete(f"/v1/jobs/{job_id}")).json()["status"] == "expired"
    assert_error(await bench.client.get(f"/v1/jobs/{job_id}/result"), 410, "request", "job_gone")


@pytest.mark.slow
async def test_the_events_are_those_of_the_plain_request(bench: Bench) -> None:
    def kinds(response: httpx.Response) -> set[tuple[str, str, str]]:
        return {(name, str(data.get("stage")), str(data.get("state"))) for name, data in events_of(response)}

    plain = await bench.client.post(
        "/v1/enhance", files={"file": ("photo", PHOTO)}, headers={"Accept": "text/event-stream"}
    )
    job_id = (await bench.submit()).json()["id"]
    following = asyncio.create_task(bench.client.get(f"/v1/jobs/{job_id}/events"))
    await bench.run_next()
    response = await following
    assert kinds(response) == kinds(plain)
    name, result = events_of(response)[-1]
    assert name == "result" and result == (await bench.client.get(f"/v1/jobs/{job_id}/result")).json()


@pytest.mark.slow
async def test_event_streams_are_bounded_and_leave_room_when_they_end(server: RedisServer) -> None:
    async with bench_at(server.address, jobs={"max_followers": 2}) as bench:
        await bench.redis.flushall()
        job_id = (await bench.submit()).json()["id"]
        path = f"/v1/jobs/{job_id}/events"
        following = [asyncio.create_task(bench.client.get(path)) for _ in range(2)]
        await asyncio.sleep(0.5)
        assert_error(await bench.client.get(path), 503, "ingress", "stage_busy")
        await bench.run_next()
        assert [events_of(response)[-1][0] for response in await asyncio.gather(*following)] == ["result"] * 2
        assert events_of(await bench.client.get(path))[-1][0] == "result"


async def test_whoever_was_taken_for_dead_cannot_write_any_more(bench: Bench) -> None:
    """The first worker hangs, the sweeper gives its job to a second one, and then the first one comes back."""
    job_id = (await bench.submit()).json()["id"]
    first = await bench.store.claim(job_id)
    assert first is not None and await bench.store.claim(job_id) is None
    assert await bench.store.beat(first, JobProgress(), [])
    assert await bench.store.sweep("{}") == []
    await bench.redis.zadd("visage:due", {job_id: 0})  # as if LEASE_S had passed
    assert await bench.store.sweep("{}") == [job_id]
    assert (await bench.status(job_id))["status"] == "queued"
    assert not await bench.store.beat(first, JobProgress(), [])
    second = await bench.store.claim(job_id)
    assert second is not None and second.fence > first.fence and second.photo == PHOTO
    assert not await bench.store.succeed(first, "{}", b"stale")
    assert not await bench.store.fail(first, "{}") and not await bench.store.release(first, 1)
    assert (await bench.status(job_id))["status"] == "running"
    await bench.store.release(second, 0)
    await bench.runner.run(job_id)
    assert (await bench.status(job_id))["status"] == "succeeded"
    result = await bench.store.result(job_id)
    assert result is not None and result[0] != b"stale"


@pytest.mark.slow
async def test_the_sweeper_gives_a_silent_worker_up_after_its_lease(bench: Bench) -> None:
    job_id = (await bench.submit()).json()["id"]
    bench.queue.ids.clear()
    await bench.store.claim(job_id)
    (due,) = [score for _, score in await bench.redis.zrange("visage:due", 0, -1, withscores=True)]
    seconds, microseconds = await bench.redis.time()
    assert 0 < due - seconds - microseconds / 1e6 <= LEASE_S
    await bench.redis.zadd("visage:due", {job_id: 0})
    sweeping = asyncio.create_task(bench.runner.sweep())
    async with asyncio.timeout(10):
        while not bench.queue.ids:
            await asyncio.sleep(0.05)
    sweeping.cancel()
    await bench.run_next()
    assert (await bench.status(job_id))["status"] == "succeeded"


@pytest.mark.slow
async def test_a_job_that_kills_every_worker_fails_in_the_end(bench: Bench) -> None:
    job_id = (await bench.submit()).json()["id"]
    for _ in range(3):
        assert await bench.store.claim(job_id) is not None
        await bench.redis.zadd("visage:due", {job_id: 0})
        sweeping = asyncio.create_task(bench.runner.sweep())
        async with asyncio.timeout(10):
            while (await bench.status(job_id))["status"] == "running":
                await asyncio.sleep(0.02)
        sweeping.cancel()
    failed = await bench.status(job_id)
    assert failed["status"] == "failed" and failed["error"]["code"] == "stage_lost"
    assert not await bench.redis.exists(f"visage:job:{job_id}:photo")


@pytest.mark.slow
async def test_a_message_that_got_lost_is_sent_again(bench: Bench) -> None:
    job_id = (await bench.submit()).json()["id"]
    bench.queue.ids.clear()
    await bench.redis.zadd("visage:due", {job_id: 0})  # as if look_s had passed
    assert await bench.store.sweep("{}") == [job_id] and await bench.store.sweep("{}") == []


@pytest.mark.slow
async def test_a_job_that_cannot_be_enqueued_is_not_kept(bench: Bench) -> None:
    bench.queue.fails = True
    assert_error(await bench.submit(), 503, "ingress", "jobs_unavailable")
    assert await bench.redis.keys("visage:job:*") == [] and await bench.redis.zcard("visage:waiting") == 0


@pytest.mark.slow
async def test_forms_are_checked_as_those_of_enhance(bench: Bench) -> None:
    assert_error(await bench.submit(strenght=0.5), 422, "request", "bad_request")
    assert_error(await bench.submit(upscale_factor=9), 422, "request", "bad_request")
    assert_error(await bench.submit(b""), 422, "request", "bad_request")
    assert bench.queue.ids == []


@pytest.mark.slow
async def test_a_full_server_is_503_and_what_runs_still_ends(server: RedisServer) -> None:
    async with bench_at(server.address) as bench:
        await bench.redis.flushall()
        job_id = (await bench.submit()).json()["id"]
        other = (await bench.submit()).json()["id"]
        try:
            await bench.redis.config_set("maxmemory", "1mb")  # less than it needs by itself
            assert_error(await bench.submit(), 503, "ingress", "jobs_unavailable")
            for _ in range(3):
                await bench.runner.run(job_id)
            failed = await bench.status(job_id)
            assert failed["status"] == "failed" and failed["error"]["code"] == "jobs_unavailable"
            assert (await bench.client.delete(f"/v1/jobs/{other}")).json()["status"] == "cancelled"
        finally:
            await bench.redis.config_set("maxmemory", "256mb")
        assert (await bench.submit()).status_code == 202


@pytest.mark.slow
async def test_a_server_that_is_away_is_503() -> None:
    async with bench_at("redis://127.0.0.1:9/0", FakeStages()) as bench:
        assert_error(await bench.submit(), 503, "ingress", "jobs_unavailable")
        assert_error(await bench.client.get(f"/v1/jobs/{UNKNOWN}"), 503, "ingress", "jobs_unavailable")


@pytest.mark.slow
async def test_the_openapi_document_describes_the_endpoints(bench: Bench) -> None:
    document = (await bench.client.get("/openapi.json")).json()
    described = {path: set(of) for path, of in document["paths"].items() if "jobs" in path}
    assert described == {
        "/v1/jobs": {"post"},
        "/v1/jobs/video": {"post"},
        "/v1/jobs/{job_id}": {"get", "delete"},
        "/v1/jobs/{job_id}/result": {"get"},
        "/v1/jobs/{job_id}/events": {"get"},
    }
    for path, of in described.items():
        for method in of:
            responses = document["paths"][path][method]["responses"]
            schemas = [
                answer["content"]["application/json"]["schema"]["$ref"]
                for status, answer in responses.items()
                if int(status) >= 400
            ]
            assert schemas and all(schema.endswith("/ErrorResponse") for schema in schemas)
    assert (await bench.client.put("/v1/jobs/some")).headers["allow"] == "GET, DELETE, HEAD"


@pytest.mark.slow
async def test_ids_cannot_be_guessed(bench: Bench) -> None:
    ids = {(await bench.submit()).json()["id"] for _ in range(20)}
    assert len(ids) == 20 and all(len(job_id) >= 32 for job_id in ids)
    assert len({job_id[:4] for job_id in ids}) > 15


@pytest.mark.slow
async def test_attempts_are_counted_by_what_became_of_them(bench: Bench) -> None:
    await bench.submit()
    await bench.run_next()
    await bench.submit(b"GIF89a" + bytes(50))
    await bench.run_next()
    bench.stages.fail["detector"] = StageLost(StageName.DETECTOR, "gone")
    await bench.submit()
    assert await bench.store.waiting() == 1
    await bench.run_next()
    counted = {outcome: bench.record.of(telemetry.JOBS, outcome=outcome) for outcome in telemetry.JobFate}
    assert counted == {"succeeded": [1], "failed": [1], "postponed": [1], "left": []}
    assert bench.record.of(telemetry.MEGAPIXELS, image="input") == [96 * 128 / 1e6]
