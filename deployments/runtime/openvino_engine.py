"""A network's graph by OpenVINO, on a CPU."""

from __future__ import annotations

from typing import Any

import numpy as np

from deployments.models.architecture import Precision
from deployments.models.graphs import Graph
from deployments.models.openvino_silent import openvino
from deployments.runtime.engine import FLOAT32, Batch


class OpenVinoEngine:
    """A graph on the CPU, in float32. Each item of a batch is computed alone where the graph takes one at a time."""

    library = "openvino"
    device = "cpu"
    precision: Precision = FLOAT32

    def __init__(self, graph: Graph, threads: int) -> None:
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
