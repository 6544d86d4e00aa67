"""Is it still the same person? ArcFace on each face before and after (InsightFace, ONNX Runtime)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import onnxruntime
from insightface.model_zoo.arcface_onnx import ArcFaceONNX
from numpy.typing import NDArray
from pydantic import Field
from ray import serve

from deployments import weights
from deployments.contract import IDENTITY_SIZE, Image, InferenceFailed, StageReport, check_image
from deployments.runtime import Replica, StageConfig, Stop, Timed, inference, never, resolve_device, set_threads

STAGE = "verifier"
MODEL = "arcface-w600k-mbf"


class VerifierConfig(StageConfig):
    """Settings of the identity check."""

    min_similarity: float = Field(
        0.4, ge=-1.0, le=1.0, description="Cosine similarity below which a warning names the face."
    )
    min_eye_distance: float = Field(
        16.0, ge=0.0, description="Pixels between the eyes in the input below which a score is marked unreliable."
    )
    min_feature_norm: float = Field(
        12.0,
        ge=0.0,
        description="Length of the input face's feature vector below which a score is marked unreliable: "
        "ArcFace's features shrink as a face gets harder to recognise.",
    )


@dataclass(frozen=True)
class Identity:
    """What the comparison of one face says."""

    similarity: float
    """Cosine similarity of the features before and after, [-1, 1]."""
    feature_norm: float
    """Length of the feature vector before restoration."""


class Verifier:
    """ArcFace on aligned faces."""

    def __init__(self, config: VerifierConfig) -> None:
        """Loads and warms up; raises ModelUnavailable where the weights are missing."""
        self.config = config
        device = resolve_device(config.device)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = set_threads(config.cpu_threads)
        wanted = ["CUDAExecutionProvider"] if device.type == "cuda" else []
        path = str(weights.require(MODEL))
        session = onnxruntime.InferenceSession(path, options, providers=[*wanted, "CPUExecutionProvider"])
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
        with inference(STAGE):
            features = self._features([*before, *after])
        norms = np.linalg.norm(features, axis=1)
        if not (np.isfinite(features).all() and (norms > 0).all()):
            raise InferenceFailed(STAGE, "ArcFace returned features that are no numbers")
        unit = features / norms[:, None]
        similarity = (unit[: len(before)] * unit[len(before) :]).sum(axis=1)
        return [Identity(float(s), float(n)) for s, n in zip(similarity, norms[: len(before)], strict=True)]

    def _features(self, faces: list[Image]) -> NDArray[np.float32]:
        """(N, 512); ArcFaceONNX takes BGR in [0, 255] and normalises it itself. The model declares batches of one."""
        return np.concatenate([self._arcface.get_feat(face[..., ::-1] * np.float32(255)) for face in faces])


@serve.deployment(name="Verifier")
class VerifierDeployment(Replica):
    """The verifier as a deployment."""

    def __init__(self, config: VerifierConfig) -> None:
        self._verifier = Verifier(config)
        super().__init__(self._verifier.report, config.cpu_threads)

    async def compare(self, before: list[Image], after: list[Image]) -> Timed[list[Identity]]:
        """See Verifier.compare."""
        return await self._worker.run(self._verifier.compare, before, after)
