"""Is it still the same person? ArcFace on each face before and after (InsightFace, ONNX Runtime)."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import onnxruntime
from insightface.model_zoo.arcface_onnx import ArcFaceONNX
from numpy.typing import NDArray

from deployments import weights
from deployments.config import VerifierConfig
from deployments.contract import IDENTITY_SIZE, Identity, Image, InferenceFailed, StageReport, check_image
from deployments.worker import Stop, never

STAGE = "verifier"
MODEL = "arcface-w600k-mbf"


class Verifier:
    """ArcFace on aligned faces."""

    def __init__(self, config: VerifierConfig) -> None:
        """Loads and warms up; raises ModelUnavailable where the weights are missing."""
        self.config = config
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = config.cpu_threads or os.cpu_count() or 1
        path = str(weights.require(MODEL))
        session = onnxruntime.InferenceSession(path, options, providers=_providers(config))
        self._provider = session.get_providers()[0]
        self._arcface = ArcFaceONNX(path, session)
        gray = np.full((IDENTITY_SIZE, IDENTITY_SIZE, 3), 0.5, np.float32)
        self.compare([gray], [gray])

    @property
    def report(self) -> StageReport:
        """What runs here; ONNX Runtime falls back to the CPU where CUDA's libraries do not fit, and this says so."""
        device = "cuda" if self._provider == "CUDAExecutionProvider" else "cpu"
        return StageReport(STAGE, (MODEL,), device, "float32")

    def compare(self, before: list[Image], after: list[Image], stop: Stop = never) -> list[Identity]:
        """Compare (112, 112, 3) faces pair by pair; raises ContractViolation or InferenceFailed."""
        for face in (*before, *after):
            check_image(face, STAGE, side=IDENTITY_SIZE)
        if not before:
            return []
        features = self._features([*before, *after])
        norms = np.linalg.norm(features, axis=1)
        if not (np.isfinite(features).all() and (norms > 0).all()):
            raise InferenceFailed(STAGE, "ArcFace returned features that are no numbers")
        unit = features / norms[:, None]
        similarity = (unit[: len(before)] * unit[len(before) :]).sum(axis=1)
        return [Identity(float(s), float(n)) for s, n in zip(similarity, norms[: len(before)], strict=True)]

    def _features(self, faces: list[Image]) -> NDArray[np.float32]:
        """(N, 512); ArcFaceONNX takes BGR in [0, 255] and normalises it itself. The model declares batches of one."""
        try:
            return np.concatenate([self._arcface.get_feat(face[..., ::-1] * np.float32(255)) for face in faces])
        except Exception as error:  # ONNX Runtime's exceptions have no common base
            raise InferenceFailed(STAGE, f"{type(error).__name__}: {error}") from error


def _providers(config: VerifierConfig) -> list[str]:
    """CUDA first where this process may use a GPU.

    ONNX Runtime finds CUDA's libraries once torch has loaded them; torch takes seconds to import, so it is asked only
    where the driver is there and Ray has not hidden every GPU.
    """
    providers = ["CPUExecutionProvider"]
    driver = Path("/dev/nvidiactl").exists() and os.environ.get("CUDA_VISIBLE_DEVICES") != ""
    if config.device == "cuda" or (config.device == "auto" and driver):
        from deployments.runtime import resolve_device

        if resolve_device(config.device).type == "cuda":
            providers.insert(0, "CUDAExecutionProvider")
    return providers
