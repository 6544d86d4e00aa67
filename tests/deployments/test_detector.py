"""Which candidates count as faces, and RetinaFace's anchors; the network itself is checked in tests/parity."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from deployments.config import DetectorConfig
from deployments.contract import Face, Image
from deployments.detector import Detector, anchors, distinct, merge_passes
from tests.helpers.images import astronaut, six_people

from facexlib.detection.retinaface_utils import PriorBox  # isort: skip

CONFIG = DetectorConfig(min_face_size=20)


def _candidate(left: float, top: float, side: float, eyes: float = 0.4) -> list[float]:
    """A row as the detector makes it: box, score, landmarks; `eyes` is their distance over the width."""
    x, y = left + side / 2, top + side * 0.4
    points = [x - eyes * side / 2, y, x + eyes * side / 2, y, x, y + side / 5, x, y + side / 3, x, y + side / 3]
    return [left, top, left + side, top + side, 0.99, *points]


def _rows(*rows: list[float]) -> NDArray[np.float32]:
    return np.array(rows, np.float32).reshape(-1, 15)


def test_faces_beside_each_other_are_all_kept_largest_first() -> None:
    assert distinct(_rows(_candidate(0, 0, 40), _candidate(100, 0, 80), _candidate(200, 0, 60)), CONFIG) == [1, 2, 0]


def test_no_face_lies_inside_a_face() -> None:
    whole, eye, part = _candidate(0, 0, 200), _candidate(50, 50, 30), _candidate(150, 120, 60)
    assert distinct(_rows(eye, whole, part), CONFIG) == [1]


def test_faces_that_overlap_a_little_are_two_people() -> None:
    assert distinct(_rows(_candidate(0, 0, 100), _candidate(60, 0, 90)), CONFIG) == [0, 1]


def test_a_face_smaller_than_the_least_size_is_dropped() -> None:
    assert distinct(_rows(_candidate(0, 0, 19.9), _candidate(100, 0, 20.1)), CONFIG) == [1]


def test_a_face_with_both_eyes_in_one_place_is_dropped() -> None:
    assert distinct(_rows(_candidate(0, 0, 80, eyes=0.05), _candidate(100, 0, 80, eyes=0.2)), CONFIG) == [1]


def test_a_box_turned_inside_out_is_dropped() -> None:
    row = _candidate(0, 0, 80)
    row[0], row[2] = row[2], row[0]
    assert distinct(_rows(row), CONFIG) == []


def test_no_candidates_are_no_faces() -> None:
    assert distinct(_rows(), CONFIG) == []


@pytest.mark.parametrize(("height", "width"), [(640, 640), (480, 641), (33, 97)])
def test_the_anchors_are_facexlibs(height: int, width: int) -> None:
    config = {"min_sizes": [[16, 32], [64, 128], [256, 512]], "steps": [8, 16, 32], "clip": False}
    expected = PriorBox(config, image_size=(height, width)).forward()
    torch.testing.assert_close(anchors(height, width), expected, atol=1e-6, rtol=1e-6)


# ---- Two passes ------------------------------------------------------------------------------------------------------


def test_a_face_that_both_passes_see_well_is_taken_from_the_fine_one() -> None:
    """In a photo of 4096 pixels that the fine pass sees at 2048: 500 pixels are 250 there."""
    fine, coarse = _rows(_candidate(100, 100, 500)), _rows(_candidate(90, 95, 510, eyes=0.3))
    np.testing.assert_array_equal(merge_passes(fine, coarse, 0.5), fine)
    fine, coarse = _rows(_candidate(100, 100, 800)), _rows(_candidate(90, 95, 830, eyes=0.3))
    np.testing.assert_array_equal(merge_passes(fine, coarse, 0.5), fine)


def test_a_small_face_of_the_coarse_pass_alone_is_no_face() -> None:
    assert len(merge_passes(_rows(), _rows(_candidate(0, 0, 500)), 0.5)) == 0
    assert len(merge_passes(_rows(), _rows(_candidate(0, 0, 300)), 1.0)) == 0


def test_a_large_face_that_the_fine_pass_missed_comes_from_the_coarse_one() -> None:
    eye, whole = _candidate(300, 300, 150), _candidate(100, 100, 1000)
    found = merge_passes(_rows(eye), _rows(whole), 0.5)
    assert distinct(found, CONFIG) == [1]


def test_a_face_too_large_for_the_fine_pass_has_the_landmarks_of_the_coarse_one() -> None:
    fine, coarse = _rows(_candidate(80, 80, 1450)), _rows(_candidate(100, 100, 1400, eyes=0.3))
    np.testing.assert_array_equal(merge_passes(fine, coarse, 0.5), coarse)


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector.load(DetectorConfig(device="cpu", model="retinaface-mobile0.25"))


def _enlarged(image: Image, longest: int) -> Image:
    scale = longest / max(image.shape[:2])
    return np.clip(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC), 0, 1)


def _difference(faces: list[Face], native: list[Face], scale: float) -> list[float]:
    """Of each native face, how far the landmarks of its twin are on average, over the eye distance."""
    found = []
    for face in native:
        points = (face.landmarks + 0.5) * scale - 0.5
        away = [float(np.linalg.norm(other.landmarks - points, axis=1).mean()) for other in faces]
        found.append(min(away) / (face.eye_distance * scale))
    return found


@pytest.mark.weights
@pytest.mark.parametrize("longest", [3200, 4096])
def test_the_landmarks_do_not_depend_on_how_large_the_photo_is(detector: Detector, longest: int) -> None:
    image = six_people()
    # 2048 pixels is what the fine pass reduces to, and no face there is large enough for the coarse one.
    native = detector.detect(_enlarged(image, 2048))
    faces = detector.detect(_enlarged(image, longest))
    assert len(faces) == len(native) == 6
    assert max(_difference(faces, native, longest / 2048)) < 0.05
    # Faces of 70 to 120 pixels: between them and their enlargements the network itself differs, up to 12%.
    differences = _difference(faces, detector.detect(image), longest / image.shape[1])
    assert sum(difference < 0.07 for difference in differences) >= 4 and max(differences) < 0.12


@pytest.mark.weights
@pytest.mark.parametrize("longest", [1000, 1500, 2000, 4000])
def test_the_landmarks_of_a_close_portrait_are_those_of_a_small_one(detector: Detector, longest: int) -> None:
    portrait = np.ascontiguousarray(astronaut()[0:300, 80:380])
    (native,) = detector.detect(portrait)
    (face,) = detector.detect(_enlarged(portrait, longest))
    assert _difference([face], [native], longest / 300)[0] < 0.05
