"""What the machine code multiplies, as it lies in memory: a kernel's numbers, and for AMX those of the picture too."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from deployments.runtime.kernels.cpu import Numbers

LARGEST = 28_000
"""The largest integer that stands for a frequency of the input. The larger it is, the smaller those of a kernel are:
28,000 lost least of three from 24,000 to 32,767."""


def packed(frequencies: NDArray[np.float32], numbers: Numbers) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """(planes, inputs, outputs) to words of 32 bits and to what a unit of their products is worth, (planes, outputs).

    A word is a number, or of 16 bits those of two inputs beside one another: (planes, inputs / 2, outputs).
    """
    worth = np.ones(frequencies.shape[::2], np.float32)
    if numbers == "f32":
        return frequencies, worth
    if numbers == "int16":
        integers, worth = rounded_to_integers(frequencies)
        return _paired(integers), worth
    return _paired(rounded_to_bfloat16(frequencies)), worth


def rounded_to_bfloat16(frequencies: NDArray[np.float32]) -> NDArray[np.uint16]:
    """To the bits of the nearest bfloat16, ties to even."""
    bits = np.ascontiguousarray(frequencies).view(np.uint32)
    return ((bits + 0x7FFF + (bits >> 16 & 1)) >> 16).astype(np.uint16)


def in_two_parts(numbers: NDArray[np.float32]) -> tuple[NDArray[np.uint16], NDArray[np.uint16]]:
    """To the bits of the nearest bfloat16, and of the nearest to what that leaves: sixteen digits in all."""
    rounded = rounded_to_bfloat16(numbers)
    return rounded, rounded_to_bfloat16(numbers - _widened(rounded))


def in_parts(picture: NDArray[np.float32]) -> NDArray[np.float32]:
    """(H, W, 3) to words of two bfloat16, (H, W, 5): the colors rounded, what that leaves, the rounded again, and zero.

    By the kernel that `kernel_for_parts` makes they are multiplied as numbers of sixteen digits.
    """
    rounded, left = in_two_parts(picture)
    return np.concatenate([rounded, left, rounded, np.zeros_like(left[..., :1])], axis=2).view(np.float32)


def kernel_for_parts(kernel: NDArray[np.float32]) -> NDArray[np.float32]:
    """(outputs, 3, 3, 3) to (outputs, 9, 3, 3)."""
    return np.concatenate([kernel, kernel, kernel - _widened(rounded_to_bfloat16(kernel))], axis=1)


def rounded_to_integers(frequencies: NDArray[np.float32]) -> tuple[NDArray[np.int16], NDArray[np.float32]]:
    """(planes, inputs, outputs) to integers and what a unit of them is worth, (planes, outputs).

    They are as large as they may be: whatever integers up to LARGEST they are multiplied with, the sum over all inputs
    is one of 32 bits.
    """
    inputs, exact = frequencies.shape[1], frequencies.astype(np.float64)
    limit = 2**31 // LARGEST - inputs  # for the sum of their sizes; each may be rounded up
    largest = np.maximum(np.abs(exact).sum(axis=1) / limit, np.abs(exact).max(axis=1) / (2**15 - 1))
    worth = np.where(largest > 0, largest, 1.0)
    return np.rint(exact / worth[:, None]).astype(np.int16), worth.astype(np.float32)


def _widened(shorts: NDArray[np.uint16]) -> NDArray[np.float32]:
    return (shorts.astype(np.uint32) << 16).view(np.float32)


def _paired(shorts: NDArray[Any]) -> NDArray[np.float32]:
    planes, inputs, outputs = shorts.shape
    pairs = np.ascontiguousarray(shorts.reshape(planes, inputs // 2, 2, outputs).swapaxes(2, 3))
    return pairs.view(np.float32)[..., 0]
