"""One thread a replica, in which all of its inferences run one after the other."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from deployments.contract import Abandoned, InferenceFailed, StageReport, Timed

Stop = Callable[[], bool]
"""Asked between two pieces of work; true once the caller has left."""

T = TypeVar("T")


def never() -> bool:
    """A Stop for callers that cannot leave."""
    return False


def raise_if_left(stage: str, stop: Stop) -> None:
    """Raise Abandoned once the caller has left."""
    if stop():
        raise Abandoned(stage, "the caller left")


def timed(work: Callable[..., T], *arguments: Any) -> Timed[T]:
    """Call `work` and note when."""
    began = time.time()
    value = work(*arguments)
    return Timed(value, began, time.time())


class Worker:
    """One thread that does all of a replica's inferences.

    When Serve cancels a call it frees the call's slot at once, while a thread goes on; with a single thread the next
    call waits its turn all the same, so a replica never runs two inferences at a time. Cancelled work that has not
    begun is dropped; work that has is told to stop through the Stop it was given.
    """

    def __init__(self, stage: str, prepare: Callable[[], object] | None = None) -> None:
        """`prepare` runs first in the thread: some libraries keep their number of threads a thread."""
        self._stage = stage
        self._executor = ThreadPoolExecutor(1, thread_name_prefix=stage, initializer=prepare)
        self._fatal: str | None = None

    async def run(self, work: Callable[..., T], *arguments: Any) -> Timed[T]:
        """Call `work(*arguments, stop)` in the thread and await its result."""
        left = threading.Event()
        future = self._executor.submit(partial(timed, work, *arguments, left.is_set))
        try:
            return await asyncio.wrap_future(future)
        except asyncio.CancelledError:
            left.set()
            raise
        except InferenceFailed as error:
            if "CUDA error" in error.message:  # sticky: every later call in this process fails likewise
                self._fatal = error.message
            raise

    def check(self) -> None:
        """Raise once the GPU context is lost."""
        if self._fatal:
            raise RuntimeError(f"{self._stage}: {self._fatal}")


class Replica:
    """What the five deployments share: the worker thread, the report and the health check."""

    def __init__(self, report: StageReport, prepare: Callable[[], object] | None = None) -> None:
        self._report = report
        self._worker = Worker(report.stage, prepare)

    async def report(self) -> StageReport:
        """What runs here."""
        return self._report

    def check_health(self) -> None:
        """Called by Serve; raises where the replica has to be replaced."""
        self._worker.check()
