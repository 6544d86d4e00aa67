"""An enlarged picture keeps the photograph's shades, behind a network that exaggerates them."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from deployments.contract import Image
from deployments.imaging.shades import keep_shades
from tests.helpers.images import astronaut


def exaggerated(photo: Image, factor: int) -> Image:
    """Enlarged, with more contrast, and yellow where it is dark."""
    enlarged = cv2.resize(photo, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
    return np.clip(0.5 + 1.3 * (enlarged - 0.5) + (1 - enlarged) * (0.06, 0.04, -0.05), 0, 1).astype(np.float32)


def shades(image: Image, photo: Image) -> Image:
    small = cv2.resize(image, photo.shape[1::-1], interpolation=cv2.INTER_AREA)
    return cv2.GaussianBlur(small, (0, 0), 6)


@pytest.mark.parametrize("factor", [1, 2, 4])
def test_shades_and_casts_are_the_photographs_and_details_the_networks(factor: int) -> None:
    photo = astronaut()
    enlarged = exaggerated(photo, factor)
    found = keep_shades(enlarged, photo)
    off = [float(np.abs(shades(each, photo) - shades(photo, photo)).mean()) for each in (found, enlarged)]
    assert off[0] < 0.15 * off[1]
    details = [each - cv2.GaussianBlur(each, (0, 0), factor) for each in (found, enlarged)]
    assert np.corrcoef(details[0].ravel(), details[1].ravel())[0, 1] > 0.98
    assert found.dtype == np.float32 and found.min() >= 0 and found.max() <= 1


def test_what_is_right_stays_within_rounding() -> None:
    photo = astronaut()
    whole = np.repeat(np.repeat(photo, 2, axis=0), 2, axis=1)
    assert np.abs(keep_shades(whole, photo) - whole).max() < 1e-6


def test_what_is_smaller_than_the_photograph_is_left_as_it_is() -> None:
    photo = astronaut()
    small = cv2.resize(photo, (300, 512), interpolation=cv2.INTER_AREA)
    assert keep_shades(small, photo) is small
