"""A hundred requests one after the other: memory is what it was, in every process and in Ray's object store.

`make fuzz` sends more of them, and does the same to the real stages, which takes minutes.
"""

from __future__ import annotations

import os
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from load.service import SERVE, Service
from tests.helpers.api import enhance
from tests.helpers.images import png, small_face
from tests.helpers.stand_ins import NORMAL, photo_that_asks_for

LONG = int(os.environ.get("VISAGE_FUZZ", "0")) >= 10_000
REQUESTS = 500 if LONG else 60
WARM_UP = 40
"""Libraries are loaded, pools and caches are filled once."""
MAX_GROWTH_BYTES = 30_000_000

pytestmark = [pytest.mark.cluster, pytest.mark.usefixtures("stand_ins"), pytest.mark.timeout(1800)]


def objects_in_store(service: Service) -> int:
    """Objects that some process holds in Ray's object store, as `ray memory` counts them."""
    told = subprocess.run(
        [SERVE.with_name("ray"), "memory", "--stats-only", "--address", service.address],
        env=os.environ | {"RAY_AUTH_MODE": "token"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout
    counted = re.search(r"Plasma memory usage \d+ MiB, (\d+) objects", told)
    assert counted is not None, told
    return int(counted[1])


def memory_of(service: Service, app: str) -> dict[str, int]:
    """Bytes that each replica of an application has to itself."""
    title = f"ray::ServeReplica:{app}:"
    found = {}
    for process in service.ray_processes():
        name = next(iter(process.cmdline()), "")
        if title in name:
            found[f"{name} {process.pid}"] = process.memory_full_info().uss
    return found


def soak(service: Service, prefix: str, photo: bytes, count: int) -> None:
    with ThreadPoolExecutor(3) as pool, service.client(f"/{prefix}") as client:
        answers = pool.map(lambda _: enhance(client, photo, upscale_factor=1).status_code, range(count))
        assert set(answers) == {httpx.codes.OK}


def check_flat(service: Service, app: str, prefix: str, photo: bytes) -> None:
    soak(service, prefix, photo, WARM_UP)
    memory, objects = memory_of(service, app), objects_in_store(service)
    soak(service, prefix, photo, REQUESTS)
    after = memory_of(service, app)
    assert set(after) == set(memory), "a replica was replaced"
    growth = {name: after[name] - before for name, before in memory.items()}
    assert max(growth.values()) < MAX_GROWTH_BYTES, growth
    assert objects_in_store(service) <= objects, "objects stayed in the store"


def test_memory_is_flat_over_a_hundred_requests(service: Service) -> None:
    check_flat(service, "left", "left", photo_that_asks_for(NORMAL))


@pytest.mark.skipif(not LONG, reason="500 requests with real models take minutes: make fuzz")
def test_memory_is_flat_over_hundreds_of_requests_with_real_models(service: Service) -> None:
    check_flat(service, "visage", "api", png(small_face()))
