"""What became of a film, as a whole and shot by shot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from serve_app.video.film import Film
from serve_app.video.plan import Plan
from serve_app.video.restoring import FilmFigures


@dataclass(frozen=True)
class Shot:
    """The figures of a shot; None where there was nothing to measure."""

    begins: float
    """Seconds."""
    frames: int
    identity_mean: float | None
    identity_least: float | None
    psnr: float | None
    ssim: float | None
    lpips: float | None
    flicker_input: float | None
    flicker: float | None


@dataclass
class FilmReport:
    """The figures of a film."""

    plan: Plan
    width: int
    height: int
    figures: FilmFigures
    resumed: int
    """Pieces that had been done before."""
    deinterlaced: bool = False
    left_out: list[str] = field(default_factory=list)
    """Streams that the container of the result cannot hold."""

    @property
    def film(self) -> Film:
        """What it was made from."""
        return self.plan.film

    @property
    def pieces(self) -> int:
        """How many there were."""
        return len(self.plan.pieces)

    @property
    def interlaced(self) -> int:
        """Frames that say that they have two fields."""
        return self.plan.interlaced

    @property
    def seconds(self) -> float:
        """Of the film, about."""
        return float(self.film.frames / self.film.rate)

    def shots(self) -> list[Shot]:
        """One after the other."""
        begins = [float(time * self.film.time_base) for piece in self.plan.pieces for time in piece.cuts]
        frames = self.plan.shot_frames
        shots = []
        for (begin, end), count in zip(pairwise([*begins, float("inf")]), frames, strict=True):
            alike = [value for time, value in self.figures.similarities if begin <= time < end]
            samples = [values for time, *values in self.figures.samples if time is not None and begin <= time < end]
            means = [_mean([sample[index] for sample in samples]) for index in range(5)]
            shots.append(Shot(begin, count, _mean(alike), _rounded(min(alike, default=None)), *means))
        return shots

    def as_dict(self) -> dict[str, Any]:
        """For a report: plain values, the similarities as their mean and least, and the same of each shot."""
        figures = dict(vars(self.figures))
        alike = [value for _, value in figures.pop("similarities")]
        samples = figures.pop("samples")
        for index, name in enumerate(("psnr", "ssim", "lpips", "flicker_input", "flicker"), 1):
            figures[name] = _mean([sample[index] for sample in samples])
        figures["identity_mean"], figures["identity_least"] = _mean(alike), _rounded(min(alike, default=None))
        film = {"codec": self.film.codec, "rate": str(self.film.rate), "rotation": self.film.rotation}
        notes = {
            "pieces": self.pieces, "resumed_pieces": self.resumed, "interlaced_frames": self.interlaced,
            "deinterlaced": self.deinterlaced, "left_out": self.left_out,
            "by_shot": [asdict(shot) for shot in self.shots()],
        }  # fmt: skip
        return {"width": self.width, "height": self.height, "film": film, **figures, **notes}


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return _rounded(float(np.mean(known))) if known else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
