"""Looks at what a face covers: its surroundings with all known faces painted over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from deployments.contract import Image
from deployments.imaging.candidates import Candidates, is_upright, mapped, overlap, painted_over
from deployments.imaging.geometry import Affine
from deployments.imaging.turns import upright_cut


class _Look(NamedTuple):
    face: float
    """Pixels of the covering face, at most."""
    paint: float
    """How much larger than its box."""
    surroundings: float
    """Side of the cut-out over the face's."""
    mirrored: bool
    """Whether the network sees its mirror image too."""


_LOOKS = (_Look(160, 1.0, 2.2, False), _Look(136, 1.1, 2.5, True), _Look(128, 1.0, 2.2, True))
"""Half a face is seen best at a larger size than a whole one, a forehead best where the paint reaches up to the hair.

Which look shows a face differs. Of 133 pairs with 55 to 65% of a box covered these found 106. 128 and 160 pixels with
the paint at 1.0 and surroundings of 2.5, both mirrored, found 99, at the same cost; of 240 others either found two in
three.
"""
_DARK = (0.15, 0.13, 0.12)  # as hair or shade before a face: of 21 pairs 17 scored 0.95 or more, 13 in the mean color
_LEAST, _MOST = 0.2, 0.8  # of the smaller box: less is seen without these looks, more is the same face
# What is left of a face that was painted over scored 0.77 at most in 331 pictures. Below what the settings ask for a
# candidate therefore has to have room of its own, and the face must be so large that the paint's edge is hard on it.
_MOST_DOUBTED = 0.65
_MOST_SEEN, _SEEN = 0.75, 0.55  # from this score on; in a dark picture cheek and hair scored 0.53 and shared 0.7
_HIDES_FROM = 96  # pixels
_LEAST_SIZE = 0.5  # of the face's
# A throat between painted hair and a collar scored up to 0.93: of 1,673 parts of photographs in 36. They began 0.12 to
# 0.35 of the face's height below its middle, and 35 had at most 0.71 of its size. Covered faces began above that, and
# faces that cover a chin had 0.77 of the size or more.
_THROAT_FROM, _THROAT_SIZE = 0.1, 0.75


def looks_behind(
    image: Image, row: NDArray[np.float32], known: Candidates
) -> Iterator[tuple[NDArray[np.float32], list[Affine]]]:
    """The surroundings of the (15,) `row` without the `known` faces, (N, H, W, 3), with the ways back from each.

    At one to three sizes, mirrored too at most of them: each look shows the network what another does not.
    """
    looks = {min(_longest(row), look.face): look for look in _LOOKS}
    for size, look in looks.items():
        cut, back = upright_cut(image, row[:4], 0.0, size, look.surroundings)
        cut = painted_over(cut, mapped(known, cv2.invertAffineTransform(back)), _DARK, look.paint)
        mirror = np.array([[-1, 0, cut.shape[1] - 1], [0, 1, 0], [0, 0, 1]], np.float64)
        cuts, backs = [cut, cut[:, ::-1]], [back, back @ mirror]
        count = 1 + look.mirrored
        yield np.stack(cuts[:count]), backs[:count]


def is_behind(candidate: NDArray[np.float32], row: NDArray[np.float32], known: Candidates, min_score: float) -> bool:
    """Whether the (15,) `candidate` of a look behind `row` is another face than the `known` ones."""
    shared = [overlap(candidate, other) for other in known]
    if not is_upright(candidate) or overlap(candidate, row) <= _LEAST or max(shared) > _MOST:
        return False
    if candidate[4] >= min_score:
        return True
    has_room = sum(shared) <= (_MOST_SEEN if candidate[4] >= _SEEN else _MOST_DOUBTED)
    below = candidate[1] - (row[1] + row[3]) / 2 > _THROAT_FROM * (row[3] - row[1])
    is_large = _longest(candidate) >= (_THROAT_SIZE if below else _LEAST_SIZE) * _longest(row)
    return has_room and is_large and _longest(row) >= _HIDES_FROM


def _longest(row: NDArray[np.float32]) -> float:
    return float((row[2:4] - row[:2]).max())
