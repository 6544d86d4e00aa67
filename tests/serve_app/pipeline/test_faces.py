"""Which of the detected faces are restored."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from deployments.contract import Face, Image
from serve_app.pipeline.chosen import FaceChoice
from serve_app.pipeline.faces import bystanders, choose_faces, in_reading_order
from tests.helpers.images import astronaut, six_people


def _face(left: float, top: float, right: float, bottom: float) -> Face:
    return Face(np.array([left, top, right, bottom], np.float32), np.zeros((5, 2), np.float32), 0.99)


def test_all_the_largest_or_the_most_central_face_is_chosen() -> None:
    faces = [_face(0, 0, 30, 30), _face(40, 40, 60, 60), _face(70, 70, 110, 110)]
    assert choose_faces(faces, FaceChoice.ALL, 100, 100) == [0, 1, 2]
    assert choose_faces(faces, FaceChoice.LARGEST, 100, 100) == [2]
    assert choose_faces(faces, FaceChoice.CENTER, 100, 100) == [1]
    assert choose_faces(faces, FaceChoice.NONE, 100, 100) == []
    for which in FaceChoice:
        assert choose_faces([], which, 100, 100) == []
    with pytest.raises(ValueError, match="smallest"):
        choose_faces(faces, FaceChoice("smallest"), 100, 100)


def _with_a_face_behind(blur: float, blur_in_front: float = 0.0) -> tuple[Image, list[Face]]:
    """Her at twice the size, and one of six people in a corner, 70 pixels wide."""
    picture = np.clip(cv2.resize(astronaut(), (1024, 1024), interpolation=cv2.INTER_CUBIC), 0, 1)
    if blur_in_front:
        picture = cv2.GaussianBlur(picture, (0, 0), blur_in_front)
    other = cv2.resize(six_people()[250:420, 440:600], (90, 96), interpolation=cv2.INTER_AREA)
    picture[60:156, 40:130] = cv2.GaussianBlur(other, (0, 0), blur) if blur else other
    return np.ascontiguousarray(picture), [_face(360, 90, 540, 330), _face(55, 75, 112, 145)]


@pytest.mark.parametrize(("blur", "in_front", "expected"), [
    (0.0, 0.0, []), (2.5, 0.0, [1]), (4.0, 0.0, [1]), (4.0, 6.0, []), (0.0, 3.0, []),
])  # fmt: skip
def test_a_small_face_out_of_focus_is_a_bystander_unless_everything_is(
    blur: float, in_front: float, expected: list[int]
) -> None:
    assert bystanders(*_with_a_face_behind(blur, in_front)) == expected


def test_a_face_alone_and_faces_of_one_group_are_no_bystanders() -> None:
    picture, faces = _with_a_face_behind(4.0)
    assert bystanders(picture, faces[:1]) == [] and bystanders(picture, []) == []
    near = [_face(360, 90, 540, 330), _face(20, 60, 140, 210)]
    assert bystanders(picture, near) == [], "a face of more than half the side is no bystander"


def test_faces_are_read_line_by_line_however_the_detector_orders_them() -> None:
    """Two rows of a group, each a little uneven, and one face below."""
    read = [(10, 12), (60, 8), (110, 15), (30, 60), (80, 66), (50, 130)]
    faces = [_face(x, y, x + 20 + n, y + 20 + n) for n, (x, y) in enumerate(read)]
    for seed in range(5):
        shuffled = [faces[i] for i in np.random.default_rng(seed).permutation(len(faces))]
        assert [tuple(face.box[:2]) for face in in_reading_order(shuffled)] == read
    assert in_reading_order([]) == []
