"""What nobody sees: no fringe around cut-outs, nothing erased that comes back, pictures that are in alpha alone."""

from __future__ import annotations

import time

import cv2
import numpy as np
import pytest
import skimage.data
from numpy.typing import NDArray

from deployments.contract import DecodeLimits
from deployments.imaging.codec import Decoded, decode
from deployments.imaging.resample import enlarge_bicubic
from deployments.imaging.transparency import fill_invisible, over_white
from load.evaluate_files import cut_out, disc, enlarged_over
from tests.helpers.images import noise, one_face, png

LIMITS = DecodeLimits(max_input_pixels=20_000_000, max_output_pixels=20_000_000, min_side=16)
STEP = 1 / 255
RADIUS = 150
BACKDROPS = {"black": 0.0, "white": 1.0}


def _cut_out(alpha: NDArray[np.uint8], hidden: int, picture: NDArray[np.uint8] | None = None) -> Decoded:
    return decode(cut_out(alpha, hidden, one_face() if picture is None else picture), LIMITS)


@pytest.mark.slow
@pytest.mark.parametrize("factor", [2, 4])
@pytest.mark.parametrize("hidden", [0, 255])
@pytest.mark.parametrize("backdrop", BACKDROPS)
def test_a_cut_out_has_no_fringe(factor: int, hidden: int, backdrop: str) -> None:
    straight, premultiplied = enlarged_over(_cut_out(disc(4), hidden), factor, BACKDROPS[backdrop])
    assert np.abs(straight - premultiplied).max() < 8 * STEP


@pytest.mark.slow
@pytest.mark.parametrize("picture", ["chelsea", "coffee"])
def test_a_hard_edge_has_none_either(picture: str) -> None:
    """Where colors change from pixel to pixel, clipping makes the two differ in single pixels."""
    photo = cv2.resize(getattr(skimage.data, picture)(), (512, 512), interpolation=cv2.INTER_AREA)
    for hidden in (0, 255):
        for backdrop in BACKDROPS.values():
            cut_out = _cut_out(disc(1), hidden, photo)
            straight, premultiplied = enlarged_over(cut_out, 2, backdrop)
            assert cut_out.alpha is not None
            enlarged_alpha = enlarge_bicubic(cut_out.alpha, 2)
            at_edge = (straight - premultiplied)[(enlarged_alpha > 0.0) & (enlarged_alpha < 1.0)]
            assert np.quantile(np.abs(at_edge), 0.99) < 8 * STEP and np.abs(at_edge.mean()) < STEP


def test_a_plain_color_stays_plain_up_to_the_edge_whatever_is_hidden() -> None:
    plain = np.full((512, 512, 3), (200, 90, 40), np.uint8)
    for hidden in (0, 128, 255):
        photo = _cut_out(disc(3), hidden, plain)
        assert np.abs(photo.image - plain / 255).max() < 1e-6
        assert np.abs(enlarge_bicubic(photo.image, 4) - plain[0, 0] / 255).max() < 1e-6


@pytest.mark.parametrize("alpha", [0, 1, 2])
def test_what_was_erased_is_gone(alpha: int) -> None:
    """The face is still in the file's colors, and the image around it is seen."""
    erased = 255 - np.minimum(disc(1), 255 - alpha)
    photo = decode(png(np.dstack([one_face(), erased])), LIMITS)
    inside = disc(1, RADIUS - 30) == 255
    original = one_face() / 255
    difference = photo.image[inside] - original[inside]
    correlation = np.corrcoef(photo.image[inside].mean(axis=1), original[inside].mean(axis=1))[0, 1]
    assert np.abs(difference).mean() > 0.1 and abs(correlation) < 0.5
    np.testing.assert_array_equal(np.rint(photo.image * 255)[erased == 255], one_face()[erased == 255])


def test_barely_visible_colors_are_kept() -> None:
    pixels = np.dstack([one_face(), np.full((512, 512), 3, np.uint8)])
    np.testing.assert_array_equal(np.rint(decode(png(pixels), LIMITS).image * 255), one_face())


def test_an_image_of_which_nothing_is_seen_is_white() -> None:
    photo = decode(png(np.dstack([one_face(), np.zeros((512, 512), np.uint8)])), LIMITS)
    assert (photo.image == 1.0).all() and photo.alpha is not None and not photo.alpha.any()


def test_hidden_color_does_not_make_a_black_and_white_photo_colored() -> None:
    gray = np.repeat(one_face()[..., 1:2], 3, axis=2)
    pixels = np.where(disc(1)[..., None] > 0, gray, np.array([200, 30, 30], np.uint8))
    assert decode(png(np.dstack([pixels, disc(1)])), LIMITS).gray


def test_the_nearest_visible_pixel_gives_the_color() -> None:
    image, alpha = noise(40, 60), np.ones((40, 60), np.float32)
    alpha[10:31, 20:41] = 0.0
    original = image.copy()
    fill_invisible(image, alpha)
    np.testing.assert_array_equal(image[alpha > 0], original[alpha > 0])
    np.testing.assert_array_equal(image[20, 20:26], np.repeat(original[20:21, 19], 6, axis=0))
    np.testing.assert_array_equal(image[26:31, 30], np.repeat(original[31:32, 30], 5, axis=0))


def test_a_black_and_white_picture_that_is_stored_as_alpha_is_put_on_white() -> None:
    shades = 255 - one_face()[..., 1]
    photo = decode(png(np.dstack([np.zeros_like(one_face()), shades])), LIMITS)
    assert photo.alpha is None and photo.gray and "transparency alone" in " ".join(photo.notes)
    np.testing.assert_allclose(photo.image[..., 0], one_face()[..., 1] / 255, atol=STEP / 100)


@pytest.mark.parametrize("softness", [1, 20])
def test_a_silhouette_and_a_cut_out_keep_their_alpha(softness: float) -> None:
    for photo in (_cut_out(disc(softness), 0), _cut_out(disc(softness), 0, np.full((512, 512, 3), 70, np.uint8))):
        assert photo.alpha is not None and photo.notes == ()


def test_an_opaque_image_is_not_copied() -> None:
    image = noise(40, 60)
    assert over_white(image, None) is over_white(image, np.ones((40, 60), np.float32)) is image


def test_filling_takes_little_beside_decoding() -> None:
    image, alpha = noise(2000, 2000), np.zeros((2000, 2000), np.float32)
    alpha[::50, ::50] = 1.0
    began = time.process_time()
    fill_invisible(image, alpha)
    assert time.process_time() - began < 4 * 0.2
