"""Reads the weights of a Real-ESRGAN RRDBNet from an ncnn model, the only form in which a package publishes x4plus."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

_PARAM_MAGIC = "7767517"
_FLOAT16_TAG = 0x01306B47  # ncnn wiki, "param and model file structure": the weights that follow are float16
_FLOAT32_TAG = 0


class NcnnError(ValueError):
    """The files are not an ncnn model, or not of the network that they are read into."""


@dataclass(frozen=True)
class _Convolution:
    name: str
    filters: int
    has_bias: bool
    weights: int
    """Number of weights, bias apart."""


def load_into(network: nn.Module, param: Path, binary: Path) -> None:
    """Fill `network`'s convolutions, in the order of its modules, with those of an ncnn model.

    ncnn writes layers in the order in which they run, which for RRDBNet is that of `modules()`. Every number in the
    file must find its place and every shape must agree; else NcnnError is raised.
    """
    layers = _convolutions(param.read_text())
    targets = [module for module in network.modules() if isinstance(module, nn.Conv2d)]
    if len(layers) != len(targets):
        raise NcnnError(f"{param.name} has {len(layers)} convolutions, the network {len(targets)}")
    data, offset = binary.read_bytes(), 0
    with torch.no_grad():
        for layer, target in zip(layers, targets, strict=True):
            if layer.weights != target.weight.numel() or layer.filters != target.out_channels or target.bias is None:
                raise NcnnError(f"{layer.name} does not fit a convolution of shape {tuple(target.weight.shape)}")
            weight, offset = _read_weights(data, offset, layer.weights)
            target.weight.copy_(torch.from_numpy(weight).view_as(target.weight))
            bias, offset = _read(data, offset, layer.filters if layer.has_bias else 0, "<f4")
            target.bias.copy_(torch.from_numpy(bias) if layer.has_bias else torch.zeros_like(target.bias))
    if offset != len(data):
        raise NcnnError(f"{binary.name} has {len(data) - offset} bytes that belong to no convolution")


def _convolutions(text: str) -> list[_Convolution]:
    """The convolution lines of a .param file: `Convolution NAME inputs outputs BLOBS... 0=filters ... 6=weights`."""
    lines = text.splitlines()
    if not lines or lines[0].strip() != _PARAM_MAGIC:
        raise NcnnError("not an ncnn .param file")
    found = []
    for line in lines[2:]:
        kind, name, inputs, outputs, *rest = line.split()
        if kind == "Convolution":
            options = dict(pair.split("=", 1) for pair in rest[int(inputs) + int(outputs) :])
            found.append(_Convolution(name, int(options["0"]), options.get("5") == "1", int(options["6"])))
    return found


def _read_weights(data: bytes, offset: int, count: int) -> tuple[np.ndarray, int]:
    """The flagged array at `offset` as float32, and where the next thing begins (arrays end on multiples of 4)."""
    if offset + 4 > len(data):
        raise NcnnError("the .bin file ends too early")
    (tag,) = struct.unpack_from("<I", data, offset)
    if tag not in (_FLOAT16_TAG, _FLOAT32_TAG):
        raise NcnnError(f"weights stored as {tag:#x} are not supported")
    values, end = _read(data, offset + 4, count, "<f2" if tag == _FLOAT16_TAG else "<f4")
    return values, (end + 3) // 4 * 4


def _read(data: bytes, offset: int, count: int, dtype: str) -> tuple[np.ndarray, int]:
    end = offset + count * np.dtype(dtype).itemsize
    if end > len(data):
        raise NcnnError("the .bin file ends too early")
    return np.frombuffer(data, dtype, count, offset).astype(np.float32), end
