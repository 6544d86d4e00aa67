"""What the doctor says of one thing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True)
class Check:
    """One thing looked at."""

    name: str
    state: State
    found: str
    remedy: str | None = None
    """What to do about it."""

    @classmethod
    def ok(cls, name: str, found: str) -> Check:
        """One that found nothing wrong."""
        return cls(name, State.OK, found)
