"""ArcFace (Deng et al., CVPR 2019) through InsightFace and ONNX Runtime: a feature vector that identifies a face."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from deployments.models.architecture import Architecture, Purpose

if TYPE_CHECKING:
    from insightface.model_zoo.arcface_onnx import ArcFaceONNX
    from numpy.typing import NDArray


def _build(path: Path, threads: int, providers: list[str]) -> ArcFaceONNX:
    """The network with the weights of `path`, on the first of ONNX Runtime's `providers` that works."""
    import onnxruntime
    from insightface.model_zoo.arcface_onnx import ArcFaceONNX

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    return ArcFaceONNX(str(path), onnxruntime.InferenceSession(str(path), options, providers=providers))


def _call(arcface: ArcFaceONNX, face: NDArray[np.float32]) -> NDArray[np.float32]:
    """One aligned (112, 112, 3) RGB face in [0, 1] to its features (1, 512).

    ArcFaceONNX takes BGR in [0, 255] and normalizes it itself. The model declares batches of one.
    """
    features: NDArray[np.float32] = arcface.get_feat(face[..., ::-1] * np.float32(255))
    return features


ARCFACE = Architecture(name="arcface", purposes=frozenset({Purpose.RECOGNITION}), build=_build, call=_call)
