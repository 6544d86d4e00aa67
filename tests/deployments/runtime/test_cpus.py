"""How many CPUs are there for us, by affinity and by control groups of both versions."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from deployments.runtime.cpus import available_cpus


@pytest.fixture(autouse=True)
def _sixteen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: set(range(16)))


def _written(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text + "\n")
    return root


V2, V1 = "0::/jobs/one", "3:cpuset:/\n2:cpu,cpuacct:/docker/abc\n1:memory:/docker/abc"


@pytest.mark.parametrize(
    ("files", "cpus"),
    [
        ({}, 16),
        ({"proc/self/cgroup": V2}, 16),
        ({"proc/self/cgroup": V2, "sys/fs/cgroup/jobs/one/cpu.max": "max 100000"}, 16),
        ({"proc/self/cgroup": V2, "sys/fs/cgroup/jobs/one/cpu.max": "400000 100000"}, 4),
        ({"proc/self/cgroup": V2, "sys/fs/cgroup/jobs/one/cpu.max": "150000 100000"}, 2),
        ({"proc/self/cgroup": V2, "sys/fs/cgroup/jobs/one/cpu.max": "10000 100000"}, 1),
        ({"proc/self/cgroup": V2, "sys/fs/cgroup/jobs/one/cpu.max": "9900000 100000"}, 16),
        # A group above is tighter.
        (
            {
                "proc/self/cgroup": V2,
                "sys/fs/cgroup/jobs/one/cpu.max": "800000 100000",
                "sys/fs/cgroup/jobs/cpu.max": "300000 100000",
            },
            3,
        ),
        # In a container that sees itself at the top.
        ({"proc/self/cgroup": "0::/", "sys/fs/cgroup/cpu.max": "200000 100000"}, 2),
        ({"proc/self/cgroup": V1}, 16),
        *(
            (
                {
                    "proc/self/cgroup": V1,
                    f"sys/fs/cgroup/{folder}/cpu.cfs_quota_us": quota,
                    f"sys/fs/cgroup/{folder}/cpu.cfs_period_us": "100000",
                },
                cpus,
            )
            for folder, quota, cpus in (
                ("cpu,cpuacct/docker/abc", "500000", 5),
                ("cpu,cpuacct/docker/abc", "-1", 16),
                # In a container that sees only its own group, where the host's path does not exist.
                ("cpu,cpuacct", "250000", 3),
                ("cpu", "100000", 1),
            )
        ),
        ({"proc/self/cgroup": V2, "sys/fs/cgroup/jobs/one/cpu.max": "nonsense"}, 16),
    ],
)
def test_the_tightest_quota_counts(files: dict[str, str], cpus: int, tmp_path: Path) -> None:
    assert available_cpus(_written(tmp_path, files)) == cpus


def test_the_affinity_counts_where_it_is_tighter(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {2, 5})
    root = _written(tmp_path, {"proc/self/cgroup": "0::/", "sys/fs/cgroup/cpu.max": "400000 100000"})
    assert available_cpus(root) == 2


def test_the_number_of_processors_of_the_machine_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 256)
    assert available_cpus() <= 16
