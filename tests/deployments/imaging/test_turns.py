"""Turned pictures and the way back from them."""

from __future__ import annotations

import numpy as np
import pytest

from deployments.imaging.candidates import mapped
from deployments.imaging.turns import map_points, pose, quarter_turned, upright_cut
from tests.helpers.images import landmarks_at, waves


@pytest.mark.parametrize("degrees", [-170, -90, -30, 0, 45, 90, 135])
def test_a_templates_turn_is_measured_and_it_fits(degrees: float) -> None:
    roll, residual = pose(landmarks_at(300, 200, 0.2, degrees))
    assert roll == pytest.approx(degrees, abs=0.1)
    assert residual < 0.01


def test_landmarks_that_are_no_face_do_not_fit() -> None:
    mouth_above = landmarks_at(300, 200, 0.2)[[3, 4, 2, 0, 1]]
    mirrored = landmarks_at(300, 200, 0.2)[[1, 0, 2, 3, 4]]
    assert pose(mirrored)[1] > 0.3
    assert abs(pose(mouth_above)[0]) > 150 or pose(mouth_above)[1] > 0.3
    assert pose(np.full((5, 2), 7, np.float32)) == (0.0, float("inf"))


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_each_pixel_of_a_turned_picture_leads_back_to_where_it_came_from(quarters: int) -> None:
    image = waves(50, 83)
    turned, back = quarter_turned(image, quarters)
    points = np.array([[0, 0], [turned.shape[1] - 1, 0], [5, turned.shape[0] - 1], [17, 23]])
    for (x, y), (x0, y0) in zip(points, map_points(points, back).astype(int), strict=True):
        np.testing.assert_array_equal(turned[y, x], image[y0, x0])
    assert (turned.shape[0] > turned.shape[1]) == (quarters % 2 == 1)


def test_a_quarter_turns_clockwise() -> None:
    image = np.zeros((10, 20, 3), np.float32)
    image[0, 0] = 1  # top left goes to top right
    assert quarter_turned(image, 1)[0][0, -1, 0] == 1


@pytest.mark.parametrize(("roll", "side"), [(0, 60), (90, 60), (-37, 60), (180, 200), (120, 200)])
def test_the_cut_shows_the_turned_face_upright_in_its_middle(roll: float, side: float) -> None:
    points = landmarks_at(180, 150, side / 300, roll)
    box = np.array([180 - side / 2, 150 - side / 2, 180 + side / 2, 150 + side / 2], np.float32)
    image = waves(300, 400)
    cut, back = upright_cut(image, box, roll, 96, 2.5)
    assert cut.shape[0] == cut.shape[1] and cut.shape[0] % 32 == 0
    inverse = np.linalg.inv(np.vstack([back, [0, 0, 1]]))[:2]
    assert pose(map_points(points, inverse).astype(np.float32))[0] == pytest.approx(0, abs=0.2)
    middle = cut.shape[0] // 2
    x, y = map_points(np.array([[middle, middle]]), back)[0]
    assert np.abs(cut[middle, middle] - image[round(y), round(x)]).max() < 0.05


def test_a_mirrored_face_has_its_left_on_the_left_again() -> None:
    row = np.array([[10, 20, 50, 70, 0.9, 20, 35, 40, 34, 30, 45, 23, 58, 38, 59]], np.float32)
    mirror = np.array([[-1, 0, 99], [0, 1, 0]], np.float64)
    mirrored = mapped(row, mirror)[0]
    assert mirrored[:4].tolist() == [49, 20, 89, 70]
    assert mirrored[5:].tolist() == [59, 34, 79, 35, 69, 45, 61, 59, 76, 58]
    assert np.array_equal(mapped(mirrored[None], mirror), row)
