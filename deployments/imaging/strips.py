"""Work on a large image strip by strip, so that what is computed on the way stays small."""

from __future__ import annotations

from collections.abc import Iterator

_PIXELS = 2**20


def strips(height: int, width: int) -> Iterator[slice]:
    """Slices of rows, top to bottom, of about a megapixel each."""
    rows = max(1, _PIXELS // width)
    for top in range(0, height, rows):
        yield slice(top, min(top + rows, height))
