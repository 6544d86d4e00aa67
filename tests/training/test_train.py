"""The run as a process: what it learnt survives being told to stop."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from deployments.models import weights
from training.train import CHECKPOINT, EXPORTED

OFF = [word for name in ("perceptual", "identity", "adversarial") for word in (f"--{name}", "0")]


def test_a_signal_to_the_whole_group_saves_before_it_ends(faces: Path, tmp_path: Path) -> None:
    """As torchrun and Ctrl-C send it: the workers that make pairs get it too."""
    if weights.locate("realesr-general-x4v3") is None:
        pytest.skip("the weights of realesr-general-x4v3 are not on this machine: make weights")
    folder = tmp_path / "run"
    words = ["--steps", "1000", "--batch", "1", "--show-every", "1", *OFF]
    places = ["--faces", str(faces), "--folder", str(folder), "--held-out", str(tmp_path / "none")]
    run = subprocess.Popen(
        [sys.executable, "-u", "-m", "training.train", *words, *places],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        assert run.stdout is not None
        said = [next(line for line in run.stdout if line.startswith("step "))]
        os.killpg(run.pid, signal.SIGTERM)
        said += run.stdout.readlines()
        assert run.wait(60) == 0, "".join(said)
    finally:
        run.kill()
    assert (folder / CHECKPOINT).is_file() and (folder / EXPORTED).is_file()
