"""Works on the film of a job: in memory, piece by piece, so that whoever goes on with the job has what was finished."""

from __future__ import annotations

import asyncio
import hashlib
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from deployments.errors import DeadlineExceeded, Undecodable
from serve_app.http.film import FilmAnswer, FilmData, FilmOptions
from serve_app.jobs.record import Claim
from serve_app.jobs.store import JobStore
from serve_app.pipeline.pipeline import Pipeline
from serve_app.settings import MEGAPIXEL, VideoSettings
from serve_app.video.film import UnusableVideo, VideoBounds
from serve_app.video.run import FilmRun

SIGNED = ("video/mp4",)
"""Files that C2PA has a place in."""
OnFrame = Callable[[int, int], None]


class JobLost(Exception):
    """The job is somebody else's by now, or was cancelled."""


class JobPieces:
    """The PieceStore of a job, in Redis beside its record."""

    def __init__(self, store: JobStore, claim: Claim) -> None:
        self._store, self._claim = store, claim

    async def get(self, name: str) -> bytes | None:
        """See PieceStore.get."""
        return await self._store.piece(self._claim, name)

    async def put(self, name: str, data: bytes) -> None:
        """See PieceStore.put; raises JobLost where the job is no longer ours."""
        if not await self._store.keep_piece(self._claim, name, data):
            raise JobLost


async def restore_job(
    claim: Claim, pipeline: Pipeline, settings: VideoSettings, store: JobStore, on_frame: OnFrame
) -> FilmAnswer:
    """Restore the film of a job, and sign it where photos are.

    Raises Undecodable, DeadlineExceeded, or a StageError.
    """
    options = FilmOptions.model_validate_json(claim.options)
    began = time.monotonic()

    def advance(done: int, total: int) -> None:
        if time.monotonic() - began > settings.deadline_s:
            raise DeadlineExceeded
        on_frame(done, total)

    async with _in_memory(claim.photo) as source, _in_memory() as target:
        pieces, codec = JobPieces(store, claim), options.encoder
        digest, bounds = hashlib.sha256(claim.photo).hexdigest(), _bounds(settings)
        run = FilmRun(source, digest, pipeline.stages, options.restoring, codec, bounds, pieces, advance)
        try:
            report = await run.run(target, options.container)
        except UnusableVideo as error:
            raise Undecodable(str(error)) from error
        film, data = target.read_bytes(), FilmData.of(report, options)
        if pipeline.sign is not None and data.content_type in SIGNED:
            film, _ = await asyncio.to_thread(pipeline.sign, film, data.content_type, run.made())
        return FilmAnswer(film, data)


def _bounds(settings: VideoSettings) -> VideoBounds:
    return VideoBounds(settings.max_seconds, settings.max_frames, int(settings.max_megapixels * MEGAPIXEL))


@asynccontextmanager
async def _in_memory(data: bytes = b"") -> AsyncIterator[Path]:
    """A file that no disk has, for processes that want one; it is gone with us."""
    handle = os.memfd_create("film", os.MFD_CLOEXEC)
    try:
        with os.fdopen(os.dup(handle), "wb") as file:
            file.write(data)
        yield Path(f"/proc/{os.getpid()}/fd/{handle}")
    finally:
        os.close(handle)
