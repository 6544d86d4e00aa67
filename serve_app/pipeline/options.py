"""What a client may choose for one image; the API's form and the page's options derive from `EnhanceOptions`."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, Field

from deployments.imaging.formats import OUTPUT_FORMATS, OutputFormat, OutputFormatName


class FaceChoice(StrEnum):
    """Which faces to restore."""

    ALL = "all"
    LARGEST = "largest"
    CENTER = "center"


class LowIdentity(StrEnum):
    """What is done with a restored face that no longer looks like the same person."""

    WARN = "warn"
    BLEND = "blend"
    KEEP = "keep"


class EnhanceOptions(BaseModel):
    """The options of one request."""

    upscale_factor: int = Field(default=2, ge=1, le=4, description="Output size over input size.")
    strength: float = Field(
        default=1.0, ge=0.0, le=1.0, description="How much of a restored face replaces the original: a blend."
    )
    faces: FaceChoice = Field(default=FaceChoice.ALL, description="Which of the detected faces to restore.")
    bystanders: bool = Field(
        default=False, description="Restore also small faces that are out of focus behind a larger one."
    )
    on_low_identity: LowIdentity = Field(
        default=LowIdentity.WARN,
        description="What to do with a face below `min_identity`: warn; blend in less of the restoration, in steps, "
        "until it looks like the same person; or keep the face as it was.",
    )
    min_identity: float = Field(
        default=0.4, ge=-1.0, le=1.0, description="Cosine similarity below which a face has changed too much."
    )
    color_correction: bool = Field(
        default=True, description="Give restored faces the original's shades and casts: its low frequencies."
    )
    grain: bool = Field(default=False, description="Give restored faces the grain of what surrounds them.")
    background: bool = Field(
        default=True, description="Enlarge the background with Real-ESRGAN; false: plain bicubic resampling."
    )
    output_format: OutputFormatName = Field(
        default=OutputFormatName("png"),
        description="png keeps transparency and 16 bits; jpeg has 8 bits and puts transparency on white.",
    )

    @property
    def factors(self) -> tuple[int, ...]:
        """The factors that will do, the largest first: only the one that the client named, or the default and less."""
        named = "upscale_factor" in self.model_fields_set
        return (self.upscale_factor,) if named else tuple(range(self.upscale_factor, 0, -1))

    @property
    def output(self) -> OutputFormat:
        """The registered format that `output_format` names."""
        return OUTPUT_FORMATS[self.output_format]
