"""Convolutions by three products of bfloat16 are those of float32."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from deployments.models.openvino_silent import openvino
from deployments.runtime import graph_products
from deployments.runtime.graph_products import split_products
from deployments.runtime.kernels.cpu import KernelUnavailable, cpu_with, host_features

ops = openvino.opset13
RANDOM = np.random.default_rng(0)


def _has_amx() -> bool:
    try:
        return cpu_with(host_features()).amx
    except KernelUnavailable:
        return False


def _tried_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process tries only once."""
    monkeypatch.setattr(graph_products, "_check", graph_products._check.__wrapped__)


needs_amx = pytest.mark.skipif(not _has_amx(), reason="the CPU has no AMX")


def _model(shape: list[int], outputs: int, side: int, stride: int, dilation: int = 1) -> Any:
    """Two convolutions, one behind the other, of an input of `shape`, -1 for any size."""
    image: Any = ops.parameter(shape, np.float32)
    features, channels = image, shape[1]
    for _ in range(2):
        weights = RANDOM.standard_normal((outputs, channels, side, side), np.float32)
        pads = [side // 2] * 2
        features = ops.relu(ops.convolution(features, weights, [stride] * 2, pads, pads, [dilation] * 2))
        channels = outputs
    return openvino.Model([features], [image])


def _run(model: Any, image: np.ndarray) -> np.ndarray:
    options = {"INFERENCE_PRECISION_HINT": "f32"}
    return np.array(openvino.Core().compile_model(model, "CPU", options)(image)[0])


def _types(model: Any) -> list[str]:
    return [each.get_type_name() for each in model.get_ordered_ops()]


@needs_amx
@pytest.mark.parametrize(
    "model",
    [
        pytest.param(lambda: _model([1, 3, 45, 61], 64, 11, 4), id="strides"),
        pytest.param(lambda: _model([1, 64, 45, 61], 48, 3, 1, 2), id="dilations"),
        pytest.param(lambda: _model([2, 128, 9, 9], 300, 1, 1), id="points"),
        pytest.param(lambda: _model([1, 20, -1, -1], 33, 5, 1), id="any size"),
    ],
)
def test_the_result_is_that_of_float32(model: Any, tmp_path: Path) -> None:
    whole = model()
    shape = [33 if size.is_dynamic else size.get_length() for size in whole.input(0).partial_shape]
    image = RANDOM.standard_normal(shape, np.float32)
    expected = _run(whole, image)
    kept = split_products(whole, tmp_path / "graph.xml")
    assert "Convert" in _types(whole)
    found = _run(whole, image)
    assert found.dtype == np.float32 and found.shape == expected.shape
    assert kept.size and np.sqrt(((found - expected) ** 2).mean() / (expected**2).mean()) < 2e-5


@needs_amx
def test_what_weights_become_is_kept_in_a_file_and_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model, path = _model([1, 64, 9, 9], 64, 3, 1), tmp_path / "graph.xml"
    same, image = model.clone(), RANDOM.standard_normal((1, 64, 9, 9), np.float32)
    (tmp_path / "graph.parts-older").touch()
    first = split_products(model, path)
    assert [each.name.startswith("graph.parts-") for each in tmp_path.iterdir()] == [True]
    monkeypatch.setattr(graph_products, "_weight_parts", None)
    second = split_products(same, path)
    assert isinstance(first, np.memmap) and isinstance(second, np.memmap)
    np.testing.assert_array_equal(_run(same, image), _run(model, image))


@needs_amx
def test_where_no_file_can_be_written_the_weights_stay_in_memory(tmp_path: Path) -> None:
    model, image = _model([1, 64, 9, 9], 64, 3, 1), RANDOM.standard_normal((1, 64, 9, 9), np.float32)
    other = model.clone()
    (tmp_path / "file").touch()
    in_memory, mapped = (
        split_products(model, tmp_path / "file" / "graph.xml"),
        split_products(other, tmp_path / "g.xml"),
    )
    assert not isinstance(in_memory, np.memmap)
    np.testing.assert_array_equal(in_memory, mapped)
    np.testing.assert_array_equal(_run(model, image), _run(other, image))


@needs_amx
def test_what_splitting_would_slow_down_is_left_alone(tmp_path: Path) -> None:
    model = _model([1, 64, 9, 9], 16, 3, 1)
    before = _types(model)
    split_products(model, tmp_path / "graph.xml")
    assert _types(model) == before


def test_without_amx_the_graph_is_as_it_was(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _tried_anew(monkeypatch)
    monkeypatch.setattr(graph_products, "host_features", lambda: {"avx2": True, "fma": True})
    model = _model([1, 64, 9, 9], 64, 3, 1)
    before = _types(model)
    with pytest.raises(KernelUnavailable, match="no AMX"):
        split_products(model, tmp_path / "graph.xml")
    assert _types(model) == before


@needs_amx
def test_where_openvino_has_no_such_operation_the_graph_is_as_it_was(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _tried_anew(monkeypatch)
    monkeypatch.setattr(graph_products, "CONVOLUTION", graph_products.CONVOLUTION.replace("type_relaxed_", "former_"))
    model = _model([1, 64, 9, 9], 64, 3, 1)
    before = _types(model)
    with pytest.raises(KernelUnavailable, match="cannot multiply"):
        split_products(model, tmp_path / "graph.xml")
    assert _types(model) == before
