"""The JobConsumer deployment: takes jobs from the queue and calls the stages, as the ingress does."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import Any

from ray import serve
from ray.serve import Deployment
from ray.serve.handle import DeploymentHandle
from ray.serve.task_consumer import task_consumer, task_handler

from deployments.serve_recorder import ServeRecorder, log_through_serve
from serve_app.content_credentials import signer_of
from serve_app.http.telemetry import Telemetry
from serve_app.job_runner import JobRunner
from serve_app.jobs.queue import TASK, CeleryQueue, task_processor_config
from serve_app.jobs.server import connect, require_memory_only
from serve_app.jobs.store import JobStore
from serve_app.jobs.webhooks import webhooks_of
from serve_app.memory_check import protect_this_node
from serve_app.pipeline.pipeline import Pipeline
from serve_app.settings import Settings
from serve_app.stage_client import RayStageClient
from serve_app.storage import storage_of

CELERY_STOP_S = 10.0
"""Ray's adapter waits so long for Celery's worker to end."""
_POLL_S = 0.2


class _NotStarted:
    """Stands in for Ray's adapter until there is one: where the constructor raises, `__del__` asks it to stop."""

    def stop_consumer(self) -> None:
        """There is nothing to stop."""


class JobConsumer:
    """Celery's threads wait for the jobs, which run on one event loop in a thread of its own."""

    _adapter: Any = _NotStarted()

    def __init__(self, settings: Settings, **handles: DeploymentHandle) -> None:
        log_through_serve()
        protect_this_node()
        require_memory_only(settings.jobs.redis)
        self._deadline_s = settings.limits.deadline_s
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="jobs", daemon=True).start()
        store = JobStore(connect(settings.jobs.redis), settings.jobs, settings.limits)
        pipeline = Pipeline(RayStageClient(handles), settings.pipeline, signer_of(settings.c2pa))
        storage, webhooks = storage_of(settings.storage), webhooks_of(settings.jobs)
        telemetry = Telemetry(ServeRecorder())
        self._runner = JobRunner(pipeline, store, CeleryQueue(settings), settings, storage, webhooks, telemetry)
        self._sweeping = asyncio.run_coroutine_threadsafe(self._runner.sweep(), self._loop)

    @task_handler(name=TASK)
    def work(self, job_id: str) -> None:
        """Called by Celery in one of its threads; the message is acknowledged when it returns."""
        asyncio.run_coroutine_threadsafe(self._runner.run(job_id), self._loop).result()

    def check_health(self) -> None:
        """Called by Serve; raises where nobody looks after lost jobs any more, and the replica has to be replaced."""
        if self._sweeping.done():
            self._sweeping.result()

    def __del__(self) -> None:
        """Called by Serve when Celery takes no more jobs; those that run are finished, within the deadline."""
        runner = getattr(self, "_runner", None)
        until = time.monotonic() + self._deadline_s if runner else 0.0
        while runner and runner.running and time.monotonic() < until:
            time.sleep(_POLL_S)


def job_consumer(settings: Settings) -> Deployment:
    """The deployment for these settings, to be bound to them and to the stages' handles."""
    config = task_processor_config(settings)
    consumer: Deployment = serve.deployment(name="JobConsumer")(
        task_consumer(task_processor_config=config)(JobConsumer)
    )
    return consumer.options(
        num_replicas=settings.jobs.consumers,
        ray_actor_options={"num_cpus": 0.1},
        max_ongoing_requests=settings.jobs.concurrency,  # which is what Ray makes Celery's concurrency
        graceful_shutdown_timeout_s=settings.limits.deadline_s + 2 * CELERY_STOP_S,
    )
