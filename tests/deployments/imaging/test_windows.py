"""Windows cover the picture, see every small face whole, and leave cut ones to others."""

from __future__ import annotations

import numpy as np
import pytest

from deployments.imaging.tiles import pixels
from deployments.imaging.windows import WHOLE, is_whole, plan_windows

SIZES = [(400, 12000), (12000, 400), (3400, 4600), (2049, 2049), (6000, 8000)]


@pytest.mark.parametrize(("height", "width"), SIZES)
@pytest.mark.parametrize("side", [640, 2048])
def test_every_small_face_lies_whole_in_a_window_and_the_work_is_bounded(height: int, width: int, side: int) -> None:
    windows = plan_windows(height, width, side)
    assert max(map(pixels, windows)) <= side * side
    assert sum(map(pixels, windows)) <= height * width * (2.7 if side == 640 else 1.3)
    rng = np.random.default_rng(0)
    corners = rng.uniform((0, 0), (width - WHOLE, height - WHOLE), (300, 2))
    corners[:4] = [(0, 0), (width - WHOLE, 0), (0, height - WHOLE), (width - WHOLE, height - WHOLE)]
    boxes = np.hstack([corners, corners + WHOLE]).astype(np.float32)
    whole = [is_whole(boxes, window, height, width) for window in windows]
    assert np.any(whole, axis=0).all()


def test_what_a_window_cuts_is_not_whole_and_the_pictures_own_border_cuts_nothing() -> None:
    boxes = np.array([[0, 0, 90, 90], [10, 10, 500, 100], [400, 20, 460, 90], [-5, 700, 60, 802]], np.float32)
    assert is_whole(boxes, ((0, 800), (0, 500)), 800, 900).tolist() == [True, False, True, True]
    assert is_whole(boxes, ((0, 800), (0, 500)), 1600, 500).tolist() == [True, True, True, False]
