"""What runs a network: OpenVINO on a CPU where it can, else torch. Imports neither of them before it has to.

A process that runs graphs alone never loads torch, which takes seconds and some hundred megabytes.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from deployments.config import NetworkConfig, PrecisionChoice
from deployments.models.architecture import Architecture, Precision
from deployments.models.graphs import Graph, GraphUnavailable, load_graph
from deployments.runtime.cpus import available_cpus
from deployments.runtime.gpu_grant import gpu_denied

if TYPE_CHECKING:
    from deployments.models.network import Network

Model: TypeAlias = "Network | Graph"
Batch: TypeAlias = NDArray[np.float32]
FLOAT32: Literal["float32"] = "float32"

logger = logging.getLogger("visage")


class Engine(Protocol):
    """A network with its weights, on its device."""

    name: str
    """Of the model."""
    architecture: Architecture
    library: str
    """`openvino` or `torch`."""
    device: str
    precision: Precision

    def __call__(self, *batches: Batch, precision: Precision | None = None) -> tuple[Batch, ...]:
        """See Architecture.call; float32 arrays, computed in `precision`, by default the engine's own."""

    def probe(self) -> None:
        """See Stage.probe."""


class OpenVinoEngine:
    """A graph on the CPU, in float32. Each item of a batch is computed alone where the graph takes one at a time."""

    library = "openvino"
    device = "cpu"
    precision: Precision = FLOAT32

    def __init__(self, graph: Graph, threads: int) -> None:
        from deployments.models.openvino_silent import openvino

        self.name, self.architecture = graph.name, graph.architecture
        core = openvino.Core()
        options = {
            "INFERENCE_PRECISION_HINT": "f32",
            "INFERENCE_NUM_THREADS": threads,
            "NUM_STREAMS": 1,
            "ENABLE_CPU_PINNING": False,  # other stages work on the same CPUs
        }
        self._request: Any = core.compile_model(core.read_model(graph.path), "CPU", options).create_infer_request()
        self._alone = graph.architecture.graph_inputs[0][0] == 1

    def __call__(self, *batches: Batch, precision: Precision | None = None) -> tuple[Batch, ...]:
        """See Engine."""
        if not self._alone or len(batches[0]) == 1:
            return self._infer(batches)
        items = [self._infer([batch[i : i + 1] for batch in batches]) for i in range(len(batches[0]))]
        return tuple(np.concatenate(outputs) for outputs in zip(*items, strict=True))

    def _infer(self, batches: Any) -> tuple[Batch, ...]:
        self._request.infer([np.ascontiguousarray(batch) for batch in batches])
        return tuple(np.array(output.data) for output in self._request.output_tensors)

    def probe(self) -> None:
        """See Stage.probe: there is nothing to ask."""


def load_model(name: str, config: NetworkConfig, precision: PrecisionChoice = FLOAT32) -> Model:
    """The model as a graph where it may run as one, else for torch.

    Raises ModelUnavailable where its weights are missing or do not fit.
    """
    if config.engine == "auto" and precision in ("auto", FLOAT32) and on_cpu(config):
        try:
            return load_graph(name)
        except GraphUnavailable as reason:
            logger.info("%s runs in torch: %s", name, reason)
    from deployments.models.network import load_network

    return load_network(name)


def engine_for(model: Model, config: NetworkConfig, precision: PrecisionChoice = FLOAT32) -> Engine:
    """What runs `model`; raises RuntimeError where the device or the precision cannot be had."""
    if isinstance(model, Graph):
        return OpenVinoEngine(model, config.cpu_threads or available_cpus())
    from deployments.runtime.torch_engine import TorchEngine

    return TorchEngine(model, config, precision)


def on_cpu(config: NetworkConfig) -> bool:
    """Whether the device is the CPU; asks torch only where there may be a GPU."""
    if config.device == "cpu" or (config.device == "auto" and gpu_denied() is not None):
        return True
    from deployments.runtime.device import resolve_device

    return resolve_device(config.device).type == "cpu"
