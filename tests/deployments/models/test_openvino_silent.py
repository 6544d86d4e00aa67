"""Importing OpenVINO tells nobody."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from load.service import ROOT


@pytest.mark.slow
@pytest.mark.parametrize(("imported", "sends"), [("openvino", True), ("deployments.models.openvino_silent", False)])
def test_the_telemetry_is_not_even_imported(imported: str, sends: bool, tmp_path: Path) -> None:
    """A package of that name stands where the real one would; the first case shows that OpenVINO looks for it."""
    package = tmp_path / "openvino_telemetry"
    package.mkdir()
    (package / "__init__.py").write_text("print('telemetry')\nraise ImportError\n")
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}:{ROOT}"}
    ran = subprocess.run(
        [sys.executable, "-c", f"import {imported}"], env=environment, capture_output=True, text=True, check=True
    )
    assert ("telemetry" in ran.stdout) is sends
