"""Winograd's convolutions F(4x4, 3x3) and F(6x6, 3x3): the pixels of a 3x3 convolution from fewer products.

Six pixels in a row become six frequencies (`to_frequencies`), down and across; each is multiplied by the kernel's own
(`kernel_frequencies`) and summed over the channels; four pixels come back (`to_pixels`): 36 products a channel for 16
pixels instead of 144. Or eight become eight and six come back: 64 products for 36 pixels instead of 324. See Lavin and
Gray, "Fast Algorithms for Convolutional Neural Networks", 2015.

The frequencies are values of polynomials at chosen points. For four pixels they are 0, +-sqrt(1/2), +-sqrt(2) and
infinity. ncnn takes the same points, and Barabasz et al., "Error Analysis and Improving the Accuracy of Winograd
Convolution for DNNs", 2018, say why the choice matters: the usual 0, +-1 and +-2 lose several times as much. For six
they are 0, +-1, +-2, +-1/2 and infinity, which are usual too (wincnn, ncnn): of six choices that were tried they lost
least. The factors make the frequencies of a photograph about equally large, and those of the kernels, since integers of
one unit stand for all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

_P, _Q = 0.5**0.5, 2.0**0.5


class Number(Protocol):
    """What the formulas below calculate with: vectors in the machine code, arrays in its tests."""

    def __add__(self, other: Self, /) -> Self: ...
    def __sub__(self, other: Self, /) -> Self: ...
    def __mul__(self, other: float, /) -> Self: ...


N = TypeVar("N", bound=Number)


@dataclass(frozen=True)
class Formulas:
    """How a row of a tile is calculated; a tile is that down and across."""

    tile: int
    """Pixels that come out."""
    to_frequencies: Callable[..., Any]
    """`window` pixels to as many frequencies."""
    to_pixels: Callable[..., Any]
    """`window` frequencies to `tile` pixels."""
    kernel: tuple[tuple[float, float, float], ...]
    """What each frequency takes of the three numbers of a kernel."""

    @property
    def window(self) -> int:
        """Pixels that go in: frequencies too."""
        return self.tile + 2

    @property
    def planes(self) -> int:
        """Frequencies of a tile."""
        return self.window**2

    def kernel_frequencies(self, kernel: NDArray[np.float32]) -> NDArray[np.float32]:
        """(outputs, inputs, 3, 3) to (planes, inputs, outputs)."""
        spread = np.einsum("ap,oipq,bq->abio", self.kernel, kernel.astype(np.float64), self.kernel)
        return np.ascontiguousarray(spread.reshape(self.planes, *spread.shape[2:]), np.float32)


def _four_to_frequencies(d0: N, d1: N, d2: N, d3: N, d4: N, d5: N) -> tuple[N, ...]:
    p_even, p_odd = d4 - d2 * 2.0, (d3 - d1 * 2.0) * _P
    q_even, q_odd = d4 - d2 * 0.5, (d3 - d1 * 0.5) * _Q
    return d0 - d2 * 2.5 + d4, p_even + p_odd, p_even - p_odd, q_even + q_odd, q_even - q_odd, d1 - d3 * 2.5 + d5


def _four_to_pixels(m0: N, m1: N, m2: N, m3: N, m4: N, m5: N) -> tuple[N, ...]:
    p_even, p_odd = m1 + m2, (m1 - m2) * _P
    q_even, q_odd = m3 + m4, (m3 - m4) * _Q
    return m0 + p_even + q_even, p_odd + q_odd, p_even * 0.5 + q_even * 2.0, p_odd * 0.5 + q_odd * 2.0 + m5


def _six_to_frequencies(d0: N, d1: N, d2: N, d3: N, d4: N, d5: N, d6: N, d7: N) -> tuple[N, ...]:
    one_even, one_odd = d2 + d6 - d4 * 4.25, d1 + d5 - d3 * 4.25
    two_even, two_odd = d6 + d2 * 0.25 - d4 * 1.25, d1 * 0.5 - d3 * 2.5 + d5 * 2.0
    half_even, half_odd = d6 + d2 * 4.0 - d4 * 5.0, d1 * 2.0 - d3 * 2.5 + d5 * 0.5
    return (
        d0 - d6 + (d4 - d2) * 5.25,
        one_even + one_odd,
        one_even - one_odd,
        two_even + two_odd,
        two_even - two_odd,
        half_even + half_odd,
        half_even - half_odd,
        d7 - d1 + (d3 - d5) * 5.25,
    )


def _six_to_pixels(m0: N, m1: N, m2: N, m3: N, m4: N, m5: N, m6: N, m7: N) -> tuple[N, ...]:
    one_even, one_odd = m1 + m2, m1 - m2
    two_even, two_odd = m3 + m4, m3 - m4
    half_even, half_odd = m5 + m6, m5 - m6
    return (
        one_even + m0 * 2.0 + two_even * 0.125 + half_even * 2.0,
        one_odd + two_odd * 0.25 + half_odd,
        one_even + two_even * 0.5 + half_even * 0.5,
        one_odd + two_odd + half_odd * 0.25,
        one_even + two_even * 2.0 + half_even * 0.125,
        one_odd + m7 * 2.0 + two_odd * 4.0 + half_odd * 0.0625,
    )


FOUR = Formulas(
    4,
    _four_to_frequencies,
    _four_to_pixels,
    (
        (1, 0, 0),
        (-2 / 3, -2 / 3 * _P, -1 / 3),
        (-2 / 3, 2 / 3 * _P, -1 / 3),
        (1 / 6, 1 / 6 * _Q, 1 / 3),
        (1 / 6, -1 / 6 * _Q, 1 / 3),
        (0, 0, 1),
    ),
)
"""F(4x4, 3x3)."""
SIX = Formulas(
    6,
    _six_to_frequencies,
    _six_to_pixels,
    (
        (1 / 2, 0, 0),
        (-2 / 9, -2 / 9, -2 / 9),
        (-2 / 9, 2 / 9, -2 / 9),
        (4 / 45, 8 / 45, 16 / 45),
        (4 / 45, -8 / 45, 16 / 45),
        (16 / 45, 8 / 45, 4 / 45),
        (16 / 45, -8 / 45, 4 / 45),
        (0, 0, 1 / 2),
    ),
)
"""F(6x6, 3x3)."""
