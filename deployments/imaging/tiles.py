"""Cuts an image into tiles that fit into memory."""

from __future__ import annotations

from itertools import pairwise

MIN_TILE_SIDE = 64
Span = tuple[int, int]
Tile = tuple[Span, Span]
"""((top, bottom), (left, right)), pixels; bottom and right lie outside."""


def plan_tiles(height: int, width: int, margin: int, max_pixels: int, multiple: int = 1) -> list[Tile]:
    """Cut height x width into a grid of ((top, bottom), (left, right)), row by row.

    Of all grids whose tiles, with `margin` more pixels on each side, have at most `max_pixels`, the one that makes
    the network process the fewest pixels: long images are cut into strips, which overlap on two sides only. Tiles
    begin on multiples of `multiple`, for networks that fold that many pixels together; `margin` has to be one. Tiles
    are never planned smaller than 64 pixels, so with a very small `max_pixels` they may have more.
    """
    rows, columns = (
        [_spans(length, count, multiple) for count in range(1, max(1, length // MIN_TILE_SIDE) + 1)]
        for length in (height, width)
    )
    longest_row, longest_column = (
        [max(stop - start for start, stop in _widened(spans, margin)) for spans in cuts] for cuts in (rows, columns)
    )
    grids = [(row, column) for row in range(len(rows)) for column in range(len(columns))]
    fitting = [grid for grid in grids if longest_row[grid[0]] * longest_column[grid[1]] <= max_pixels] or [grids[-1]]
    row, column = min(fitting, key=lambda grid: (height + 2 * margin * grid[0]) * (width + 2 * margin * grid[1]))
    return [(vertical, horizontal) for vertical in rows[row] for horizontal in columns[column]]


def with_margin(tile: Tile, height: int, width: int, margin: int) -> Tile:
    """The tile with `margin` more pixels on each side that lies within the image of height x width."""
    (top, bottom), (left, right) = tile
    return (max(top - margin, 0), min(bottom + margin, height)), (max(left - margin, 0), min(right + margin, width))


def pixels(tile: Tile) -> int:
    """How many pixels a tile has."""
    (top, bottom), (left, right) = tile
    return (bottom - top) * (right - left)


def halve(tile: Tile, multiple: int = 1) -> list[Tile]:
    """Cut a tile in two across its longer side, on a multiple of `multiple`, or [tile] where halves would be too small.

    Too small is less than 64 pixels on a side, apart from what the multiple takes.
    """
    rows, columns = tile
    long, is_row = (rows, True) if rows[1] - rows[0] >= columns[1] - columns[0] else (columns, False)
    if long[1] - long[0] < 2 * MIN_TILE_SIDE:
        return [tile]
    middle = (long[0] + long[1]) // 2 // multiple * multiple
    halves = ((long[0], middle), (middle, long[1]))
    return [(half, columns) if is_row else (rows, half) for half in halves]


def _spans(length: int, count: int, multiple: int) -> list[Span]:
    """Cut `length` into `count` pieces as equal as whole multiples allow."""
    edges = [length * i // count // multiple * multiple for i in range(count)]
    return list(pairwise([*edges, length]))


def _widened(spans: list[Span], margin: int) -> list[Span]:
    length = spans[-1][1]
    return [(max(start - margin, 0), min(stop + margin, length)) for start, stop in spans]
