"""A network in torch."""

from __future__ import annotations

import torch

from deployments.config import NetworkConfig, PrecisionChoice
from deployments.models.architecture import Precision
from deployments.models.network import Network
from deployments.runtime.cpus import set_threads
from deployments.runtime.device import dtype_name, resolve_device, resolve_precision
from deployments.runtime.engine import FLOAT32, Batch
from deployments.runtime.transfer import to_numpy


class TorchEngine:
    """A network on the device that its stage's config asks for; see runtime.engine.Engine."""

    library = "torch"
    kernel = ""

    def __init__(self, network: Network, config: NetworkConfig, precision: PrecisionChoice = FLOAT32) -> None:
        """Raises RuntimeError where the device or the precision cannot be had."""
        self.name, self.architecture = network.name, network.architecture
        self._network, self._device = network, resolve_device(config.device)
        self.device = str(self._device)
        dtype = resolve_precision(precision, self._device, on_cpu=FLOAT32, on_gpu=FLOAT32)
        network.require_precision(dtype)
        self.precision: Precision = dtype_name(dtype)
        network.module.to(self._device)
        set_threads(config.cpu_threads)

    def __call__(self, *batches: Batch, precision: Precision | None = None) -> tuple[Batch, ...]:
        """See Engine."""
        precision = precision or self.precision
        tensors = [torch.from_numpy(batch).to(self._device).contiguous() for batch in batches]
        with torch.autocast(self._device.type, getattr(torch, precision), enabled=precision != FLOAT32):
            found = self._network(*tensors)
        outputs = found if isinstance(found, tuple) else (found,)
        return tuple(to_numpy(output.float()) for output in outputs)

    def probe(self) -> None:
        """See Stage.probe. Asks whether the stream is idle: it does not wait, and fails once the context is lost."""
        if self._device.type == "cuda":
            torch.cuda.current_stream(self._device).query()
