"""The formulas alone, on arrays: they are a convolution."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from deployments.runtime.kernels.finish import area_weights
from deployments.runtime.kernels.winograd import (
    kernel_frequencies,
    paired_bfloat16,
    to_frequencies,
    to_pixels,
)


def test_the_frequencies_of_a_tile_times_those_of_a_kernel_are_its_convolution() -> None:
    random = np.random.default_rng(0)
    window, kernel = random.standard_normal((6, 6)), random.standard_normal((1, 1, 3, 3)).astype(np.float32)

    def twice(formula: Callable[..., Any], array: NDArray[Any]) -> NDArray[Any]:
        for _ in range(2):
            array = np.stack(formula(*array)).T
        return array

    products = twice(to_frequencies, window) * kernel_frequencies(kernel).reshape(6, 6)
    expected = [[(window[i : i + 3, j : j + 3] * kernel[0, 0]).sum() for j in range(4)] for i in range(4)]
    np.testing.assert_allclose(twice(to_pixels, products), expected, atol=1e-6)


def test_numbers_are_rounded_to_the_nearest_bfloat16_and_ties_to_even() -> None:
    numbers = np.array([1.0, 1.00390625, 1.01171875, -3.14159274], np.float32).reshape(1, 2, 2)
    bits = paired_bfloat16(numbers)
    assert bits.shape == (1, 1, 2, 2)
    back = (bits.astype(np.uint32) << 16).view(np.float32)
    np.testing.assert_array_equal(back.ravel(), np.array([1.0, 1.015625, 1.0, -3.140625], np.float32))


@pytest.mark.parametrize("factor", [1, 2, 3, 4])
def test_every_pixel_of_an_average_takes_one_pixel_in_all_and_gives_as_much(factor: int) -> None:
    weights = area_weights(factor)
    np.testing.assert_allclose(weights.sum(axis=1), 1.0)
    np.testing.assert_allclose(weights.sum(axis=0), factor / 4)
