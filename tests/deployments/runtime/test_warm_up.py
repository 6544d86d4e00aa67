"""What a stage notes of its warm-up."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import Any

import pytest

from deployments.config import StageConfig
from deployments.contract import StageReport
from deployments.runtime.stage import Stage
from deployments.stages import StageName
from load.service import ROOT


class OnDevice(Stage):
    name = StageName.METRICS

    def __init__(self, device: str) -> None:
        self.device = device

    @classmethod
    def load(cls, config: Any) -> OnDevice:
        raise NotImplementedError

    @property
    def report(self) -> StageReport:
        return StageReport(self.name, (), self.device, "float32")


def spin(seconds: float) -> None:
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass


@pytest.mark.slow
def test_on_a_cpu_it_is_the_work_of_the_cpus_and_not_the_wait_for_them() -> None:
    """In a process of its own: what threads of other tests still do would count."""
    script = """
import time
from deployments.config import StageConfig
from tests.deployments.runtime.test_warm_up import OnDevice, spin

def work():
    spin(0.1)
    time.sleep(0.3)  # as if others had the CPU

stage = OnDevice("cpu")
stage.warm_up(work, 4, StageConfig(cpu_threads=2))
print(stage.unit_s)
"""
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert float(run.stdout) == pytest.approx(0.1 / 2 / 4, rel=0.3)


def test_elsewhere_it_is_the_second_call_because_the_first_one_loads_the_device_s_libraries() -> None:
    pauses = [0.5, 0.1]
    stage = OnDevice("cuda")
    stage.warm_up(lambda: time.sleep(pauses.pop(0)), 2, StageConfig())
    assert pauses == [] and stage.unit_s is not None and 0.05 <= stage.unit_s < 0.2
