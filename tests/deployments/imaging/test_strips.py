"""Work on an image in strips, in many threads at once."""

from __future__ import annotations

import numpy as np
import pytest

from deployments.imaging.strips import on_strips


@pytest.mark.parametrize(("height", "width"), [(1, 1), (3, 400_000), (1500, 1000)])
def test_each_row_is_in_one_strip(height: int, width: int) -> None:
    seen = np.zeros(height, int)

    def count(rows: slice) -> None:
        seen[rows] += 1

    on_strips(count, height, width)
    assert (seen == 1).all()


def test_what_fails_in_a_thread_fails_here() -> None:
    def fail(rows: slice) -> None:
        if rows.start > 0:
            raise ValueError("a later strip")

    with pytest.raises(ValueError, match="a later strip"):
        on_strips(fail, 1500, 1000)
