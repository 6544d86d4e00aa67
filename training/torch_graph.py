"""Runs an OpenVINO graph (IR version 10 or 11) in torch, so that MobileStyleGAN can use a GPU.

Only the operations that its two networks are made of are known; their meaning is that of OpenVINO's operation sets.
"""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

Attributes = Mapping[str, str]
Operation = Callable[[list[Tensor], Attributes], Tensor | tuple[Tensor, ...]]
Port = tuple[str, int]  # layer and number of its output

ELEMENT_TYPES = {"f32": np.float32, "i32": np.int32, "i64": np.int64}


class TorchGraph:
    """One network with one input and one output; called with a tensor on its device."""

    def __init__(self, xml: Path, weights: Path, device: torch.device) -> None:
        """Raises ValueError where the graph holds an operation that is not known here."""
        root = ElementTree.parse(xml).getroot()
        self._sources = _sources(root)
        self._constants: dict[Port, Tensor] = {}
        self._steps: list[tuple[str, str, Attributes]] = []
        data = weights.read_bytes()
        for layer in root.iterfind("layers/layer"):
            name, kind = layer.attrib["id"], layer.attrib["type"]
            element = layer.find("data")
            attributes = {} if element is None else dict(element.attrib)
            if kind == "Const":
                self._constants[name, 0] = _constant(data, attributes, device)
            elif kind in {"Parameter", "Result"} or kind in OPERATIONS:
                self._steps.append((name, kind, attributes))
            else:
                raise ValueError(f"{xml.name} holds the operation {kind}, which is not known here")

    def __call__(self, value: Tensor) -> Tensor:
        """The network's output."""
        values = dict(self._constants)
        for name, kind, attributes in self._steps:
            inputs = [values[source] for source in self._sources.get(name, [])]
            if kind == "Parameter":
                values[name, 0] = value
            elif kind == "Result":
                return inputs[0]
            else:
                found = OPERATIONS[kind](inputs, attributes)
                for number, output in enumerate(found if isinstance(found, tuple) else (found,)):
                    values[name, number] = output
        raise ValueError("the graph has no result")


def _sources(root: ElementTree.Element) -> dict[str, list[Port]]:
    """For each layer its inputs in their order. Output ports are numbered on after a layer's input ports."""
    inputs_of = {layer.attrib["id"]: len(layer.findall("input/port")) for layer in root.iterfind("layers/layer")}
    found: dict[str, list[tuple[int, Port]]] = {}
    for edge in root.iterfind("edges/edge"):
        a = edge.attrib
        port = (a["from-layer"], int(a["from-port"]) - inputs_of[a["from-layer"]])
        found.setdefault(a["to-layer"], []).append((int(a["to-port"]), port))
    return {layer: [port for _, port in sorted(ports)] for layer, ports in found.items()}


def _constant(data: bytes, attributes: Attributes, device: torch.device) -> Tensor:
    """Numbers that are computed with lie on the device, those that name shapes and axes in main memory."""
    kind = ELEMENT_TYPES[attributes["element_type"]]
    shape = [int(n) for n in attributes["shape"].split(",") if n.strip()]
    count, offset = int(np.prod(shape)), int(attributes["offset"])
    array = np.frombuffer(data, kind, count, offset).reshape(shape).copy()
    tensor = torch.from_numpy(array)
    return tensor.to(device) if kind is np.float32 else tensor.long()


def _pair(text: str) -> tuple[int, int]:
    first, second = (int(n) for n in text.split(","))
    return first, second


def _numbers(tensor: Tensor) -> list[int]:
    return [int(n) for n in tensor.flatten()]


def _convolution(inputs: list[Tensor], attributes: Attributes) -> Tensor:
    x, weight = inputs
    return F.conv2d(x, weight, stride=_pair(attributes["strides"]), padding=_pair(attributes["pads_begin"]))


def _group_convolution(inputs: list[Tensor], attributes: Attributes) -> Tensor:
    x, weight = inputs  # (groups, out, in, height, width)
    padding, stride = _pair(attributes["pads_begin"]), _pair(attributes["strides"])
    return F.conv2d(x, weight.flatten(0, 1), stride=stride, padding=padding, groups=weight.shape[0])


def _group_convolution_transposed(inputs: list[Tensor], attributes: Attributes) -> Tensor:
    x, weight = inputs[:2]  # (groups, in, out, height, width)
    padding, stride = _pair(attributes["pads_begin"]), _pair(attributes["strides"])
    return F.conv_transpose2d(x, weight.flatten(0, 1), stride=stride, padding=padding, groups=weight.shape[0])


def _matmul(inputs: list[Tensor], attributes: Attributes) -> Tensor:
    a, b = inputs
    a = a.mT if attributes.get("transpose_a") == "true" else a
    return a @ (b.mT if attributes.get("transpose_b") == "true" else b)


def _prelu(inputs: list[Tensor], attributes: Attributes) -> Tensor:
    x, slope = inputs
    return F.prelu(x, slope.flatten())


def _reshape(inputs: list[Tensor], attributes: Attributes) -> Tensor:
    x, shape = inputs
    # special_zero: a 0 keeps the input's own side.
    return x.reshape([n or x.shape[i] for i, n in enumerate(_numbers(shape))])


def _broadcast(inputs: list[Tensor], attributes: Attributes) -> Tensor:
    x, shape = inputs[:2]
    return x.broadcast_to(torch.broadcast_shapes(x.shape, _numbers(shape)))


def _squeeze(inputs: list[Tensor], attributes: Attributes) -> Tensor:
    return inputs[0].squeeze(tuple(_numbers(inputs[1]))) if len(inputs) > 1 else inputs[0].squeeze()


def _unsqueeze(inputs: list[Tensor], attributes: Attributes) -> Tensor:
    x = inputs[0]
    for axis in sorted(_numbers(inputs[1])):
        x = x.unsqueeze(axis)
    return x


def _gather(inputs: list[Tensor], attributes: Attributes) -> Tensor:
    x, indices, axis = inputs
    taken = x.index_select(int(axis), indices.flatten().to(x.device))
    return taken.reshape(x.shape[: int(axis)] + indices.shape + x.shape[int(axis) + 1 :])


def _split(inputs: list[Tensor], attributes: Attributes) -> tuple[Tensor, ...]:
    x, axis, lengths = inputs
    return torch.split(x, _numbers(lengths), int(axis))


OPERATIONS: dict[str, Operation] = {
    "Add": lambda x, _: x[0] + x[1],
    "Broadcast": _broadcast,
    "Concat": lambda x, a: torch.cat(x, int(a["axis"])),
    "Convolution": _convolution,
    "Gather": _gather,
    "GroupConvolution": _group_convolution,
    "GroupConvolutionBackpropData": _group_convolution_transposed,
    "MatMul": _matmul,
    "Multiply": lambda x, _: x[0] * x[1],
    "PReLU": _prelu,
    "Power": lambda x, _: x[0] ** x[1],
    "ReduceMean": lambda x, _: x[0].mean(_numbers(x[1]), keepdim=True),
    "Reshape": _reshape,
    "ShapeOf": lambda x, _: torch.tensor(x[0].shape),
    "Squeeze": _squeeze,
    "Tile": lambda x, _: x[0].tile(_numbers(x[1])),
    "Unsqueeze": _unsqueeze,
    "VariadicSplit": _split,
}
