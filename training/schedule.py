"""What changes in the course of a run: learning rate, window size, and when the critic joins."""

from __future__ import annotations

import math
from dataclasses import dataclass

FULL_PX = 512


@dataclass(frozen=True)
class Schedule:
    """One cosine cycle from step `start` to step `end`; a run can be carried on by another cycle."""

    start: int
    end: int
    critic_from: int  # the step at which the critic joins
    rate: float = 1e-4
    warm_up: int = 60
    floor: float = 0.02  # of the rate, at the end
    window_px: int = 384  # what is trained on at first
    full_from: float = 0.9  # the part of the cycle after which whole faces are trained on

    def progress(self, step: int) -> float:
        """How much of the cycle lies behind, 0 to 1."""
        return min(1.0, max(0.0, (step - self.start) / max(1, self.end - self.start)))

    def learning_rate(self, step: int) -> float:
        """Warm-up, then a cosine."""
        warm = min(1.0, (step - self.start + 1) / self.warm_up)
        return self.rate * warm * (self.floor + (1 - self.floor) * (1 + math.cos(math.pi * self.progress(step))) / 2)

    def size_px(self, step: int) -> int:
        """The side of the windows of faces that the step trains on."""
        return FULL_PX if self.progress(step) >= self.full_from else self.window_px

    def critic_joined(self, step: int) -> bool:
        """Whether the adversarial loss counts."""
        return step >= self.critic_from
