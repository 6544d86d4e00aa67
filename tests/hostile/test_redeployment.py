"""The real service is redeployed under load, every stage of it and the ingress: nobody sees an error."""

from __future__ import annotations

import copy

import httpx
import psutil
import pytest

from deployments.stages import STAGES
from load.service import Service
from tests.helpers.asking import asking
from tests.helpers.images import png, small_face
from tests.helpers.waiting import wait_until

pytestmark = [pytest.mark.cluster]

CLIENTS = 3


def replicas(service: Service) -> dict[str, list[int]]:
    return {name: service.replicas(name) for name in ("Ingress", *(stage.capitalize() for stage in STAGES))}


def test_a_redeployment_of_everything_under_load_costs_no_request(service: Service) -> None:
    """Settings of all five stages and of the ingress change, so that Serve replaces every replica."""
    config = copy.deepcopy(service.config)
    (app,) = (app for app in config["applications"] if app["name"] == "visage")
    app["args"] = {str(stage): {"cpu_threads": psutil.cpu_count()} for stage in STAGES} | {
        "limits": {"max_waiting": 17}
    }
    before = replicas(service)
    with asking(service, png(small_face()), CLIENTS, pause_s=1.0, upscale_factor=1) as answers:
        service.deploy(config)
        wait_until(
            lambda: all(now and set(now).isdisjoint(before[name]) for name, now in replicas(service).items()),
            lambda: f"not everything was replaced: {before}, then {replicas(service)}",
            pause_s=0.5,
        )
        enough = len(answers) + 2 * CLIENTS  # by the new replicas alone
        wait_until(lambda: len(answers) >= enough, lambda: "the new replicas do not answer")
    failed = [answer.text for answer in answers if answer.status_code != httpx.codes.OK]
    assert not failed, f"{len(failed)} of {len(answers)}: {failed[:3]}"
    assert len({answer.json()["data"]["restored_image"] for answer in answers}) == 1
