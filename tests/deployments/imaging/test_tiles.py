"""Tiles cover the image once and keep to their memory."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from deployments.imaging.tiles import halve, pixels, plan_tiles, with_margin


@pytest.mark.parametrize(
    ("height", "width", "margin", "most"),
    [
        (64, 64, 38, 10**6),
        (500, 700, 38, 10**6),
        (500, 700, 38, 60_000),
        (700, 500, 38, 60_000),
        (3000, 90, 38, 30_000),
        (97, 1601, 38, 40_000),
        (333, 333, 100, 90_000),
        (40, 50, 38, 100),
        (1000, 1000, 38, 1),
    ],
)
def test_tiles_cover_the_picture_exactly_once(height: int, width: int, margin: int, most: int) -> None:
    covered = np.zeros((height, width), int)
    for (top, bottom), (left, right) in plan_tiles(height, width, margin, most):
        assert top < bottom and left < right
        covered[top:bottom, left:right] += 1
    assert (covered == 1).all()


@pytest.mark.parametrize("most", [40_000, 60_000, 100_000, 10**6])
@pytest.mark.parametrize(("height", "width"), [(500, 700), (2000, 300), (777, 1111)])
def test_no_tile_with_its_surroundings_is_larger_than_allowed(height: int, width: int, most: int) -> None:
    margin = 38
    for (top, bottom), (left, right) in plan_tiles(height, width, margin, most):
        seen = (min(bottom + margin, height) - max(top - margin, 0)) * (
            min(right + margin, width) - max(left - margin, 0)
        )
        assert seen <= most


def test_a_picture_that_fits_is_one_tile() -> None:
    assert plan_tiles(300, 400, 38, 300 * 400) == [((0, 300), (0, 400))]


def test_a_long_picture_is_cut_into_strips_across() -> None:
    assert {columns for _, columns in plan_tiles(3000, 400, 38, 300_000)} == {(0, 400)}
    assert {rows for rows, _ in plan_tiles(400, 3000, 38, 300_000)} == {(0, 400)}


def test_tiles_are_never_planned_smaller_than_64_pixels() -> None:
    for (top, bottom), (left, right) in plan_tiles(300, 200, 38, 1):
        assert bottom - top >= 64 and right - left >= 64


@pytest.mark.parametrize("multiple", [2, 4])
@pytest.mark.parametrize(("height", "width"), [(302, 201), (777, 1111), (2001, 300)])
def test_tiles_begin_on_multiples_and_keep_to_their_memory(height: int, width: int, multiple: int) -> None:
    margin, most = 40, 40_000
    tiles = plan_tiles(height, width, margin, most, multiple)
    assert len(tiles) > 1
    for tile in tiles:
        (top, _), (left, _) = with_margin(tile, height, width, margin)
        assert top % multiple == 0 and left % multiple == 0
        assert pixels(with_margin(tile, height, width, margin)) <= most
    assert sum(map(pixels, tiles)) == height * width
    for spans in zip(*tiles, strict=True):
        edges = sorted(set(spans))
        assert edges[0][0] == 0 and all(first[1] == second[0] for first, second in pairwise(edges))


@pytest.mark.parametrize("multiple", [1, 2])
def test_a_tile_is_halved_across_its_longer_side_until_it_is_small(multiple: int) -> None:
    assert halve(((10, 301), (0, 200)), multiple) == [((10, 155 // multiple * multiple), (0, 200)),
                                                      ((155 // multiple * multiple, 301), (0, 200))]  # fmt: skip
    assert halve(((0, 127), (64, 191)), multiple) == [((0, 127), (64, 191))]
    assert halve(((0, 100), (64, 192)), multiple) == [((0, 100), (64, 128)), ((0, 100), (128, 192))]
