"""ArcFace (Deng et al., CVPR 2019) through InsightFace and ONNX Runtime: a feature vector that identifies a face."""

from __future__ import annotations

import ctypes
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from deployments.models.architecture import Architecture, Purpose

if TYPE_CHECKING:
    from insightface.model_zoo.arcface_onnx import ArcFaceONNX
    from numpy.typing import NDArray

_CUDA = "CUDAExecutionProvider"


def _build(path: Path, threads: int, providers: list[str]) -> ArcFaceONNX:
    """The network with the weights of `path` on the first of ONNX Runtime's `providers`.

    Raises RuntimeError, saying why, where ONNX Runtime runs it on another one instead.
    """
    import onnxruntime
    from insightface.model_zoo.arcface_onnx import ArcFaceONNX

    if providers[0] == _CUDA:
        onnxruntime.preload_dlls()  # from the packages that came with torch, where there are any
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    # Threads that have nothing to do would go on asking for work, at the cost of whatever else wants the CPUs.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = onnxruntime.InferenceSession(str(path), options, providers=providers)
    if session.get_providers()[0] != providers[0]:
        raise RuntimeError(f"ONNX Runtime cannot use {providers[0]}: {_reason(providers[0])}")
    return ArcFaceONNX(str(path), session)


def _reason(provider: str) -> str:
    """Why a provider did not load. ONNX Runtime only prints it, so its library is loaded once more to be asked."""
    import onnxruntime

    if provider not in onnxruntime.get_available_providers():
        return "this build of ONNX Runtime does not have it"
    folder = Path(onnxruntime.__file__).parent / "capi"
    try:
        ctypes.CDLL(str(folder / "libonnxruntime_providers_shared.so"), mode=ctypes.RTLD_GLOBAL)
        ctypes.CDLL(str(folder / "libonnxruntime_providers_cuda.so"))
    except OSError as error:
        return str(error)
    return "its libraries load, but it found no GPU that it can use"


def _call(arcface: ArcFaceONNX, face: NDArray[np.float32]) -> NDArray[np.float32]:
    """One aligned (112, 112, 3) RGB face in [0, 1] to its features (1, 512).

    ArcFaceONNX takes BGR in [0, 255] and normalizes it itself. The model declares batches of one.
    """
    features: NDArray[np.float32] = arcface.get_feat(face[..., ::-1] * np.float32(255))
    return features


ARCFACE = Architecture(name="arcface", purposes=frozenset({Purpose.RECOGNITION}), build=_build, call=_call)
