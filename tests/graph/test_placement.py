"""The GPU fractions as Ray places them, on clusters whose GPUs are faked: one config for one and several."""

from __future__ import annotations

import pytest

from deployments.stages import STAGES
from tests.helpers.own_cluster import found_by, on_own_cluster

# The stages are replaced by one that only tells which GPU it was given; everything else, the settings, the options and
# the graph, is the real builder's.
SCRIPT = """
import json, sys
import ray
from ray import serve
from serve_app import app
from serve_app.settings import Settings

@serve.deployment
class Told:
    def __init__(self, load, config):
        self.device = type(config).__name__
    async def gpus(self):
        return ray.get_gpu_ids()

class Keeper:
    def __init__(self, settings, consumer, **handles):
        pass

gpus = int(sys.argv[2])
ray.init(num_cpus=4, num_gpus=gpus, include_dashboard=False, log_to_driver=False)
serve.start(proxy_location="Disabled")
app.DEPLOYMENTS = {name: Told.options(name=name.title()) for name in app.DEPLOYMENTS}
app.Ingress = serve.deployment(Keeper)
serve.run(app.build(Settings()), name="visage", route_prefix=None)
free = ray.available_resources().get("GPU", 0)
found = {}
for actor in ray.util.list_named_actors(all_namespaces=True):
    if "SERVE_REPLICA::visage#" in actor["name"]:
        stage = actor["name"].split("#")[1]
        found.setdefault(stage, []).append(actor["name"])
details = serve.status().applications["visage"]
print('FOUND', json.dumps({
    "replicas": {name: len(replicas) for name, replicas in found.items()},
    "free": free,
    "status": details.status,
}))
serve.shutdown()
"""


def test_every_stage_finds_its_fraction() -> None:
    """One replica of each stage for each GPU, and the GPUs filled by exactly the fractions that the settings name."""
    gpus = 2
    result = found_by(on_own_cluster(SCRIPT, str(gpus)))
    expected = {stage.title(): gpus for stage in STAGES}
    assert result["status"] == "RUNNING"
    assert {name: count for name, count in result["replicas"].items() if name in expected} == expected
    used = sum(spec.scale.num_gpus for spec in STAGES.values()) * gpus
    assert result["free"] == pytest.approx(gpus - used, abs=1e-3)


def test_the_fractions_fit_however_ray_deals_them_out() -> None:
    """A stage finds no place only if every GPU has less than its fraction left. That cannot be: were each so full, the
    GPUs together would hold more than all stages ask for.
    """
    fractions = [spec.scale.num_gpus for spec in STAGES.values()]
    assert sum(fractions) <= 1 - max(fractions)
