"""Progress of a request, as the pipeline reports it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class ProgressState(StrEnum):
    """What happened to a stage."""

    STARTED = "started"
    PROGRESS = "progress"
    FINISHED = "finished"


@dataclass(frozen=True)
class Progress:
    """A stage, or a step without a model, of this request started, advanced or finished."""

    stage: StrEnum
    """A StageName or a Step."""
    state: ProgressState
    done: int = 0
    total: int = 0
    """Faces or tiles; 0 where they are not known or do not apply."""
    percent: float | None = None
    """Of the whole request; None while this machine's speed is not known."""
    eta_ms: float | None = None
    """Milliseconds until the result; None likewise."""


ProgressCallback = Callable[[Progress], None]


def ignore_progress(progress: Progress) -> None:
    """A ProgressCallback for callers that do not want to know."""
