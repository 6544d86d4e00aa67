"""What the stages that run in torch have in common."""

from __future__ import annotations

import torch

from deployments.config import StageConfig
from deployments.runtime.cpus import set_threads
from deployments.runtime.device import resolve_device
from deployments.runtime.stage import Stage


class TorchStage(Stage):
    """A stage on the device, and with the threads, that its config asks for."""

    def __init__(self, config: StageConfig) -> None:
        self._cpu_threads = config.cpu_threads
        self.device = resolve_device(config.device)
        self.prepare_thread()

    def prepare_thread(self) -> None:
        set_threads(self._cpu_threads)

    def probe(self) -> None:
        """See Stage.probe. Asks whether the stream is idle: it does not wait, and fails once the context is lost."""
        if self.device.type == "cuda":
            torch.cuda.current_stream(self.device).query()
