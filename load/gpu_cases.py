"""Each stage with each network and precision, ready to run on a device, without Ray and without a download.

Networks whose weights are not on this machine get seeded ones: they enhance nothing, but their arithmetic, memory and
time are those of the real ones.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from skimage.data import astronaut

from deployments.config import (
    DetectorConfig,
    MetricsConfig,
    PrecisionChoice,
    RestorerConfig,
    UpscalerConfig,
    VerifierConfig,
)
from deployments.contract import FACE_SIZE, IDENTITY_SIZE, Image
from deployments.detector import Detector
from deployments.errors import ModelUnavailable
from deployments.metrics import Metrics
from deployments.models import weights
from deployments.models.architecture import Architecture, Purpose
from deployments.models.network import Network, build_network, load_network
from deployments.models.registry import architecture_of, models_for
from deployments.restorer import Restorer
from deployments.runtime.device import resolve_precision
from deployments.runtime.torch_enlarger import TorchEnlarger
from deployments.stages import StageName
from deployments.upscaler import FACTORS, Upscaler
from deployments.verifier import Verifier

FACES = 4
_SIDE_OF_A_FACE = 256  # of the smallest photo in which a face is found for sure
HALVES: tuple[PrecisionChoice, ...] = ("float16", "bfloat16")
Result = NDArray[np.float32]


@dataclass(frozen=True)
class Bound:
    """How far a result may be from the CPU's float32 one."""

    largest: float
    rms: float
    unit: str


# bfloat16 has 8 bits, float16 11. On a CPU bfloat16 differs by at most 10/255, rms 1.6/255 (seeded RRDBNet x4); the
# bounds are some three times that, and an eighth of it for 11 bits. float32 is only added up in another order.
_IMAGES = {
    "float32": Bound(0.1, 0.01, "1/255"),
    "float16": Bound(4.0, 0.5, "1/255"),
    "bfloat16": Bound(32.0, 4.0, "1/255"),
}
_PIXELS = Bound(1.0, 0.25, "pixels")
_COSINE = Bound(0.01, 0.002, "unit feature")
_DISTANCE = Bound(0.002, 0.002, "LPIPS")


@dataclass(frozen=True)
class Case:
    """One stage with one network in one precision."""

    stage: StageName
    model: str
    seeded: bool
    precision: str
    bound: Bound
    load: Callable[[str, str], Any]
    """`load(device, precision)` is the stage."""
    work: Callable[[Any, int], Result]
    """`work(stage, side)` on a photo of side x side, as numbers in the bound's unit."""
    amount: Callable[[int], float]
    """What one work of that side is, in `unit`."""
    unit: str

    @property
    def name(self) -> str:
        """For tables and `--only`."""
        return f"{self.stage} {self.model}{' (seeded)' if self.seeded else ''} {self.precision}"


def photo(side: int) -> Image:
    """(side, side, 3) with one face."""
    enlarged = cv2.resize(astronaut(), (side, side), interpolation=cv2.INTER_CUBIC if side > 512 else cv2.INTER_AREA)
    return np.ascontiguousarray(enlarged, np.float32) / np.float32(255)


def faces(count: int, side: int) -> list[Image]:
    """`count` different crops of the face, (side, side, 3)."""
    image = photo(512)
    crops = (image[20 + 4 * i : 220 - 2 * i, 124 + 4 * i : 324 - 2 * i] for i in range(count))
    return [np.clip(cv2.resize(crop, (side, side), interpolation=cv2.INTER_CUBIC), 0.0, 1.0) for crop in crops]


def cases(device: str) -> tuple[list[Case], dict[str, str]]:
    """All that can run on `device` (`cpu` or `cuda`), and what is left out and why."""
    skipped: dict[str, str] = {}
    found = [*_detectors(skipped), *_restorers(device), *_upscalers(device), *_verifiers(device, skipped)]
    return found + list(_metrics(skipped)), skipped


def network(model: str) -> Network:
    """A model of the caller's own with its weights, or with seeded ones where this machine has none."""
    shared = _shared(model)
    return replace(shared, module=copy.deepcopy(shared.module))  # a stage moves and converts it in place


@lru_cache
def _shared(model: str) -> Network:
    if not _is_seeded(model):
        return load_network(model)
    architecture = architecture_of(model)
    torch.manual_seed(0)
    return Network(model, build_network(architecture.name).eval().requires_grad_(False), architecture)


def _is_seeded(model: str) -> bool:
    return weights.locate(model) is None


def _detectors(skipped: dict[str, str]) -> Iterator[Case]:
    def load(model: str, device: str, precision: str) -> Detector:
        return Detector(load_network(model), DetectorConfig(device=device))

    def work(stage: Detector, side: int) -> Result:
        found = stage.detect(photo(max(side, _SIDE_OF_A_FACE))).faces
        return np.array([[*face.box, *face.landmarks.ravel()] for face in found], np.float32)

    for model in models_for(Purpose.DETECTION):
        if weights.locate(model) is None:
            skipped[f"detector {model}"] = "its weights are not on this machine"
            continue
        yield Case(StageName.DETECTOR, model, False, "float32", _PIXELS, partial(load, model), work, _megapixels, "MP")


def _restorers(device: str) -> Iterator[Case]:
    def load(model: str, device: str, precision: str) -> Restorer:
        config = RestorerConfig(device=device, precision=precision, max_batch_size=FACES)
        return Restorer(network(model), None, config)

    def work(stage: Restorer, side: int) -> Result:
        return np.stack([face.image for face in stage.restore(faces(FACES, FACE_SIZE))]) * np.float32(255)

    for model in models_for(Purpose.RESTORATION):
        if not architecture_of(model).facial_prior:
            continue
        for precision in precisions(architecture_of(model), device):
            yield Case(
                StageName.RESTORER, model, _is_seeded(model), precision, _IMAGES[precision], partial(load, model), work,
                lambda side: FACES, "faces",
            )  # fmt: skip


def _upscalers(device: str) -> Iterator[Case]:
    def load(model: str, device: str, precision: str) -> Upscaler:
        config = UpscalerConfig(device=device, precision=precision)
        return Upscaler(dict.fromkeys(FACTORS, TorchEnlarger(network(model), config)), config)

    def work(factor: int, stage: Upscaler, side: int) -> Result:
        return stage.upscale(photo(side), factor) * np.float32(255)

    for model in ("realesr-general-x4v3", "realesrgan-x2plus", "realesrgan-x4plus"):
        architecture = architecture_of(model)
        for precision in precisions(architecture, device):
            yield Case(
                StageName.UPSCALER, model, _is_seeded(model), precision, _IMAGES[precision], partial(load, model),
                partial(work, architecture.scale), _megapixels, "MP",
            )  # fmt: skip


def _verifiers(device: str, skipped: dict[str, str]) -> Iterator[Case]:
    """Always on the CPU, as by default; on a GPU too where ONNX Runtime can use it."""

    def load(target: str, device: str, precision: str) -> Verifier:
        return Verifier.load(VerifierConfig(device=target if device != "cpu" else "cpu"))

    def work(stage: Verifier, side: int) -> Result:
        features = stage.features(faces(FACES, IDENTITY_SIZE))
        return features / np.linalg.norm(features, axis=1, keepdims=True)

    for target in dict.fromkeys(("cpu", device)):
        try:
            load(target, device, "float32")
        except (ModelUnavailable, RuntimeError) as error:
            skipped[f"verifier on {target}"] = str(error)
            continue
        yield Case(
            StageName.VERIFIER, f"arcface on {target}", False, "float32", _COSINE, partial(load, target), work,
            lambda side: FACES, "faces",
        )  # fmt: skip


def _metrics(skipped: dict[str, str]) -> Iterator[Case]:
    def load(device: str, precision: str) -> Metrics:
        return Metrics.load(MetricsConfig(device=device))

    def work(stage: Metrics, side: int) -> Result:
        image = photo(side)
        return np.array([stage.measure(image, cv2.GaussianBlur(image, (0, 0), 1.5)).lpips], np.float32)

    try:
        weights.require("lpips-alex")
    except ModelUnavailable as error:
        skipped["metrics"] = str(error)
    else:
        yield Case(StageName.METRICS, "lpips-alex", False, "float32", _DISTANCE, load, work, _megapixels, "MP")


def precisions(architecture: Architecture, device: str) -> list[str]:
    """Those that the network and the device support."""
    found = ["float32"]
    for name in HALVES:
        if name not in architecture.precisions or (name == "float16" and device == "cpu"):
            continue
        dtype = resolve_precision(name, torch.device(device), on_cpu="float32", on_gpu="float32")
        if str(dtype) == f"torch.{name}":
            found.append(name)
    return found


def _megapixels(side: int) -> float:
    return side * side / 1e6
