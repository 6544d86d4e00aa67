"""A job as its record tells it."""

from __future__ import annotations

import time
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
    position: int | None = None
    """Its place among those that wait, the next one is 1; None where it does not wait."""
    estimate_s: float | None = None
    """Seconds until it will be done, as recent jobs tell or, of a film that runs, its frames; None where unknown."""
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


class FilmProgress:
    """How far a film is, by its frames; those that an earlier attempt has finished take no time."""

    stage = StageName.RESTORER
    percent = 0
    eta_s: float | None = None
    """Seconds left, at the pace so far."""

    def __init__(self) -> None:
        self._first: tuple[float, int] | None = None

    def add(self, progress: Progress) -> None:
        """Take note of what the pipeline reports."""
        now, done, total = time.monotonic(), progress.done, max(1, progress.total)
        if self._first is None:
            self._first = now, done
        began, before = self._first
        self.percent = min(99, 100 * done // total)
        if done > before:
            self.eta_s = (now - began) / (done - before) * (total - done)


class JobProgress:
    """How far a job is, from what the pipeline reports.

    `percent` is of the work known so far: tiles, faces, and each other stage or step as one piece. More work may become
    known on the way, but the figure never falls. It is below 100 until the job has finished.
    """

    eta_s: float | None = None

    def __init__(self) -> None:
        self.percent = 0
        self.stage = ""
        """What began last and has not finished; where nothing is under way, what finished last."""
        self._pieces = {str(stage): (0, 1) for stage in StageName}
        self._under_way: list[str] = []

    def add(self, progress: Progress) -> None:
        """Take note of what the pipeline reports."""
        stage, done, total = str(progress.stage), progress.done, progress.total
        finished = progress.state is ProgressState.FINISHED
        if finished:
            done = total = max(total, 1)
        if stage in self._under_way and finished:
            self._under_way.remove(stage)
        elif stage not in self._under_way and not finished:
            self._under_way.append(stage)
        self.stage = self._under_way[-1] if self._under_way else stage
        self._pieces[stage] = (done, max(total, 1))
        all_done = sum(done for done, _ in self._pieces.values())
        all_known = sum(total for _, total in self._pieces.values())
        self.percent = max(self.percent, min(99, 100 * all_done // all_known))
