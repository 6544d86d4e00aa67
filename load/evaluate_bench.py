"""What the cases of load/evaluate.py are run on and measured with: the pipeline in this process, and pictures."""

from __future__ import annotations

import io
from dataclasses import dataclass, field, replace
from pathlib import Path

import cv2
import insightface.data
import numpy as np
import skimage.data
from numpy.typing import NDArray
from PIL import Image as PILImage

from deployments.contract import Detection, Face, Image, StageResult
from deployments.errors import VisageError
from deployments.imaging.codec import Decoded, decode
from deployments.imaging.geometry import align_identity
from serve_app.local_stage_client import LocalStageClient
from serve_app.pipeline.options import EnhanceOptions
from serve_app.pipeline.pipeline import Enhanced, Pipeline
from serve_app.pipeline.stages import ImageRef
from serve_app.pipeline.timings import StageTimings
from serve_app.settings import Settings

Picture = NDArray[np.uint8]
"""RGB, (H, W, 3)."""
Box = tuple[slice, slice]


@dataclass(frozen=True)
class Row:
    """One figure beside its bound."""

    case: str
    what: str
    value: float
    bound: float
    at_least: bool = False
    """Whether the bound is the smallest value allowed, not the largest."""

    @property
    def kept(self) -> bool:
        """Whether the bound is."""
        return self.value >= self.bound if self.at_least else self.value <= self.bound


class Stages(LocalStageClient):
    """The stages, whose detector can be told what it is to find."""

    given: list[Face] | None = None

    async def detect(self, image: ImageRef) -> StageResult[Detection]:
        """See Detector.detect."""
        result = await super().detect(image)
        return result if self.given is None else replace(result, value=Detection(self.given, 0))


@dataclass
class Bench:
    """The pipeline with all stages in this process, and what went through it."""

    pipeline: Pipeline
    stages: Stages
    settings: Settings
    pairs: list[tuple[Picture, Picture]] = field(default_factory=list)
    """Inputs and results for the sheet."""
    sharp: list[Picture] = field(default_factory=list)
    """Sharp portraits to measure against, beside those of load/evaluate_truths.py."""
    known: list[tuple[Picture, Face]] = field(default_factory=list)
    """The faces to measure against, once they have been looked for."""

    @classmethod
    def load(cls, settings: Settings, truths: Path | None = None) -> Bench:
        """Load every stage, and the sharp portraits of a folder."""
        stages = Stages.load(settings)
        sharp = [] if truths is None else [to_bytes(_read(file, settings).image) for file in photographs(truths)]
        return cls(Pipeline(stages, settings.pipeline), stages, settings, sharp=sharp)

    async def run(self, picture: Picture, truth: Picture | None = None, **options: object) -> Enhanced:
        """What a client gets for a PNG of `picture`, at factor 1 unless `options` say otherwise."""
        asked = EnhanceOptions.model_validate({"upscale_factor": 1} | options)
        photo = decode(png(picture), self.settings.limits.for_decoding(), asked.factors)
        reference = None if truth is None else to_float(truth)
        enhanced = await self.pipeline.enhance(photo, asked, reference, StageTimings())
        self.pairs.append((picture, result_of(enhanced)))
        return enhanced

    async def faces(self, picture: Picture) -> list[Face]:
        """What the detector finds."""
        return (await self.stages.detect(to_float(picture))).value.faces

    async def identity(self, first: Picture, second: Picture, face: Face) -> float:
        """ArcFace's similarity of a face in two pictures; at the same place in both."""
        crops = [align_identity(to_float(picture), face.landmarks) for picture in (first, second)]
        return (await self.stages.verify(crops[:1], crops[1:])).value[0].similarity


def png(picture: Picture) -> bytes:
    """The file of a picture."""
    file = io.BytesIO()
    PILImage.fromarray(picture).save(file, "PNG")
    return file.getvalue()


def result_of(enhanced: Enhanced) -> Picture:
    """The picture in an answer."""
    decoded = cv2.imdecode(np.frombuffer(enhanced.data, np.uint8), cv2.IMREAD_COLOR)
    assert decoded is not None
    return np.asarray(decoded[..., ::-1], np.uint8)


def to_float(picture: Picture) -> Image:
    """As the contract wants it."""
    return np.ascontiguousarray(picture, np.float32) / np.float32(255)


def to_bytes(image: Image) -> Picture:
    """The opposite of `to_float`."""
    return np.rint(np.clip(image, 0, 1) * 255).astype(np.uint8)


def woman() -> Picture:
    """(512, 512, 3): NASA's portrait of Eileen Collins, a face of 105 pixels."""
    return np.ascontiguousarray(skimage.data.astronaut())


def six() -> Picture:
    """(886, 1280, 3): insightface's picture of six people."""
    return np.ascontiguousarray(insightface.data.get_image("t1")[..., ::-1])


def portrait(side: int = 512) -> Picture:
    """Her head and shoulders."""
    return np.asarray(cv2.resize(woman()[:300, 74:374], (side, side), interpolation=cv2.INTER_CUBIC), np.uint8)


def reduced(picture: Picture, side: int) -> Picture:
    """As a small photograph."""
    return np.asarray(cv2.resize(picture, (side, side), interpolation=cv2.INTER_AREA), np.uint8)


def box_of(face: Face) -> Box:
    """The pixels of a face."""
    left, top, right, bottom = (max(0, round(float(value))) for value in face.box)
    return slice(top, bottom), slice(left, right)


def lab(picture: Picture, where: Box) -> NDArray[np.float32]:
    """(N, 3) CIELAB colors of a part."""
    return np.asarray(cv2.cvtColor(to_float(picture), cv2.COLOR_RGB2LAB)[where], np.float32).reshape(-1, 3)


def gradient(picture: Picture, where: Box) -> float:
    """The median of the luma's gradient in a part."""
    luma = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
    return float(np.median(np.hypot(cv2.Sobel(luma, cv2.CV_32F, 1, 0), cv2.Sobel(luma, cv2.CV_32F, 0, 1))[where]))


def finest(picture: Picture, where: Box) -> float:
    """The median of the luma's details of about a pixel: grain, mostly."""
    luma = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
    return float(np.median(np.abs(luma - cv2.GaussianBlur(luma, (0, 0), 1.0))[where]))


async def restore_folder(bench: Bench, folder: Path) -> None:
    """Restore every photograph of a folder, for the sheet; what is refused is said."""
    for file in photographs(folder):
        try:
            await bench.run(to_bytes(_read(file, bench.settings).image))
            print(f"{file.name}: restored", flush=True)
        except VisageError as error:
            print(f"{file.name}: {error}", flush=True)


def photographs(folder: Path) -> list[Path]:
    """The JPEGs and PNGs of a folder, by name."""
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in (".jpg", ".jpeg", ".png"))


def _read(file: Path, settings: Settings) -> Decoded:
    return decode(file.read_bytes(), settings.limits.for_decoding(), [1])
