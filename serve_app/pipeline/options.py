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


class EnhanceOptions(BaseModel):
    """The options of one request."""

    upscale_factor: int = Field(default=2, ge=1, le=4, description="Output size over input size.")
    strength: float = Field(
        default=1.0, ge=0.0, le=1.0, description="How much of a restored face replaces the original: a blend."
    )
    faces: FaceChoice = Field(default=FaceChoice.ALL, description="Which of the detected faces to restore.")
    color_correction: bool = Field(
        default=True, description="Give restored faces the original's shades and casts: its low frequencies."
    )
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
