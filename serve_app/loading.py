"""What a replica does before and while it loads its stage."""

from __future__ import annotations

import gc
import logging
import os
import sys
import time
from collections.abc import Callable
from typing import Any

from deployments.config import StageConfig
from deployments.errors import OutOfMemory
from deployments.runtime.gpu_errors import is_out_of_memory, release_frames
from serve_app.memory_check import protect_this_node

PAUSES_S = (2.0, 4.0, 8.0, 16.0)
"""Before the second try and those after it: by then the other replicas on this GPU have loaded, and hold less."""

log = logging.getLogger("visage.loading")


def load_in_replica(load: Callable[[Any], Any], config: StageConfig, pauses_s: tuple[float, ...] = PAUSES_S) -> Any:
    """`load(config)`, on a node that keeps images in memory; tried again where memory was short.

    Serve counts every failed constructor alike, so what may pass is waited out here, and what will not (weights that
    are missing, settings that contradict each other) is raised at once. Raises what `load` raises, and
    ImagesCouldReachDisk.
    """
    protect_this_node()
    # OpenMP's idle threads otherwise spin, on CPUs that another stage works on. Read when torch is imported, in `load`.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    for pause_s in pauses_s:
        try:
            return load(config)
        except Exception as error:
            if not _memory_was_short(error):
                raise
            release_frames(error)
            log.warning("%s; tried again in %.0f s", error, pause_s)
        _give_memory_back()
        time.sleep(pause_s)
    return load(config)


def _memory_was_short(error: Exception) -> bool:
    if isinstance(error, OutOfMemory | MemoryError):
        return True
    return isinstance(error, RuntimeError) and is_out_of_memory(str(error))


def _give_memory_back() -> None:
    gc.collect()
    torch = sys.modules.get("torch")  # not imported for this: a stage without torch has nothing to give back
    if torch is not None and torch.cuda.is_initialized():
        torch.cuda.empty_cache()
