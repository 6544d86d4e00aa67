"""Parts of the real service are killed under load: nobody hangs, and only what was in the killed part is lost."""

from __future__ import annotations

import os
import random
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import psutil
import pytest

from deployments.stages import STAGES
from load.service import Service
from tests.helpers.api import enhance
from tests.helpers.asking import asking
from tests.helpers.images import png, small_face
from tests.helpers.stand_ins import NORMAL, SLOW, photo_that_asks_for

pytestmark = [pytest.mark.cluster, pytest.mark.usefixtures("stand_ins"), pytest.mark.timeout(280)]

BACK_S = 60.0


def ready(service: Service, prefix: str = "/api") -> bool:
    with service.client(prefix, timeout_s=10) as client:
        try:
            return client.get("/v1/readyz").status_code == httpx.codes.OK
        except httpx.TransportError:
            return False


def wait_until_ready(service: Service, prefix: str = "/api") -> None:
    until = time.monotonic() + BACK_S
    while not ready(service, prefix):
        assert time.monotonic() < until, "it did not come back"
        time.sleep(0.5)


def test_every_stage_may_be_killed_under_load_and_every_request_is_answered(service: Service) -> None:
    """One request after the other goes on while each stage is killed once; all of them are answered in our own form."""
    photo = png(small_face())
    with asking(service, photo, 2, pause_s=1.0, upscale_factor=1) as answers:
        for stage in STAGES:
            answered = len(answers)
            (victim,) = service.replicas(stage.capitalize())
            os.kill(victim, signal.SIGKILL)
            until = time.monotonic() + BACK_S
            while service.replicas(stage.capitalize()) in ([], [victim]) or len(answers) < answered + 2:
                assert time.monotonic() < until, f"{stage} did not come back"
                time.sleep(0.2)
    wait_until_ready(service)
    good = [answer for answer in answers if answer.status_code == httpx.codes.OK]
    for answer in answers:
        if answer.status_code != httpx.codes.OK:
            assert answer.status_code == httpx.codes.SERVICE_UNAVAILABLE, answer.text
            assert answer.headers["x-error-code"] in ("stage_lost", "not_ready", "stage_busy")
    assert len(good) >= 2 * len(STAGES)
    images = {answer.json()["data"]["restored_image"] for answer in good}
    assert len(images) == 1, "a killed part changed somebody's image"


def test_a_storm_of_clients_that_leave_holds_nothing_back(service: Service) -> None:
    """Of 75 requests two thirds are cancelled at a random moment; then nothing runs and memory is what it was."""
    rng = random.Random(0)
    (ingress,) = service.replicas("Ingress", "left")

    def one(number: int) -> int | None:
        wish = SLOW if number % 3 else NORMAL
        read_s = rng.uniform(0.01, 0.6) if number % 3 else 60.0
        with service.client("/left", timeout_s=60) as client:
            files = {"file": ("photo", photo_that_asks_for(wish))}
            try:
                return client.post("/v1/enhance", files=files, timeout=httpx.Timeout(60, read=read_s)).status_code
            except httpx.ReadTimeout:
                return None

    def storm(count: int) -> list[int | None]:
        with ThreadPoolExecutor(12) as pool:
            return list(pool.map(one, range(count)))

    storm(45)  # libraries are loaded and pools are filled once
    before = psutil.Process(ingress).memory_full_info().uss
    outcomes = storm(75)
    assert set(outcomes[::3]) <= {200, 503} and 200 in outcomes[::3], outcomes
    until = time.monotonic() + 30
    with service.client("/left", timeout_s=30) as client:
        while True:
            details = client.get("/v1/readyz").json()["stages"]["detector"]["details"]
            if details["running"] == 0 and details["finished"] > 0:  # else it is a report from before the storm
                break
            assert time.monotonic() < until, details
            time.sleep(1.0)
        assert details["most_together"] == 1
        statuses = [enhance(client, photo_that_asks_for(NORMAL)).status_code for _ in range(20)]
    assert statuses == [200] * 20, "slots were not given back"
    # A request that is kept holds two faces of 4 MB: 400 MB for 50. Pools of threads grow by 50 MB until they are full.
    assert psutil.Process(ingress).memory_full_info().uss - before < 80_000_000


def test_what_a_killed_ingress_had_is_told_so_and_nothing_else_is_lost(service: Service) -> None:
    """In our own form, with when to come back; Serve's proxy and its controller may be killed too."""
    with ThreadPoolExecutor(4) as pool, service.client("/left", timeout_s=60) as client:
        (victim,) = service.replicas("Ingress", "left")
        had = [pool.submit(enhance, client, photo_that_asks_for(SLOW)) for _ in range(4)]
        time.sleep(0.5)
        os.kill(victim, signal.SIGKILL)
        for answer in (each.result() for each in had):
            assert (answer.status_code, answer.headers["x-error-code"]) == (503, "stage_lost"), answer.text
            assert set(answer.json()) == {"error", "stage"} and int(answer.headers["retry-after"]) > 0
    wait_until_ready(service, "/left")
    for name in ("ServeController", "ProxyActor"):
        (part,) = [each for each in service.ray_processes() if f"ray::{name}" in " ".join(each.cmdline()[:1])]
        part.kill()
        wait_until_ready(service, "/left")
        with service.client("/left", timeout_s=60) as client:
            assert enhance(client, photo_that_asks_for(NORMAL)).status_code == httpx.codes.OK
