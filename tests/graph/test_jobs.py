"""Jobs over a real Redis, real Celery and real Ray Serve: consumers that are killed, cancelled work, a lost server."""

from __future__ import annotations

import copy
import io
import os
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import c2pa
import httpx
import numpy as np
import pytest
from redis import Redis

from load.service import Service, running
from serve_app.cli.signing_key import self_made
from serve_app.job_runner import SHOWN
from serve_app.keys import new_key
from tests.conftest import stand_in
from tests.helpers.api import enhance
from tests.helpers.credentials import as_camera, makers
from tests.helpers.films import moving_face, packets_of, read_film, write_film
from tests.helpers.redis_server import RedisServer, redis_server
from tests.helpers.stand_ins import MODEL_FAILS, NO_FACE, NORMAL, SLOW, SLOW_S, photo_that_asks_for
from tests.helpers.waiting import wait_until
from tests.serve_app.test_keys import file_of

APP, KEYED = "jobs", "keyed"
KEY = new_key(scopes=["enhance"], requests_per_minute=2)
DEADLINE_S = 3600.0
"""Celery itself would redeliver after it and a minute: what comes back while a test waits is our own doing."""


@dataclass
class Running:
    """The service, its Redis and a client."""

    service: Service
    redis: RedisServer
    client: httpx.Client
    stack: ExitStack
    """For what has to stay until the end."""
    signing_key: Path

    def submit(self, wish: int) -> str:
        response = self.client.post("/v1/jobs", files={"file": ("photo", photo_that_asks_for(wish))})
        assert response.status_code == 202, response.text
        assert response.headers["location"] == f"/{APP}/v1/jobs/{response.json()['id']}"
        job_id: str = response.json()["id"]
        return job_id

    def status(self, job_id: str) -> dict[str, Any]:
        response = self.client.get(f"/v1/jobs/{job_id}")
        assert response.status_code == httpx.codes.OK, response.text
        found: dict[str, Any] = response.json()
        return found

    def until(self, job_id: str, *statuses: str) -> dict[str, Any]:
        wait_until(lambda: self.status(job_id)["status"] in statuses, lambda: self.status(job_id))
        return self.status(job_id)

    def seen(self) -> dict[str, int]:
        """What the stand-in for all stages counts."""
        time.sleep(1.1)  # an answer serves for a second
        while True:
            details = self.client.get("/v1/readyz").json()["stages"]["detector"]["details"]
            if details:
                found: dict[str, int] = details
                return found


@pytest.fixture(scope="module")
def jobs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("redis")
    with redis_server(folder) as server:
        app = stand_in(APP, {"deadline_s": DEADLINE_S, "max_concurrent": 4})
        app["args"]["settings"]["jobs"] = {"redis": server.address, "consumers": 2, "concurrency": 1}
        signing_key = folder.parent / "signing.pem"
        signing_key.write_bytes(self_made("Studio Anna")[0])
        app["args"]["settings"]["c2pa"] = {"source": f"file:{signing_key}"}
        app["args"]["settings"]["video"] = {"piece_frames": 5}
        keyed = stand_in(KEYED, {})
        keyed["args"]["settings"]["keys"] = {"source": file_of(folder.parent / "keys.yaml", KEY[1])}
        config = {"proxy_location": "HeadOnly", "applications": [app, keyed]}
        with (
            ExitStack() as stack,
            running(config, tmp_path_factory.mktemp("service")) as service,
            service.client(f"/{APP}") as client,
        ):
            yield Running(service, server, client, stack, signing_key)
        assert list(folder.iterdir()) == []  # Redis has written nothing


def test_a_job_runs_to_its_result(jobs: Running) -> None:
    job_id = jobs.submit(NORMAL)
    jobs.until(job_id, "succeeded")
    result = jobs.client.get(f"/v1/jobs/{job_id}/result").json()["data"]
    assert (result["width"], result["height"], len(result["faces"])) == (128, 128, 1)
    events = jobs.client.get(f"/v1/jobs/{job_id}/events").text
    assert "event: stage" in events and events.count("event: result") == 1


def test_ingress_and_consumer_sign_what_they_answer_and_carry_on_what_the_photo_brings(jobs: Running) -> None:
    files = {"file": ("photo", as_camera(jobs.signing_key, photo_that_asks_for(NORMAL)))}
    at_once = jobs.client.post("/v1/enhance", files=files, headers={"Accept": "image/png"})
    job_id = jobs.client.post("/v1/jobs", files=files).json()["id"]
    jobs.until(job_id, "succeeded")
    later = jobs.client.get(f"/v1/jobs/{job_id}/result", headers={"Accept": "image/png"})
    for answer in (at_once, later):
        reader = c2pa.Reader("image/png", io.BytesIO(answer.content))
        assert reader.get_validation_state() == "Valid" and makers(reader) == ["Visage", "Camera"]


@pytest.mark.parametrize(("wish", "code"), [(NO_FACE, "no_face_detected"), (MODEL_FAILS, "inference_failed")])
def test_a_refusal_is_told_and_the_work_is_not_done_again(jobs: Running, wish: int, code: str) -> None:
    job_id = jobs.submit(wish)
    assert jobs.until(job_id, "failed")["error"]["code"] == code


def test_keys_are_asked_for_behind_serves_prefix(jobs: Running) -> None:
    headers = {"Authorization": f"Bearer {KEY[0]}"}
    with jobs.service.client(f"/{KEYED}") as client:
        assert client.get("/v1/readyz").status_code == client.get("/openapi.json").status_code == httpx.codes.OK
        assert client.get("/v1/models").status_code == enhance(client).status_code == 401
        assert client.get("/v1/models", headers=headers).status_code == 403
        photo = {"file": ("photo", photo_that_asks_for(NORMAL))}
        found = [client.post("/v1/enhance", files=photo, headers=headers).status_code for _ in range(3)]
        assert found == [200, 200, 429]


def test_consumers_that_are_killed_have_their_jobs_back_within_seconds(jobs: Running) -> None:
    ids = [jobs.submit(SLOW) for _ in range(4)]
    jobs.until(ids[0], "running")
    consumers = jobs.service.replicas("JobConsumer", APP)
    assert len(consumers) == 2
    for consumer in consumers:
        os.kill(consumer, signal.SIGKILL)
    for job_id in ids:
        jobs.until(job_id, "succeeded")
    assert all(len(jobs.client.get(f"/v1/jobs/{job_id}/result").json()["data"]["faces"]) == 1 for job_id in ids)


def test_a_film_loses_nothing_when_all_consumers_are_killed_in_the_middle(jobs: Running, tmp_path: Path) -> None:
    film, result = tmp_path / "film.mp4", tmp_path / "result.mp4"
    frames = [np.ascontiguousarray(frame) for frame in moving_face(50, 64, 64)]
    for frame in frames:
        frame[:8, :8] = 128  # the stand-ins are asked for nothing
    write_film(film, frames, gop_size=5)
    answer = jobs.client.post(
        "/v1/jobs/video", files={"file": ("film.mp4", film.read_bytes())}, data={"upscale_factor": "1"}
    )
    job_id = answer.json()["id"]
    with Redis.from_url(jobs.redis.address) as redis:
        wait_until(lambda: redis.hexists(f"visage:job:{job_id}:pieces", "piece-00001"), pause_s=0.01)
    for consumer in jobs.service.replicas("JobConsumer", APP):
        os.kill(consumer, signal.SIGKILL)
    assert jobs.until(job_id, "succeeded", "failed")["status"] == "succeeded"
    figures = jobs.client.get(f"/v1/jobs/{job_id}/result").json()["data"]["figures"]
    assert 2 <= figures["resumed_pieces"] < figures["pieces"] and figures["frames"] == 50
    result.write_bytes(jobs.client.get(f"/v1/jobs/{job_id}/result", headers={"Accept": "video/*"}).content)
    assert read_film(result)[1] == read_film(film)[1]
    assert packets_of(result, "audio") == packets_of(film, "audio")


def test_cancelling_stops_the_work_of_a_stage(jobs: Running) -> None:
    stopped = jobs.seen()["stopped"]
    job_id = jobs.submit(SLOW)
    jobs.until(job_id, "running")
    wait_until(lambda: jobs.status(job_id)["stage"] == "detector")
    assert jobs.client.delete(f"/v1/jobs/{job_id}").json()["status"] == "cancelled"
    wait_until(lambda: jobs.seen()["stopped"] > stopped)
    assert jobs.status(job_id)["status"] == "cancelled"


def test_no_byte_of_a_photo_is_in_a_log(jobs: Running) -> None:
    """Celery and Ray log what tasks are called with."""
    needle = b"a name that is in the file"
    photo = photo_that_asks_for(NO_FACE) + needle
    job_id = jobs.client.post("/v1/jobs", files={"file": ("photo", photo)}).json()["id"]
    jobs.until(job_id, "failed", "succeeded")
    logs = [*jobs.service.logs.rglob("*"), jobs.service.log]
    texts = [log.read_bytes() for log in logs if log.is_file()]
    assert any(f"Job {job_id[:SHOWN]}".encode() in text for text in texts)  # so these are the logs
    assert not any(needle in text for text in texts)


def test_a_redeployment_finishes_the_jobs_that_run_and_repeats_none(jobs: Running) -> None:
    config = copy.deepcopy(jobs.service.config)
    config["applications"][0]["args"]["settings"]["jobs"]["max_waiting"] = 100
    before = set(jobs.service.replicas("JobConsumer", APP))
    ids = [jobs.submit(SLOW) for _ in range(4)]
    jobs.until(ids[0], "running")
    jobs.service.deploy(config)

    def replaced() -> bool:
        ids.append(jobs.submit(SLOW))
        return before.isdisjoint(jobs.service.replicas("JobConsumer", APP))

    wait_until(replaced, pause_s=2 * SLOW_S)
    for job_id in ids:
        jobs.until(job_id, "succeeded")
    with Redis.from_url(jobs.redis.address, decode_responses=True) as redis:
        attempts = [redis.hget(f"visage:job:{job_id}", "attempts") for job_id in ids]
    assert attempts == ["1"] * len(ids)


def test_a_server_that_comes_back_is_used_again(jobs: Running, tmp_path: Path) -> None:
    """It has forgotten everything. That is what a server without persistence does."""
    before = jobs.submit(NORMAL)
    jobs.until(before, "succeeded")
    jobs.redis.process.kill()
    jobs.redis.process.wait()
    (ingress,) = jobs.service.replicas("Ingress", APP)
    os.kill(ingress, signal.SIGKILL)
    wait_until(  # a new one starts without the server
        lambda: (
            ingress not in jobs.service.replicas("Ingress", APP) and jobs.client.get("/v1/healthz").status_code == 200
        ),
        pause_s=0.2,
    )
    assert jobs.client.post("/v1/jobs", files={"file": ("photo", photo_that_asks_for(NORMAL))}).status_code == 503
    jobs.stack.enter_context(redis_server(tmp_path, jobs.redis.port))
    assert jobs.client.get(f"/v1/jobs/{before}").status_code == 404
    jobs.until(jobs.submit(NORMAL), "succeeded")
