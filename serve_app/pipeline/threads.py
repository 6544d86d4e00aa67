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
from deployments.runtime.memory import KeptMemory

T = TypeVar("T")

_MIN_THREADS = 2
"""One image that takes long must not hold up all others."""


class PixelThreads:
    """A bounded pool for decoding, alignment, blending, resampling and encoding."""

    def __init__(self, count: int = 0) -> None:
        """`count` threads; 0: one for each CPU that this process may use, at least two."""
        count = count or max(_MIN_THREADS, available_cpus())
        self._executor = ThreadPoolExecutor(count, thread_name_prefix="pixels")
        self._memory = KeptMemory(self._executor)

    async def run(self, work: Callable[..., T], *arguments: Any, **options: Any) -> T:
        """Call `work` in one of the threads. If the caller is cancelled, work that has not started is dropped."""
        context = contextvars.copy_context()  # a line that is logged there has the request's id
        with self._memory.at_work():
            future = self._executor.submit(context.run, partial(work, *arguments, **options))
            return await asyncio.wrap_future(future)
