"""The Ingress deployment: the API over the stages' handles."""

from __future__ import annotations

import logging

from fastapi import FastAPI
from ray import serve
from ray.serve.handle import DeploymentHandle

from deployments.serve_recorder import ServeRecorder, log_through_serve
from serve_app.content_credentials import signer_of
from serve_app.http.app import create_app
from serve_app.http.telemetry import Telemetry
from serve_app.jobs.server import ServerIsAway, connect, require_memory_only
from serve_app.jobs.service import Jobs
from serve_app.jobs.store import JobStore
from serve_app.jobs.webhooks import webhooks_of
from serve_app.memory_check import protect_this_node
from serve_app.pipeline.pipeline import Pipeline
from serve_app.settings import Settings
from serve_app.stage_client import RayStageClient
from serve_app.storage import storage_of


@serve.deployment(name="Ingress")
@serve.ingress()
class Ingress:
    """Receives requests, composes the stages and answers."""

    def __init__(
        self, settings: Settings, consumer: DeploymentHandle | None = None, **handles: DeploymentHandle
    ) -> None:
        """`consumer` is not called: bound here, Serve deploys it with the application."""
        log_through_serve()
        protect_this_node()  # a node that joined after the deployment was not checked by the builder
        self._settings = settings
        self._stages = RayStageClient(handles)

    def __serve_build_asgi_app__(self) -> FastAPI:
        """Serve calls this hook once in each replica. Not in its public reference; checked with Ray 2.60."""
        settings = self._settings
        pipeline = Pipeline(self._stages, settings.pipeline, signer_of(settings.c2pa))
        storage, telemetry = storage_of(settings.storage), Telemetry(ServeRecorder())
        return create_app(pipeline, self._stages, settings, _jobs(settings), storage, telemetry)


def _jobs(settings: Settings) -> Jobs | None:
    """What the API does with jobs; None where they are off, and then nothing of theirs is imported."""
    if not settings.jobs.redis:
        return None
    from serve_app.jobs.queue import CeleryQueue

    try:
        require_memory_only(settings.jobs.redis)
    except ServerIsAway as error:  # the builder has found it in order; without it the rest of the API goes on
        logging.getLogger("visage.jobs").error("%s", error)
    store = JobStore(connect(settings.jobs.redis), settings.jobs, settings.limits)
    return Jobs(store, CeleryQueue(settings), webhooks_of(settings.jobs))
