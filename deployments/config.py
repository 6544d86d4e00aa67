"""The stages' settings: what may be chosen for each, with units, ranges and defaults. Imports no model code."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

DeviceChoice = Literal["auto", "cpu", "cuda"]
Precision = Literal["auto", "float32", "bfloat16", "float16"]
MIN_METRICS_SIDE = 32
"""Pixels; in smaller pictures nothing is left in AlexNet's last layers."""


class StageConfig(BaseModel):
    """The settings that every stage has."""

    model_config = ConfigDict(extra="forbid", protected_namespaces=())

    device: DeviceChoice = Field("auto", description="auto: the GPU where the replica was given one, else the CPU.")
    cpu_threads: int = Field(
        0, ge=0, description="Threads for one inference on the CPU; 0: every core. (Ray itself would allow one.)"
    )


class DetectorConfig(StageConfig):
    """Settings of the detector."""

    model: Literal["auto", "retinaface-mobile0.25", "retinaface-resnet50"] = Field(
        "auto", description="auto: ResNet50 on a GPU when its weights are there, else MobileNet 0.25."
    )
    min_score: float = Field(0.95, ge=0.0, le=1.0, description="Confidence below which a face is ignored.")
    min_face_size: int = Field(20, ge=8, description="Shorter side of the smallest face accepted, in pixels.")
    max_faces: int = Field(32, ge=1, description="Of more faces only the largest so many are taken.")
    max_side: int = Field(
        2048, ge=640, description="Pictures with a longer side are reduced to it, for detection only."
    )


class RestorerConfig(StageConfig):
    """Settings of the face restorer."""

    model: Literal["auto", "gfpgan-v1.4", "visage-face", "realesr-general-x4v3"] = Field(
        "auto", description="auto: GFPGAN when its weights are there, else the fallback."
    )
    fallback: Literal["visage-face", "realesr-general-x4v3", "forbidden"] = Field(
        "visage-face",
        description="What takes GFPGAN's place without its weights; forbidden: the stage then refuses to start.",
    )
    precision: Precision = Field("auto", description="auto: float32, since GFPGAN overflows in float16.")
    parsing: bool = Field(True, description="Blend along the face's outline (BiSeNet) where its weights are there.")
    max_batch_size: int = Field(4, ge=1, le=32, description="Faces, of whichever requests, in one inference.")
    batch_wait_s: float = Field(0.01, ge=0.0, le=1.0, description="How long a face waits for others to join it.")


class UpscalerConfig(StageConfig):
    """Settings of the upscaler."""

    model: Literal[
        "auto", "realesr-general-x4v3", "realesrgan-x2plus", "realesrgan-x4plus", "realesrgan-x4plus-ncnn"
    ] = Field("auto", description="auto: x2plus and x4plus on a GPU where their weights are there, else general-x4v3.")
    precision: Precision = Field(
        "auto", description="auto: float16 on a GPU, bfloat16 on a CPU that has instructions for it, else float32."
    )
    tile_memory_mb: int = Field(
        0, ge=0, description="Memory one tile may take; 0: a third of the GPU's free memory, 200 MB on the CPU."
    )


class VerifierConfig(StageConfig):
    """Settings of the identity check. The README, "Identity", has the measurements behind the defaults."""

    min_similarity: float = Field(
        0.4, ge=-1.0, le=1.0, description="Cosine similarity below which a warning names the face."
    )
    min_eye_distance: float = Field(
        10.0, ge=0.0, description="Pixels between the eyes in the input below which a score is marked unreliable."
    )
    min_feature_norm: float = Field(
        18.5,
        ge=0.0,
        description="Length of the input face's feature vector below which a score is marked unreliable: it shrinks as "
        "a face gets harder to recognise (AdaFace, CVPR 2022).",
    )


class MetricsConfig(StageConfig):
    """Settings of the quality figures."""

    max_pixels: int = Field(
        1_048_576, ge=MIN_METRICS_SIDE**2, description="Larger pictures are reduced to so many pixels, both alike."
    )
