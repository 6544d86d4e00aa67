"""What runs a network computes what torch computes, and the same bytes for the same picture."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from deployments.config import DetectorConfig, NetworkConfig
from deployments.detector import Detector
from deployments.models import weights
from deployments.models.graphs import Graph, load_graph
from deployments.models.network import Network, load_network
from deployments.models.prepared import NotPrepared, path_of, prepared_file
from deployments.runtime.engines import engine_for, load_model
from deployments.runtime.kernels.cpu import KernelUnavailable
from deployments.runtime.openvino_engine import OpenVinoEngine
from load.service import ROOT
from tests.helpers.compact import psnr
from tests.helpers.images import noise, six_people

CPU = NetworkConfig(device="cpu")
GRAPHS = ["visage-face", "bisenet", "lpips-alex", "retinaface-mobile0.25"]


def _graph(name: str) -> Graph:
    if weights.locate(name) is None:
        pytest.skip(f"{name} is not on this machine: make weights")
    return load_graph(name)


def _face(seed: int = 0) -> np.ndarray:
    """(1, 3, 512, 512) of a photograph, with some noise that `seed` tells apart."""
    crop = np.repeat(np.repeat(six_people()[290:418, 430:558], 4, axis=0), 4, axis=1)
    return np.clip(crop + 0.05 * (noise(512, 512, seed=seed) - 0.5), 0, 1).transpose(2, 0, 1)[None]


@pytest.mark.weights
@pytest.mark.parametrize("name", GRAPHS)
def test_a_graph_computes_what_torch_computes(name: str) -> None:
    graph = _graph(name)
    batches = [_face(seed) for seed in range(len(graph.architecture.graph_inputs))]
    if -1 in graph.architecture.graph_inputs[0]:
        batches = [np.ascontiguousarray(batch[..., 3:300, 5:411]) for batch in batches]
    found, expected = engine_for(graph, CPU)(*batches), engine_for(load_network(name), CPU)(*batches)
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        assert one.shape == other.shape and one.dtype == np.float32
        if name == "bisenet":  # a class each: where two are as likely, rounding decides
            assert (one != other).mean() < 1e-4 and 0.2 < other.mean() < 0.9
        elif name == "lpips-alex":
            np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-7)
        else:
            assert psnr(one / np.abs(other).max(), other / np.abs(other).max()) > 110


@pytest.mark.weights
@pytest.mark.parametrize("name", ["visage-face", "bisenet"])
def test_a_face_is_the_same_to_the_bit_whatever_the_threads_and_whoever_shares_the_batch(name: str) -> None:
    graph, faces = _graph(name), [_face(seed) for seed in range(3)]
    alone = OpenVinoEngine(graph, threads=2)
    together = OpenVinoEngine(graph, threads=1)(np.concatenate(faces))[0]
    for face, other in zip(faces, together, strict=True):
        np.testing.assert_array_equal(alone(face)[0][0], other)


@pytest.mark.weights
def test_products_by_amx_are_those_of_float32() -> None:
    exact, split = (OpenVinoEngine(_graph("visage-face"), 2, with_kernel=kernel) for kernel in (False, True))
    if not split.kernel.startswith("amx"):
        pytest.skip(split.kernel)
    assert psnr(split(_face())[0], exact(_face())[0]) > 110
    exact, split = (OpenVinoEngine(_graph("lpips-alex"), 2, with_kernel=kernel) for kernel in (False, True))
    face = _face()[..., 3:300, 5:411]
    grain = noise(297, 406).transpose(2, 0, 1) - 0.5
    for changed in (np.clip(face + 0.1 * grain, 0, 1), face[..., ::-1], face**1.2):
        other = changed.astype(np.float32)
        found, expected = (float(engine(face, other)[0].item()) for engine in (split, exact))
        assert found == pytest.approx(expected, rel=1e-4)
    assert split(face, face)[0] == 0


@pytest.mark.weights
def test_the_detector_multiplies_in_float32() -> None:
    assert not OpenVinoEngine(_graph("retinaface-mobile0.25"), 2).kernel.startswith("amx")


def _no_amx(model: object, path: object) -> None:
    raise KernelUnavailable("an old CPU")


@pytest.mark.weights
def test_our_kernel_computes_what_openvino_computes_of_a_face(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deployments.runtime.openvino_engine.split_products", _no_amx)
    graph, face = _graph("visage-face"), _face()
    whole, chained = (OpenVinoEngine(graph, 2, with_kernel=kernel) for kernel in (False, True))
    if not chained.kernel.startswith("winograd"):
        pytest.skip(chained.kernel)
    assert psnr(chained(face)[0], whole(face)[0]) > 130 and whole.kernel == ""


@pytest.mark.weights
def test_without_a_kernel_openvino_runs_the_whole_graph(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise KernelUnavailable("an old CPU")

    graph, face = _graph("visage-face"), _face()
    expected = OpenVinoEngine(graph, 2, with_kernel=False)(face)[0]
    monkeypatch.setattr("deployments.runtime.graph_chains.chain_code", missing)
    monkeypatch.setattr("deployments.runtime.openvino_engine.split_products", _no_amx)
    engine = OpenVinoEngine(graph, 2)
    np.testing.assert_array_equal(engine(face)[0], expected)
    assert engine.kernel == "none: an old CPU"


@pytest.mark.weights
def test_the_detector_finds_the_same_faces_by_either_engine() -> None:
    _graph("retinaface-mobile0.25")
    by_graph, by_torch = (
        Detector.load(DetectorConfig.model_validate({"device": "cpu", "engine": engine}))
        for engine in ("auto", "torch")
    )
    assert (by_graph.report.details, by_torch.report.details) == ({"engine": "openvino"}, {"engine": "torch"})
    found, expected = (stage.detect(six_people()).faces for stage in (by_graph, by_torch))
    assert len(found) == len(expected) == 6
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one.box, other.box, atol=0.01)
        np.testing.assert_allclose(one.landmarks, other.landmarks, atol=0.01)


@pytest.mark.weights
@pytest.mark.slow
def test_a_stage_on_a_cpu_loads_no_torch() -> None:
    for name in GRAPHS:
        _graph(name)
    prepared_file("realesr-general-x4v3", ".npz")
    script = """
import sys
from deployments.runtime.gpu_grant import grant_gpus
from deployments.stages import STAGES
grant_gpus([])  # as in a replica without a share
for name in ("detector", "restorer", "metrics"):
    spec = STAGES[name]
    stage = spec.load(spec.config())
    assert stage.report.details["engine"] == "openvino" and stage.unit_s > 0, name
stage = STAGES["upscaler"].load(STAGES["upscaler"].config())
assert not stage.report.details["kernel"].startswith("torch") and stage.unit_s > 0
assert "torch" not in sys.modules
"""
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True)
    assert run.returncode == 0, run.stderr.decode()


@pytest.mark.weights
def test_a_network_without_a_graph_runs_in_torch() -> None:
    with pytest.raises(NotPrepared, match="has no graph"):
        load_graph("realesr-general-x4v3")


def test_where_no_graph_can_be_kept_the_network_runs_in_torch(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("VISAGE_CACHE", str(tmp_path / "file"))
    model = load_model("visage-face", CPU)
    assert isinstance(model, Network) and engine_for(model, CPU).library == "torch"


@pytest.mark.parametrize("precision", ["bfloat16", "float32"])
def test_another_engine_or_precision_than_the_graphs_is_torchs(precision: str) -> None:
    config = NetworkConfig(device="cpu", engine="torch" if precision == "float32" else "auto")
    assert isinstance(load_model("visage-face", config, precision), Network)  # type: ignore[arg-type]


def test_a_graph_that_is_there_is_used_where_nothing_can_be_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("VISAGE_CACHE", str(tmp_path))
    path = path_of("visage-face", ".xml")
    path.parent.mkdir()
    path.touch()
    (path.parent / "visage-face.lock").mkdir()  # so that no lock can be had, as on a file system to read from alone
    assert prepared_file("visage-face", ".xml") == path
    path.unlink()
    with pytest.raises(NotPrepared, match="cannot be used"):
        prepared_file("visage-face", ".xml")
