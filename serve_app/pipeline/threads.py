"""The threads in which the ingress works on pixels, apart from those for control.

asyncio's own threads serve readiness and the object store. A health check therefore never waits for an image.
"""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from deployments.runtime.cpus import available_cpus
from deployments.runtime.memory import keep_freed_memory, release_freed

T = TypeVar("T")

_MIN_THREADS = 2
"""One image that takes long must not hold up all others."""
IDLE_S = 10.0
"""Without work for so long, the memory of images that are gone is given to the system."""


class PixelThreads:
    """A bounded pool for decoding, alignment, blending, resampling and encoding."""

    def __init__(self, count: int = 0) -> None:
        """`count` threads; 0: one for each CPU that this process may use, at least two.

        From now on the process keeps the memory that images free, for the next ones, until it is idle.
        """
        keep_freed_memory()
        self._at_work = 0
        self._idle: asyncio.TimerHandle | None = None
        count = count or max(_MIN_THREADS, available_cpus())
        self._executor = ThreadPoolExecutor(count, thread_name_prefix="pixels")

    async def run(self, work: Callable[..., T], *arguments: Any, **options: Any) -> T:
        """Call `work` in one of the threads. If the caller is cancelled, work that has not started is dropped."""
        context = contextvars.copy_context()  # a line that is logged there has the request's id
        if self._idle is not None:
            self._idle.cancel()
        self._at_work += 1
        try:
            future = self._executor.submit(context.run, partial(work, *arguments, **options))
            return await asyncio.wrap_future(future)
        finally:
            self._at_work -= 1
            if self._at_work == 0:
                loop = asyncio.get_running_loop()
                self._idle = loop.call_later(IDLE_S, self._executor.submit, release_freed)
