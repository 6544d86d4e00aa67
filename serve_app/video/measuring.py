"""Looks at one frame in a while: how far it is from the input, and how much faces flicker beside it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deployments.contract import Image
from deployments.imaging.resample import enlarge_bicubic, to_common_size
from serve_app.video.flow import warping_error
from serve_app.video.tracking import Track

SAMPLE_S = 2.0
"""Of the film, between two looks."""
MAX_PIXELS = 1_000_000
_SMALLEST = 32
"""Pixels of a face's side, below which nothing is said of its flicker."""


@dataclass(frozen=True)
class Pair:
    """A frame of the film and what became of it, both RGB of 8 bits."""

    given: NDArray[np.uint8]
    done: NDArray[np.uint8]


def comparable(pair: Pair) -> tuple[Image, Image]:
    """Result and input as the stage `metrics` wants them: of one size, and of at most MAX_PIXELS."""
    return to_common_size(_image(pair.done), _image(pair.given), MAX_PIXELS)


def flicker(before: Pair, now: Pair, tracks: list[Track], factor: int) -> tuple[float, float] | None:
    """The warping error inside the faces, of the input enlarged and of the result; None where there is no face."""
    given, made = list[float](), list[float]()
    height, width = now.given.shape[:2]
    for track in tracks:
        left, top, right, bottom = (round(float(side)) for side in track.face.box)
        left, top, right, bottom = max(0, left), max(0, top), min(width, right), min(height, bottom)
        if min(right - left, bottom - top) < _SMALLEST:
            continue
        small = np.s_[top:bottom, left:right]
        large = np.s_[factor * top : factor * bottom, factor * left : factor * right]
        inputs = [enlarge_bicubic(_image(each.given[small]), factor) for each in (before, now)]
        given.append(warping_error(inputs, inputs))
        made.append(warping_error(inputs, [_image(each.done[large]) for each in (before, now)]))
    return (float(np.mean(given)), float(np.mean(made))) if given else None


def _image(pixels: NDArray[np.uint8]) -> Image:
    return np.ascontiguousarray(pixels, np.float32) / np.float32(255)
