"""Cuts an image into tiles that fit into memory."""

from __future__ import annotations

from itertools import pairwise

MIN_TILE_SIDE = 64
Span = tuple[int, int]


def plan_tiles(height: int, width: int, margin: int, max_pixels: int) -> list[tuple[Span, Span]]:
    """Cut height x width into a grid of ((top, bottom), (left, right)), row by row.

    Of all grids whose tiles, with `margin` more pixels on each side, have at most `max_pixels`, the one that makes
    the network process the fewest pixels: long images are cut into strips, which overlap on two sides only. Tiles are
    never planned smaller than 64 pixels, so with a very small `max_pixels` they may have more.
    """

    def processed(length: int, count: int) -> int:
        return length + 2 * margin * (count - 1)

    def longest(length: int, count: int) -> int:
        return min(length, -(-length // count) + 2 * margin)

    grids = [
        (rows, columns)
        for rows in range(1, max(1, height // MIN_TILE_SIDE) + 1)
        for columns in range(1, max(1, width // MIN_TILE_SIDE) + 1)
    ]
    fitting = [g for g in grids if longest(height, g[0]) * longest(width, g[1]) <= max_pixels] or [grids[-1]]
    rows, columns = min(fitting, key=lambda grid: processed(height, grid[0]) * processed(width, grid[1]))
    return [(row, column) for row in _spans(height, rows) for column in _spans(width, columns)]


def _spans(length: int, count: int) -> list[Span]:
    """Cut `length` into `count` pieces as equal as whole numbers allow."""
    edges = [length * i // count for i in range(count + 1)]
    return list(pairwise(edges))
