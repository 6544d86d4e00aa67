"""Works on jobs: claims one, calls the graph, says how far it is, and keeps what became of it. Without Ray or Celery.

Whatever happens, a job ends once for whoever reads it: only the holder of its last claim may write, and who is silent
for LEASE_S has lost it.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

from deployments.errors import JobsUnavailable, StageLost, Step, UnknownJob
from deployments.stages import StageName
from deployments.telemetry import JOBS_WAITING, JobFate
from serve_app.http.admission import Admission
from serve_app.http.enhance import Answer, EnhanceRequest, enhance
from serve_app.http.errors import translate, translate_and_log
from serve_app.http.film import FilmAnswer
from serve_app.http.meter import Meter
from serve_app.http.rate_counter import rate_counter
from serve_app.http.sse import error_event
from serve_app.http.telemetry import SILENT, Telemetry
from serve_app.job_film import help_with, restore_job
from serve_app.jobs.record import FILM, Claim, FilmProgress, JobProgress
from serve_app.jobs.service import FIRST, Queue
from serve_app.jobs.store import JobStore
from serve_app.jobs.webhooks import PAUSES_S, Webhooks
from serve_app.pipeline.options import EnhanceOptions
from serve_app.pipeline.pipeline import Pipeline
from serve_app.pipeline.progress import Progress, ProgressCallback, ProgressState
from serve_app.settings import Settings
from serve_app.storage import Storage

logger = logging.getLogger("visage.jobs")

BEAT_S = 0.5
SHOWN = 6
"""Characters of an id in the log: enough to find it, too few to use it."""
_SWEEP_S = 1.0
_PAUSE_S = 2.0
_LOST = StageLost(Step.INGRESS, "every attempt at the job was lost")


class JobRunner:
    """For one process; all its methods belong to one event loop."""

    def __init__(
        self,
        pipeline: Pipeline,
        store: JobStore,
        queue: Queue,
        settings: Settings,
        storage: Storage | None = None,
        webhooks: Webhooks | None = None,
        telemetry: Telemetry = SILENT,
    ) -> None:
        self._pipeline = pipeline
        self._store = store
        self._queue = queue
        self._settings = settings
        self._storage = storage
        self._webhooks = webhooks
        self._telling: set[asyncio.Task[None]] = set()
        limits = settings.limits.model_copy(update={"max_concurrent": settings.jobs.concurrency})
        self._telemetry = telemetry
        self._admission = Admission(limits, record=telemetry.record)
        self._meter = Meter(rate_counter(settings.counter_storage))
        self.running = 0
        """Jobs that are being worked on."""

    async def run(self, job_id: str) -> None:
        """Do the job, if it waits, or help with its film; returns when it has ended, was given back, or taken from us.

        What the API would refuse, and any other failure, becomes the job's error. If the same may succeed later, the
        job waits again until it has used up its attempts.
        """
        claim = await self._store.claim(job_id)
        self.running += 1
        try:
            if claim is None:
                await self._help_with(job_id)
            else:
                logger.info("Job %s, attempt %d", job_id[:SHOWN], claim.attempt)
                await self._work_on(claim)
        finally:
            self.running -= 1

    async def _help_with(self, job_id: str) -> None:
        """Do a piece of the job's film, where it is one and others work on it; then whoever is next in the queue."""
        film = await self._store.shared(job_id)
        if film is None:
            return
        try:
            if await help_with(film, self._pipeline, self._settings.video, self._store):
                await self._queue.put(job_id)
        except Exception as error:
            translate_and_log(error)  # whoever holds the job will meet it too, and tell of it

    async def _work_on(self, claim: Claim) -> None:
        try:
            answer = await self._while_ours(claim)
            if answer is None:
                self._telemetry.job(JobFate.LEFT)
            else:
                await self._keep(claim, await answer.stored(self._storage))
                self._telemetry.job(JobFate.SUCCEEDED)
        except Exception as error:
            event = error_event(translate_and_log(error), self._settings.limits.retry_after_s)
            if event.retry_after_s is not None and claim.attempt < self._settings.jobs.max_attempts:
                await self._store.release(claim, _PAUSE_S**claim.attempt)
                self._telemetry.job(JobFate.POSTPONED)
            else:
                await self._store.fail(claim, event.model_dump_json(exclude_none=True))
                self._telemetry.job(JobFate.FAILED)

    async def _keep(self, claim: Claim, answer: Answer | FilmAnswer) -> None:
        kept = False
        try:
            kept = await self._store.succeed(claim, answer.data.model_dump_json(), answer.picture)
        finally:
            if not kept and self._storage is not None and answer.data.url is not None:
                await self._storage.delete(answer.data.url)  # nobody would ever be told of it
        if kept and claim.owner:
            await self._meter.charge(claim.owner, *answer.used)

    def _start(self, claim: Claim, on_progress: ProgressCallback) -> asyncio.Future[Answer | FilmAnswer]:
        if claim.kind == FILM:

            def on_frame(done: int, total: int) -> None:
                on_progress(Progress(StageName.RESTORER, ProgressState.PROGRESS, done, total))

            async def call_for_help(shares: int) -> None:
                for _ in range(min(shares, self._store.slots - 1)):
                    await self._queue.put(claim.id)

            work = restore_job(claim, self._pipeline, self._settings.video, self._store, on_frame, call_for_help)
            return asyncio.ensure_future(work)
        options = EnhanceOptions.model_validate_json(claim.options)
        request = EnhanceRequest(claim.photo, claim.reference, options)
        limits, telemetry = self._settings.limits, self._telemetry
        return asyncio.ensure_future(enhance(request, self._pipeline, self._admission, limits, on_progress, telemetry))

    async def _while_ours(self, claim: Claim) -> Answer | FilmAnswer | None:
        """The result; None, and the work is stopped between two of its pieces, where the job is no longer ours."""
        events = list[Progress]()
        state: JobProgress | FilmProgress = FilmProgress() if claim.kind == FILM else JobProgress()

        def on_progress(progress: Progress) -> None:
            state.add(progress)
            events.append(progress)

        work = self._start(claim, on_progress)
        try:
            while not work.done():
                await asyncio.wait({work}, timeout=BEAT_S)
                new = events[-1:] if claim.kind == FILM else events.copy()  # a film has many frames
                with suppress(JobsUnavailable):  # the work is worth finishing; the server may be back by then
                    count = len(events)
                    if not await self._store.beat(claim, state, new):
                        return None
                    del events[:count]
            return work.result()
        finally:
            await _ended(work)

    async def _tell(self) -> None:
        """Start to send the notes that are due. Until they have arrived they stay due, for this runner or another."""
        if self._webhooks is None:
            return
        for job_id, url in await self._store.notes(PAUSES_S):
            task = asyncio.create_task(self._tell_one(self._webhooks, job_id, url))
            self._telling.add(task)  # or it could be collected while it runs
            task.add_done_callback(self._telling.discard)

    async def _tell_one(self, webhooks: Webhooks, job_id: str, url: str) -> None:
        with suppress(JobsUnavailable, UnknownJob):
            if await webhooks.send(url, await self._store.get(job_id)):
                await self._store.remove_note(job_id)

    async def sweep(self) -> None:
        """Enqueue again what has lost its worker, message or turn, and tell of what has ended; never returns."""
        lost = error_event(translate(_LOST), self._settings.limits.retry_after_s).model_dump_json()
        while True:
            with suppress(JobsUnavailable):  # logged where it was raised
                for job_id in await self._store.sweep(lost):
                    logger.info("Job %s is enqueued again", job_id[:SHOWN])
                    await self._queue.put(job_id, FIRST)
                await self._tell()
                self._telemetry.record(JOBS_WAITING, await self._store.waiting())
            await asyncio.sleep(_SWEEP_S)


async def _ended(work: asyncio.Future[Answer | FilmAnswer]) -> None:
    """Cancel it and wait: a film has processes that have to end."""
    work.cancel()
    await asyncio.wait({work})
