"""Looks at what a face covers: its surroundings with all known faces painted over."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from deployments.contract import Image
from deployments.imaging.candidates import Candidates, is_upright, mapped, overlap, painted_over
from deployments.imaging.geometry import Affine
from deployments.imaging.turns import upright_cut

_SIZES = (160, 128)
"""Pixels of the covering face, at most. Half a face is seen best at a larger size than a whole one, which size differs.
Of 24 pairs with 60% of a box covered either found 14 and 16, both 19, and with the mirrored looks 22."""
_SURROUNDINGS = 2.5  # side of the cut-out over the face's
_DARK = (0.15, 0.13, 0.12)  # as hair or shade before a face: of 21 pairs 17 scored 0.95 or more, 13 in the mean color
_LEAST, _MOST = 0.2, 0.8  # of the smaller box: less is seen without these looks, more is the same face
# What is left of a face that was painted over scored 0.82 at most, in 331 pictures. Below what the settings ask for a
# candidate therefore has to have room of its own, and the face must be so large that the paint's edge is hard on it.
_MOST_DOUBTED = 0.65
_HIDES_FROM = 96  # pixels


def looks_behind(
    image: Image, row: NDArray[np.float32], known: Candidates
) -> Iterator[tuple[NDArray[np.float32], tuple[Affine, Affine]]]:
    """The surroundings of the (15,) `row` without the `known` faces, (2, H, W, 3), with the ways back from both.

    At one size or two, as they are and mirrored: each look shows the network what another does not.
    """
    for size in sorted({min(_longest(row), size) for size in _SIZES}):
        cut, back = upright_cut(image, row[:4], 0.0, size, _SURROUNDINGS)
        cut = painted_over(cut, mapped(known, cv2.invertAffineTransform(back)), _DARK)
        mirror = np.array([[-1, 0, cut.shape[1] - 1], [0, 1, 0], [0, 0, 1]], np.float64)
        yield np.stack([cut, cut[:, ::-1]]), (back, back @ mirror)


def is_behind(candidate: NDArray[np.float32], row: NDArray[np.float32], known: Candidates, min_score: float) -> bool:
    """Whether the (15,) `candidate` of a look behind `row` is another face than the `known` ones."""
    shared = [overlap(candidate, other) for other in known]
    if not is_upright(candidate) or overlap(candidate, row) <= _LEAST or max(shared) > _MOST:
        return False
    return bool(candidate[4] >= min_score) or (_longest(row) >= _HIDES_FROM and sum(shared) <= _MOST_DOUBTED)


def _longest(row: NDArray[np.float32]) -> float:
    return float((row[2:4] - row[:2]).max())
