"""The pairs: the same number is always the same pair, and truth and input agree on color and place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from training.data import FacePairs, recolour, sharpen, shift, to_picture, to_tensor, vary, window_offset

DrawFace = Callable[[int], NDArray[np.uint8]]


def test_a_sample_number_is_always_the_same_pair(faces: Path) -> None:
    one, two = FacePairs(faces, 7), FacePairs(faces, 7)
    for a, b in zip(one[11], two[11], strict=True):
        assert torch.equal(a, b)
    assert not torch.equal(one[11][0], FacePairs(faces, 8)[11][0])


def test_a_pair_is_two_aligned_faces_in_range(faces: Path) -> None:
    for number in range(4):
        for face in FacePairs(faces, 1)[number]:
            assert face.shape == (3, 512, 512) and face.dtype == torch.float32
            assert face.min() >= 0 and face.max() <= 1


def test_the_input_has_the_colours_of_the_truth(faces: Path) -> None:
    """A cast or a faded print is not to be corrected, so it must be in both."""
    pairs = FacePairs(faces, 3)
    for number in range(12):
        degraded, target = pairs[number]
        assert (degraded.mean((1, 2)) - target.mean((1, 2))).abs().max() < 0.05


def test_an_empty_folder_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"training\.generate"):
        FacePairs(tmp_path, 0)


def test_variations_keep_shape_and_are_repeatable(draw_face: DrawFace) -> None:
    face = draw_face(4)
    one, two = (vary(face, np.random.default_rng(9)) for _ in range(2))
    assert np.array_equal(one, two) and one.shape == face.shape and one.dtype == np.uint8


def test_no_sharpening_is_no_change_and_a_shift_stays_small(draw_face: DrawFace) -> None:
    pixels = draw_face(4).astype(np.float32)
    assert np.array_equal(sharpen(pixels, 0.0), pixels)
    moved = shift(pixels, np.random.default_rng(1))
    assert np.abs(moved - pixels).mean() < 30


def test_recolouring_stays_in_range(draw_face: DrawFace) -> None:
    pixels = draw_face(4).astype(np.float32)
    for seed in range(20):
        changed = recolour(pixels, np.random.default_rng(seed))
        assert changed.min() >= 0 and changed.max() <= 255 and changed.dtype == np.float32


def test_pictures_survive_the_way_to_a_tensor_and_back(draw_face: DrawFace) -> None:
    face = draw_face(5)
    assert np.array_equal(to_picture(to_tensor(face)), face)


def test_windows_lie_on_the_grid_and_inside() -> None:
    rng = np.random.default_rng(0)
    for _ in range(50):
        top, left = window_offset(384, 512, rng)
        assert top % 32 == left % 32 == 0 and min(top, left) >= 0 and max(top, left) + 384 <= 512
    assert window_offset(512, 512, rng) == (0, 0)
