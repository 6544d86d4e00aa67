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


def details(image: Image, photo: Image) -> Image:
    """What is finer than the photograph's pixels; in its own size, than its shades."""
    factor = len(image) // len(photo)
    if factor == 1:
        return image - cv2.GaussianBlur(image, (0, 0), 1)
    pixels = cv2.resize(image, photo.shape[1::-1], interpolation=cv2.INTER_AREA)
    return image - cv2.resize(pixels, image.shape[1::-1], interpolation=cv2.INTER_NEAREST)


@pytest.mark.slow
@pytest.mark.parametrize("factor", [1, 2, 4])
def test_shades_and_casts_are_the_photographs_and_details_the_networks(factor: int) -> None:
    photo = astronaut()
    enlarged = exaggerated(photo, factor)
    found = keep_shades(enlarged, photo)
    off = [float(np.abs(shades(each, photo) - shades(photo, photo)).mean()) for each in (found, enlarged)]
    assert off[0] < 0.15 * off[1]
    plain = cv2.resize(photo, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
    network = details(enlarged, photo).ravel()
    kept, without = (np.corrcoef(details(each, photo).ravel(), network)[0, 1] for each in (found, plain))
    assert kept > 0.985 > without + 0.01, "the network's details, which plain enlargement has not"
    assert found.dtype == np.float32 and found.min() >= 0 and found.max() <= 1


def test_what_is_right_stays_within_rounding() -> None:
    photo = astronaut()
    whole = np.repeat(np.repeat(photo, 2, axis=0), 2, axis=1)
    assert np.abs(keep_shades(whole, photo) - whole).max() < 1e-6


def test_what_is_smaller_than_the_photograph_is_left_as_it_is() -> None:
    photo = astronaut()
    small = cv2.resize(photo, (300, 512), interpolation=cv2.INTER_AREA)
    assert keep_shades(small, photo) is small


def softened(photo: Image) -> Image:
    """Twice as large, by a network that takes every pattern of one or two pixels for noise."""
    soft = cv2.GaussianBlur(photo, (0, 0), 1.5)
    return np.asarray(cv2.resize(soft, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC).clip(0, 1), np.float32)


def off(enlarged: Image, photo: Image) -> Image:
    """How far each pixel of the photograph is from the average of what it became."""
    return np.abs(cv2.resize(enlarged, photo.shape[1::-1], interpolation=cv2.INTER_AREA) - photo)


def test_patterns_of_single_pixels_and_what_else_the_network_lost_come_back() -> None:
    checks = np.where(np.indices((96, 96)).sum(0) % 2 == 0, 0.65, 0.35).astype(np.float32)[..., None]
    for photo, left in ((np.repeat(checks, 3, axis=2), 0.01), (astronaut(), 0.2)):
        enlarged = softened(photo)
        assert off(keep_shades(enlarged, photo), photo).mean() < left * off(enlarged, photo).mean()


def test_noise_does_not_come_back() -> None:
    photo = np.clip(0.5 + np.random.default_rng(0).normal(0, 0.03, (128, 128, 3)), 0, 1).astype(np.float32)
    found = keep_shades(np.full((256, 256, 3), 0.5, np.float32), photo)
    assert found.std() < 0.3 * photo.std()


def test_what_is_out_of_focus_stays_as_sharp_as_the_network_made_it() -> None:
    step = np.where(np.arange(128) < 64, 0.3, 0.7).astype(np.float32)
    sharp = np.repeat(np.tile(step, (64, 1))[..., None], 3, axis=2)
    photo = cv2.GaussianBlur(cv2.resize(sharp, (64, 32), interpolation=cv2.INTER_AREA), (0, 0), 2.5)
    found = keep_shades(sharp, photo)
    assert np.abs(np.diff(found[32, :, 0])).max() > 0.3
