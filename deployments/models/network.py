"""Builds the network that a model's weights belong to, and fills it."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import nn

import deployments.models.torchvision_compat  # noqa: F401 - before torchvision, gfpgan or basicsr is imported
from deployments.errors import ModelUnavailable, Step
from deployments.models import weights
from deployments.models.architecture import Architecture
from deployments.models.manifest import manifest
from deployments.models.readers import flax, ncnn, torch_checkpoint
from deployments.models.registry import ARCHITECTURES


@dataclass(frozen=True)
class Network:
    """A torch network with its weights, ready to be called."""

    name: str
    """In the manifest."""
    module: nn.Module
    architecture: Architecture

    def __call__(self, *batches: torch.Tensor) -> Any:
        """See Architecture.call: RGB in [0, 1], (N, 3, H, W)."""
        return self.architecture.call(self.module, *batches)

    def require_precision(self, dtype: torch.dtype) -> None:
        """Raise RuntimeError where the network gives wrong results in `dtype`."""
        precision = str(dtype).removeprefix("torch.")
        if precision not in self.architecture.precisions:
            supported = ", ".join(sorted(self.architecture.precisions))
            raise RuntimeError(f"{self.name} does not support {precision}; choose one of {supported}")


def build_network(architecture: str) -> nn.Module:
    """The network of that name in the registry with whatever weights its constructor gives it."""
    network: nn.Module = ARCHITECTURES[architecture].build()
    return network


def load_network(name: str) -> Network:
    """The network of a model in the manifest with its verified weights, on the CPU, float32, in eval mode.

    Raises ModelUnavailable where the file is missing, differs from the manifest or does not fit its network.
    """
    path = weights.require(name)
    model = manifest()[name]
    if model.architecture is None:
        raise ValueError(f"{name} is a companion file, not a network")
    module = build_network(model.architecture)
    try:
        if model.companions:
            ncnn.load_into(module, weights.require(model.companions[0]), path)
        else:
            _fill(module, path)
    except (RuntimeError, ValueError, KeyError, pickle.UnpicklingError, SafetensorError) as error:
        reason = str(error).splitlines()[0]  # torch goes on to recommend loading it without weights_only
        raise ModelUnavailable(Step.WEIGHTS, f"{path} does not fit {model.architecture}: {reason}") from error
    return Network(name, module.eval().requires_grad_(False), ARCHITECTURES[model.architecture])


def _fill(module: nn.Module, path: Path) -> None:
    """Load the file's weights into `module`; its suffix tells the format."""
    if path.suffix == ".ckpt":
        flax.load_lpips_into(module, path)
    elif path.suffix == ".safetensors":
        module.load_state_dict({key: value.float() for key, value in load_file(path).items()}, strict=True)
    else:
        module.load_state_dict(torch_checkpoint.read_state_dict(path), strict=True)
