"""The formulas alone, on arrays: they are a convolution."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from deployments.models.compact_weights import of_module
from deployments.runtime.kernels.balance import balanced
from deployments.runtime.kernels.compact import CompactKernel
from deployments.runtime.kernels.cpu import cpu_with, host_features
from deployments.runtime.kernels.finish import area_weights
from deployments.runtime.kernels.packing import LARGEST, packed, rounded_to_bfloat16, rounded_to_integers
from deployments.runtime.kernels.winograd import FOUR, SIX, Formulas
from tests.helpers.compact import RandomCompact, by_kernel
from tests.helpers.images import noise


@pytest.mark.parametrize(("formulas", "rounding"), [(FOUR, 1e-6), (SIX, 2e-5)])
def test_the_frequencies_of_a_tile_times_those_of_a_kernel_are_its_convolution(
    formulas: Formulas, rounding: float
) -> None:
    random, tile, side = np.random.default_rng(0), formulas.tile, formulas.window
    window, kernel = random.standard_normal((side, side)), random.standard_normal((1, 1, 3, 3)).astype(np.float32)

    def twice(formula: Callable[..., Any], array: NDArray[Any]) -> NDArray[Any]:
        for _ in range(2):
            array = np.stack(formula(*array)).T
        return array

    products = twice(formulas.to_frequencies, window) * formulas.kernel_frequencies(kernel).reshape(side, side)
    expected = [[(window[i : i + 3, j : j + 3] * kernel[0, 0]).sum() for j in range(tile)] for i in range(tile)]
    np.testing.assert_allclose(twice(formulas.to_pixels, products), expected, atol=rounding)


def test_numbers_are_rounded_to_the_nearest_bfloat16_and_ties_to_even() -> None:
    numbers = np.array([1.0, 1.00390625, 1.01171875, -3.14159274], np.float32)
    back = (rounded_to_bfloat16(numbers).astype(np.uint32) << 16).view(np.float32)
    np.testing.assert_array_equal(back, np.array([1.0, 1.0, 1.015625, -3.140625], np.float32))


def test_a_word_holds_two_inputs_of_16_bits() -> None:
    frequencies = np.arange(12, dtype=np.float32).reshape(1, 4, 3)
    words, worth = packed(frequencies, "bf16")
    assert words.shape == (1, 2, 3) and (worth == 1).all()
    halves = (words[..., None].view(np.uint16).astype(np.uint32) << 16).view(np.float32)
    np.testing.assert_array_equal(halves[0, 1], np.array([[6, 9], [7, 10], [8, 11]], np.float32))


def test_integers_are_as_large_as_their_sums_allow_and_stand_for_the_numbers() -> None:
    numbers = np.random.default_rng(1).standard_normal((5, 64, 7)).astype(np.float32)
    numbers[..., 1] *= 1e-6
    numbers[..., 2] = 0.0  # an output of nothing
    numbers[:, 1:, 3] = 0.0  # one of a single input
    numbers[2, :, 4] = 1e-3 * np.sign(numbers[2, :, 4])
    integers, worth = rounded_to_integers(numbers)
    sums = np.abs(integers.astype(np.int64)).sum(axis=1) * LARGEST
    assert (sums < 2**31).all() and (np.delete(sums, [2, 3], axis=1) > 0.99 * 2**31).all()
    assert (np.abs(integers[..., 3]).max(axis=1) == 2**15 - 1).all()
    assert (np.abs(integers * worth[:, None].astype(np.float64) - numbers) <= 0.501 * worth[:, None]).all()


def test_channels_change_their_size_and_the_network_stays() -> None:
    network = RandomCompact(3)
    layers = [(kernel.copy(), bias, slope) for kernel, bias, slope in of_module(network).layers]
    layers[1][0][:, 5] *= 100.0
    layers[2][0][:, 6] = 0.0  # of a channel that nobody reads
    changed = balanced(layers)
    before, after = (np.abs(each[1][0]).mean(axis=(0, 2, 3)) for each in (layers, changed))
    assert before[5] > 50 * np.median(before) and after[5] < 2 * np.median(after)
    image = noise(11, 9)
    cpu = cpu_with(host_features())
    plain, same = (
        by_kernel(CompactKernel(each, cpu, numbers="f32", threads=1), image, 4) for each in (layers, changed)
    )
    np.testing.assert_allclose(same, plain, atol=1e-5)
    assert plain.std() > 0.05


@pytest.mark.parametrize("factor", [1, 2, 3, 4])
def test_every_pixel_of_an_average_takes_one_pixel_in_all_and_gives_as_much(factor: int) -> None:
    weights = area_weights(factor)
    np.testing.assert_allclose(weights.sum(axis=1), 1.0)
    np.testing.assert_allclose(weights.sum(axis=0), factor / 4)
