"""Which of the detected faces are restored."""

from __future__ import annotations

import numpy as np
import pytest

from deployments.contract import Face
from serve_app.pipeline.faces import choose_faces
from serve_app.pipeline.options import FaceChoice


def _face(left: float, top: float, right: float, bottom: float) -> Face:
    return Face(np.array([left, top, right, bottom], np.float32), np.zeros((5, 2), np.float32), 0.99)


def test_all_the_largest_or_the_most_central_face_is_chosen() -> None:
    faces = [_face(0, 0, 30, 30), _face(40, 40, 60, 60), _face(70, 70, 110, 110)]
    assert choose_faces(faces, FaceChoice.ALL, 100, 100) == [0, 1, 2]
    assert choose_faces(faces, FaceChoice.LARGEST, 100, 100) == [2]
    assert choose_faces(faces, FaceChoice.CENTER, 100, 100) == [1]
    for which in FaceChoice:
        assert choose_faces([], which, 100, 100) == []
    with pytest.raises(ValueError, match="smallest"):
        choose_faces(faces, FaceChoice("smallest"), 100, 100)
