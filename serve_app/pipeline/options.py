"""What a client may choose for one image; the API's form and the page's options derive from `EnhanceOptions`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from deployments.contract import DecodeLimits
from deployments.imaging.codec import Decoded
from deployments.imaging.formats import OUTPUT_FORMATS, OutputFormatName
from deployments.imaging.metadata import MetadataChoice
from deployments.imaging.output_formats import Coding, OutputFormat
from serve_app.pipeline.chosen import FACES_SCHEMA, ChosenFaces, FaceChoice, parse_faces
from serve_app.pipeline.size import network_factor, parse_size, sized


class LowIdentity(StrEnum):
    """What is done with a restored face that no longer looks like the same person."""

    WARN = "warn"
    BLEND = "blend"
    KEEP = "keep"


class Report(StrEnum):
    """What else may be made of a result, for a reader."""

    HTML = "html"


class EnhanceOptions(BaseModel):
    """The options of one request."""

    model_config = ConfigDict(allow_inf_nan=False)  # JSON, in which jobs keep them, has no such numbers

    upscale_factor: int = Field(default=2, ge=1, le=4, description="Output size over input size.")
    strength: float = Field(
        default=1.0, ge=0.0, le=1.0, description="How much of a restored face replaces the original: a blend."
    )
    size: Annotated[str, AfterValidator(parse_size)] | None = Field(
        default=None,
        examples=["longest:3000", "2000x1500 fit"],
        description="Output size in pixels, in place of `upscale_factor`: `longest:3000` is the longer side, "
        "`2000x1500 fit` the box that the image fits into. At most 8 times the input; it may be smaller.",
    )
    faces: Annotated[
        FaceChoice | Annotated[ChosenFaces, WithJsonSchema(FACES_SCHEMA)], BeforeValidator(parse_faces)
    ] = Field(
        default=FaceChoice.ALL,
        examples=[*map(str, FaceChoice), '[{"index": 0, "strength": 0.6}]'],
        description="Which of the detected faces to restore, or a JSON list of their indices in the response, with a "
        'strength each if it is another one: `[{"index": 0, "strength": 0.6}]`.',
    )
    min_face_size: float = Field(
        default=0.0, ge=0.0, description="Leave out smaller faces: pixels of the box's longer side in the input."
    )
    max_face_size: float | None = Field(
        default=None, ge=1.0, description="Leave out larger faces: pixels of the box's longer side in the input."
    )
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
    verify: bool = Field(
        default=True, description="Compare each face before and after; false: no biometric feature is computed."
    )
    face_crops: bool = Field(
        default=False, description="Return each restored face too, aligned, 512x512 pixels, as PNG."
    )
    layers: bool = Field(
        default=False,
        description="Return the result in layers too: the background, and each restored face with its place.",
    )
    color_correction: bool = Field(
        default=True,
        description="Give restored faces and the background the original's shades and casts: its low frequencies.",
    )
    grain: bool = Field(default=False, description="Give restored faces the grain of what surrounds them.")
    background: bool = Field(
        default=True, description="Enlarge the background with Real-ESRGAN; false: plain bicubic resampling."
    )
    output_format: OutputFormatName = Field(
        default=OutputFormatName("png"),
        description="png, tiff and jxl keep transparency and 16 bits; avif has transparency and up to 10 bits, webp "
        "transparency and 8; jpeg has 8 bits and puts transparency on white.",
    )
    quality: int | None = Field(
        default=None,
        ge=1,
        le=100,
        description="Of a jpeg, webp, avif or jxl that is not lossless. Refused where there is no such choice.",
    )
    lossless: bool | None = Field(
        default=None, description="Keep every value: webp, avif and jxl. Refused where there is no such choice."
    )
    metadata: MetadataChoice = Field(
        default=MetadataChoice("private"),
        description="Of the photo's EXIF, XMP and IPTC: keep; private, which leaves out place and serial numbers; or "
        "strip. Previews and maker notes are never kept. How the result was made is said in any case.",
    )

    report: Report | None = Field(
        default=None,
        description="html: return also a page that shows before, after, and where it changed, with the figures, the "
        "models and the photo's hash. It is one file and loads nothing.",
    )

    @model_validator(mode="after")
    def _agree(self) -> Self:
        """Raise ValueError for options that contradict each other; it names both."""
        if self.size is not None and "upscale_factor" in self.model_fields_set:
            raise ValueError(f"size: {self.size} cannot be combined with upscale_factor, {self.upscale_factor}")
        if self.max_face_size is not None and self.max_face_size < self.min_face_size:
            raise ValueError(
                f"max_face_size: {self.max_face_size:g} is not allowed, it is below min_face_size, "
                f"{self.min_face_size:g}"
            )
        if not self.verify and self.on_low_identity is not LowIdentity.WARN:
            raise ValueError(f"on_low_identity: {self.on_low_identity} is not allowed without verify; allowed is warn")
        if "output_format" in self.model_fields_set:  # else it may still be chosen otherwise: see in_format
            self.output.check(self.quality, self.lossless)
        return self

    def output_size(self, width: int, height: int) -> tuple[int, int]:
        """Width and height of the result for an image of this size."""
        if self.size is not None:
            return sized(self.size, width, height)
        return width * self.upscale_factor, height * self.upscale_factor

    def fitted(self, photo: Decoded, limits: DecodeLimits) -> EnhanceOptions:
        """These options with the factor by which the networks enlarge `photo`.

        Raises BadRequest or TooManyPixels where `size` asks for too much or too little.
        """
        height, width = photo.image.shape[:2]
        factor = photo.factor if self.size is None else network_factor(self.size, width, height, limits)
        return self.model_copy(update={"upscale_factor": factor})

    @property
    def factors(self) -> tuple[int, ...]:
        """The factors that will do, the largest first: only the one that the client named, or the default and less;
        with `size` the one that it comes to is known once the photo is upright."""
        if self.size is not None:
            return (1,)
        named = "upscale_factor" in self.model_fields_set
        return (self.upscale_factor,) if named else tuple(range(self.upscale_factor, 0, -1))

    @property
    def output(self) -> OutputFormat:
        """The registered format that `output_format` names."""
        return OUTPUT_FORMATS[self.output_format]

    def in_format(self, output: OutputFormat) -> EnhanceOptions:
        """These options with that output format; raises ValueError where it has no such `quality` or `lossless`."""
        output.check(self.quality, self.lossless)
        return self.model_copy(update={"output_format": OutputFormatName(output.name)})

    @property
    def coding(self) -> Coding:
        """How the result is to be written."""
        return Coding(self.quality, bool(self.lossless))
