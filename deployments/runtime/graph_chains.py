"""Takes the chains of 3x3 convolutions out of a graph of OpenVINO's, for our own kernel.

OpenVINO multiplies each pixel by all nine weights; the kernel needs a quarter of the products.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from deployments.models.compact_weights import CHANNELS
from deployments.models.compact_weights import Layer as Weights
from deployments.models.openvino_silent import openvino
from deployments.runtime.engine import Batch
from deployments.runtime.kernels.chain import Chain, chain_code
from deployments.runtime.kernels.cpu import KernelUnavailable
from deployments.runtime.kernels.strips import MAX_WIDTH

Function: TypeAlias = Callable[..., tuple[Batch, ...]]
"""Of the inputs of a graph, in their order."""
Compile: TypeAlias = Callable[[Any], Function]
"""Makes it of a model of OpenVINO's."""
ops = openvino.opset13

_SHORTEST = 2  # convolutions: a single one is not worth the way there and back
_TO_PIXELS, _TO_CHANNELS = [0, 2, 3, 1], [0, 3, 1, 2]
_EXAMPLE = (13, 18)
_MOST_APART = 1e-4  # mean difference from OpenVINO on noise; wrong code is off by far more


@dataclass
class _Found:
    """Convolutions in the graph, one behind the other."""

    first: Any
    """The operation that takes the chain's input."""
    last: Any
    """What the rest of the graph reads."""
    weights: list[Weights]


@dataclass(frozen=True)
class _Part:
    """What the graph does up to a chain, or behind the last."""

    function: Function
    inputs: list[int]
    """Which it takes of the graph's own inputs and then the results of the chains."""

    def __call__(self, known: list[Batch]) -> tuple[Batch, ...]:
        return self.function(*(known[index] for index in self.inputs))


class ChainedGraph:
    """A graph in parts, with a chain between each two: a function of its inputs, all of fixed size."""

    def __init__(self, model: Any, compile_model: Compile, threads: int) -> None:
        """`model` is taken apart. Raises KernelUnavailable where it has no chain, or the kernel does not run or gives
        other results here; `model` is whole then."""
        found = _chains(model)
        if not found:
            raise KernelUnavailable("it has no chain of convolutions of 64 channels")
        code = chain_code()
        self.kernel, self.convolutions = code.name, sum(len(each.weights) for each in found)
        self._chains = [Chain(code, each.weights, threads) for each in found]
        for each, chain in zip(found, self._chains, strict=True):
            _check(each.weights, chain, compile_model)
        inputs, results = list(model.get_parameters()), list(model.get_results())
        self._parts = []
        for each in found:
            entered = ops.transpose(each.first.input_value(0), _TO_PIXELS)
            self._parts.append(_part([ops.result(entered)], inputs, compile_model))
            left = ops.parameter(list(entered.get_output_shape(0)), np.float32)
            back = ops.transpose(left, _TO_CHANNELS)
            for reader in each.last.output(0).get_target_inputs():
                reader.replace_source_output(back.output(0))
            inputs.append(left)
        self._parts.append(_part(results, inputs, compile_model))

    def __call__(self, *batches: Batch) -> tuple[Batch, ...]:
        known = list(batches)
        for part, chain in zip(self._parts, self._chains, strict=False):
            known.append(chain(part(known)[0][0])[None])
        return self._parts[-1](known)


def _part(results: list[Any], inputs: list[Any], compile_model: Compile) -> _Part:
    """The part of the graph from whichever of `inputs` to `results`."""
    read = set(_read_by(results))
    indices = [index for index, parameter in enumerate(inputs) if parameter.get_friendly_name() in read]
    model = openvino.Model(results, [inputs[index] for index in indices])
    return _Part(compile_model(model), indices)


def _read_by(results: list[Any]) -> Iterator[str]:
    """The names of all operations that `results` need."""
    waiting, seen = list(results), set[str]()
    while waiting:
        operation = waiting.pop()
        name = operation.get_friendly_name()
        if name not in seen:
            seen.add(name)
            yield name
            waiting += [value.get_node() for value in operation.input_values()]


def _chains(model: Any) -> list[_Found]:
    """In the order in which they run."""
    chains: list[_Found] = []
    for operation in model.get_ordered_ops():
        found = _convolution(operation)
        if found is None:
            continue
        before = operation.input_value(0).get_node().get_friendly_name()
        behind = next((each for each in chains if each.last.get_friendly_name() == before), None)
        if behind is not None and _only_reader(behind.last) is not None:
            behind.last = found.last
            behind.weights += found.weights
        else:
            chains.append(found)
    return [each for each in chains if len(each.weights) >= _SHORTEST]


def _convolution(operation: Any) -> _Found | None:
    """One that the kernel can take, with bias and PReLU where there is one; else None."""
    if operation.get_type_name() != "Convolution":
        return None
    plain = {"strides": [1, 1], "dilations": [1, 1], "pads_begin": [1, 1], "pads_end": [1, 1]}
    kernel, biased = _constant(operation), _only_reader(operation)
    size = operation.get_output_partial_shape(0)
    if (
        kernel is None
        or kernel.shape != (CHANNELS, CHANNELS, 3, 3)
        or any(list(operation.get_attributes()[name]) != value for name, value in plain.items())
        or size.is_dynamic
        or size[3].get_length() > MAX_WIDTH
        or biased is None
        or biased.get_type_name() != "Add"
    ):
        return None
    bias = _constant(biased)
    if bias is None or bias.size != CHANNELS:
        return None
    last, slope = biased, np.ones(CHANNELS, np.float32)
    activated = _only_reader(biased)
    if activated is not None and activated.get_type_name() == "PRelu":
        found = _constant(activated)
        if found is not None and found.size == CHANNELS:
            last, slope = activated, found.ravel()
    return _Found(operation, last, [(kernel, bias.ravel(), slope)])


def _only_reader(operation: Any) -> Any | None:
    readers = operation.output(0).get_target_inputs()
    return next(iter(readers)).get_node() if len(readers) == 1 else None


def _constant(operation: Any) -> NDArray[np.float32] | None:
    """The second operand, where it is known."""
    operand = operation.input_value(1).get_node()
    return np.array(operand.get_data(), np.float32) if operand.get_type_name() == "Constant" else None


def _check(weights: list[Weights], chain: Chain, compile_model: Compile) -> None:
    """Raise KernelUnavailable where OpenVINO makes something else of noise with the same weights."""
    features: Any = ops.parameter([1, CHANNELS, *_EXAMPLE], np.float32)
    example, given = np.random.default_rng(0).random((*_EXAMPLE, CHANNELS), np.float32), features
    for kernel, bias, slope in weights:
        features = ops.convolution(features, kernel, [1, 1], [1, 1], [1, 1], [1, 1])
        features = ops.prelu(ops.add(features, bias.reshape(1, -1, 1, 1)), slope)
    (expected,) = compile_model(openvino.Model([features], [given]))(example.transpose(2, 0, 1)[None])
    scale = max(float(np.abs(expected).mean()), 1e-6)
    apart = float(np.abs(chain(example).transpose(2, 0, 1) - expected[0]).mean()) / scale
    if not apart <= _MOST_APART:
        raise KernelUnavailable(f"its result is {apart:.2g} from OpenVINO's")
