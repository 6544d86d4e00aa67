"""A network's graph by OpenVINO, on a CPU."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import numpy as np

from deployments.models.architecture import Precision, Purpose
from deployments.models.graphs import Graph
from deployments.models.openvino_silent import openvino
from deployments.runtime.engine import FLOAT32, Batch
from deployments.runtime.graph_chains import ChainedGraph, Function
from deployments.runtime.graph_norms import join_norms
from deployments.runtime.graph_products import NAME, split_products
from deployments.runtime.kernels.cpu import KernelUnavailable


class OpenVinoEngine:
    """A graph on the CPU, in float32. Each item of a batch is computed alone where the graph takes one at a time."""

    library = "openvino"
    device = "cpu"
    precision: Precision = FLOAT32

    def __init__(self, graph: Graph, threads: int, with_kernel: bool = True) -> None:
        """`with_kernel`: AMX multiplies, or our own kernel takes the chains of convolutions for which it is made."""
        self.name, self.architecture = graph.name, graph.architecture
        self._core, self._threads = openvino.Core(), threads
        self._alone = graph.architecture.graph_inputs[0][0] == 1
        model = self._core.read_model(graph.path)
        join_norms(model)
        self.kernel, self._run = self._fastest(model, graph) if with_kernel else ("", self._compiled(model))

    def _fastest(self, model: Any, graph: Graph) -> tuple[str, Function]:
        if Purpose.DETECTION not in self.architecture.purposes:  # a large face's box would be off by 0.05 pixels
            with suppress(KernelUnavailable):
                self._weights = split_products(model, graph.path)  # the model's, for as long as it runs
                return NAME, self._compiled(model)
        try:
            chained = ChainedGraph(model, self._compiled, self._threads)
            return chained.kernel, chained
        except KernelUnavailable as reason:
            return f"none: {reason}", self._compiled(model)

    def _compiled(self, model: Any) -> Function:
        options = {
            "INFERENCE_PRECISION_HINT": "f32",
            "INFERENCE_NUM_THREADS": self._threads,
            "NUM_STREAMS": 1,
            "ENABLE_CPU_PINNING": False,  # other stages work on the same CPUs
        }
        request = self._core.compile_model(model, "CPU", options).create_infer_request()

        def run(*batches: Batch) -> tuple[Batch, ...]:
            request.infer([np.ascontiguousarray(batch) for batch in batches])
            return tuple(np.array(output.data) for output in request.output_tensors)

        return run

    def __call__(self, *batches: Batch, precision: Precision | None = None) -> tuple[Batch, ...]:
        """See Engine."""
        if not self._alone or len(batches[0]) == 1:
            return self._run(*batches)
        items = [self._run(*[batch[i : i + 1] for batch in batches]) for i in range(len(batches[0]))]
        return tuple(np.concatenate(outputs) for outputs in zip(*items, strict=True))

    def probe(self) -> None:
        """See Stage.probe: there is nothing to ask."""
