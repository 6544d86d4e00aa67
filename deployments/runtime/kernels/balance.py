"""Makes the channels between two convolutions about equally large where it matters, as one unit serves all of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from deployments.models.compact_weights import Layer as Weights

_LEAST = 1e-3  # of the largest: a channel that hardly matters is not made smaller still


def balanced(layers: Sequence[Weights]) -> list[Weights]:
    """Layers that compute the same: a PReLU of twice a number is twice its PReLU, so a channel may change its size.

    Each channel is as many times larger as the next layer's kernels for it are, which become smaller by that.
    """
    found = []
    before = np.ones(layers[0][0].shape[1])
    for index, (kernel, bias, slope) in enumerate(layers):
        after = np.ones(len(bias))
        if index + 1 < len(layers):
            sizes = np.sqrt(np.square(layers[index + 1][0], dtype=np.float64).mean(axis=(0, 2, 3)))
            sizes = np.maximum(sizes, sizes.max() * _LEAST)
            after = sizes / np.exp(np.log(sizes).mean())
        scaled = kernel * after[:, None, None, None] / before[None, :, None, None]
        found.append((scaled.astype(np.float32), (bias * after).astype(np.float32), slope))
        before = after
    return found
