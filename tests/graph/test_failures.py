"""What the graph does when things go wrong, on real Ray, with stand-ins that fail as they are told."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from deployments.stages import STAGES
from load.service import Service
from serve_app.stage_client import REPORT_LIFETIME_S
from tests.conftest import NARROW_LIMITS
from tests.helpers import stand_ins
from tests.helpers.api import enhance, result_of
from tests.helpers.images import PDF, png, small_face
from tests.helpers.stand_ins import photo_that_asks_for
from tests.helpers.waiting import PATIENCE_S

pytestmark = pytest.mark.usefixtures("stand_ins")

TIGHT = "/tight"


def error(answer: httpx.Response) -> tuple[int, str]:
    """Status and stage of an error, which has exactly the two documented keys."""
    body = answer.json()
    assert set(body) == {"error", "stage"}
    assert "secret" not in body["error"]
    return answer.status_code, body["stage"]


@pytest.fixture
def client(service: Service) -> httpx.Client:
    return service.client(TIGHT)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (stand_ins.NO_FACE, (422, "detector")),
        (stand_ins.MODEL_FAILS, (500, "detector")),
        (stand_ins.BUG, (500, "internal")),
        (stand_ins.NO_MEMORY, (503, "detector")),
        (stand_ins.NO_MODEL, (503, "detector")),
    ],
)
def test_a_stages_failure_reaches_the_client_with_its_stage_and_no_internals(
    client: httpx.Client, asked: int, expected: tuple[int, str]
) -> None:
    answer = enhance(client, photo_that_asks_for(asked))
    assert error(answer) == expected
    assert ("retry-after" in answer.headers) is (expected[0] == 503)


@pytest.mark.parametrize(
    ("picture", "fields", "expected"),
    [
        (PDF, {}, (415, "decode")),
        (photo_that_asks_for(0)[:200], {}, (422, "decode")),
        (photo_that_asks_for(0), {"upscale_factor": 5}, (422, "request")),
        (photo_that_asks_for(0), {"strength": "much"}, (422, "request")),
        (b"", {}, (422, "request")),
        (bytes(150_000), {}, (413, "upload")),
        (bytes(400_000), {}, (413, "upload")),
    ],
)
def test_a_bad_request_is_refused_for_what_it_is(
    client: httpx.Client, picture: bytes, fields: dict[str, object], expected: tuple[int, str]
) -> None:
    assert error(enhance(client, picture, **fields)) == expected


def test_too_many_pixels_are_refused_before_they_are_result_of(client: httpx.Client) -> None:
    import numpy as np

    assert error(enhance(client, png(np.zeros((300, 300, 3), np.uint8)))) == (413, "decode")


def test_a_request_without_a_file_is_refused(client: httpx.Client) -> None:
    assert error(client.post("/v1/enhance", data={"strength": "1"})) == (422, "request")


def test_a_declared_length_beyond_the_limit_is_refused_without_reading(service: Service) -> None:
    host, port = service.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=PATIENCE_S) as connection:
        connection.sendall(
            b"POST /tight/v1/enhance HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=b\r\n"
            b"Content-Length: 1000000000\r\n\r\n--b"
        )
        assert b" 413 " in connection.recv(4096).split(b"\r\n")[0]


def test_a_stalled_upload_is_given_up(service: Service) -> None:
    host, port = service.url.removeprefix("http://").split(":")
    began = time.monotonic()
    with socket.create_connection((host, int(port)), timeout=PATIENCE_S) as connection:
        connection.sendall(
            b"POST /tight/v1/enhance HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=b\r\n"
            b"Content-Length: 5000\r\n\r\n--b"
        )
        assert b" 408 " in connection.recv(4096).split(b"\r\n")[0]
    assert time.monotonic() - began < 20


def test_a_request_beyond_its_deadline_is_answered_504(service: Service) -> None:
    """The stage works on one picture at a time, 1.5 s each: of four at once the last cannot be done in 4 s."""
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: _slow(service), range(4)))
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses[-1] == 504
    assert 200 in statuses
    late = next(answer for answer in answers if answer.status_code == 504)
    assert error(late) == (504, "ingress")


def test_a_full_house_is_answered_503_at_once_with_when_to_come_back(service: Service) -> None:
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _: _slow(service), range(12)))
    refused = [answer for answer in answers if answer.status_code == 503]
    assert len(refused) >= 5  # six work, one waits
    assert {error(answer) for answer in refused} == {(503, "ingress")}
    assert all(answer.headers["retry-after"] == "7" for answer in refused)
    assert min(answer.elapsed.total_seconds() for answer in refused) < stand_ins.SLOW_S


def test_a_full_stage_queue_is_answered_503_naming_the_stage(service: Service) -> None:
    """One call is with the replica and one may wait for it; the ingress lets six pictures in."""
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: _slow(service, "/narrow"), range(6)))
    refused = {error(answer) for answer in answers if answer.status_code != 200}
    assert refused
    # The stand-in is all stages in one, so that any of them may find its queue full.
    assert refused <= {(503, str(stage)) for stage in STAGES}


def _slow(service: Service, prefix: str = TIGHT) -> httpx.Response:
    with service.client(prefix) as client:
        return enhance(client, photo_that_asks_for(stand_ins.SLOW))


async def test_a_client_that_leaves_stops_its_work_and_never_frees_a_second_slot(service: Service) -> None:
    async with httpx.AsyncClient(base_url=service.url + "/left") as client:
        for _ in range(4):
            files = {"file": ("photo", photo_that_asks_for(stand_ins.SLOW))}
            with pytest.raises(httpx.ReadTimeout):
                await client.post("/v1/enhance", files=files, timeout=httpx.Timeout(PATIENCE_S, read=0.4))
        await asyncio.sleep(REPORT_LIFETIME_S)
        report = (await client.get("/v1/readyz", timeout=PATIENCE_S)).json()["stages"]["detector"]
    seen = report["details"]
    assert seen["stopped"] >= 1
    assert seen["finished"] == 0
    assert seen["running"] == 0
    assert seen["most_together"] == 1


def test_a_killed_replica_is_replaced_and_the_call_that_it_took_along_is_tried_again(service: Service) -> None:
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(_slow, service)
        time.sleep(0.7)
        (victim,) = service.replicas("StandIn", "tight")
        os.kill(victim, signal.SIGKILL)
        # The deadline of 4 s may come before the replacement; either way nobody is left hanging.
        assert answer.result().status_code in (200, 503, 504)
    service.wait([TIGHT])
    with service.client(TIGHT) as client:
        assert enhance(client, photo_that_asks_for(stand_ins.NORMAL)).status_code == 200


def test_a_call_that_kills_every_replica_it_meets_ends_in_an_error(service: Service) -> None:
    with service.client(TIGHT) as client:
        status, stage = error(enhance(client, photo_that_asks_for(stand_ins.DIES)))
    assert (status, stage) in [(503, "detector"), (504, "ingress")]
    service.wait([TIGHT])


def test_a_real_stage_that_is_killed_comes_back_by_itself(service: Service) -> None:
    (victim,) = service.replicas("Verifier")
    os.kill(victim, signal.SIGKILL)
    with service.client() as client:
        answer = enhance(client, png(small_face()), background=False, upscale_factor=1)
    assert result_of(answer).shape == (200, 200, 3)


def test_an_address_beyond_its_rate_is_answered_429(service: Service) -> None:
    """Requests count, whether or not a stage has room for them."""
    with service.client("/narrow") as client:
        answers = [enhance(client, photo_that_asks_for(stand_ins.NORMAL))]
        while answers[-1].status_code != 429 and len(answers) <= NARROW_LIMITS["requests_per_minute"]:
            answers.append(enhance(client, photo_that_asks_for(stand_ins.NORMAL)))
        assert len(answers) > 1 and {answer.status_code for answer in answers[:-1]} <= {200, 503}
        assert error(answers[-1]) == (429, "ingress")
        assert int(answers[-1].headers["retry-after"]) > 0
        assert client.get("/v1/healthz").status_code == 200


def test_every_answer_carries_the_security_headers(client: httpx.Client) -> None:
    for answer in (client.get("/v1/healthz"), enhance(client, b"GIF89a"), client.get("/v1/nothing-here")):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'self'" in answer.headers["content-security-policy"]
