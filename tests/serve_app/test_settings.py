"""What may be set: typed, within ranges, and nothing else; and what becomes of it on a cluster."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from pydantic import ValidationError
from ray.serve._private.build_app import build_app
from ray.serve.config import AutoscalingConfig
from ray.serve.deployment import deployment_to_schema

from deployments.config import StageScale
from deployments.stages import STAGES, StageName
from serve_app.app import graph, stage_options
from serve_app.settings import Settings

ROOT = Path(__file__).parents[2]


def _serve_configs() -> list[Path]:
    files = [ROOT / "serve_config.yaml", *sorted((ROOT / "configs").rglob("*.yaml"))]
    return [file for file in files if "applications" in (next(yaml.safe_load_all(file.read_text()), None) or {})]


@pytest.mark.parametrize("file", _serve_configs(), ids=lambda file: str(file.relative_to(ROOT)))
def test_the_serve_configs_of_the_repository_are_valid(file: Path) -> None:
    from ray.serve.schema import ServeDeploySchema

    config = yaml.safe_load(file.read_text())
    ServeDeploySchema.model_validate(config)
    graphs = [app for app in config["applications"] if app["import_path"] == "serve_app.app:build"]
    assert graphs
    for app in graphs:
        Settings.model_validate(app.get("args", {}))


def test_the_defaults_are_valid_and_stand_alone() -> None:
    settings = Settings.model_validate({})
    assert settings == Settings()
    assert Settings.model_validate(settings.model_dump()) == settings
    assert settings.limits.max_upload_bytes == 10 * 1024 * 1024


@pytest.mark.parametrize(
    "path",
    [
        "typo", "limits.typo", "detector.typo", "restorer.typo", "upscaler.typo", "verifier.typo", "metrics.typo",
        "pipeline.typo",
        "scale.typo", "scale.detector.typo",
    ],
)  # fmt: skip
def test_an_unknown_key_is_refused_at_every_level(path: str) -> None:
    tree: dict[str, Any] = {}
    node = tree
    *above, last = path.split(".")
    for key in above:
        node = node.setdefault(key, {})
    node[last] = 1
    with pytest.raises(ValidationError, match="Extra inputs are not permitted") as raised:
        Settings.model_validate(tree)
    assert ".".join(str(part) for part in raised.value.errors()[0]["loc"]) == path


@pytest.mark.parametrize(
    ("section", "values"),
    [
        ("limits", {"max_upload_bytes": 10}),
        ("limits", {"deadline_s": 0}),
        ("limits", {"upload_timeout_s": -1}),
        ("limits", {"max_concurrent": 0}),
        ("limits", {"max_waiting": -1}),
        ("limits", {"max_input_megapixels": 0}),
        ("limits", {"min_side": 8}),
        ("limits", {"requests_per_minute": -1}),
        ("detector", {"model": "yolo"}),
        ("detector", {"min_score": 1.1}),
        ("detector", {"max_faces": 0}),
        ("detector", {"device": "tpu"}),
        ("restorer", {"fallback": "none"}),
        ("restorer", {"max_batch_size": 0}),
        ("restorer", {"precision": "int8"}),
        ("upscaler", {"tile_memory_mb": -1}),
        ("pipeline", {"min_eye_distance": -1}),
        ("pipeline", {"max_compared_pixels": 100}),
        ("scale", {"ingress_replicas": 0}),
        ("scale", {"restorer": {"num_gpus": 1.5}}),
        ("scale", {"restorer": {"num_gpus": 0.5, "replicas": 0}}),
        ("scale", {"restorer": {"num_gpus": 0.5, "max_ongoing_requests": 0}}),
    ],
    ids=lambda value: str(value),
)
def test_a_value_out_of_range_is_refused(section: str, values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate({section: values})


def test_the_codec_gets_its_limits_in_pixels() -> None:
    settings = Settings.model_validate({"limits": {"max_input_megapixels": 1.5, "max_output_megapixels": 6}})
    codec = settings.limits.for_decoding()
    assert (codec.max_input_pixels, codec.max_output_pixels, codec.min_side) == (1_500_000, 6_000_000, 32)


def test_every_stage_has_its_settings_and_a_scale() -> None:
    for stage, spec in STAGES.items():
        assert type(Settings().config_of(stage)) is spec.config
        assert Settings().scale_of(stage) == spec.scale


@pytest.mark.parametrize("stage", STAGES)
def test_a_scale_override_keeps_the_stages_other_defaults(stage: StageName) -> None:
    settings = Settings.model_validate({"scale": {stage: {"num_gpus": 0.5}}})
    assert settings.scale_of(stage) == STAGES[stage].scale.model_copy(update={"num_gpus": 0.5})
    settings = Settings.model_validate({"scale": {stage: {"max_replicas": 3}}})
    assert settings.scale_of(stage) == STAGES[stage].scale.model_copy(update={"max_replicas": 3})


@pytest.mark.parametrize(
    ("stage", "model"),
    [
        ("detector", "gfpgan-v1.4"),
        ("restorer", "bisenet"),
        ("restorer", "realesrgan-x4plus"),
        ("upscaler", "visage-face"),
        ("upscaler", "realesrgan-x4plus-ncnn-param"),
    ],
)
def test_a_model_for_another_purpose_is_refused_and_those_that_fit_are_named(stage: str, model: str) -> None:
    with pytest.raises(ValidationError, match=f"{model}.*choose one of auto"):
        Settings.model_validate({stage: {"model": model}})


def test_all_stages_fit_onto_one_gpu() -> None:
    assert sum(Settings().scale_of(stage).num_gpus for stage in STAGES) <= 1.0


@pytest.mark.parametrize(("gpus", "fraction", "replicas"), [(0, 0, 1), (1, 0.25, 1), (4, 0.25, 4)])
def test_the_gpu_fraction_is_asked_for_only_where_there_are_gpus(gpus: int, fraction: float, replicas: int) -> None:
    options = stage_options(StageScale(num_gpus=0.25), gpus)
    assert options["ray_actor_options"]["num_gpus"] == fraction
    assert options["num_replicas"] == replicas and "autoscaling_config" not in options


def test_a_number_of_replicas_that_was_set_is_kept() -> None:
    assert stage_options(StageScale(num_gpus=0.25, replicas=3), 8)["num_replicas"] == 3


def test_with_a_maximum_number_of_replicas_serve_scales_between_the_two() -> None:
    options = stage_options(StageScale(num_gpus=0.25, replicas=2, max_replicas=6), 1)
    assert "num_replicas" not in options
    scaling = options["autoscaling_config"]
    assert (scaling["min_replicas"], scaling["max_replicas"]) == (2, 6)
    scaling = stage_options(StageScale(num_gpus=0.25, replicas="auto", max_replicas=2), 4)["autoscaling_config"]
    assert (scaling["min_replicas"], scaling["max_replicas"]) == (4, 4), "never fewer at most than at least"


def test_a_stage_that_takes_batches_grows_when_they_are_full(monkeypatch: pytest.MonkeyPatch) -> None:
    """With one call a replica as the target each face of a group photo would ask for a replica of its own."""
    monkeypatch.setattr("ray.cluster_resources", dict)
    settings = Settings.model_validate({"restorer": {"max_batch_size": 4}, "scale": {"restorer": {"max_replicas": 8}}})
    ingress = graph(settings, {name: spec.load for name, spec in STAGES.items()})
    (restorer,) = (each for each in build_app(ingress, name="test").deployments if each.name == "Restorer")
    scaling = deployment_to_schema(restorer).autoscaling_config
    assert isinstance(scaling, AutoscalingConfig) and scaling.target_ongoing_requests == 4


def test_queues_are_bounded() -> None:
    options = stage_options(StageScale(num_gpus=0.1, max_ongoing_requests=3, max_queued_requests=7), 0)
    assert (options["max_ongoing_requests"], options["max_queued_requests"]) == (3, 7)


def _fractions(file: Path) -> dict[str, float]:
    """The GPU fraction of each stage in one of the repository's configurations."""
    config = yaml.safe_load(file.read_text())
    (graph,) = (app for app in config["applications"] if app["import_path"] == "serve_app.app:build")
    settings = Settings.model_validate(graph.get("args", {}))
    return {stage: settings.scale_of(stage).num_gpus for stage in STAGES if settings.scale_of(stage).num_gpus}


def _place(fractions: list[float], gpus: int) -> list[int] | None:
    """Where Ray puts replicas, in this order: onto the GPU with the least room that is enough; None if one has none.

    The rule of Ray 2.60's NodeResourceInstanceSet::TryAllocate, which cannot be asked without GPUs.
    """
    room, places = [1.0] * gpus, []
    for fraction in fractions:
        fitting = [gpu for gpu in range(gpus) if room[gpu] >= fraction - 1e-9]
        if not fitting:
            return None
        places.append(min(fitting, key=lambda gpu: room[gpu]))
        room[places[-1]] -= fraction
    return places


@pytest.mark.parametrize("gpus", [1, 2, 4, 8])
@pytest.mark.parametrize("file", _serve_configs(), ids=lambda file: str(file.relative_to(ROOT)))
def test_no_order_of_starts_and_restarts_leaves_a_replica_without_a_place(file: Path, gpus: int) -> None:
    fractions = [fraction for fraction in _fractions(file).values() for _ in range(gpus)]
    rng = np.random.default_rng(gpus)
    for _ in range(300):
        assert _place(list(rng.permutation(fractions)), gpus) is not None
    # What makes it so: were every GPU too full for the largest, they would hold more than all ask for together.
    assert sum(_fractions(file).values()) <= 1.0 - max(fractions)


def test_the_simulation_finds_a_set_of_fractions_that_does_not_fit() -> None:
    """The fractions that configs/gpu.yaml once had."""
    fractions = [fraction for fraction in (0.1, 0.3, 0.4, 0.1, 0.1) for _ in range(2)]
    rng = np.random.default_rng(0)
    assert any(_place(list(rng.permutation(fractions)), 2) is None for _ in range(300))
