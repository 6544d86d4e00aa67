"""The ncnn converter on models small enough to be written by hand."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from deployments.models.readers.ncnn import NcnnError, load_into

FLOAT16, FLOAT32 = 0x01306B47, 0

PARAM = """7767517
4 4
Input            data        0 1 data
Convolution      conv1       1 1 data a 0=5 1=3 4=1 5=1 6=135
ReLU             relu        1 1 a b 0=0.2
Convolution      conv2       1 1 b out 0=3 1=3 4=1 5=1 6=135
"""


def _network() -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(3, 5, 3), nn.LeakyReLU(0.2), nn.Conv2d(5, 3, 3))


def _convolutions(network: nn.Module) -> list[nn.Conv2d]:
    return [module for module in network.modules() if isinstance(module, nn.Conv2d)]


def _layer(weights: np.ndarray, bias: np.ndarray, tag: int) -> bytes:
    dtype = "<f2" if tag == FLOAT16 else "<f4"
    data = struct.pack("<I", tag) + weights.astype(dtype).tobytes()
    return data + bytes(-len(data) % 4) + bias.astype("<f4").tobytes()


def _values() -> list[tuple[np.ndarray, np.ndarray]]:
    rng = np.random.default_rng(0)
    return [
        (rng.normal(size=(5, 3, 3, 3)), rng.normal(size=5)),
        (rng.normal(size=(3, 5, 3, 3)), rng.normal(size=3)),
    ]


def _write(folder: Path, param: str = PARAM, tag: int = FLOAT32, change: bytes | int = b"") -> tuple[Path, Path]:
    """`change`: bytes to add at the end, or how many to cut off."""
    binary = b"".join(_layer(*values, tag) for values in _values())
    binary = binary + change if isinstance(change, bytes) else binary[:-change]
    (folder / "m.param").write_text(param)
    (folder / "m.bin").write_bytes(binary)
    return folder / "m.param", folder / "m.bin"


@pytest.mark.parametrize(("tag", "tolerance"), [(FLOAT32, 1e-7), (FLOAT16, 2e-3)])
def test_every_weight_finds_its_place(tag: int, tolerance: float, tmp_path: Path) -> None:
    network = _network()
    load_into(network, *_write(tmp_path, tag=tag))
    for layer, (weights, bias) in zip(_convolutions(network), _values(), strict=True):
        np.testing.assert_allclose(layer.weight.detach(), weights, rtol=tolerance, atol=tolerance)
        assert layer.bias is not None
        np.testing.assert_allclose(layer.bias.detach(), bias, rtol=1e-6)


def test_a_layer_without_bias_leaves_none(tmp_path: Path) -> None:
    network = _network()
    param, binary = _write(tmp_path, PARAM.replace("5=1", "5=0"))
    empty = np.zeros(0)
    binary.write_bytes(b"".join(_layer(weights, empty, FLOAT32) for weights, _ in _values()))
    load_into(network, param, binary)
    first, second = _convolutions(network)
    assert first.bias is not None and not torch.any(first.bias) and torch.any(second.weight)


@pytest.mark.parametrize(
    ("param", "tag", "change", "complaint"),
    [
        (PARAM, FLOAT32, 4, "too early"),
        (PARAM, FLOAT32, 1500, "too early"),
        (PARAM, FLOAT16, b"\0\0\0\0", "belong to no convolution"),
        (PARAM, 0x0002C056, b"", "not supported"),
        (PARAM.replace("7767517", "7767518"), FLOAT32, b"", "not an ncnn"),
        ("", FLOAT32, b"", "not an ncnn"),
        (PARAM.replace("0=5", "0=6"), FLOAT32, b"", "does not fit"),
        (PARAM.replace("6=135", "6=136"), FLOAT32, b"", "does not fit"),
        ("\n".join(PARAM.splitlines()[:-1]), FLOAT32, b"", "1 convolutions, the network 2"),
    ],
)
def test_files_that_are_not_of_this_network_are_refused(
    param: str, tag: int, change: bytes | int, complaint: str, tmp_path: Path
) -> None:
    with pytest.raises(NcnnError, match=complaint):
        load_into(_network(), *_write(tmp_path, param, tag, change))


def test_a_param_file_whose_lines_are_broken_is_refused(tmp_path: Path) -> None:
    for broken in ("Convolution conv1", "Convolution conv1 1 1 data a 0=5", "Convolution conv1 x y data a"):
        with pytest.raises((NcnnError, ValueError, KeyError)):
            load_into(_network(), *_write(tmp_path, f"7767517\n1 1\n{broken}\n"))
