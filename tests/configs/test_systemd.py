"""The unit of systemd: systemd understands every line, and the service gets the time and the memory that it needs."""

from __future__ import annotations

import configparser
import shutil
import subprocess
from pathlib import Path

import pytest

from load.service import ROOT
from serve_app.app import shutdown_options
from serve_app.settings import LimitSettings

UNIT = ROOT / "configs/systemd/visage.service"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_understands_every_line(tmp_path: Path) -> None:
    here = tmp_path / UNIT.name
    here.write_text(UNIT.read_text().replace("/opt/visage", str(ROOT)).replace("User=visage", "User=root"))
    run = subprocess.run(["systemd-analyze", "verify", here], capture_output=True, text=True, check=False, timeout=60)
    told = [line for line in run.stderr.splitlines() if str(here) in line or UNIT.name in line]
    assert run.returncode == 0 and told == [], "what it does not understand it only mentions"


def test_requests_in_flight_have_their_time_and_no_photo_can_be_swapped_out_or_dumped() -> None:
    unit = configparser.ConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(UNIT)
    service = unit["Service"]
    assert service["KillMode"] == "mixed", "the first signal is for the command alone"
    assert float(service["TimeoutStopSec"]) >= shutdown_options(LimitSettings())["graceful_shutdown_timeout_s"]
    assert service["MemorySwapMax"] == "0" and service["LimitCORE"] == "0"
    assert service["ExecStart"].endswith("-m serve_app serve_config.yaml") and service["User"] == "visage"
