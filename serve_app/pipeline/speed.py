"""How fast this machine works, learnt from warm-ups and from requests, and what a request will take."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from statistics import median

from deployments.contract import MEGAPIXEL
from deployments.errors import Step
from deployments.stages import StageName
from serve_app.pipeline.options import EnhanceOptions

BICUBIC = "bicubic"
"""The kind of work that plain resampling is."""
_REMEMBERED = 9
"""Requests whose figures count, of each kind: a median of so few follows a machine whose load changes."""
_SMALLEST = 0.05
"""Megapixels: below it a stage's fixed costs decide."""
_FACES_A_MEGAPIXEL = 0.25
"""Composing is work on each face, 0.07 to 0.3 s by its size, and on each megapixel: 0.03 s, for its shades."""


@dataclass(frozen=True)
class Work:
    """What a request is, as far as it decides how long it takes."""

    input_megapixels: float
    output_megapixels: float
    faces: int
    upscaler: str
    """What enlarges the background: a factor, or plain resampling."""
    format: str
    compared_megapixels: float
    detects: bool
    verifies: bool

    @classmethod
    def of(cls, width: int, height: int, options: EnhanceOptions, faces: int, max_compared_pixels: int) -> Work:
        """For an image of this size; `options` as fitted to it."""
        out_width, out_height = options.output_size(width, height)
        return cls(
            max(width * height / MEGAPIXEL, _SMALLEST),
            max(out_width * out_height / MEGAPIXEL, _SMALLEST),
            faces,
            f"{StageName.UPSCALER} x{options.upscale_factor}" if options.background else BICUBIC,
            options.output.name,
            max(min(out_width * out_height, max_compared_pixels) / MEGAPIXEL, _SMALLEST),
            options.faces != "none",
            options.verify,
        )

    def with_faces(self, faces: int) -> Work:
        """The same with as many faces to restore."""
        return replace(self, faces=faces)

    def units(self) -> dict[str, tuple[str, float]]:
        """For each stage and step the kind of work, and how much of it there is."""
        found: dict[str, tuple[str, float]] = {
            StageName.UPSCALER: (self.upscaler, self.input_megapixels),
            Step.COMPOSE: (Step.COMPOSE, composing(self.faces, self.output_megapixels)),
            StageName.METRICS: (StageName.METRICS, self.compared_megapixels),
            Step.ENCODE: (encoding(self.format), self.output_megapixels),
        }
        if self.detects:
            found[StageName.DETECTOR] = (StageName.DETECTOR, min(self.input_megapixels, 4.0))
        if self.faces:
            found[StageName.RESTORER] = (StageName.RESTORER, self.faces)
            if self.verifies:
                found[StageName.VERIFIER] = (StageName.VERIFIER, self.faces)
        return found


class Speeds:
    """Seconds that a unit of each kind of work takes. In memory, of one ingress replica; no image is in it."""

    def __init__(self) -> None:
        self._first: dict[str, float] = {}
        self._seconds: defaultdict[str, deque[float]] = defaultdict(lambda: deque(maxlen=_REMEMBERED))

    def begin(self, unit_s: Mapping[str, float]) -> None:
        """Take these for kinds of work, or for stages, of which no request was seen yet."""
        self._first.update(unit_s)

    def learn(self, work: Work, shares_ms: Mapping[str, float]) -> None:
        """Take note of how long each stage of a request worked, see StageTimings.shares_ms."""
        for stage, (kind, amount) in work.units().items():
            if stage in shares_ms:
                self._seconds[kind].append(shares_ms[stage] / 1e3 / amount)

    def expect(self, work: Work) -> dict[str, float] | None:
        """Seconds that each stage will work, which add up; None where nothing is known of a kind of work.

        An upscaling factor, or a format, that was never seen is taken for the slowest of those that were, and where
        none was, for what `begin` was told.
        """
        expected = {}
        for stage, (kind, amount) in work.units().items():
            alike = kind.split()[0]
            seen = (
                [self._seconds[kind]]
                if self._seconds.get(kind)
                else [each for name, each in self._seconds.items() if name.split()[0] == alike]
            )
            unit_s = max((median(each) for each in seen), default=self._first.get(kind, self._first.get(alike)))
            if unit_s is None:
                return None
            expected[stage] = amount * unit_s
        return expected


def composing(faces: int, output_megapixels: float) -> float:
    """How much work composing is, in faces."""
    return faces + _FACES_A_MEGAPIXEL * output_megapixels


def encoding(output_format: str) -> str:
    """The kind of work that writing this format is."""
    return f"{Step.ENCODE} {output_format}"
