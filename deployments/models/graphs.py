"""Networks as OpenVINO graphs, which run on a CPU without torch: made once from the torch network, kept in a cache.

Imports neither torch nor OpenVINO; `make` does.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import numpy as np

from deployments.models.architecture import Architecture
from deployments.models.prepared import NotPrepared, path_of, prepared_file, remove_older
from deployments.models.registry import architecture_of

SUFFIX = ".xml"
_ANY_SIDE = 128  # of an example; the graph takes any
_MOST_APART = 1e-4
"""From torch on noise, over the largest number of the output; float32 alone is some 1e-6 apart."""


@dataclass(frozen=True)
class Graph:
    """A network with its weights as a file that OpenVINO reads."""

    name: str
    """In the manifest."""
    path: Path
    architecture: Architecture


def load_graph(name: str) -> Graph:
    """The graph of a model in the manifest, which is made now where there is none.

    Raises ModelUnavailable where the weights are missing, and NotPrepared.
    """
    architecture = architecture_of(name)
    if not architecture.graph_inputs:
        raise NotPrepared(f"{architecture.name} has no graph")
    return Graph(name, prepared_file(name, SUFFIX), architecture)


def make(name: str) -> Path:
    """Make the graph of a model, compare it with torch, and put it where `load_graph` looks; older ones of it go.

    Raises ModelUnavailable, NotPrepared where the two differ, and what OpenVINO raises.
    """
    import torch

    from deployments.models.network import load_network
    from deployments.models.openvino_silent import openvino

    network = load_network(name)
    shapes = network.architecture.graph_inputs

    class Called(torch.nn.Module):
        """Architecture.call as a module."""

        def __init__(self) -> None:
            super().__init__()
            self.module = network.module

        def forward(self, *batches: torch.Tensor) -> torch.Tensor | tuple[torch.Tensor, ...]:
            found: torch.Tensor | tuple[torch.Tensor, ...] = network.architecture.call(self.module, *batches)
            return found

    random = np.random.default_rng(0)
    examples = [
        random.random([size if size > 0 else 1 if axis == 0 else _ANY_SIDE for axis, size in enumerate(shape)])
        for shape in shapes
    ]
    tensors = tuple(torch.from_numpy(example.astype(np.float32)) for example in examples)
    pool = torch.nn.functional.avg_pool2d

    def pool_by_number(batch: torch.Tensor, side: int | torch.Size) -> torch.Tensor:
        return pool(batch, side if isinstance(side, int) else [int(each) for each in side])

    # BiSeNet pools over all of a tensor by its size, which OpenVINO takes only where it is written down as a number.
    with torch.no_grad(), patch("torch.nn.functional.avg_pool2d", pool_by_number):
        traced = torch.jit.trace(Called().eval(), tensors, check_trace=False)
        expected = traced(*tensors)
    model = openvino.convert_model(
        traced, example_input=tensors, input=[openvino.PartialShape(list(shape)) for shape in shapes]
    )
    found = openvino.compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})(list(tensors))
    for index, tensor in enumerate(expected if isinstance(expected, tuple) else (expected,)):
        apart = float(np.abs(found[index] - tensor.numpy()).max() / max(float(tensor.abs().max()), 1e-6))
        if not apart <= _MOST_APART:
            raise NotPrepared(f"its output {index} is {apart:.2g} from torch's")
    path = path_of(name, SUFFIX)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        openvino.save_model(model, Path(folder) / path.name, compress_to_fp16=False)
        for suffix in (".bin", ".xml"):  # the one that `load_graph` looks for last
            (Path(folder) / path.with_suffix(suffix).name).replace(path.with_suffix(suffix))
    remove_older(path, name)
    return path
