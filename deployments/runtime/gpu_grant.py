"""Whether this process may use a GPU. Imports neither torch nor Ray.

Ray leaves CUDA_VISIBLE_DEVICES as it is in a process that it gives no GPU (RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO), so a
replica with no share would see every GPU of the machine. What starts the replica knows better and calls `grant_gpus`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

GPUS_VARIABLE = "VISAGE_GPUS"
"""The GPUs that this process was given, separated by commas; empty: none; not set: all that CUDA shows it."""
_VISIBLE_VARIABLE = "CUDA_VISIBLE_DEVICES"
_HIDES_ALL = ("", "-1", "none", "void", "nodevfiles")


def grant_gpus(ids: Iterable[int | str]) -> None:
    """Say which GPUs were given to this process (ray.get_gpu_ids()), before a stage is loaded."""
    os.environ[GPUS_VARIABLE] = ",".join(str(number) for number in ids)


def gpu_denied() -> str | None:
    """Why this process may use no GPU, or None if it may."""
    if os.environ.get(GPUS_VARIABLE) == "":
        return "this replica was given no share of a GPU (settings: scale.<stage>.num_gpus)"
    visible = os.environ.get(_VISIBLE_VARIABLE)
    # CUDA reads the list up to the first entry that is no device.
    if visible is not None and visible.split(",")[0].strip().lower() in _HIDES_ALL:
        return f"{_VISIBLE_VARIABLE}={visible!r} hides every GPU"
    return None


def gpu_granted() -> bool:
    """Whether a GPU was given to this process by name."""
    return bool(os.environ.get(GPUS_VARIABLE))
