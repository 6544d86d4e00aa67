"""Which engine runs a network: OpenVINO on a CPU where it can, else torch. Imports neither of them before it has to.

A process that runs graphs alone never loads torch, which takes seconds and some hundred megabytes.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, TypeAlias

from deployments.config import NetworkConfig, PrecisionChoice, UpscalerConfig
from deployments.models.graphs import Graph, load_graph
from deployments.models.prepared import NotPrepared
from deployments.runtime.cpus import available_cpus
from deployments.runtime.engine import FLOAT32, Engine
from deployments.runtime.gpu_grant import gpu_denied

if TYPE_CHECKING:
    from deployments.models.network import Network

Model: TypeAlias = "Network | Graph"

logger = logging.getLogger("visage")


def load_model(name: str, config: NetworkConfig, precision: PrecisionChoice = FLOAT32) -> Model:
    """The model as a graph where it may run as one, else for torch.

    Raises ModelUnavailable where its weights are missing or do not fit.
    """
    if config.engine == "auto" and precision in ("auto", FLOAT32) and on_cpu(config):
        try:
            return load_graph(name)
        except NotPrepared as reason:
            logger.info("%s runs in torch: %s", name, reason)
    from deployments.models.network import load_network

    return load_network(name)


def engine_for(model: Model, config: NetworkConfig, precision: PrecisionChoice = FLOAT32) -> Engine:
    """What runs `model`; raises RuntimeError where the device or the precision cannot be had."""
    if isinstance(model, Graph):
        from deployments.runtime.openvino_engine import OpenVinoEngine

        return OpenVinoEngine(model, config.cpu_threads or available_cpus())
    from deployments.runtime.torch_engine import TorchEngine

    return TorchEngine(model, config, precision)


def on_cpu(config: NetworkConfig | UpscalerConfig) -> bool:
    """Whether the device is the CPU; asks torch only where there may be a GPU."""
    if config.device == "cpu" or (config.device == "auto" and gpu_denied() is not None):
        return True
    from deployments.runtime.device import resolve_device

    return resolve_device(config.device).type == "cpu"
