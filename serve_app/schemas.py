"""The wire: what a request may ask for and what an answer holds. The OpenAPI document is made from this."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class _Wire(BaseModel):
    model_config = ConfigDict(protected_namespaces=())


class EnhanceOptions(_Wire):
    """What the client may choose; form fields beside the file."""

    upscale_factor: int = Field(2, ge=1, le=4)
    strength: float = Field(1.0, ge=0.0, le=1.0)
    faces: Literal["all", "largest", "center"] = "all"
    color_correction: bool = False
    background: bool = True
    output_format: Literal["png", "jpeg"] = "png"


class QualityFigures(_Wire):
    """Of the result against the input resampled to its size, or against `reference` where one was sent.

    Large pictures are reduced before they are compared (see `metrics_pixels`).
    """

    psnr: float = Field(description="dB; higher is closer. 100 for identical pictures.")
    ssim: float = Field(description="Structural similarity, at most 1; 1 is identical.")
    lpips: float = Field(description="Perceptual distance (AlexNet); 0 is identical.")
    identity_similarity: float = Field(
        description="Least cosine similarity of ArcFace features before and after, of all restored faces."
    )


class RestoredFaceInfo(_Wire):
    """One detected face."""

    box: tuple[float, float, float, float] = Field(description="Left, top, right, bottom in pixels of the input.")
    score: float = Field(description="The detector's confidence, 0 to 1.")
    restored: bool = Field(description="False for faces that the option `faces` left out.")
    identity_similarity: float | None = Field(description="Cosine similarity before and after; null if not restored.")
    reliable: bool | None = Field(
        description="False where the input face is too small or too blurred for the similarity to mean much."
    )


class EnhanceData(_Wire):
    """The result."""

    restored_image: str = Field(description="The picture, base64.")
    content_type: Literal["image/png", "image/jpeg"]
    width: int = Field(description="Pixels.")
    height: int = Field(description="Pixels.")
    metrics: QualityFigures
    metrics_against: Literal["input", "reference"]
    metrics_pixels: int = Field(description="Width times height at which the pictures were compared.")
    faces: list[RestoredFaceInfo] = Field(description="Largest first.")
    processing_time_ms: float = Field(description="From the request's last byte to the answer's first.")
    timings_ms: dict[str, float] = Field(
        description="Time in which each stage worked for this request. Stages overlap; `waiting` is the time in "
        "which none worked: queues and transport."
    )
    models: dict[str, list[str]] = Field(description="What ran in each stage.")
    warning: str | None = Field(description="What to know before trusting the result; null if nothing.")


class EnhanceResponse(_Wire):
    """The answer to POST /api/v1/enhance."""

    status: Literal["success"] = "success"
    data: EnhanceData


class ErrorResponse(_Wire):
    """The answer to anything that went wrong."""

    error: str = Field(description="What went wrong, for a person.")
    stage: str = Field(
        description="Where: upload, request, decode, detector, restorer, upscaler, compose, verifier, metrics, encode, "
        "ingress or internal."
    )


class Health(_Wire):
    """The process lives."""

    status: Literal["alive"] = "alive"


class StageStatus(_Wire):
    """One stage, as GET /api/v1/readyz tells it."""

    ready: bool
    replicas: int = Field(description="Replicas that are running.")
    models: list[str] = []
    device: str | None = None
    precision: str | None = None
    notes: list[str] = Field([], description="Fallbacks in use, models missing, or why the stage is not ready.")
    details: dict[str, Any] = {}


class Readiness(_Wire):
    """Whether the service can work, stage by stage."""

    ready: bool
    stages: dict[str, StageStatus]
    limits: PublicLimits


class PublicLimits(_Wire):
    """What a client should know before it sends anything."""

    max_upload_bytes: int
    max_input_pixels: int
    max_output_pixels: int
    min_side: int = Field(description="Pixels.")
    deadline_s: float


class ModelInfo(_Wire):
    """One model that runs, as GET /api/v1/models tells it."""

    name: str
    stage: str
    title: str
    licence: str
    commercial: bool = Field(description="Whether the weights' licence, as far as we know it, allows commercial use.")
    file: str
    sha256: str


class Models(_Wire):
    """What runs, its licence and its checksum."""

    models: list[ModelInfo]


Readiness.model_rebuild()
