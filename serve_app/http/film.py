"""The form of POST /v1/jobs/video, and the result of its jobs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, Field, model_validator

from serve_app.storage import Storage
from serve_app.video.encoder import CODECS, MEDIA_TYPES, VideoCodec
from serve_app.video.report import FilmReport
from serve_app.video.restoring import VideoOptions


class Container(StrEnum):
    """The file of the result."""

    MP4 = "mp4"
    MKV = "mkv"


class Codec(StrEnum):
    """How its pictures are encoded."""

    H264 = "h264"
    H265 = "h265"
    AV1 = "av1"
    FFV1 = "ffv1"


class FilmOptions(BaseModel):
    """What a client may choose for a film."""

    upscale_factor: int = Field(default=2, ge=1, le=4, description="Enlargement.")
    strength: float = Field(default=1.0, ge=0, le=1, description="Of the faces' restoration.")
    background: bool = Field(default=True, description="Enlarge by Real-ESRGAN, or bicubically.")
    color_correction: bool = Field(default=True, description="Keep the original's shades in faces.")
    steady: bool = Field(default=True, description="Follow faces through shots, so that they do not flicker.")
    deinterlace: bool = Field(default=False, description="Make frames of two fields whole.")
    container: Container = Field(default=Container.MP4, description="The file of the result.")
    codec: Codec = Field(default=Codec.H264, description="ffv1, lossless, is for mkv only.")

    @model_validator(mode="after")
    def _fits(self) -> FilmOptions:
        if self.container not in self.encoder.containers:
            raise ValueError(f"{self.encoder.title} is written to .{' or .'.join(self.encoder.containers)}")
        return self

    @property
    def encoder(self) -> VideoCodec:
        """The codec as the encoder knows it."""
        return CODECS[self.codec]

    @property
    def restoring(self) -> VideoOptions:
        """What concerns the frames."""
        return VideoOptions(**{name: getattr(self, name) for name in VideoOptions.__dataclass_fields__})


class FilmData(BaseModel):
    """What is said about a restored film; the film itself is the body of the result with `Accept: video/*`."""

    content_type: str
    width: int
    height: int
    frames: int
    shots: int
    figures: dict[str, Any] = Field(description="What `visage video --report` writes.")
    url: str | None = Field(default=None, description="Where the film is, if results are put into an object store.")

    @classmethod
    def of(cls, report: FilmReport, options: FilmOptions) -> FilmData:
        """From what became of a film."""
        figures = report.as_dict()
        return cls(
            content_type=MEDIA_TYPES[options.container],
            figures=figures,
            **{name: figures[name] for name in ("width", "height", "frames", "shots")},
        )


class FilmResponse(BaseModel):
    """The result of a job for a film."""

    data: FilmData


@dataclass(frozen=True)
class FilmAnswer:
    """What became of a film."""

    picture: bytes
    """The film."""
    data: FilmData

    @property
    def used(self) -> tuple[int, int]:
        """See Meter.charge."""
        return self.data.width * self.data.height * self.data.frames, self.data.figures["restored"]

    async def stored(self, storage: Storage | None) -> FilmAnswer:
        """See Answer.stored."""
        if storage is None:
            return self
        address = await storage.put(self.picture, self.data.content_type)
        return FilmAnswer(b"", self.data.model_copy(update={"url": address}))

    def to_json(self, storage: Storage | None = None) -> str:
        """The JSON of a FilmResponse; with a URL by which to fetch the film where it is stored."""
        url = self.data.url if storage is None or self.data.url is None else storage.url(self.data.url)
        return FilmResponse(data=self.data.model_copy(update={"url": url})).model_dump_json()
