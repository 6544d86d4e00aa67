"""A graph whose chains of convolutions our kernel runs computes what OpenVINO computes with the whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from deployments.models.openvino_silent import openvino
from deployments.runtime.engine import Batch
from deployments.runtime.graph_chains import ChainedGraph
from deployments.runtime.kernels.chain import Chain
from deployments.runtime.kernels.cpu import KernelUnavailable, cpu_with, host_features

ops = openvino.opset13
H, W = 21, 30
Network = Callable[[Any], Any]


@pytest.fixture(autouse=True)
def _has_a_kernel() -> None:
    try:
        cpu_with(host_features())
    except KernelUnavailable as reason:
        pytest.skip(str(reason))


def _convolution(x: Any, seed: int, channels: int = 64, stride: int = 1, slope: bool = True) -> Any:
    """3x3 with bias and, if asked, PReLU; weights that keep numbers about 1."""
    random = np.random.default_rng(seed)
    inputs = x.get_output_partial_shape(0)[1].get_length()
    kernel = random.normal(0, (2 / (9 * inputs)) ** 0.5, (channels, inputs, 3, 3)).astype(np.float32)
    x = ops.convolution(x, kernel, [stride] * 2, [1, 1], [1, 1], [1, 1])
    x = ops.add(x, random.normal(0, 0.1, (1, channels, 1, 1)).astype(np.float32))
    return ops.prelu(x, random.uniform(0, 0.5, channels).astype(np.float32)) if slope else x


def _model(network: Network, size: tuple[int, int] = (H, W)) -> Any:
    given = ops.parameter([1, 64, *size], np.float32)
    return openvino.Model([ops.result(network(given))], [given])


def _compiled(model: Any) -> Callable[..., tuple[Batch, ...]]:
    compiled = openvino.compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})

    def run(*batches: Batch) -> tuple[Batch, ...]:
        return tuple(np.array(each) for each in compiled(list(batches)).values())

    return run


def _two(x: Any) -> Any:
    return _convolution(_convolution(x, 0), 1)


def _two_chains_and_what_is_between(x: Any) -> Any:
    middle = ops.sigmoid(_convolution(_convolution(_two(x), 2), 3, slope=False))
    return ops.add(_two(middle), x)


def _the_first_is_read_twice(x: Any) -> Any:
    first = _convolution(x, 0)
    return ops.add(_two(_convolution(first, 2)), first)


def _among_others(x: Any) -> Any:
    wide = _convolution(_convolution(x, 5, channels=96), 6)
    return _two(_convolution(wide, 7, stride=2))


@pytest.mark.parametrize(
    ("network", "taken"),
    [(_two, 2), (_two_chains_and_what_is_between, 4 + 2), (_the_first_is_read_twice, 3), (_among_others, 2)],
)
@pytest.mark.parametrize("threads", [1, 3])
def test_the_result_is_that_of_the_whole_graph(network: Network, taken: int, threads: int) -> None:
    batch = np.random.default_rng(9).random((1, 64, H, W), np.float32)
    (expected,) = _compiled(_model(network))(batch)
    chained = ChainedGraph(_model(network), _compiled, threads)
    (found,) = chained(batch)
    np.testing.assert_allclose(found, expected, atol=1e-4 * np.abs(expected).max())
    assert chained.convolutions == taken and expected.std() > 0.05


@pytest.mark.parametrize(
    ("network", "size"),
    [
        (lambda x: ops.relu(_convolution(x, 0)), (H, W)),
        (lambda x: _convolution(_convolution(x, 0, stride=2), 1, stride=2), (H, W)),
        (lambda x: _convolution(_convolution(x, 0, channels=32), 1), (H, W)),
        (_two, (-1, -1)),
        (_two, (8, 4096)),
    ],
    ids=["one alone", "steps of two pixels", "other channels", "any size", "too wide"],
)
def test_other_graphs_are_left_alone(network: Network, size: tuple[int, int]) -> None:
    with pytest.raises(KernelUnavailable, match="no chain"):
        ChainedGraph(_model(network, size), _compiled, 1)


def test_a_kernel_that_computes_something_else_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    right = Chain.__call__
    monkeypatch.setattr(Chain, "__call__", lambda self, features: right(self, features) * 1.001)
    with pytest.raises(KernelUnavailable, match="from OpenVINO's"):
        ChainedGraph(_model(_two), _compiled, 1)
