"""The verifier: ArcFace features of each face before and after restoration (InsightFace, ONNX Runtime)."""

from __future__ import annotations

import numpy as np
from insightface.model_zoo.arcface_onnx import ArcFaceONNX
from numpy.typing import NDArray

from deployments.config import VerifierConfig
from deployments.contract import IDENTITY_SIZE, Identity, Image, StageReport, check_image
from deployments.errors import InferenceFailed
from deployments.models import weights
from deployments.models.registry import architecture_of
from deployments.runtime.cpus import available_cpus
from deployments.runtime.gpu_grant import gpu_denied
from deployments.runtime.inference_thread import IsCancelled, never_cancelled
from deployments.runtime.stage import Stage
from deployments.stages import StageName

MODEL = "arcface-w600k-mbf"
_MOST_THREADS = 4
"""A face is 0.9 GFLOP in many small layers: more threads wait for each other."""


class Verifier(Stage):
    """ArcFace on aligned faces."""

    name = StageName.VERIFIER

    def __init__(self, arcface: ArcFaceONNX) -> None:
        self.arcface = arcface
        self._call = architecture_of(MODEL).call

    @classmethod
    def load(cls, config: VerifierConfig) -> Verifier:
        """See Stage.load; raises RuntimeError where `cuda` was asked for and ONNX Runtime cannot use it."""
        threads = config.cpu_threads or min(_MOST_THREADS, available_cpus())
        path = weights.require(MODEL)
        verifier = cls(architecture_of(MODEL).build(path, threads, _providers(config)))
        gray = np.full((IDENTITY_SIZE, IDENTITY_SIZE, 3), 0.5, np.float32)
        verifier.warm_up(lambda: verifier.compare([gray], [gray]), 1, config)
        return verifier

    @property
    def report(self) -> StageReport:
        """See Stage.report."""
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
    """CUDA only where it was asked for: the network needs some 10 ms on a CPU, and a GPU share is worth more elsewhere.

    It is alone then, so that ONNX Runtime has nothing to fall back to unnoticed.
    """
    if config.device != "cuda":
        return ["CPUExecutionProvider"]
    denied = gpu_denied()
    if denied:
        raise RuntimeError(f"device is set to cuda, but this process sees no GPU: {denied}")
    return ["CUDAExecutionProvider"]
