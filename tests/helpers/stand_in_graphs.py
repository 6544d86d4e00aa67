"""The service's graph over stand-ins: builders for the configurations that tests start."""

# No `from __future__ import annotations`: Serve looks at the class that a builder's argument is annotated with.
from functools import partial

from pydantic import BaseModel
from ray.serve import Application

from deployments.serving import DEPLOYMENTS
from deployments.stages import STAGES, StageName
from serve_app.app import consumer, graph
from serve_app.ingress import Ingress
from serve_app.loading import load_in_replica
from serve_app.settings import Settings
from tests.helpers.stand_ins import StandIn, load


class Arguments(BaseModel):
    """How the stand-in graph is to be built."""

    settings: Settings = Settings()
    max_ongoing_requests: int = 8
    max_queued_requests: int = 64


def build(arguments: Arguments) -> Application:
    """The real ingress over one stand-in that is all stages."""
    stage = StandIn.options(  # type: ignore[attr-defined]
        ray_actor_options={"num_cpus": 0.1},
        max_ongoing_requests=arguments.max_ongoing_requests,
        max_queued_requests=arguments.max_queued_requests,
        health_check_period_s=1,
    ).bind()
    ingress = Ingress.options(  # type: ignore[attr-defined]
        ray_actor_options={"num_cpus": 0.1}, max_ongoing_requests=64
    )
    stages = dict.fromkeys(map(str, STAGES), stage)
    return ingress.bind(arguments.settings, consumer(arguments.settings, stages), **stages)


def build_detector(settings: Settings) -> Application:
    """The real ingress over the real detector in the place of all stages."""
    spec = STAGES[StageName.DETECTOR]
    detector = DEPLOYMENTS[spec.name].bind(partial(load_in_replica, spec.load), settings.config_of(spec.name))
    return Ingress.bind(settings, None, **dict.fromkeys(map(str, STAGES), detector))  # type: ignore[attr-defined]


class StageArguments(BaseModel):
    """How the graph over a stand-in for each stage is to be built."""

    settings: Settings = Settings()
    seconds: dict[StageName, float] = {}
    """For each call; a stage that is not named takes no time."""


def build_stages(arguments: StageArguments) -> Application:
    """The service's own graph over stand-ins."""
    loads = {name: partial(load, name, arguments.seconds.get(name, 0.0)) for name in STAGES}
    return graph(arguments.settings, loads)
