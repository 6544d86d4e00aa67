"""Which candidates count as faces, and RetinaFace's anchors; the network itself is checked in tests/parity."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from deployments.config import DetectorConfig
from deployments.detector import anchors, distinct

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
