"""Which of the detected faces are restored."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from deployments.contract import Face
from serve_app.pipeline.options import FaceChoice


def choose_faces(faces: list[Face], which: FaceChoice, width: int, height: int) -> list[int]:
    """Indices of the faces to restore: all, the largest, or the one nearest the center of the image."""
    if which is FaceChoice.ALL or not faces:
        return list(range(len(faces)))
    if which is FaceChoice.LARGEST:
        return [max(range(len(faces)), key=lambda i: faces[i].area)]
    center = np.array([width / 2, height / 2])
    return [min(range(len(faces)), key=lambda i: float(np.linalg.norm(_box_center(faces[i]) - center)))]


def _box_center(face: Face) -> NDArray[np.float32]:
    return (face.box[:2] + face.box[2:]) * np.float32(0.5)
