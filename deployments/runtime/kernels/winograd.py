"""Winograd's convolution F(4x4, 3x3): 4x4 pixels of a 3x3 convolution from 36 products a channel instead of 144.

Six pixels in a row become six frequencies (`to_frequencies`), down and across; each is multiplied by the kernel's own
(`kernel_frequencies`) and summed over the channels; four pixels come back (`to_pixels`). See Lavin and Gray, "Fast
Algorithms for Convolutional Neural Networks", 2015.

The frequencies are values of polynomials at 0, +-sqrt(1/2), +-sqrt(2) and infinity. ncnn takes the same points, and
Barabasz et al., "Error Analysis and Improving the Accuracy of Winograd Convolution for DNNs", 2018, say why the choice
matters: the usual 0, +-1 and +-2 lose several times as much.
"""

from __future__ import annotations

from typing import Protocol, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

TILE = 4
"""Pixels that come out, down and across."""
WINDOW = 6
"""Pixels that go in, down and across: frequencies too."""
_P, _Q = 0.5**0.5, 2.0**0.5

_KERNEL = np.array(
    [
        [1, 0, 0],
        [-2 / 3, -2 / 3 * _P, -1 / 3],
        [-2 / 3, 2 / 3 * _P, -1 / 3],
        [1 / 6, 1 / 6 * _Q, 1 / 3],
        [1 / 6, -1 / 6 * _Q, 1 / 3],
        [0, 0, 1],
    ]
)


class Number(Protocol):
    """What the formulas below calculate with: vectors in the machine code, arrays in its tests."""

    def __add__(self, other: Self, /) -> Self: ...
    def __sub__(self, other: Self, /) -> Self: ...
    def __mul__(self, other: float, /) -> Self: ...


N = TypeVar("N", bound=Number)


def to_frequencies(d0: N, d1: N, d2: N, d3: N, d4: N, d5: N) -> tuple[N, ...]:
    """Six pixels to six frequencies."""
    p_even, p_odd = d4 - d2 * 2.0, (d3 - d1 * 2.0) * _P
    q_even, q_odd = d4 - d2 * 0.5, (d3 - d1 * 0.5) * _Q
    return d0 - d2 * 2.5 + d4, p_even + p_odd, p_even - p_odd, q_even + q_odd, q_even - q_odd, d1 - d3 * 2.5 + d5


def to_pixels(m0: N, m1: N, m2: N, m3: N, m4: N, m5: N) -> tuple[N, ...]:
    """Six frequencies to four pixels."""
    p_even, p_odd = m1 + m2, (m1 - m2) * _P
    q_even, q_odd = m3 + m4, (m3 - m4) * _Q
    return m0 + p_even + q_even, p_odd + q_odd, p_even * 0.5 + q_even * 2.0, p_odd * 0.5 + q_odd * 2.0 + m5


def kernel_frequencies(kernel: NDArray[np.float32]) -> NDArray[np.float32]:
    """(outputs, inputs, 3, 3) to (36, inputs, outputs)."""
    spread = np.einsum("ap,oipq,bq->abio", _KERNEL, kernel.astype(np.float64), _KERNEL)
    return np.ascontiguousarray(spread.reshape(WINDOW**2, *spread.shape[2:]), np.float32)


def paired_bfloat16(frequencies: NDArray[np.float32]) -> NDArray[np.uint16]:
    """(36, inputs, outputs) to the bits of (36, inputs / 2, outputs, 2) bfloat16, rounded to the nearest even."""
    bits = np.ascontiguousarray(frequencies).view(np.uint32)
    rounded = ((bits + 0x7FFF + (bits >> 16 & 1)) >> 16).astype(np.uint16)
    planes, inputs, outputs = rounded.shape
    return np.ascontiguousarray(rounded.reshape(planes, inputs // 2, 2, outputs).swapaxes(2, 3))
