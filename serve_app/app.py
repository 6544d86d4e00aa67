"""Builds the Serve application: serve_config.yaml names `build`, which runs on the cluster and so sees its GPUs."""

# No `from __future__ import annotations` here: Serve validates `args` by looking at the class that `build` is annotated
# with, and would find a string.
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import ray
from ray.serve import Application

from deployments.config import StageScale
from deployments.runtime.stage import Stage
from deployments.serving import DEPLOYMENTS
from deployments.stages import STAGES, StageName
from serve_app.ingress import Ingress
from serve_app.loading import load_in_replica
from serve_app.memory_check import protect_every_node
from serve_app.prerequisites import require_servers
from serve_app.settings import LimitSettings, Settings

# Serve looks for a free replica with a growing pause; with its defaults a freed slot is idle for up to half a second.
_ROUTER: dict[str, Any] = {"initial_backoff_s": 0.005, "backoff_multiplier": 1.5, "max_backoff_s": 0.02}
_SHUTDOWN_MARGIN_S = 10.0  # Serve looks every two seconds whether a replica's last request has ended
_HEALTH_CHECK_PERIOD_S = 1.0  # by a health check Serve notices that a replica was killed
_SPARE_REQUESTS = 16  # spare slots, so that health checks and immediate 503 responses are not queued


def build(settings: Settings) -> Application:
    """The graph for this cluster: each stage with its share of a GPU where there are GPUs.

    Raises ImagesCouldReachDisk where a node's Ray could write images to a disk, and JobsCannotRun where jobs are on and
    their Redis is not there or could write to one; StorageCannotBeUsed where results are to be stored and cannot be.
    """
    protect_every_node()
    require_servers(settings)
    return graph(settings, {name: partial(load_in_replica, spec.load) for name, spec in STAGES.items()})


def graph(settings: Settings, loads: Mapping[StageName, Callable[[Any], Stage]]) -> Application:
    """The ingress, and the consumer of jobs, over a deployment for each of `loads`, which load the stages."""
    gpus = int(ray.cluster_resources().get("GPU", 0))
    stages = {
        str(name): DEPLOYMENTS[name]
        .options(
            **stage_options(settings.scale_of(name), gpus, settings.config_of(name).calls_together),
            **shutdown_options(settings.limits),
        )
        .bind(load, settings.config_of(name))
        for name, load in loads.items()
    }
    limits = settings.limits
    followers = settings.jobs.max_followers if settings.jobs.redis else 0
    at_once = limits.max_concurrent + limits.max_waiting + limits.max_uploads + followers + _SPARE_REQUESTS
    ingress = Ingress.options(  # type: ignore[attr-defined]
        num_replicas=settings.scale.ingress_replicas,
        ray_actor_options={"num_cpus": 0.1},
        max_ongoing_requests=at_once,
        max_queued_requests=4 * _SPARE_REQUESTS,
        max_surge_percent=100,  # in a redeployment the new one is up before the old one goes
        backpressure_config={"status_code": 503, "retry_after_s": limits.retry_after_s},
        health_check_period_s=_HEALTH_CHECK_PERIOD_S,
        request_router_config=_ROUTER,
        **shutdown_options(limits),
    )
    return ingress.bind(settings, consumer(settings, stages), **stages)


def consumer(settings: Settings, stages: dict[str, Application]) -> Application | None:
    """The consumer of jobs, where they are on; Celery is imported only then."""
    if not settings.jobs.redis:
        return None
    from serve_app.job_consumer import job_consumer

    return job_consumer(settings).options(health_check_period_s=_HEALTH_CHECK_PERIOD_S).bind(settings, **stages)


def shutdown_options(limits: LimitSettings) -> dict[str, Any]:
    """Lets a replica that is replaced, or no longer needed, finish its requests: the time of one from end to end."""
    return {"graceful_shutdown_timeout_s": limits.upload_timeout_s + limits.deadline_s + _SHUTDOWN_MARGIN_S}


def stage_options(scale: StageScale, gpus: int, together: int = 1) -> dict[str, Any]:
    """A stage's Serve options on a cluster with this number of GPUs; a replica works on so many calls `together`.

    A GPU fraction asked for where there is no GPU would keep the application waiting forever, so it is left out there.
    """
    replicas = max(1, gpus) if scale.replicas == "auto" else scale.replicas
    options: dict[str, Any] = {
        "ray_actor_options": {"num_cpus": scale.num_cpus, "num_gpus": scale.num_gpus if gpus else 0},
        "max_ongoing_requests": scale.max_ongoing_requests,
        "max_queued_requests": scale.max_queued_requests,
        "health_check_period_s": _HEALTH_CHECK_PERIOD_S,
        "request_router_config": _ROUTER,
    }
    if scale.max_replicas is None:
        return options | {"num_replicas": replicas}
    autoscaling = {
        "min_replicas": replicas,
        "max_replicas": max(replicas, scale.max_replicas),
        "target_ongoing_requests": together,  # as many as a batch holds: with fewer none would be full
        "upscale_delay_s": scale.scale_up_after_s,
        "downscale_delay_s": scale.scale_down_after_s,
        # What is too much or too little is a mean; it must not be longer than what is waited for.
        "metrics_interval_s": min(10.0, scale.scale_up_after_s),
        "look_back_period_s": min(30.0, scale.scale_up_after_s, scale.scale_down_after_s),
    }
    return options | {"autoscaling_config": autoscaling}
