"""Where a restored face agrees with the photograph: what covers a face keeps its pixels."""

from __future__ import annotations

import cv2
import numpy as np

from deployments.contract import Image, Mask

_SIGMA = 8.0
"""Pixels of the 512x512 crop, of which half the size is looked at. No blur, noise or compression that a face survives
moves what is coarser than this."""
_AGREES, _CONTRADICTS = 8.0, 16.0
"""CIELAB units (delta E 1976). Our restorer departs by at most 3 on 99% of a face of 128 pixels with blur, noise and
JPEG's blocks; a mouth painted onto a mask, or teeth onto a microphone, by 20 and more."""


def agreement(restored: Image, crop: Image) -> Mask:
    """(512, 512): 1 where the restored face and the one it was made from look alike when blurred, 0 where a restorer
    replaced what was there: a mask, a hand or a microphone by a face.

    Both are aligned (512, 512, 3) faces.
    """
    before, after = (
        cv2.cvtColor(cv2.resize(face, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2LAB)
        for face in (crop, restored)
    )
    departure = np.linalg.norm(cv2.GaussianBlur(after - before, (0, 0), _SIGMA / 2), axis=2)
    rest = np.clip((_CONTRADICTS - departure) / (_CONTRADICTS - _AGREES), 0.0, 1.0)
    rest = cv2.resize(rest, crop.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    return np.asarray(rest * rest * (3 - 2 * rest), np.float32)
