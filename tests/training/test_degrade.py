"""The degradation: repeatable, of the right size, and as bad as its name says."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from training.degrade import LEVELS, MIX, add_halftone, add_scratches, degrade, gaussian_kernel, random_level

DrawFace = Callable[[int], NDArray[np.uint8]]


def psnr_db(a: np.ndarray, b: np.ndarray) -> float:
    return float(10 * np.log10(255**2 / np.mean((a.astype(float) - b) ** 2)))


@pytest.mark.parametrize("level", LEVELS)
def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(level: str, draw_face: DrawFace) -> None:
    face = draw_face(1)
    first, again, other = (degrade(face, np.random.default_rng(seed), level) for seed in (3, 3, 4))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert first.shape == face.shape and first.dtype == np.uint8


def test_clean_is_untouched(draw_face: DrawFace) -> None:
    face = draw_face(1)
    assert np.array_equal(degrade(face, np.random.default_rng(0), "clean"), face)


def test_levels_get_worse_in_their_order(draw_face: DrawFace) -> None:
    face = draw_face(2)
    means = [
        np.mean([psnr_db(face, degrade(face, np.random.default_rng(seed), level)) for seed in range(12)])
        for level in ("near-clean", "light", "strong", "extreme")
    ]
    assert means == sorted(means, reverse=True)
    assert means[0] > 32


def test_the_mix_is_a_distribution_over_known_levels() -> None:
    assert sum(MIX.values()) == pytest.approx(1)
    assert set(MIX) == set(LEVELS) | {"clean"}
    rng = np.random.default_rng(0)
    assert {random_level(rng) for _ in range(300)} == set(MIX)


def test_kernels_are_normalised_and_turn() -> None:
    upright, turned = gaussian_kernel(6, 1, 0), gaussian_kernel(6, 1, np.pi / 2)
    assert upright.sum() == pytest.approx(1)
    assert np.allclose(upright.T, turned)
    assert not np.allclose(upright, turned)
    assert gaussian_kernel(10, 10, 0).shape == (41, 41)


def test_marks_of_age_change_some_pixels_and_keep_the_shape(draw_face: DrawFace) -> None:
    pixels = draw_face(0).astype(np.float32)
    scratched = add_scratches(pixels, np.random.default_rng(5))
    changed = np.any(scratched != pixels, axis=2).mean()
    assert 0 < changed < 0.2
    assert add_halftone(pixels, np.random.default_rng(5)).shape == pixels.shape
