"""Works on the film of a job: in memory, piece by piece, so that whoever goes on with the job has what was finished."""

from __future__ import annotations

import asyncio
import hashlib
import os
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from deployments.errors import DeadlineExceeded, JobsUnavailable, Undecodable
from serve_app.http.film import FilmAnswer, FilmData, FilmOptions
from serve_app.jobs.record import Claim, SharedFilm
from serve_app.jobs.store import JobStore
from serve_app.pipeline.pipeline import Pipeline
from serve_app.settings import VideoSettings
from serve_app.video.encoder import SIGNED
from serve_app.video.film import UnusableVideo, VideoBounds
from serve_app.video.keeping import ShareLost
from serve_app.video.plan import Plan
from serve_app.video.run import FilmRun

_RENEW_S = 1.0
OnFrame = Callable[[int, int], None]


class JobPieces:
    """The PieceStore of a job, in Redis beside its record. What was taken is renewed until it is released."""

    def __init__(self, store: JobStore, film: SharedFilm) -> None:
        self._store, self._film, self._who = store, film, secrets.token_hex(8)
        self._share = ""
        self._over, self._lost = asyncio.Event(), False
        self._renewing: asyncio.Task[None] | None = None

    def require_share(self) -> None:
        """Raise ShareLost where what was taken is no longer ours."""
        if self._lost:
            raise ShareLost

    async def get(self, name: str) -> bytes | None:
        """See PieceStore.get."""
        return await self._store.piece(self._film, name)

    async def put(self, name: str, data: bytes) -> None:
        """See PieceStore.put."""
        if not await self._store.keep_piece(self._film, self._share, self._who, name, data):
            raise ShareLost

    async def drop(self, name: str) -> None:
        """See PieceStore.drop."""
        await self._store.drop_piece(self._film, name)

    async def names(self) -> set[str]:
        """See PieceStore.names."""
        return await self._store.piece_names(self._film)

    async def take(self, share: str) -> bool:
        """See PieceStore.take."""
        if not await self._store.take_share(self._film, share, self._who):
            return False
        self._share, self._over, self._lost = share, asyncio.Event(), False
        self._renewing = asyncio.create_task(self._renew())
        return True

    async def release(self) -> None:
        """See PieceStore.release."""
        self._over.set()
        if self._renewing is not None:
            await self._renewing
        await self._store.release_share(self._film, self._share, self._who)

    async def _renew(self) -> None:
        while not self._lost:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._over.wait(), _RENEW_S)
                return
            with suppress(JobsUnavailable):  # the server may be back before the lease ends
                self._lost = not await self._store.take_share(self._film, self._share, self._who)


async def restore_job(
    claim: Claim,
    pipeline: Pipeline,
    settings: VideoSettings,
    store: JobStore,
    on_frame: OnFrame,
    call_for_help: Callable[[int], Awaitable[None]],
) -> FilmAnswer:
    """Restore the film of a job, and sign it where photos are. `call_for_help` gets how many more could work on it.

    Raises Undecodable, DeadlineExceeded, or a StageError.
    """
    began = time.monotonic()
    shared = SharedFilm.of(claim)
    options = FilmOptions.model_validate_json(shared.options)

    def advance(done: int, total: int) -> None:
        if time.monotonic() - began > settings.deadline_s:
            raise DeadlineExceeded
        on_frame(done, total)

    async def planned(plan: Plan) -> None:
        await call_for_help(len(plan.chains) - 1)

    async with _in_memory(shared.film) as source, _in_memory() as target:
        run = _run(shared, source, pipeline, settings, JobPieces(store, shared), advance, planned)
        try:
            report = await run.run(target, options.container)
        except UnusableVideo as error:
            raise Undecodable(str(error)) from error
        film, data = target.read_bytes(), FilmData.of(report, options)
        if pipeline.sign is not None and data.content_type in SIGNED:
            film, _ = await asyncio.to_thread(pipeline.sign, film, data.content_type, run.made())
        return FilmAnswer(film, data)


async def help_with(shared: SharedFilm, pipeline: Pipeline, settings: VideoSettings, store: JobStore) -> bool:
    """Do one piece of a film that another works on; False where there is none."""
    pieces = JobPieces(store, shared)
    async with _in_memory(shared.film) as source:
        return await _run(shared, source, pipeline, settings, pieces, lambda *_: pieces.require_share()).help()


def _run(
    shared: SharedFilm,
    source: Path,
    pipeline: Pipeline,
    settings: VideoSettings,
    pieces: JobPieces,
    advance: OnFrame,
    on_plan: Callable[[Plan], Awaitable[None]] | None = None,
) -> FilmRun:
    options, bounds = FilmOptions.model_validate_json(shared.options), _bounds(settings)
    digest = hashlib.sha256(shared.film).hexdigest()
    restoring, codec, most, ahead = options.restoring, options.encoder, settings.piece_frames, settings.frames_ahead
    return FilmRun(source, digest, pipeline.stages, restoring, codec, bounds, pieces, advance, most, on_plan, ahead)


def _bounds(settings: VideoSettings) -> VideoBounds:
    return VideoBounds(
        settings.max_seconds, settings.max_frames, settings.max_pixels, max_decode_s=settings.max_decode_s
    )


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
