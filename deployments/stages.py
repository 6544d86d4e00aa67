"""Every stage, declared once. Deployments, settings, API enums, docs and tests derive from `STAGES`.

To add a stage, see CONTRIBUTING.md, "Add a stage".
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from typing import Any

from deployments.config import (
    DetectorConfig,
    MetricsConfig,
    RestorerConfig,
    StageConfig,
    StageScale,
    UpscalerConfig,
    VerifierConfig,
)


class StageName(StrEnum):
    """The stages with a model, by their names in settings, answers and errors."""

    DETECTOR = "detector"
    RESTORER = "restorer"
    UPSCALER = "upscaler"
    VERIFIER = "verifier"
    METRICS = "metrics"


class CallMode(Enum):
    """How the stage's deployment passes calls on (deployments/serving.py)."""

    SINGLE = auto()
    """One after the other."""
    BATCHED = auto()
    """Items of different requests together; its config needs `max_batch_size` and `batch_wait_s`."""
    STREAMED = auto()
    """With progress on the way."""


@dataclass(frozen=True)
class StageSpec:
    """What the rest of the service has to know of a stage."""

    name: StageName
    summary: str
    """For the docs."""
    config: type[StageConfig]
    scale: StageScale
    """The default."""
    implementation: str
    """`module:class` of a subclass of runtime.stage.Stage. A string, so that naming a stage does not load its
    libraries: the builder and the ingress start in a second instead of loading torch."""
    mode: CallMode = CallMode.SINGLE

    def load(self, config: StageConfig) -> Any:
        """The stage itself, a runtime.stage.Stage, with its models; imports what it needs only now."""
        module, name = self.implementation.split(":")
        return getattr(importlib.import_module(module), name).load(config)


# With all stages on one GPU the default fractions add up to 0.6, so that however Ray distributes them over several
# GPUs, each finds a place.
STAGES: dict[StageName, StageSpec] = {
    spec.name: spec
    for spec in (
        StageSpec(
            StageName.DETECTOR,
            "finds faces and five landmarks each",
            DetectorConfig,
            StageScale(num_gpus=0.05),
            "deployments.detector:Detector",
        ),
        StageSpec(
            StageName.RESTORER,
            "restores aligned faces; faces of different requests share a batch",
            RestorerConfig,
            StageScale(num_gpus=0.25, max_ongoing_requests=8, max_queued_requests=256),
            "deployments.restorer:Restorer",
            CallMode.BATCHED,
        ),
        StageSpec(
            StageName.UPSCALER,
            "enlarges the whole image, tile by tile",
            UpscalerConfig,
            StageScale(num_gpus=0.25),
            "deployments.upscaler:Upscaler",
            CallMode.STREAMED,
        ),
        StageSpec(
            StageName.VERIFIER,
            "compares each face before and after",
            VerifierConfig,
            StageScale(num_gpus=0.0),
            "deployments.verifier:Verifier",
        ),
        StageSpec(
            StageName.METRICS,
            "measures PSNR, SSIM and LPIPS",
            MetricsConfig,
            StageScale(num_gpus=0.05),
            "deployments.metrics:Metrics",
        ),
    )
}
