"""What the API does with jobs: submit, look up, follow, cancel."""

from __future__ import annotations

import asyncio
from typing import Protocol

from deployments.errors import BadRequest, JobsUnavailable, UnknownJob
from serve_app.jobs.record import Job
from serve_app.jobs.store import JobStore
from serve_app.jobs.webhooks import Webhooks
from serve_app.pipeline.progress import ProgressCallback

FIRST, LAST = 0, 6
"""Priorities in the queue; the smaller is served first: a job that was lost once goes before those that came later."""
_POLL_S = 0.25


class Queue(Protocol):
    """Where a job's id is put so that a consumer takes it up; raises JobsUnavailable where that cannot be done."""

    async def put(self, job_id: str, priority: int = LAST) -> None: ...


class Jobs:
    """The store and the queue together."""

    def __init__(self, store: JobStore, queue: Queue, webhooks: Webhooks | None = None) -> None:
        """Without `webhooks` jobs may have none."""
        self._store = store
        self._queue = queue
        self._webhooks = webhooks

    async def submit(self, photo: bytes, reference: bytes | None, webhook: str | None = None, **record: str) -> Job:
        """Keep and enqueue a job.

        Raises StageBusy where too many wait, JobsUnavailable where it cannot be kept, BadRequest for a webhook that
        will not do.
        """
        if webhook:
            if self._webhooks is None:
                raise BadRequest("webhook: this service sends none.")
            self._webhooks.check(webhook)
            record["webhook"] = webhook
        job_id = await self._store.submit(photo, reference, **record)
        try:
            await self._queue.put(job_id)
        except JobsUnavailable:
            await self._store.forget(job_id)
            raise
        return await self._store.get(job_id)

    async def get(self, job_id: str, owner: str = "") -> Job:
        """The job as it is now; raises UnknownJob also where it is somebody else's."""
        job = await self._store.get(job_id)
        if job.owner != owner:
            raise UnknownJob
        return job

    async def result(self, job_id: str) -> tuple[bytes, bytes] | None:
        """See JobStore.result."""
        return await self._store.result(job_id)

    async def cancel(self, job_id: str, owner: str = "") -> Job:
        """Cancel the job if it has not finished, remove its pictures in any case, and return what it is then."""
        await self.get(job_id, owner)
        await self._store.cancel(job_id)
        return await self._store.get(job_id)

    async def follow(self, job_id: str, owner: str, on_progress: ProgressCallback) -> Job:
        """Report the progress, from the beginning of the present attempt, until the job has finished."""
        attempt, seen = 0, 0
        while True:
            job = await self.get(job_id, owner)
            if job.attempts != attempt:
                attempt, seen = job.attempts, 0
            for event in await self._store.events(job_id, seen):
                on_progress(event)
                seen += 1
            if job.state.is_final:
                return job
            await asyncio.sleep(_POLL_S)
