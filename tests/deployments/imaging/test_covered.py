"""Which candidates of the looks behind a face are another face, and which are what is left of the first."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from deployments.imaging.candidates import painted_over
from deployments.imaging.covered import is_behind, looks_behind
from deployments.imaging.geometry import FFHQ_TEMPLATE

LEAST = 0.95
FRONT = (200.0, 200.0, 300.0, 340.0)


def _row(box: tuple[float, float, float, float], score: float = 0.99) -> NDArray[np.float32]:
    """An upright face that fills `box`."""
    low, size = np.array(box[:2]), np.array(box[2:]) - box[:2]
    spread = FFHQ_TEMPLATE - FFHQ_TEMPLATE.mean(axis=0)
    points = low + size / 2 + spread * (0.6 * size[0] / np.ptp(spread[:, 0]))
    return np.array([*box, score, *points.ravel()], np.float32)


def _moved(across: float, down: float, size: float = 1.0, score: float = 0.7) -> NDArray[np.float32]:
    """A face whose middle is so many widths and heights of the front one from its middle, and its size over that's."""
    left, top, right, bottom = FRONT
    width, height = right - left, bottom - top
    x, y = (left + right) / 2 + across * width, (top + bottom) / 2 + down * height
    half = size * width / 2, size * height / 2
    return _row((x - half[0], y - half[1], x + half[0], y + half[1]), score)


def _is_found(candidate: NDArray[np.float32]) -> bool:
    front = _row(FRONT)
    return is_behind(candidate, front, front[None], LEAST)


@pytest.mark.parametrize(("across", "down"), [(0.5, 0.0), (-0.45, 0.05), (0.0, -0.5), (0.05, 0.45), (0.3, -0.35)])
def test_a_face_on_any_side_is_found_at_a_score_that_alone_would_not_do(across: float, down: float) -> None:
    assert _is_found(_moved(across, down))


@pytest.mark.parametrize(
    ("down", "size", "score"), [(0.53, 0.59, 0.86), (0.56, 0.64, 0.81), (0.59, 0.67, 0.93), (0.45, 0.5, 0.6)]
)
def test_a_throat_below_the_face_is_none(down: float, size: float, score: float) -> None:
    assert not _is_found(_moved(0.03, down, size, score))


def test_a_face_as_large_that_covers_the_chin_is_no_throat() -> None:
    assert _is_found(_moved(0.0, 0.7, 0.9, 0.6))


def test_who_shares_more_has_to_score_more() -> None:
    assert [_is_found(_moved(0.3, 0.0, 1.0, score)) for score in (0.52, 0.6)] == [False, True]
    assert [_is_found(_moved(0.4, 0.0, 1.0, score)) for score in (0.52, 0.6)] == [True, True]
    assert not _is_found(_moved(0.22, 0.0, 1.0, 0.9))


def test_a_patch_much_smaller_than_the_face_is_none() -> None:
    assert not _is_found(_moved(0.5, -0.1, 0.35, 0.6))


def test_who_is_beyond_doubt_is_found_wherever_he_is() -> None:
    assert _is_found(_moved(0.03, 0.53, 0.59, 0.96)) and _is_found(_moved(0.5, -0.1, 0.35, 0.96))


def test_the_face_itself_is_nobody_behind_it() -> None:
    assert not _is_found(_moved(0.05, 0.0, 0.98, 0.99)) and not _is_found(_moved(3.0, 0.0, 1.0, 0.99))


def test_a_small_face_needs_the_full_score() -> None:
    front = _row((0, 0, 50, 70))
    beside = [_row((25, 0, 75, 70), score) for score in (0.9, 0.96)]
    assert [is_behind(each, front, front[None], LEAST) for each in beside] == [False, True]


@pytest.mark.parametrize(("height", "looks"), [(60, 1), (130, 2), (150, 3), (400, 3)])
def test_a_large_face_is_looked_behind_at_three_sizes_and_a_small_one_at_its_own(height: int, looks: int) -> None:
    """Each time the face is painted over: it stood out of the gray as white."""
    image = np.full((900, 900, 3), 0.5, np.float32)
    row = _row((300, 300, 300 + 0.7 * height, 300 + height))
    image[300 : 300 + height, 300 : 300 + int(0.7 * height)] = 1
    seen = list(looks_behind(image, row, row[None]))
    assert len(seen) == looks and max(len(backs) for _, backs in seen) == 2
    for pictures, backs in seen:
        assert pictures.shape[0] == len(backs) in (1, 2) and (pictures > 0.9).mean() < 0.05
        middle = pictures[0][pictures.shape[1] // 2, pictures.shape[2] // 2]
        assert middle.max() < 0.2


def test_paint_is_as_large_as_asked_for() -> None:
    image = np.ones((200, 200, 3), np.float32)
    row = _row((50, 40, 130, 160))
    areas = [float((painted_over(image, row[None], (0, 0, 0), larger) < 0.5).mean()) for larger in (1.0, 1.1)]
    assert areas[1] / areas[0] == pytest.approx(1.1**2, rel=0.02)
