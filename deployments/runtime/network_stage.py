"""What the stages have in common whose networks an engine runs."""

from __future__ import annotations

from collections.abc import Callable

from deployments.config import NetworkConfig, StageConfig
from deployments.models.prepared import prepared_folder
from deployments.runtime.cpus import set_threads
from deployments.runtime.engine import Engine
from deployments.runtime.memory import release_unused
from deployments.runtime.stage import Stage


class NetworkStage(Stage):
    """A stage with its networks, the first of which tells device and library."""

    def __init__(self, config: NetworkConfig, *engines: Engine) -> None:
        self._cpu_threads, self._engines = config.cpu_threads, engines
        self.device, self.library = engines[0].device, engines[0].library
        self.prepare_thread()

    def prepare_thread(self) -> None:
        set_threads(self._cpu_threads)

    def warm_up(self, work: Callable[[], object], units: float, config: StageConfig) -> None:
        """See Stage.warm_up. After it OpenVINO has the weights in its own order: what was read is not needed."""
        super().warm_up(work, units, config)
        release_unused(prepared_folder())

    def probe(self) -> None:
        """See Stage.probe."""
        self._engines[0].probe()
