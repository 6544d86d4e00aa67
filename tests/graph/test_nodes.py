"""A cluster of two nodes, which are two raylets on this machine: one has no weights, and is lost."""

from __future__ import annotations

from typing import Any

import pytest

from load.service import free_port
from tests.helpers.own_cluster import found_by, on_own_cluster

# The ingress stays on the head.
CLUSTER = """
import json, sys, time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
import httpx
from ray import serve
from ray.cluster_utils import Cluster
from deployments.serving import DEPLOYMENTS
from deployments.stages import STAGES, StageName
from serve_app.ingress import Ingress
from serve_app.loading import load_in_replica
from serve_app.settings import Settings
from tests.helpers.api import enhance
from tests.helpers.images import png, small_face
from tests.helpers.stand_ins import SLOW, StandIn, photo_that_asks_for
from tests.helpers.waiting import PATIENCE_S, wait_until

spill, port, empty_cache = sys.argv[1:]
node = {"object_spilling_directory": spill, "num_cpus": 2}
cluster = Cluster(True, head_node_args=node | {"include_dashboard": False}, connect=True)
second = cluster.add_node(**node, env_vars={"VISAGE_CACHE": empty_cache})
cluster.wait_for_nodes()
serve.start(proxy_location="HeadOnly", http_options={"host": "127.0.0.1", "port": int(port)})
one_on_each = {"num_replicas": 2, "max_replicas_per_node": 1, "ray_actor_options": {"num_cpus": 0.1}}
stand_ins = dict.fromkeys(map(str, STAGES), StandIn.options(**one_on_each, health_check_period_s=1).bind())
spec = STAGES[StageName.DETECTOR]
detector = DEPLOYMENTS[spec.name].options(**one_on_each).bind(partial(load_in_replica, spec.load), spec.config())
on_head = {"num_cpus": 0.1, "resources": {"node:__internal_head__": 0.01}}
ingress = Ingress.options(ray_actor_options=on_head, max_ongoing_requests=64)


def start(name, stages, blocking):
    app = ingress.bind(Settings(limits={"max_concurrent": 8}), **stages)
    serve._run(app, name=name, route_prefix=f"/{name}", _blocking=blocking)
    return httpx.Client(base_url=f"http://127.0.0.1:{port}/{name}", timeout=PATIENCE_S)


def report_of(name, answers):
    found = serve.status().applications[name].deployments
    return {
        "statuses": [answer.status_code for answer in answers],
        "deployments": {name: {str(state): count for state, count in each.replica_states.items()}
                        for name, each in found.items()},
        "messages": {name: each.message for name, each in found.items()},
    }


client = start("weights", stand_ins | {str(spec.name): detector}, blocking=False)
message = lambda: serve.status().applications["weights"].deployments["Detector"].message
wait_until(lambda: "ModelUnavailable" in message(), serve.status, pause_s=0.5)
without = report_of("weights", [enhance(client, png(small_face()), upscale_factor=1) for _ in range(4)])
serve.delete("weights")

client = start("lost", stand_ins, blocking=True)
with ThreadPoolExecutor(8) as pool:
    answers = [pool.submit(enhance, client, photo_that_asks_for(SLOW)) for _ in range(8)]
    time.sleep(2.5)  # both nodes work
    cluster.remove_node(second, allow_graceful=False)
    lost = report_of("lost", [answer.result() for answer in answers])
print("FOUND", json.dumps({"weights": without, "lost": lost}), flush=True)
"""


@pytest.fixture(scope="module")
def two_nodes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What was found on the one cluster: first with weights on one of its nodes alone, then without that node."""
    empty_cache = tmp_path_factory.mktemp("empty")
    return found_by(on_own_cluster(CLUSTER, str(free_port()), str(empty_cache)))


def test_a_node_that_is_lost_in_the_middle_costs_no_request(two_nodes: dict[str, Any]) -> None:
    """What ran or waited there is tried again on the other node."""
    assert two_nodes["lost"]["statuses"] == [200] * 8


def test_a_node_without_weights_says_so_and_the_other_answers(two_nodes: dict[str, Any]) -> None:
    found = two_nodes["weights"]
    assert found["statuses"] == [200] * 4
    assert found["deployments"]["Detector"]["RUNNING"] == 1
    assert "is not on this machine. Run: make weights" in found["messages"]["Detector"]
