"""The pipeline's own settings. docs/api.md, "What the metrics mean", has the measurements behind the thresholds."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from deployments.contract import MIN_METRICS_SIDE


class PipelineConfig(BaseModel):
    """Thresholds and sizes that the pipeline acts on."""

    model_config = ConfigDict(extra="forbid")

    threads: int = Field(
        default=0, ge=0, description="Threads of the ingress for pixels; 0: one for each CPU it may use, at least 2."
    )
    min_eye_distance: float = Field(
        default=10.0,
        ge=0.0,
        description="Pixels between the eyes in the input below which a score is marked unreliable.",
    )
    min_feature_norm: float = Field(
        default=18.5,
        ge=0.0,
        description="Length of the input face's feature vector below which a score is marked unreliable: it shrinks as "
        "a face gets harder to recognize (AdaFace, CVPR 2022).",
    )
    mark: bool = Field(
        default=True,
        description="Say in the XMP of every result that it was made with AI, with which models, and of which file. "
        "The law may demand it (EU AI Act, Article 50).",
    )
    max_compared_pixels: int = Field(
        default=1_048_576,
        ge=MIN_METRICS_SIDE**2,
        description="Images with more pixels are reduced to this number, both alike, before they are measured.",
    )
