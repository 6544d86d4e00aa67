"""The weights a run starts with: Real-ESRGAN's body, so that the first step already restores."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from deployments.models.visage_face import SHRINK, VisageFaceRestorer

# SRVGGNetCompact numbers convolution and activation by turns: body.0 and body.1 are the head's.
BODY_LAYERS = 32


def start_as_general_x4v3(net: VisageFaceRestorer, weights: Mapping[str, Tensor]) -> None:
    """Make `net` do what realesr-general-x4v3 does to the face reduced to 128 px, until it learns more.

    Its first convolution, which looked at one small pixel, looks at the mean of the 16 that this pixel was.
    """
    first = weights["body.0.weight"]
    spread = first.repeat_interleave(SHRINK**2, 1) / SHRINK**2
    layers = {"head.weight": spread, "head.bias": weights["body.0.bias"], "acts.0.weight": weights["body.1.weight"]}
    for i in range(BODY_LAYERS):
        for part in ("weight", "bias"):
            layers[f"body.{i}.{part}"] = weights[f"body.{2 + 2 * i}.{part}"]
        layers[f"acts.{i + 1}.weight"] = weights[f"body.{3 + 2 * i}.weight"]
    for part in ("weight", "bias"):
        layers[f"tail.{part}"] = weights[f"body.{2 + 2 * BODY_LAYERS}.{part}"]
    load_known(net, layers)


def start_from(net: VisageFaceRestorer, path: Path) -> None:
    """Start from the weights of an earlier network; the parts it did not have start as they are."""
    if path.suffix == ".safetensors":
        from safetensors.torch import load_file

        load_known(net, load_file(path))
    else:
        load_known(net, torch.load(path, map_location="cpu", weights_only=True))


def load_known(net: VisageFaceRestorer, weights: Mapping[str, Tensor]) -> None:
    """Load some of the network's weights; raises RuntimeError for a name that the network does not have."""
    result = net.load_state_dict({k: v.float() for k, v in weights.items()}, strict=False)
    if result.unexpected_keys:
        raise RuntimeError(f"the network has no {result.unexpected_keys}")
