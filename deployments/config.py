"""The settings of each stage: what may be chosen, with units, ranges and defaults. Imports no model library."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from deployments.models.architecture import Purpose
from deployments.models.registry import models_for

DeviceChoice = Literal["auto", "cpu", "cuda"]
PrecisionChoice = Literal["auto", "float32", "bfloat16", "float16"]
EngineChoice = Literal["auto", "torch"]
KernelChoice = Literal["auto", "torch"]
AUTO = "auto"
FORBIDDEN = "forbidden"


def _model_for(purpose: Purpose, *words: str) -> AfterValidator:
    """Accepts the models of the manifest that can serve `purpose`, and `words`."""

    def check(name: str) -> str:
        allowed = [*words, *models_for(purpose)]
        if name not in allowed:
            raise ValueError(f"{name!r} is no model for {purpose}; choose one of {', '.join(allowed)}")
        return name

    return AfterValidator(check)


class StageConfig(BaseModel):
    """The settings that every stage has."""

    model_config = ConfigDict(extra="forbid", protected_namespaces=())

    device: DeviceChoice = Field(
        default="auto", description="auto: the GPU where the replica was given one, else the CPU."
    )
    cpu_threads: int = Field(
        default=0,
        ge=0,
        description="Threads for one inference on the CPU; 0: every CPU that this process may use, "
        "of which the verifier takes four.",
    )

    @property
    def calls_together(self) -> int:
        """How many calls a replica works on together."""
        return 1


class NetworkConfig(StageConfig):
    """The settings of stages whose networks run by OpenVINO or in torch."""

    engine: EngineChoice = Field(
        default="auto",
        description="auto: OpenVINO on a CPU, in float32, where a network can run by it, else torch; torch: always.",
    )


class DetectorConfig(NetworkConfig):
    """Settings of the detector."""

    model: Annotated[str, _model_for(Purpose.DETECTION, AUTO)] = Field(
        default=AUTO, description="auto: ResNet50 on a GPU when its weights are there, else MobileNet 0.25."
    )
    min_score: float = Field(
        default=0.95,
        ge=0.0,
        le=1.0,
        description="Confidence below which a face is ignored; 0.5 suffices for one that another covers in part.",
    )
    min_face_size: int = Field(default=20, ge=8, description="Shorter side of the smallest face accepted, in pixels.")
    max_faces: int = Field(
        default=32, ge=1, description="Maximum number of faces; if more are found, the largest are kept."
    )
    max_side: int = Field(
        default=2048, ge=640, description="Images with a longer side are reduced to it, in pixels, for detection only."
    )


class RestorerConfig(NetworkConfig):
    """Settings of the face restorer."""

    model: Annotated[str, _model_for(Purpose.RESTORATION, AUTO)] = Field(
        default=AUTO, description="auto: GFPGAN when its weights are there, else the fallback."
    )
    fallback: Annotated[str, _model_for(Purpose.RESTORATION, FORBIDDEN)] = Field(
        default="visage-face",
        description="What takes GFPGAN's place without its weights; forbidden: the stage then refuses to start.",
    )
    precision: PrecisionChoice = Field(default="auto", description="auto: float32, since GFPGAN overflows in float16.")
    parsing: bool = Field(
        default=True, description="Blend along the face's outline (BiSeNet) where its weights are there."
    )
    max_batch_size: int = Field(
        default=1,
        ge=1,
        le=32,
        description="Faces, of whichever requests, in one inference. With more than 1 the last bits of a result depend "
        "on which faces shared it, and on a CPU nothing is gained.",
    )
    batch_wait_s: float = Field(
        default=0.01, ge=0.0, le=1.0, description="Seconds that a face waits for others to join it."
    )

    @property
    def calls_together(self) -> int:
        """See StageConfig."""
        return self.max_batch_size


class UpscalerConfig(StageConfig):
    """Settings of the upscaler."""

    model: Annotated[str, _model_for(Purpose.UPSCALING, AUTO)] = Field(
        default=AUTO,
        description="auto: x2plus and x4plus on a GPU where their weights are there, else general-x4v3.",
    )
    precision: PrecisionChoice = Field(
        default="auto",
        description="auto: float16 on a GPU, bfloat16 (in the kernel also integers of 16 bits) on a CPU that has "
        "instructions for it, else float32.",
    )
    kernel: KernelChoice = Field(
        default="auto",
        description="auto: our own machine code for general-x4v3 on a CPU with AVX2 or AVX-512; torch: never.",
    )
    tile_memory_mb: int = Field(
        default=0,
        ge=0,
        description="Memory one tile may take; 0: a third of what the GPU has free at each call, 200 MB on a CPU.",
    )


class VerifierConfig(StageConfig):
    """Settings of the identity check."""

    device: DeviceChoice = Field(
        default="auto",
        description="auto: the CPU, which takes milliseconds for a face; cuda: only if Ray gave it a GPU.",
    )


class MetricsConfig(NetworkConfig):
    """Settings of the image metrics."""


class StageScale(BaseModel):
    """How many replicas a stage has and what Ray reserves for each."""

    model_config = ConfigDict(extra="forbid")

    num_gpus: float = Field(
        ge=0.0, le=1.0, description="Fraction of a GPU, where the cluster has GPUs; otherwise ignored."
    )
    num_cpus: float = Field(default=0.1, ge=0.0, description="CPUs that Ray reserves; it does not limit threads.")
    replicas: Literal["auto"] | Annotated[int, Field(ge=1)] = Field(
        default="auto", description="auto: one for each GPU of the cluster, or one."
    )
    max_replicas: int | None = Field(
        default=None, ge=1, description="If set, Serve adds replicas under load, from `replicas` up to this number."
    )
    scale_up_after_s: float = Field(
        default=30.0, gt=0, description="Seconds of too much load before replicas are added."
    )
    scale_down_after_s: float = Field(
        default=600.0, gt=0, description="Seconds of too little load before replicas are removed."
    )
    max_ongoing_requests: int = Field(
        default=2,
        ge=1,
        description="Calls a replica accepts at once: one runs (in its only thread), the rest are ready.",
    )
    max_queued_requests: int = Field(
        default=64, ge=1, description="Calls that may wait in each ingress replica; more are answered 503."
    )
