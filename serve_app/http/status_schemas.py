"""The wire models of what runs: GET /v1/healthz, /v1/readyz and /v1/models."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from deployments.stages import StageName


class Health(BaseModel):
    """The process lives."""

    status: Literal["alive"] = "alive"


class StageStatus(BaseModel):
    """One stage, as GET /api/v1/readyz reports it."""

    ready: bool
    replicas: int = Field(description="Replicas that are running.")
    models: list[str] = []
    device: str | None = None
    precision: str | None = None
    notes: list[str] = Field([], description="Fallbacks in use, models missing, or why the stage is not ready.")
    details: dict[str, Any] = {}


class FilmLimits(BaseModel):
    """What a client should know before it sends a film."""

    max_upload_bytes: int
    max_seconds: float
    max_frames: int
    max_pixels: int = Field(description="Of a frame, and of a frame of the result.")


class PublicLimits(BaseModel):
    """What a client should know before it sends anything."""

    max_upload_bytes: int
    max_input_pixels: int
    max_output_pixels: int
    min_side: int = Field(description="Pixels.")
    deadline_s: float
    film: FilmLimits | None = Field(None, description="For POST /api/v1/jobs/video; null where no films are taken.")


class Readiness(BaseModel):
    """Whether the service can work, stage by stage."""

    ready: bool
    stages: dict[StageName, StageStatus]
    limits: PublicLimits


class ModelInfo(BaseModel):
    """One model that runs, as GET /api/v1/models reports it."""

    name: str
    stage: StageName
    title: str
    licence: str
    commercial: bool = Field(
        description="Whether the license of the weights, as far as we know it, allows commercial use."
    )
    file: str
    sha256: str


class Models(BaseModel):
    """What runs, its license and its checksum."""

    models: list[ModelInfo]
