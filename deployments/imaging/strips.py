"""Work on a large image strip by strip, so that what is computed on the way stays small."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import cv2

_PIXELS = 2**20
_PIXELS_AT_ONCE = 2**17
"""In a strip that is worth a thread: 1.5 MB of float32, which stays in a core's cache."""


def strips(height: int, width: int) -> Iterator[slice]:
    """Slices of rows, top to bottom, of about a megapixel each."""
    rows = max(1, _PIXELS // width)
    for top in range(0, height, rows):
        yield slice(top, min(top + rows, height))


def on_strips(work: Callable[[slice], None], height: int, width: int) -> None:
    """Call `work` with slices of rows that cover the image, in as many threads as OpenCV has.

    For what NumPy does pixel by pixel, in one thread and without Python's lock.
    """
    rows = max(1, _PIXELS_AT_ONCE // width)
    slices = [slice(top, min(top + rows, height)) for top in range(0, height, rows)]
    with ThreadPoolExecutor(cv2.getNumThreads()) as threads:
        for _ in threads.map(work, slices):  # raises what one of them did
            pass
