"""The weights of Real-ESRGAN's compact network (SRVGGNetCompact, Wang et al., 2021) as arrays, for our own kernel.

Imports torch only to make them.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from deployments.atomic_write import atomic_write
from deployments.contract import Image
from deployments.models.prepared import NotPrepared, path_of, prepared_file, remove_older

if TYPE_CHECKING:
    from torch import nn

CHANNELS = 64
"""Of the layers between the first and the last."""
COLORS, SCALE = 3, 4
SUFFIX = ".npz"
Layer: TypeAlias = tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]
"""A 3x3 convolution, (outputs, inputs, 3, 3), with its bias and the slope of the PReLU behind it, (outputs,)."""
_EXAMPLE = (13, 18, COLORS)


@dataclass(frozen=True)
class CompactWeights:
    """The network, and what torch makes of an example with it."""

    layers: list[Layer]
    example: Image
    """Noise, (H, W, 3)."""
    expected: Image
    """(4 * H, 4 * W, 3), clamped."""


def load_compact(name: str) -> CompactWeights:
    """Of a model in the manifest; raises ModelUnavailable where its weights are missing, and NotPrepared."""
    with np.load(prepared_file(name, SUFFIX)) as found:
        count = sum(key.startswith("kernel") for key in found)
        layers = [(found[f"kernel{i}"], found[f"bias{i}"], found[f"slope{i}"]) for i in range(count)]
        return CompactWeights(layers, found["example"], found["expected"])


def of_module(module: nn.Module) -> CompactWeights:
    """Of a torch network in float32; raises NotPrepared where it is another one."""
    import torch

    example = np.random.default_rng(0).random(_EXAMPLE, np.float32)
    layers = _layers(module)
    with torch.inference_mode():
        enlarged = module(torch.from_numpy(example).permute(2, 0, 1)[None])[0].clamp(0.0, 1.0)
    return CompactWeights(layers, example, enlarged.permute(1, 2, 0).contiguous().numpy())


def make(name: str) -> Path:
    """Put the file where `load_compact` looks; older ones of the model go. Raises ModelUnavailable and NotPrepared."""
    from deployments.models.network import load_network

    weights = of_module(load_network(name).module)
    arrays = {"example": weights.example, "expected": weights.expected}
    for index, layer in enumerate(weights.layers):
        arrays |= dict(zip((f"kernel{index}", f"bias{index}", f"slope{index}"), layer, strict=True))
    path = path_of(name, SUFFIX)
    with atomic_write(path) as part, part.open("wb") as file:
        np.savez(file, **arrays)  # type: ignore[arg-type]
    remove_older(path, name)
    return path


def _layers(module: nn.Module) -> list[Layer]:
    import torch
    from torch import nn

    body = getattr(module, "body", None)
    layers = list(body) if isinstance(body, nn.ModuleList) else []
    convolutions = [layer for layer in layers[::2] if isinstance(layer, nn.Conv2d) and layer.kernel_size == (3, 3)]
    slopes = [layer.weight for layer in layers[1::2] if isinstance(layer, nn.PReLU)]
    channels = [COLORS, *[CHANNELS] * len(slopes), COLORS * SCALE**2]
    if (
        len(slopes) < 2
        or len(convolutions) + len(slopes) != len(layers)
        or [(layer.in_channels, layer.out_channels) for layer in convolutions] != list(pairwise(channels))
        or any(len(slope) != CHANNELS for slope in slopes)
        or any(layer.bias is None for layer in convolutions)
    ):
        raise NotPrepared("the kernel is for the compact network of 64 features alone")
    straight = torch.ones(channels[-1])
    return [
        (layer.weight.detach().numpy(), layer.bias.detach().numpy(), slope.detach().numpy())  # type: ignore[union-attr]
        for layer, slope in zip(convolutions, [*slopes, straight], strict=True)
    ]
