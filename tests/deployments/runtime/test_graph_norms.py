"""A norm in one operation is that in three."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from deployments.models.openvino_silent import openvino
from deployments.runtime.graph_norms import join_norms

ops = openvino.opset13


def _model(exponent: float, keep_dims: bool) -> Any:
    image: Any = ops.parameter([1, 5, -1, -1], np.float32)
    squares = ops.power(image, np.float32(exponent))
    root = ops.sqrt(ops.reduce_sum(squares, np.array([1]), keep_dims))
    return openvino.Model([ops.result(root), ops.result(squares)], [image])


def _types(model: Any) -> set[str]:
    return {each.get_type_name() for each in model.get_ordered_ops()}


@pytest.mark.parametrize("keep_dims", [False, True])
def test_the_norm_is_the_same_and_who_reads_the_squares_still_has_them(keep_dims: bool) -> None:
    image = np.random.default_rng(0).standard_normal((1, 5, 7, 9)).astype(np.float32)
    model = _model(2.0, keep_dims)
    join_norms(model)
    assert "ReduceL2" in _types(model) and "Sqrt" not in _types(model)
    options = {"INFERENCE_PRECISION_HINT": "f32"}
    norm, squares = openvino.Core().compile_model(model, "CPU", options)(image).to_tuple()
    np.testing.assert_allclose(norm, np.sqrt((image**2).sum(axis=1, keepdims=keep_dims)), rtol=1e-6)
    np.testing.assert_allclose(squares, image**2, rtol=1e-6)


def test_the_root_of_other_sums_stays() -> None:
    model = _model(4.0, True)
    before = _types(model)
    join_norms(model)
    assert _types(model) == before
