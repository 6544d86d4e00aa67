"""What the stages have in common whose networks an engine runs."""

from __future__ import annotations

from deployments.config import NetworkConfig
from deployments.runtime.cpus import set_threads
from deployments.runtime.engine import Engine
from deployments.runtime.stage import Stage


class NetworkStage(Stage):
    """A stage with its networks, the first of which tells device and library."""

    def __init__(self, config: NetworkConfig, *engines: Engine) -> None:
        self._cpu_threads, self._engines = config.cpu_threads, engines
        self.device, self.library = engines[0].device, engines[0].library
        self.prepare_thread()

    def prepare_thread(self) -> None:
        set_threads(self._cpu_threads)

    def probe(self) -> None:
        """See Stage.probe."""
        self._engines[0].probe()
