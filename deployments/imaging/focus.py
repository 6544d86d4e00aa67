"""How much of a face's contrast lies in its finest details: what the camera's focus decides."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from deployments.contract import Image

_MARGIN = 0.125
"""Of the box, on each side: hair and background may be in another plane."""
_DETAIL_SIGMA = 1.0
_NO_CONTRAST = 1e-3


def face_detail(image: Image, box: NDArray[np.float32]) -> float:
    """The standard deviation of the luma's details of about a pixel, over that of the luma, inside the box.

    It compares faces of one photograph: noise and compression are the same for all of them there. 0 for an empty box.
    """
    left, top, right, bottom = box
    x, y = _MARGIN * (right - left), _MARGIN * (bottom - top)
    rows, columns = slice(max(0, round(top + y)), round(bottom - y)), slice(max(0, round(left + x)), round(right - x))
    inside = image[rows, columns]
    if inside.size == 0:
        return 0.0
    luma = cv2.cvtColor(np.ascontiguousarray(inside), cv2.COLOR_RGB2GRAY)
    fine = luma - cv2.GaussianBlur(luma, (0, 0), _DETAIL_SIGMA)
    return float(fine.std() / max(float(luma.std()), _NO_CONTRAST))


SHARP = 0.075
"""crop_detail of a face to which restoring adds nothing. Measured on six aligned portraits of 512 pixels: as they are
0.077 to 0.150; enlarged from 256 pixels 0.042 to 0.081; under a Gaussian of one pixel 0.030 to 0.060, of two at most
0.027. Noise counts as detail."""
_CROP_BOX = np.array([150.0, 150.0, 362.0, 430.0], np.float32)


def crop_detail(crop: Image) -> float:
    """face_detail of an aligned (512, 512, 3) face, which makes faces of different sizes comparable."""
    return face_detail(crop, _CROP_BOX)
