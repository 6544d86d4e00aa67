"""Replicas of a stage come and go with the load, on real Ray, without an error; two ingresses share the work."""

from __future__ import annotations

import time

import httpx
import pytest

from load.simulate import Plan, capacity
from tests.graph.conftest import MAX_REPLICAS, MIN_REPLICAS, RESTORER_S, Watched
from tests.graph.test_watched import samples
from tests.helpers.asking import asking
from tests.helpers.stand_ins import NORMAL, photo_that_asks_for

pytestmark = pytest.mark.timeout(280)

CLIENTS = 12
SCALED_S = 100.0
MEASURED_S = 10.0


def test_a_stage_grows_under_load_and_shrinks_after_it_without_an_error(watched: Watched) -> None:
    service = watched.service
    photo = photo_that_asks_for(NORMAL)

    def until_replicas(count: int) -> None:
        end = time.monotonic() + SCALED_S
        while len(service.replicas("Restorer")) != count:
            assert time.monotonic() < end, f"{len(service.replicas('Restorer'))} replicas instead of {count}"
            time.sleep(0.5)

    until_replicas(MIN_REPLICAS)
    with asking(service, photo, 1, upscale_factor=1) as one:  # goes on asking while replicas are taken away
        with asking(service, photo, CLIENTS - 1, upscale_factor=1) as others:
            until_replicas(MAX_REPLICAS)
            time.sleep(2.0)  # the new ones have loaded
            began, before = time.monotonic(), len(one) + len(others)
            time.sleep(MEASURED_S)
            answered = (len(one) + len(others) - before) / (time.monotonic() - began)
        until_replicas(MIN_REPLICAS)
    assert {answer.status_code for answer in (*one, *others)} == {httpx.codes.OK}
    # What four replicas of stand-ins can do at most, by the simulation. How near the machine comes depends on what else
    # it does; docs/figures.md has a run.
    plan = Plan({"cpu": 1000.0}, {"restorer": ("cpu",) * MAX_REPLICAS}, CLIENTS)
    most = capacity(plan, {"restorer": RESTORER_S})
    assert 0 < answered <= 1.1 * most
    print(f"{answered:.2f} photos/s by {MAX_REPLICAS} replicas of {RESTORER_S} s; simulated {most:.2f}")
    counted = samples(watched.metrics())["ray_visage_requests_total"]
    assert len({labels["replica"] for labels, value in counted if value}) == 2, (
        "one of the two ingresses had nothing to do"
    )
