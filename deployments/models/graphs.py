"""Networks as OpenVINO graphs, which run on a CPU without torch: made once from the torch network, kept in a cache.

Imports neither torch nor OpenVINO; `make` does.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import numpy as np
from filelock import FileLock

from deployments.models import weights
from deployments.models.architecture import Architecture
from deployments.models.manifest import MANIFEST, manifest
from deployments.models.registry import architecture_of

_ANY_SIDE = 128  # of an example; the graph takes any
_MOST_APART = 1e-4
"""From torch on noise, over the largest number of the output; float32 alone is some 1e-6 apart."""


class GraphUnavailable(Exception):
    """There is no graph; the message says why."""


@dataclass(frozen=True)
class Graph:
    """A network with its weights as a file that OpenVINO reads."""

    name: str
    """In the manifest."""
    path: Path
    architecture: Architecture


def graph_folder() -> Path:
    """Where graphs are kept: beside the weights."""
    return weights.cache_folder().parent / "graphs"


def load_graph(name: str) -> Graph:
    """The graph of a model in the manifest, which is made now where there is none.

    Raises ModelUnavailable where the weights are missing, and GraphUnavailable.
    """
    architecture = architecture_of(name)
    weights.require(name)
    if not architecture.graph_inputs:
        raise GraphUnavailable(f"{architecture.name} has no graph")
    try:
        path = _path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.parent / f"{name}.lock"):
            if not path.is_file():
                _make_apart(name)
    except importlib.metadata.PackageNotFoundError as error:
        raise GraphUnavailable(f"{error.name} is not installed") from error
    except OSError as error:
        raise GraphUnavailable(f"{graph_folder()} cannot be used: {error}") from error
    return Graph(name, path, architecture)


def _path(name: str) -> Path:
    """The file's name tells the weights, the code and the libraries that it was made from."""
    made_from = hashlib.sha256(manifest()[name].sha256.encode())
    for package in ("openvino", "torch", "facexlib", "lpips"):
        made_from.update(importlib.metadata.version(package).encode())
    here = Path(__file__)
    for source in (here, here.with_name("visage_face.py"), *sorted(here.parent.glob("architectures/*.py"))):
        made_from.update(source.read_bytes())
    return graph_folder() / f"{name}-{made_from.hexdigest()[:16]}.xml"


def _make_apart(name: str) -> None:
    """Make the graph in another process, so that this one need not hold torch."""
    command = [sys.executable, "-m", "deployments.models", "graph", name]
    made = subprocess.run(command, cwd=MANIFEST.parents[1], capture_output=True, text=True)
    if made.returncode != 0:
        raise GraphUnavailable(f"it could not be made: {(made.stderr.strip().splitlines() or ['no reason given'])[-1]}")


def make(name: str) -> Path:
    """Make the graph of a model, compare it with torch, and put it where `load_graph` looks; older ones of it go.

    Raises ModelUnavailable, GraphUnavailable where the two differ, and what OpenVINO raises.
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
            raise GraphUnavailable(f"its output {index} is {apart:.2g} from torch's")
    path = _path(name)
    older = [each for each in path.parent.glob(f"{name}-*") if each.stem != path.stem]
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        openvino.save_model(model, Path(folder) / path.name, compress_to_fp16=False)
        for suffix in (".bin", ".xml"):  # the one that `load_graph` looks for last
            (Path(folder) / path.with_suffix(suffix).name).replace(path.with_suffix(suffix))
    for each in older:
        each.unlink()
    return path
