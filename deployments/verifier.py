"""The verifier: ArcFace features of each face before and after restoration (InsightFace, ONNX Runtime)."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from insightface.model_zoo.arcface_onnx import ArcFaceONNX
from numpy.typing import NDArray

from deployments.config import VerifierConfig
from deployments.contract import IDENTITY_SIZE, Identity, Image, StageReport, check_image
from deployments.errors import InferenceFailed
from deployments.models import weights
from deployments.models.registry import architecture_of
from deployments.runtime.inference_thread import IsCancelled, never_cancelled
from deployments.runtime.stage import Stage
from deployments.stages import StageName

MODEL = "arcface-w600k-mbf"


class Verifier(Stage):
    """ArcFace on aligned faces."""

    name = StageName.VERIFIER

    def __init__(self, arcface: ArcFaceONNX) -> None:
        self.arcface = arcface
        self._call = architecture_of(MODEL).call

    @classmethod
    def load(cls, config: VerifierConfig) -> Verifier:
        """See Stage.load."""
        threads = config.cpu_threads or os.cpu_count() or 1
        path = weights.require(MODEL)
        verifier = cls(architecture_of(MODEL).build(path, threads, _providers(config)))
        gray = np.full((IDENTITY_SIZE, IDENTITY_SIZE, 3), 0.5, np.float32)
        verifier.compare([gray], [gray])
        return verifier

    @property
    def report(self) -> StageReport:
        """See Stage.report. ONNX Runtime falls back to the CPU where CUDA's libraries do not fit; this tells."""
        provider = self.arcface.session.get_providers()[0]
        device = "cuda" if provider == "CUDAExecutionProvider" else "cpu"
        return StageReport(self.name, (MODEL,), device, "float32")

    def compare(
        self, before: list[Image], after: list[Image], is_cancelled: IsCancelled = never_cancelled
    ) -> list[Identity]:
        """Compare (112, 112, 3) faces pair by pair; raises ContractViolation or InferenceFailed."""
        for face in (*before, *after):
            check_image(face, self.name, side=IDENTITY_SIZE)
        if not before:
            return []
        features = self.features([*before, *after])
        norms = np.linalg.norm(features, axis=1)
        if not (np.isfinite(features).all() and (norms > 0).all()):
            raise InferenceFailed(self.name, "ArcFace returned features that are not finite")
        unit = features / norms[:, None]
        similarity = (unit[: len(before)] * unit[len(before) :]).sum(axis=1)
        return [Identity(float(s), float(n)) for s, n in zip(similarity, norms[: len(before)], strict=True)]

    def features(self, faces: list[Image]) -> NDArray[np.float32]:
        """The feature vectors of (112, 112, 3) faces, (N, 512), not normalized; raises InferenceFailed."""
        try:
            return np.concatenate([self._call(self.arcface, face) for face in faces])
        except Exception as error:  # ONNX Runtime's exceptions have no common base
            raise InferenceFailed(self.name, f"{type(error).__name__}: {error}") from error


def _providers(config: VerifierConfig) -> list[str]:
    """CUDA first where this process may use a GPU.

    ONNX Runtime finds CUDA's libraries once torch has loaded them; torch takes seconds to import, so that is done only
    where there is a driver and Ray has not hidden every GPU.
    """
    providers = ["CPUExecutionProvider"]
    driver = Path("/dev/nvidiactl").exists() and os.environ.get("CUDA_VISIBLE_DEVICES") != ""
    if config.device == "cuda" or (config.device == "auto" and driver):
        from deployments.runtime.device import resolve_device

        if resolve_device(config.device).type == "cuda":
            providers.insert(0, "CUDAExecutionProvider")
    return providers
