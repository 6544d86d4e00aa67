"""Work on a large image strip by strip, so that what is computed on the way stays small."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import cv2

Result = TypeVar("Result")

_PIXELS = 2**20
_WORTH_A_THREAD = 2**17
"""Pixels. With fewer a thread takes as long to start as to work."""
_MOST_THREADS = 8
"""More wait for memory, and for Python's lock."""


def strips(height: int, width: int) -> Iterator[slice]:
    """Slices of rows, top to bottom, of about a megapixel each."""
    return _slices(height, max(1, _PIXELS // width))


def on_strips(work: Callable[[slice], None], height: int, width: int) -> None:
    """Call `work` with slices of rows that cover the image, several at a time where OpenCV has threads.

    For what NumPy does pixel by pixel, in one thread and without Python's lock.
    """
    count = min(_MOST_THREADS, cv2.getNumThreads())
    pixels = min(_PIXELS, max(_WORTH_A_THREAD, -(-height * width // count)))
    map_strips(work, list(_slices(height, max(1, -(-pixels // width)))), count)


def map_strips(work: Callable[[slice], Result], slices: Sequence[slice], threads: int) -> list[Result]:
    """What `work` returns for each of `slices`, in their order, from so many threads; raises what it raises."""
    if len(slices) == 1:
        return [work(slices[0])]
    with ThreadPoolExecutor(min(threads, len(slices))) as pool:
        return list(pool.map(work, slices))


def _slices(height: int, rows: int) -> Iterator[slice]:
    for top in range(0, height, rows):
        yield slice(top, min(top + rows, height))
