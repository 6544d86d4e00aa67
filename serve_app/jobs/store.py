"""What is known of each job, in Redis: clients read it here, and whoever works on a job writes it here."""

from __future__ import annotations

import dataclasses
import json
import logging
import re
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from deployments.errors import JobsUnavailable, StageBusy, Step, UnknownJob
from deployments.stages import StageName
from serve_app.jobs import scripts
from serve_app.jobs.record import FILM, PHOTO, Claim, FilmProgress, Job, JobProgress, JobState, SharedFilm
from serve_app.pipeline.progress import Progress, ProgressState
from serve_app.settings import JobSettings, LimitSettings

if TYPE_CHECKING:
    from redis.asyncio import Redis

logger = logging.getLogger("visage.jobs")

LEASE_S = 6.0
"""Without a sign of life for so long whoever works on a job is lost, and the job is given to another."""
MARGIN_S = 60
_RECORD_S = 3600  # a record outlives its pictures by this, so that clients learn that they have expired
_ID_BYTES = 24
_ID = re.compile("[A-Za-z0-9_-]{32}")  # what token_urlsafe makes of them
_STAGES: dict[str, StageName | Step] = {str(each): each for each in (*StageName, *Step)}


class JobStore:
    """One client of the server; every change of a record is one of the scripts.

    Every method raises JobsUnavailable where the server is full or does not answer.
    """

    def __init__(self, redis: Redis, settings: JobSettings, limits: LimitSettings) -> None:
        self._redis: Any = redis  # its stubs know neither that replies are bytes here nor which calls are coroutines
        self._settings = settings
        self.slots = settings.consumers * settings.concurrency
        """Jobs that are worked on at a time."""
        self.look_s = int(limits.deadline_s) + MARGIN_S
        """Seconds that an attempt takes at most, and after which a message about a job counts as lost."""
        self._hold_s = self.look_s + int(LEASE_S) + settings.waiting_lifetime_s
        """Seconds that what is worked on stays without a sign of life."""
        self._record_s = settings.result_lifetime_s + _RECORD_S
        self._scripts = {
            name: redis.register_script(text)
            for name, text in vars(scripts).items()
            if name.isupper() and not name.startswith("_")
        }

    async def submit(self, photo: bytes, reference: bytes | None, **record: str) -> str:
        """Keep a new job; returns its id, which nobody can guess. Raises StageBusy where too many wait."""
        job_id = secrets.token_urlsafe(_ID_BYTES)
        wait_s = self._settings.waiting_lifetime_s
        fields = [text for pair in record.items() for text in pair]
        kept = await self._run(
            "SUBMIT", job_id, self._settings.max_waiting, wait_s, wait_s + self._record_s, self.look_s, photo,
            reference or b"", *fields,
        )  # fmt: skip
        if not kept:
            raise StageBusy(Step.INGRESS, "too many jobs are waiting")
        return job_id

    async def forget(self, job_id: str) -> None:
        """Remove a job that was submitted but could not be enqueued."""
        await self._run("FORGET", job_id)

    async def get(self, job_id: str) -> Job:
        """The job as it is now; raises UnknownJob."""
        if not _ID.fullmatch(job_id):
            raise UnknownJob
        pairs, has_photo, has_picture, rank, durations = await self._run("READ", job_id)
        if not pairs:
            raise UnknownJob
        words = [word.decode() for word in pairs]
        text = dict(zip(words[::2], words[1::2], strict=True))
        state = JobState(text["state"])
        if (state is JobState.QUEUED and not has_photo) or (state is JobState.SUCCEEDED and not has_picture):
            state = JobState.EXPIRED
        waits = state is JobState.QUEUED and rank is not None
        return Job(
            id=job_id,
            state=state,
            owner=text.get("owner", ""),
            attempts=int(text["attempts"]),
            stage=text.get("stage") or None,
            percent=int(text.get("percent", 0)),
            eta_ms=int(text["eta_ms"]) if state is JobState.RUNNING and text.get("eta_ms") else None,
            position=rank + 1 if waits else None,
            estimate_s=self._estimate(rank, [float(value) for value in durations]) if waits else None,
            error=text.get("error"),
            kind=text.get("kind", PHOTO),
        )

    def _estimate(self, ahead: int, durations: Sequence[float]) -> float | None:
        """Seconds until the job with this many ahead will be done, if all take as long as recent ones did."""
        if not durations:
            return None
        return round(sum(durations) / len(durations) * (ahead // self.slots + 1), 1)

    async def result(self, job_id: str) -> tuple[bytes, bytes] | None:
        """The result: the picture, and the JSON of an EnhanceData without it; None where it has expired."""
        async with _reachable():
            picture, details = await self._redis.mget(_key(job_id, "picture"), _key(job_id, "details"))
        return None if picture is None or details is None else (picture, details)

    async def events(self, job_id: str, after: int) -> list[Progress]:
        """The progress of the present attempt, but for the first `after` events."""
        async with _reachable():
            found = await self._redis.lrange(_key(job_id, "events"), after, -1)
        return [
            Progress(_STAGES[stage], ProgressState(state), *figures)
            for stage, state, *figures in map(json.loads, found)
        ]

    async def cancel(self, job_id: str) -> None:
        """Cancel a job that has not finished, and remove the pictures of any."""
        await self._run("CANCEL", job_id, self._record_s)

    async def claim(self, job_id: str) -> Claim | None:
        """The right to work on a job that waits; None where it does not: cancelled, expired, or taken."""
        hold_s = self._hold_s
        claimed = await self._run("CLAIM", job_id, LEASE_S, hold_s, hold_s + self._record_s)
        if claimed is None:
            return None
        async with _reachable():
            photo, reference = await self._redis.mget(_key(job_id, "photo"), _key(job_id, "reference"))
            options, owner, kind = await self._redis.hmget(_key(job_id), "options", "owner", "kind")
        if photo is None or options is None:
            return None  # cancelled just now
        fence, attempt = claimed
        owner_and_options = (owner or b"").decode(), options.decode()
        return Claim(job_id, fence, attempt, *owner_and_options, photo, reference, (kind or PHOTO.encode()).decode())

    async def beat(self, claim: Claim, progress: JobProgress | FilmProgress, events: Sequence[Progress]) -> bool:
        """Say that the work goes on, and how far it is; False where the job is no longer ours: stop."""
        packed = [json.dumps(dataclasses.astuple(event)) for event in events]
        left = "" if progress.eta_ms is None else progress.eta_ms
        arguments = LEASE_S, self._hold_s, self._record_s, progress.stage, progress.percent, left, *packed
        return bool(await self._run("BEAT", claim.id, claim.fence, *arguments))

    async def shared(self, job_id: str) -> SharedFilm | None:
        """The film of a job that somebody works on, to help with it; None where there is none."""
        async with _reachable():
            state, kind, options = await self._redis.hmget(_key(job_id), "state", "kind", "options")
            if state != JobState.RUNNING.encode() or kind != FILM.encode():
                return None
            film = await self._redis.get(_key(job_id, "photo"))
        return None if film is None else SharedFilm(job_id, "", options.decode(), film)

    async def take_share(self, film: SharedFilm, share: str, who: str) -> bool:
        """Work on a part of a film alone for LEASE_S; again to go on with it. False where another does."""
        return bool(await self._run("TAKE_SHARE", film.id, film.fence, share, who, int(LEASE_S * 1e3)))

    async def release_share(self, film: SharedFilm, share: str, who: str) -> None:
        """Let others go on with it, if it is still ours."""
        await self._run("RELEASE_SHARE", film.id, share, who)

    async def keep_piece(self, film: SharedFilm, share: str, who: str, name: str, data: bytes) -> bool:
        """Keep what is finished of a film until the job has ended; False where the share is no longer ours."""
        return bool(await self._run("KEEP_PIECE", film.id, film.fence, share, who, self._hold_s, name, data))

    async def drop_piece(self, film: SharedFilm, name: str) -> None:
        """Remove what is not needed any more."""
        async with _reachable():
            await self._redis.hdel(_key(film.id, "pieces"), name)

    async def piece(self, film: SharedFilm, name: str) -> bytes | None:
        """What was kept, by whoever."""
        async with _reachable():
            found: bytes | None = await self._redis.hget(_key(film.id, "pieces"), name)
        return found

    async def piece_names(self, film: SharedFilm) -> set[str]:
        """Of all that is kept."""
        async with _reachable():
            return {name.decode() for name in await self._redis.hkeys(_key(film.id, "pieces"))}

    async def succeed(self, claim: Claim, details: str, picture: bytes) -> bool:
        """Keep the result; False, and nothing is kept, where the job is no longer ours."""
        lifetime_s = self._settings.result_lifetime_s
        return bool(await self._run("SUCCEED", claim.id, claim.fence, lifetime_s, self._record_s, details, picture))

    async def fail(self, claim: Claim, error: str) -> bool:
        """End the job with an error, the JSON of an ErrorEvent; False where it is no longer ours."""
        return bool(await self._run("FAIL", claim.id, claim.fence, self._record_s, error))

    async def release(self, claim: Claim, pause_s: float) -> bool:
        """Have the job tried again after a pause; False where it is no longer ours."""
        return bool(await self._run("RELEASE", claim.id, claim.fence, pause_s))

    async def sweep(self, lost: str) -> list[str]:
        """The jobs to be enqueued again: whoever worked on them is lost, their pause is over, or a message was lost.

        `lost`, the JSON of an ErrorEvent, becomes the error of those that have used up their attempts.
        """
        found = await self._run("SWEEP", "", self._settings.max_attempts, self.look_s, self._record_s, lost)
        return [job_id.decode() for job_id in found]

    async def waiting(self) -> int:
        """How many jobs wait."""
        async with _reachable():
            return int(await self._redis.zcard("visage:waiting"))

    async def notes(self, pauses_s: Sequence[int]) -> list[tuple[str, str]]:
        """The jobs that have ended and whose webhook is due for a try; the next one is after the next of the pauses."""
        found = [word.decode() for word in await self._run("NOTES", "", *pauses_s)]
        return list(zip(found[::2], found[1::2], strict=True))

    async def remove_note(self, job_id: str) -> None:
        """No further try is needed."""
        async with _reachable():
            await self._redis.zrem("visage:notes", job_id)

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.aclose()

    async def _run(self, script: str, *arguments: Any) -> Any:
        async with _reachable():
            return await self._scripts[script](args=arguments)


def _key(job_id: str, part: str = "") -> str:
    return f"visage:job:{job_id}:{part}" if part else f"visage:job:{job_id}"


@asynccontextmanager
async def _reachable() -> AsyncIterator[None]:
    """Whatever goes wrong with the server is a JobsUnavailable."""
    from redis.exceptions import RedisError

    try:
        yield
    except (RedisError, OSError) as error:
        logger.error("Redis: %s", error)
        raise JobsUnavailable from error
