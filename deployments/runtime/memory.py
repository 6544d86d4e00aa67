"""What a process keeps of its memory: what will be asked for again at once; and no more."""

from __future__ import annotations

import asyncio
import ctypes
import logging
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from pathlib import Path

logger = logging.getLogger("visage")

# From glibc's malloc.h: parameter and value. No allocation has a mapping of its own, which would go with it; up to 1 GB
# of free memory is kept, what a result of 16 megapixels takes; and all threads share one heap, since those of other
# threads cannot grow that far. glibc reads the last one when a process has its first threads: in Ray's workers that is
# before any code of ours, so that there MALLOC_ARENA_MAX says it (serve_app/ray_variables.py).
_OPTIONS = {"M_MMAP_MAX": (-4, 0), "M_TRIM_THRESHOLD": (-1, 2**30), "M_ARENA_MAX": (-8, 1)}

IDLE_S = 10.0
"""Without work for so long, the memory of images that are gone is given to the system."""

_MADV_DONTNEED = 4


def keep_freed_memory() -> bool:
    """Let glibc keep up to 1 GB that this process frees, for as long as it lives. Returns whether it does.

    Otherwise every large tensor is unmapped when it is freed, and the kernel clears all pages of the next one.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
        ctypes.CDLL(None).gnu_get_libc_version  # noqa: B018 - other libraries have a mallopt that does nothing
    except (AttributeError, OSError, TypeError):
        logger.info("freed memory goes back to the system: this C library is not glibc")
        return False
    refused = [name for name, (option, value) in _OPTIONS.items() if mallopt(option, value) != 1]
    if refused:
        logger.info("freed memory may go back to the system: glibc refused %s", ", ".join(refused))
    return not refused


class KeptMemory:
    """Keeps what this process frees while it is at work, and gives it to the system once it is idle."""

    def __init__(self, executor: Executor) -> None:
        """`executor`: where it is given back, which takes milliseconds."""
        keep_freed_memory()
        self._executor, self._works = executor, 0
        self._idle: asyncio.TimerHandle | None = None

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """For as long as some work takes; on the event loop."""
        if self._idle is not None:
            self._idle.cancel()
        self._works += 1
        try:
            yield
        finally:
            self._works -= 1
            if self._works == 0:
                loop = asyncio.get_running_loop()
                self._idle = loop.call_later(IDLE_S, self._executor.submit, release_freed)


def release_unused(folder: Path) -> None:
    """Give freed memory to the system, and the pages of the files in `folder` that are mapped to read from.

    A page that is read again comes from its file. Does nothing where Linux or glibc are not what runs.
    """
    try:
        libc = ctypes.CDLL(None)
        for line in Path("/proc/self/maps").read_text().splitlines():
            addresses, access, *_, name = line.split(maxsplit=5)
            if access.startswith("r--") and Path(name).parent == folder:  # what was written to would be lost
                begin, end = (int(address, 16) for address in addresses.split("-"))
                libc.madvise(ctypes.c_void_p(begin), ctypes.c_size_t(end - begin), _MADV_DONTNEED)
    except (AttributeError, OSError) as error:
        logger.info("memory that is not needed stays in the process: %s", error)
    release_freed()


def release_freed() -> None:
    """Give freed memory to the system, kept or not. Does nothing where the C library is not glibc."""
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (AttributeError, OSError) as error:
        logger.info("freed memory stays in the process: %s", error)
