"""The types that the stages exchange, and the checks of their arguments. See docs/architecture.md, "The contract"."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from deployments.errors import ContractViolation
from deployments.notes import Note

T = TypeVar("T")

Image: TypeAlias = NDArray[np.float32]
"""RGB, float32, [0, 1], (H, W, 3), C-contiguous."""
Mask: TypeAlias = NDArray[np.float32]
"""float32, [0, 1], (H, W)."""
Landmarks: TypeAlias = NDArray[np.float32]
"""(5, 2) float32 pixels, x then y: left eye, right eye, nose, left and right mouth corner.

Left and right as seen in the image once it is turned so that the face is upright.
"""

MEGAPIXEL = 1_000_000
FACE_SIZE = 512
"""Side of an aligned face in pixels: what GFPGAN was trained on."""
IDENTITY_SIZE = 112
"""Side of an aligned face in pixels as ArcFace takes it."""
MIN_METRICS_SIDE = 32
"""Pixels; AlexNet's last layers are empty for smaller images."""


@dataclass(frozen=True)
class DecodeLimits:
    """What an image's header may declare. Pixels are counted as width times height."""

    max_input_pixels: int
    max_output_pixels: int
    min_side: int


@dataclass(frozen=True)
class Face:
    """One detected face in pixel coordinates of the image it was found in (origin: center of the first pixel)."""

    box: NDArray[np.float32]
    """(4,) left, top, right, bottom."""
    landmarks: Landmarks
    score: float
    """The detector's confidence, [0, 1]."""

    @property
    def eye_distance(self) -> float:
        """Pixels between the centers of the eyes."""
        return float(np.linalg.norm(self.landmarks[1] - self.landmarks[0]))

    @property
    def area(self) -> float:
        """Square pixels of the box."""
        return float(max(0.0, self.box[2] - self.box[0]) * max(0.0, self.box[3] - self.box[1]))


@dataclass(frozen=True)
class Detection:
    """What the detector found in one image."""

    faces: list[Face]
    """Largest first."""
    left_out: int = 0
    """How many more faces there are than the settings allow; the smallest are left out."""


@dataclass(frozen=True)
class RestoredFace:
    """One aligned face after restoration."""

    image: Image
    """(512, 512, 3)."""
    region: Mask | None
    """(512, 512), 1 on face and hair; None where faces are not parsed."""


@dataclass(frozen=True)
class Identity:
    """The comparison of one face before and after restoration."""

    similarity: float
    """Cosine similarity of the features before and after, [-1, 1]."""
    feature_norm: float
    """Length of the feature vector before restoration."""


@dataclass(frozen=True)
class Quality:
    """The metrics of one comparison of two images."""

    psnr: float
    """dB, higher is closer; at most 100."""
    ssim: float
    """[-1, 1], 1 is identical."""
    lpips: float
    """Perceptual distance; 0 is identical."""


@dataclass(frozen=True)
class Tiles:
    """Progress of an upscale: tiles done, tiles in all."""

    done: int
    total: int


@dataclass(frozen=True)
class StageResult(Generic[T]):
    """What a stage returns for one call: the value, when it was worked on, and what worked on it."""

    value: T
    started: float
    """Seconds since the epoch, so that work and waiting can be told apart."""
    ended: float
    models: tuple[str, ...] = ()
    """Names in the manifest of the models that ran in this very call."""
    notes: tuple[Note, ...] = ()
    """What a reader of this result should know: see StageReport.notes."""


@dataclass(frozen=True)
class StageReport:
    """What runs in a stage: what `readyz` and `models` answer with."""

    stage: StrEnum
    models: tuple[str, ...]
    """Names in the manifest."""
    device: str
    precision: str
    notes: tuple[Note, ...] = ()
    """What an operator should know: a fallback in use, a model that is missing."""
    details: dict[str, Any] = field(default_factory=dict)
    unit_s: float | None = None
    """See Stage.unit_s."""


def check_image(image: Any, stage: StrEnum, *, side: int | None = None) -> Image:
    """Return `image` if it keeps the contract.

    `side` additionally asks for a square of that many pixels. Raises ContractViolation naming `stage`. The range is
    checked with one minimum and one maximum, which also catch NaN (a comparison with NaN is false).
    """
    if not isinstance(image, np.ndarray) or image.dtype != np.float32:
        raise ContractViolation(stage, f"expected a float32 array, got {_describe(image)}")
    if image.ndim != 3 or image.shape[2] != 3 or 0 in image.shape:
        raise ContractViolation(stage, f"expected the shape (H, W, 3), got {image.shape}")
    if side is not None and image.shape[:2] != (side, side):
        raise ContractViolation(stage, f"expected {side}x{side} pixels, got {image.shape[1]}x{image.shape[0]}")
    if not image.flags.c_contiguous:
        raise ContractViolation(stage, "expected a C-contiguous array")
    if not (image.min() >= 0.0 and image.max() <= 1.0):
        raise ContractViolation(stage, f"expected values in [0, 1], got {image.min()} to {image.max()}")
    return image


def check_landmarks(landmarks: Any, stage: StrEnum) -> Landmarks:
    """Return `landmarks` if they are five finite points; raises ContractViolation naming `stage`."""
    if not isinstance(landmarks, np.ndarray) or landmarks.dtype != np.float32 or landmarks.shape != (5, 2):
        raise ContractViolation(stage, f"expected (5, 2) float32 landmarks, got {_describe(landmarks)}")
    if not np.isfinite(landmarks).all():
        raise ContractViolation(stage, "landmarks are not finite")
    return landmarks


def _describe(value: Any) -> str:
    return f"{value.dtype}{value.shape}" if isinstance(value, np.ndarray) else type(value).__name__
