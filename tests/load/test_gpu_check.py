"""The check of a GPU, run on the CPU; and the configuration for servers with GPUs."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import yaml

from deployments.stages import STAGES
from load import gpu_check
from load.gpu_memory import out_of_memory
from load.service import ROOT
from serve_app.settings import Settings

pytestmark = pytest.mark.parity

FOLDS = "realesrgan-x2plus"


def _run(tmp_path: Path, *only: str) -> tuple[int, dict]:
    arguments = ["--device", "cpu", "--size", "64", "--rounds", "1", "--out", str(tmp_path), "--only", *only]
    return gpu_check.main(arguments), json.loads((tmp_path / "gpu_check.json").read_text())


@pytest.fixture
def _nothing_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("VISAGE_CACHE", str(tmp_path / "none"))
    monkeypatch.delenv("VISAGE_WEIGHTS_SOURCE", raising=False)


@pytest.mark.usefixtures("_nothing_here")
def test_without_weights_it_measures_seeded_networks_and_names_what_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, report = _run(tmp_path, FOLDS)
    assert status == 0 and report["passed"] is True
    assert (FOLDS, "float32") in [(row["model"], row["precision"]) for row in report["cases"]]
    for row in report["cases"]:
        assert row["seeded"] and row["largest"] <= row["bound"]["largest"] and row["contrast"] > 10
        assert 0 < row["min_ms"] <= row["median_ms"] and row["throughput"] > 0 and row["peak_mib"] > 0
    assert {"detector retinaface-mobile0.25", "verifier on cpu", "metrics"} <= set(report["skipped"])
    printed = capsys.readouterr().out
    assert f"| {FOLDS} (seeded) | float32 |" in printed and "- skipped: metrics: " in printed


@pytest.mark.weights
def test_every_stage_can_be_measured(tmp_path: Path) -> None:
    status, report = _run(tmp_path, "detector", "general-x4v3 float32", "arcface", "lpips")
    assert status == 0
    assert {row["stage"] for row in report["cases"]} == {"detector", "upscaler", "verifier", "metrics"}
    assert len(report["together"]["cases"]) == 4 and report["together"]["peak_mib"] > 0


@pytest.mark.usefixtures("_nothing_here")
def test_a_result_out_of_its_bound_is_the_exit_status(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = gpu_check.deviation
    monkeypatch.setattr(gpu_check, "deviation", lambda found, expected: real(found + 5, expected))
    status, report = _run(tmp_path, "general-x4v3 (seeded) float32")
    assert status == 1 and [row["passed"] for row in report["cases"]] == [False]


def test_a_result_that_is_no_image_is_out_of_every_bound() -> None:
    expected = np.ones((2, 2), np.float32)
    assert gpu_check.deviation(expected + 1, expected) == (1.0, 1.0)
    for found in (np.ones((2, 3), np.float32), np.full((2, 2), np.nan, np.float32)):
        assert gpu_check.deviation(found, expected) == (np.inf, np.inf)
    assert gpu_check.deviation(expected[:0], expected[:0]) == (np.inf, np.inf)


@pytest.mark.usefixtures("_nothing_here")
def test_memory_that_is_short_costs_time_and_never_the_result() -> None:
    outcomes = out_of_memory("cpu", 200)
    assert len(outcomes) == 6 and [outcome.name for outcome in outcomes if not outcome.passed] == []


def test_the_config_for_gpus_leaves_room_for_whatever_order_ray_takes() -> None:
    """A stage finds no place only if every GPU has less than its fraction left."""
    config = yaml.safe_load((ROOT / "configs" / "gpu.yaml").read_text())
    (arguments,) = (app["args"] for app in config["applications"] if app["name"] == "visage")
    settings = Settings.model_validate(arguments)
    fractions = {stage: settings.scale_of(stage).num_gpus for stage in STAGES}
    assert sum(fractions.values()) <= 1 - max(fractions.values())
    assert fractions["verifier"] == 0  # type: ignore[index]
