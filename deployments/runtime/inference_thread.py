"""Where all inferences of a replica run: in one thread, or in several of which one works at a time."""

from __future__ import annotations

import asyncio
import contextvars
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from functools import partial
from typing import Any, Self, TypeVar

from deployments.contract import StageResult
from deployments.errors import Cancelled
from deployments.runtime.gpu_errors import is_context_lost, release_frames
from deployments.runtime.memory import KeptMemory

IsCancelled = Callable[[], bool]
"""Asked between two pieces of work; true once the caller has left."""

T = TypeVar("T")


def never_cancelled() -> bool:
    """An IsCancelled for callers that cannot leave."""
    return False


def raise_if_cancelled(stage: StrEnum, is_cancelled: IsCancelled) -> None:
    """Raise Cancelled once the caller has left."""
    if is_cancelled():
        raise Cancelled(stage, "the caller left")


def timed(work: Callable[..., T], *arguments: Any) -> StageResult[T]:
    """Call `work` and record when it ran."""
    started = time.time()
    value = work(*arguments)
    return StageResult(value, started, time.time())


class Turns:
    """Lets one thread work at a time, in the order in which they came."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._threads: deque[int] = deque()
        """The one that works, and those that wait."""

    def __enter__(self) -> Self:
        with self._changed:
            self._queue_up()
        return self

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._threads.popleft()
            self._changed.notify_all()

    def let_others(self) -> None:
        """Let those that wait work first; returns when it is this thread's turn again."""
        with self._changed:
            if len(self._threads) > 1:
                self._threads.popleft()
                self._changed.notify_all()
                self._queue_up()

    def _queue_up(self) -> None:
        mine = threading.get_ident()
        self._threads.append(mine)
        self._changed.wait_for(lambda: self._threads[0] == mine)


class InferenceThread:
    """One thread that does all of a replica's inferences.

    When Serve cancels a call it frees the call's slot at once, while a thread goes on; with a single thread the next
    call waits its turn all the same, so a replica never runs two inferences at a time. Cancelled work that has not
    started is dropped; work that has is asked to stop through the IsCancelled it was given.

    With `at_once` of more than 1 there are as many threads, of which one works at a time: whenever work asks its
    IsCancelled, it lets the others go first. So a small picture waits for a piece of a large one and not for all of
    it. The times of a result then include those in which others worked.
    """

    def __init__(
        self,
        stage: StrEnum,
        prepare: Callable[[], object] | None = None,
        probe: Callable[[], object] | None = None,
        at_once: int = 1,
    ) -> None:
        """`prepare` runs first in the thread: some libraries set their number of threads for each thread. `probe`
        raises where the device no longer works (see Stage.probe).
        """
        self._stage = stage
        self._probe = probe
        self._executor = ThreadPoolExecutor(at_once, thread_name_prefix=stage, initializer=prepare)
        self._memory = KeptMemory(self._executor)
        self._turns = Turns()
        self._fatal: str | None = None

    async def run(self, work: Callable[..., T], *arguments: Any) -> StageResult[T]:
        """Call `work(*arguments, is_cancelled)` in the thread and await its result.

        What `work` raises is raised here, without the local variables of its frames: they hold the tensors of what
        failed, and an error may live for long.
        """
        cancelled = threading.Event()
        # In the caller's context: a line that is logged there has the request's id.
        context = contextvars.copy_context()
        future = self._executor.submit(context.run, self._work, partial(work, *arguments), cancelled)
        try:
            with self._memory.at_work():
                return await asyncio.wrap_future(future)
        except asyncio.CancelledError:
            cancelled.set()
            raise
        except Exception as error:
            release_frames(error)
            if is_context_lost(str(error)):  # every later call in this process would fail
                self._fatal = str(error)
            raise
        finally:
            del future  # it holds the error, whose traceback holds this frame: a circle that only gc would open

    def _work(self, work: Callable[[IsCancelled], T], cancelled: threading.Event) -> StageResult[T]:
        def is_cancelled() -> bool:
            self._turns.let_others()
            return cancelled.is_set()

        with self._turns:
            raise_if_cancelled(self._stage, cancelled.is_set)
            return timed(work, is_cancelled)

    def check(self) -> None:
        """Raise RuntimeError once the GPU context is lost, whether a call or the probe met it."""
        if self._fatal is None and self._probe is not None:
            try:
                self._probe()
            except Exception as error:
                self._fatal = f"{type(error).__name__}: {error}"
        if self._fatal is not None:
            raise RuntimeError(f"{self._stage}: {self._fatal}")
