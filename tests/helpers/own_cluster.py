"""Scripts that start a Ray cluster: each in a process of its own, because Ray can be in one cluster at a time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from typing import Any

from load.service import ROOT
from serve_app.memory_check import SPILL_VARIABLE
from tests.helpers.waiting import PATIENCE_S

FOUND = "FOUND "
"""What the line with a script's result begins with; JSON follows."""


def on_own_cluster(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the Python `script` to its end. Its first argument is a folder in memory to which Ray may spill."""
    # In RAY_TMPDIR Ray notes that this cluster exists, and other tests would join it. Its sockets' paths are long, so
    # the folder's has to be short.
    with (
        tempfile.TemporaryDirectory(dir="/tmp", prefix="v") as folder,
        tempfile.TemporaryDirectory(dir="/dev/shm", prefix="visage-cluster-") as spill,
    ):
        environment = os.environ | {
            "PYTHONPATH": str(ROOT),
            "RAY_TMPDIR": folder,
            SPILL_VARIABLE: spill,
        }
        return subprocess.run(
            [sys.executable, "-c", script, spill, *arguments],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )


def found_by(run: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """The result of a script that has ended well."""
    lines = [line.removeprefix(FOUND) for line in run.stdout.splitlines() if line.startswith(FOUND)]
    assert run.returncode == 0 and lines, run.stderr[-3000:]
    found: dict[str, Any] = json.loads(lines[-1])
    return found
