"""How many CPUs this process may use, and does. Imports no torch."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Iterator
from pathlib import Path

_V1_FOLDERS = ("cpu", "cpu,cpuacct", "cpuacct,cpu")


def available_cpus(root: Path = Path("/")) -> int:
    """CPUs that the scheduler and the control groups leave to this process, at least 1.

    That is the smaller of its affinity and its tightest quota, rounded up, in version 1 and 2 of control groups.
    `root` is where `proc` and `sys` are. Files that are missing or unreadable are no limit.
    """
    affinity = len(os.sched_getaffinity(0))
    return max(1, min([affinity, *(math.ceil(quota) for quota in _quotas(root))]))


def set_threads(count: int) -> int:
    """Let OpenCV, and torch if it is loaded, use `count` threads (0: every CPU) when called from this thread.

    Returns the number. Ray starts replicas with OMP_NUM_THREADS=1, whatever CPUs they ask for.
    """
    import cv2  # here, as whoever only counts CPUs, or names a stage, loads no image library

    threads = count or available_cpus()
    cv2.setNumThreads(threads)
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.set_num_threads(threads)
    return threads


def _quotas(root: Path) -> Iterator[float]:
    """The quotas of this process's groups and of all groups above them, in CPUs."""
    mounted = root / "sys/fs/cgroup"
    for line in _read(root / "proc/self/cgroup").splitlines():
        number, controllers, path = line.split(":", 2)
        if number == "0":
            for folder in (mounted, mounted / "unified"):
                for group in _upwards(folder, path):
                    yield from _quota(*_read(group / "cpu.max").split())
        elif "cpu" in controllers.split(","):
            for folder in (mounted / name for name in _V1_FOLDERS):
                for group in _upwards(folder, path):
                    yield from _quota(_read(group / "cpu.cfs_quota_us"), _read(group / "cpu.cfs_period_us"))


def _upwards(mounted: Path, path: str) -> Iterator[Path]:
    """The group's folder and those above it. In a container `path` may be the host's, of which only the top exists."""
    group = mounted / path.strip("/")
    yield group
    while group != mounted:
        group = group.parent
        yield group


def _quota(*values: str) -> Iterator[float]:
    """Quota and period in microseconds as CPUs; nothing where there is no quota (`max` or -1)."""
    try:
        quota, period = (int(value) for value in values)
    except ValueError:
        return
    if quota > 0 and period > 0:
        yield quota / period


def _read(file: Path) -> str:
    try:
        return file.read_text().strip()
    except OSError:
        return ""
