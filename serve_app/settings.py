"""The one settings object: everything that an operator may set, with its unit, its range and its default."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from deployments.codec import Limits
from deployments.config import DetectorConfig, MetricsConfig, RestorerConfig, UpscalerConfig, VerifierConfig

MEGAPIXEL = 1_000_000


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class LimitSettings(_Strict):
    """What a request may cost."""

    max_upload_bytes: int = Field(10_485_760, ge=1024, description="Of one file.")
    upload_timeout_s: float = Field(30.0, gt=0, description="To receive the whole request.")
    deadline_s: float = Field(300.0, gt=0, description="To answer it, from the last byte received.")
    max_input_megapixels: float = Field(16.0, gt=0)
    max_output_megapixels: float = Field(50.0, gt=0)
    min_side: int = Field(32, ge=16, description="Pixels of a picture's shorter side.")
    max_concurrent: int = Field(2, ge=1, description="Requests worked on at a time by one ingress replica.")
    max_waiting: int = Field(16, ge=0, description="Requests that may wait for their turn; more are answered 503.")
    retry_after_s: int = Field(5, ge=1, description="What a 503 tells the client to wait.")
    requests_per_minute: int = Field(0, ge=0, description="Of one client address, then 429; 0: no limit.")

    def codec(self) -> Limits:
        """The same for the codec, in pixels."""
        return Limits(
            int(self.max_input_megapixels * MEGAPIXEL), int(self.max_output_megapixels * MEGAPIXEL), self.min_side
        )


class StageScale(_Strict):
    """How many replicas a stage has and what Ray reserves for each."""

    num_gpus: float = Field(ge=0.0, le=1.0, description="Fraction of a GPU, where the cluster has GPUs; else ignored.")
    num_cpus: float = Field(0.1, ge=0.0, description="CPUs reserved in Ray's books; it limits no threads.")
    replicas: Literal["auto"] | Annotated[int, Field(ge=1)] = Field(
        "auto", description="auto: one for each GPU of the cluster, or one."
    )
    max_replicas: int | None = Field(
        None, ge=1, description="Set it to let Serve add replicas under load, from `replicas` up to so many."
    )
    max_ongoing_requests: int = Field(
        2, ge=1, description="Calls a replica takes at once: one runs (a replica has one worker thread), one is ready."
    )
    max_queued_requests: int = Field(
        64, ge=1, description="Calls that may wait in each ingress; more are answered 503."
    )


class ScaleSettings(_Strict):
    """Replicas and GPU fractions. With all five on one GPU the fractions add up to 0.65, so that however Ray deals
    them out over several GPUs, none is left without a place.
    """

    detector: StageScale = StageScale(num_gpus=0.05)
    restorer: StageScale = StageScale(num_gpus=0.25, max_ongoing_requests=8, max_queued_requests=256)
    upscaler: StageScale = StageScale(num_gpus=0.25)
    verifier: StageScale = StageScale(num_gpus=0.05)
    metrics: StageScale = StageScale(num_gpus=0.05)
    ingress_replicas: int = Field(1, ge=1)


class Settings(_Strict):
    """The argument of serve_app.app:build; unknown keys are refused."""

    limits: LimitSettings = LimitSettings()
    cors_origins: list[str] = Field([], description="Origins of pages elsewhere that may call the API.")
    detector: DetectorConfig = DetectorConfig()  # type: ignore[call-arg]
    restorer: RestorerConfig = RestorerConfig()  # type: ignore[call-arg]
    upscaler: UpscalerConfig = UpscalerConfig()  # type: ignore[call-arg]
    verifier: VerifierConfig = VerifierConfig()  # type: ignore[call-arg]
    metrics: MetricsConfig = MetricsConfig()  # type: ignore[call-arg]
    scale: ScaleSettings = ScaleSettings()
