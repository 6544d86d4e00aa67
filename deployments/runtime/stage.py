"""What all stages have in common."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar, Self

from deployments.config import StageConfig
from deployments.contract import StageReport
from deployments.runtime.cpus import available_cpus
from deployments.stages import StageName


class Stage(ABC):
    """A model and the work around it: a plain class that runs without Ray.

    Subclasses take their networks as constructor arguments, so that tests can pass others, and build them in `load`.
    Their work methods take a last argument `is_cancelled` (see InferenceThread.run).

    A work method of a stage that takes batches has a twin with `_each` at the end of its name, which gives for each
    item its value or the StageError that it alone failed with, so that no item fails for what another one did.
    """

    name: ClassVar[StageName]
    memory_retries: int = 0
    """How often work that did not fit into the device's memory was tried again in smaller pieces, so far."""

    unit_s: float | None = None
    """Seconds that a unit of the stage's work took when it warmed up: a megapixel or a face, see pipeline.speed.Work.
    What a request is expected to take until some were seen."""

    @classmethod
    @abstractmethod
    def load(cls, config: Any) -> Self:
        """Load the models that `config` asks for, and warm up; raises ModelUnavailable where weights are missing."""

    @property
    @abstractmethod
    def report(self) -> StageReport:
        """What runs here."""

    def warm_up(self, work: Callable[[], object], units: float, config: StageConfig) -> None:
        """Do `work`, so that no request waits for what a library does first, and note `unit_s`; it is so many units.

        On a CPU that is the CPU time over the threads, since other stages load beside this one; elsewhere the time of a
        second call, since the first one is spent on the device's libraries.
        """
        if self.report.device != "cpu":
            work()
            clock, threads = time.perf_counter, 1
        else:
            clock, threads = time.process_time, config.cpu_threads or available_cpus()
        began = clock()
        work()
        self.unit_s = (clock() - began) / threads / units

    def models_used(self, *arguments: Any) -> tuple[str, ...]:
        """Names of the models that run for a call with these arguments."""
        return self.report.models

    def check(self, item: Any) -> None:  # noqa: B027 - most stages need none
        """Raise ContractViolation for an item that must not share a batch with others; for stages that take batches."""

    def prepare_thread(self) -> None:  # noqa: B027 - most libraries need none
        """Called first in the inference thread: some libraries set their number of threads for each thread."""

    def probe(self) -> None:  # noqa: B027 - on a CPU there is nothing to ask
        """Raise where the device no longer works. Called every few seconds beside the inferences: must not wait."""
