"""The queue: Ray Serve's task consumers over Celery. A message holds a job's id alone, since Celery logs it."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from ray.serve.schema import CeleryAdapterConfig, TaskProcessorConfig
from ray.serve.task_consumer import instantiate_adapter_from_config

from deployments.errors import JobsUnavailable
from serve_app.jobs.server import full_address
from serve_app.jobs.service import LAST
from serve_app.jobs.store import MARGIN_S
from serve_app.settings import Settings

TASK = "visage.job"
QUEUE = "visage-jobs"

logger = logging.getLogger("visage.jobs")


class CeleryQueue:
    """The queue as an enqueuer sees it."""

    def __init__(self, settings: Settings) -> None:
        self._adapter = instantiate_adapter_from_config(task_processor_config(settings))

    async def put(self, job_id: str, priority: int = LAST) -> None:
        """See Queue.put."""
        from kombu.exceptions import OperationalError
        from redis.exceptions import RedisError

        try:  # in a thread: it blocks
            await asyncio.to_thread(
                self._adapter.enqueue_task_sync, TASK, args=[job_id], priority=priority, retry=False
            )
        except (OperationalError, RedisError, OSError) as error:
            logger.error("Celery: %s", error)
            raise JobsUnavailable from error


def task_processor_config(settings: Settings) -> TaskProcessorConfig:
    """Ray's description of the queue.

    Celery redelivers what nobody has acknowledged after `visibility_timeout`, which therefore has to be longer than the
    longest job. It is the last resort: a job whose consumer died is enqueued again by JobStore.sweep within seconds.
    """
    address = full_address(settings.jobs.redis)
    transport: dict[str, Any] = {
        "visibility_timeout": settings.limits.deadline_s + MARGIN_S,
        "unacked_restore_interval": 10,
        "unacked_restore_throttle": 5,
        "queue_order_strategy": "priority",
        "socket_timeout": 30.0,
        "socket_connect_timeout": 3.0,
        "global_keyprefix": "visage:celery:",
    }
    return TaskProcessorConfig(
        queue_name=QUEUE,
        adapter_config=CeleryAdapterConfig(
            broker_url=address,
            backend_url=address,
            app_custom_config={
                "worker_prefetch_multiplier": 1,  # nothing is held in advance: it would wait behind a long job
                "worker_hijack_root_logger": False,
                "worker_send_task_events": False,
                "broker_connection_retry_on_startup": True,
                "broker_connection_max_retries": None,
                "result_expires": 60,
            },
            # The job's own record has its result. No exception is worth a retry by Celery: see JobRunner.
            task_custom_config={"ignore_result": True, "autoretry_for": ()},
            broker_transport_options=transport,
        ),
        max_retries=0,
    )
