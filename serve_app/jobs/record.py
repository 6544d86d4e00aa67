"""A job as its record tells it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from deployments.stages import StageName
from serve_app.pipeline.progress import Progress, ProgressState

PHOTO, FILM = "photo", "film"
"""What a job may be about."""


class JobState(StrEnum):
    """What has become of a job."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"

    @property
    def is_final(self) -> bool:
        """Whether it stays so. A result that succeeded expires later."""
        return self not in (JobState.QUEUED, JobState.RUNNING)


@dataclass(frozen=True)
class Job:
    """One job's record, as it was when it was read."""

    id: str
    state: JobState
    owner: str = ""
    """The API key that submitted it; empty without keys."""
    attempts: int = 0
    stage: str | None = None
    """The stage or step that last said something of itself."""
    percent: int = 0
    eta_ms: int | None = None
    """Milliseconds until the result, as of half a second ago; None where it does not run, or nobody knows."""
    position: int | None = None
    """Its place among those that wait, the next one is 1; None where it does not wait."""
    estimate_s: float | None = None
    """Seconds until it will be done, as recent jobs tell; None where it does not wait, or none has been done lately."""
    error: str | None = None
    """JSON of an ErrorEvent where it failed."""
    kind: str = PHOTO
    """What was submitted."""


@dataclass(frozen=True)
class Claim:
    """The right to work on a job: of all who ever had it, the one with the highest fence may write."""

    id: str
    fence: int
    attempt: int
    owner: str
    """The API key that submitted it; empty without keys."""
    options: str
    photo: bytes = field(repr=False)
    reference: bytes | None = field(repr=False)
    kind: str = PHOTO


@dataclass(frozen=True)
class SharedFilm:
    """A film that several may work on."""

    id: str
    """Of its job."""
    fence: int | str
    """Of the claim; empty for who only helps."""
    options: str
    film: bytes = field(repr=False)

    @classmethod
    def of(cls, claim: Claim) -> SharedFilm:
        """For the holder of the job."""
        return cls(claim.id, claim.fence, claim.options, claim.photo)


class FilmProgress:
    """How far a film is, by its frames; those that an earlier attempt has finished take no time."""

    stage = StageName.RESTORER
    percent = 0
    eta_ms: int | None = None
    """Milliseconds left, at the pace so far."""

    def __init__(self) -> None:
        self._first: tuple[float, int] | None = None

    def add(self, progress: Progress) -> None:
        """Take note of what the pipeline reports."""
        now, done, total = time.monotonic(), progress.done, max(1, progress.total)
        if self._first is None:
            self._first = now, done
        began, before = self._first
        self.percent = max(self.percent, min(99, 100 * done // total))  # a lost piece is done again
        if done > before:
            self.eta_ms = round(1e3 * (now - began) / (done - before) * (total - done))


class JobProgress:
    """How far a job is, from what the pipeline reports."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.percent = 0
        """Of the time that it takes; it never falls, and is below 100 until the job has finished."""
        self.stage = ""
        """What began last and has not finished; where nothing is under way, what finished last."""
        self._clock = clock
        self._ends: float | None = None
        self._under_way: list[str] = []

    @property
    def eta_ms(self) -> int | None:
        """Milliseconds until the result; None while nobody knows."""
        return None if self._ends is None else max(0, round(1e3 * (self._ends - self._clock())))

    def add(self, progress: Progress) -> None:
        """Take note of what the pipeline reports."""
        stage, finished = str(progress.stage), progress.state is ProgressState.FINISHED
        if stage in self._under_way and finished:
            self._under_way.remove(stage)
        elif stage not in self._under_way and not finished:
            self._under_way.append(stage)
        self.stage = self._under_way[-1] if self._under_way else stage
        if progress.percent is not None:
            self.percent = max(self.percent, min(99, int(progress.percent)))
        if progress.eta_ms is not None:
            self._ends = self._clock() + progress.eta_ms / 1e3
