"""What is promised, and whether it was kept, given how far the rounds of the same run lie apart."""

from __future__ import annotations

import statistics
from dataclasses import dataclass

SPEEDUP = 6.0
"""Over HTTP, of the official pipeline's time."""
SIMILAR_DB = 55.0
"""The upscaler's result to that of the same network in float32."""
HTTP_SHARE, HTTP_MS = 1.10, 60.0
"""Over HTTP at most this many times as long as in process, and milliseconds more."""
IDLE_GB = 2.5
READY_S = 25.0
BACK_S = 5.0
THROUGHPUT = 0.95
"""Of one client's photos a second, at any number of clients."""


@dataclass(frozen=True)
class Goal:
    """One figure beside what was promised."""

    what: str
    value: float
    bound: float
    at_least: bool = False
    noise: float = 0.0
    """Share by which the rounds lie apart: a value this much beyond the bound may be chance."""

    @property
    def kept(self) -> bool:
        """Whether it is, or is missed by no more than the noise."""
        if self.at_least:
            return self.value >= self.bound * (1 - self.noise)
        return self.value <= self.bound * (1 + self.noise)

    def row(self) -> str:
        """Of a Markdown table."""
        bound = f"at {'least' if self.at_least else 'most'} {self.bound:,.4g}"
        noise = f"{self.noise:.0%}" if self.noise else ""
        return f"| {self.what} | {self.value:,.4g} | {bound} | {noise} | {'yes' if self.kept else '**no**'} |"


HEADER = "| goal | measured | bound | noise | kept |\n|---|---:|---:|---:|---|"


def noise_of(*contestants: list[float]) -> float:
    """How far the median of the rounds is above the minimum, as a share, added up over the contestants."""
    return sum(statistics.median(rounds) / min(rounds) - 1 for rounds in contestants)
