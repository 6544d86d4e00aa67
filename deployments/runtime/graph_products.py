"""Lets AMX multiply in a graph of OpenVINO's: each product of float32 as three products of bfloat16.

Of x = x1 + x2 and w = w1 + w2, all of bfloat16, x1 w1 + x2 w1 + x1 w2 is the product to 16 bits (Henry, Tang and
Heinecke, ARITH 2019). AMX makes seven of them in the time of one in float32, and adds them up in float32.
"""

from __future__ import annotations

import hashlib
import logging
import math
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deployments.atomic_write import write_atomically
from deployments.models.openvino_silent import openvino
from deployments.runtime.kernels import packing
from deployments.runtime.kernels.cpu import KernelUnavailable, cpu_with, host_features

logger = logging.getLogger("visage")

NAME = "amx, three products of bfloat16"
ops = openvino.opset13

_LEAST_USE = 256  # products of each number of the input: with fewer, splitting it takes as long as is won
_PLUGIN = "libs/libopenvino_intel_cpu_plugin.so"
# From bfloat16 to float32 no operation of an opset leads, but OpenVINO's CPU plugin has one that does (TypeRelaxed).
# Python has no name for it, and a model that is read has.
CONVOLUTION = """<net name="convolution" version="11"><layers>
<layer id="0" name="image" type="Parameter" version="opset1"><data shape="..." element_type="bf16"/>
<output><port id="0" precision="BF16"/></output></layer>
<layer id="1" name="weights" type="Parameter" version="opset1"><data shape="..." element_type="bf16"/>
<output><port id="0" precision="BF16"/></output></layer>
<layer id="2" name="convolution" type="Convolution" version="type_relaxed_opset1">
<data type_relax="true" input_data_types="f32,f32" output_data_types="f32" {attributes}/>
<input><port id="0" precision="BF16"/><port id="1" precision="BF16"/></input>
<output><port id="2" precision="FP32"/></output></layer>
<layer id="3" name="result" type="Result" version="opset1"><input><port id="0" precision="FP32"/></input></layer>
</layers><edges><edge from-layer="0" from-port="0" to-layer="2" to-port="0"/>
<edge from-layer="1" from-port="0" to-layer="2" to-port="1"/>
<edge from-layer="2" from-port="2" to-layer="3" to-port="0"/></edges></net>"""
_ATTRIBUTES = ("strides", "dilations", "pads_begin", "pads_end")
_EXAMPLE = (1, 64, 13, 18)
_MOST_APART = 1e-5  # root mean square difference from float32, over the numbers' own; it is 4e-6


def split_products(model: Any, path: Path) -> NDArray[np.uint16]:
    """Have AMX multiply in those convolutions of `model` that are worth it; their inputs and outputs stay float32.

    What their weights become is kept beside `path`, the model's own file, and mapped, so that a process need not hold
    it. Returns them, for whoever runs the model to keep for as long. Raises KernelUnavailable where there is no AMX or
    OpenVINO gives other results here; `model` is as it was then.
    """
    _check()
    worth_it = [operation for operation in model.get_ordered_ops() if _is_worth_it(operation)]
    kept = _kept_parts([operation.input_value(1).get_node() for operation in worth_it], path)
    parts: dict[tuple[str, int], Any] = {}
    begin = 0
    for operation in worth_it:
        outputs, inputs, *window = operation.input_value(1).get_shape()
        shape = outputs, 3 * inputs, *window
        weights = kept[begin : begin + math.prod(shape)].reshape(shape)
        begin += weights.size
        source = operation.input_value(0)
        key = source.get_node().get_friendly_name(), source.get_index()
        parts[key] = parts.get(key) or _image_parts(source)
        _replace(operation, parts[key], weights)
    return kept


def _is_worth_it(operation: Any) -> bool:
    if operation.get_type_name() != "Convolution":
        return False
    constant = operation.input_value(1).get_node()
    if constant.get_type_name() != "Constant":
        return False
    outputs, _, *window = constant.get_output_shape(0)
    return bool(outputs * np.prod(window) / np.prod(list(operation.get_attributes()["strides"])) >= _LEAST_USE)


def _kept_parts(constants: list[Any], path: Path) -> NDArray[np.uint16]:
    """Those of all weights, one behind the other; in memory where no file can be written. See _weight_parts."""
    code = hashlib.sha256(Path(__file__).read_bytes() + Path(packing.__file__).read_bytes()).hexdigest()
    file = path.with_suffix(f".parts-{code[:16]}")
    if not constants:
        return np.zeros(0, np.uint16)

    def made() -> NDArray[np.uint16]:
        return np.concatenate([_weight_parts(np.array(each.get_data(), np.float32)).ravel() for each in constants])

    try:
        if not file.is_file():
            write_atomically(file, made().tobytes())
            for other in path.parent.glob(f"{path.stem}.parts-*"):
                if other != file:
                    other.unlink(missing_ok=True)
        return np.memmap(file, np.uint16, "r")
    except OSError as error:
        logger.info("the parts of weights stay in memory: %s", error)
        return made()


def _image_parts(image: Any) -> Any:
    """(N, C, H, W) float32 to (N, 3C, H, W) bfloat16: its two parts, and the first again."""
    first = ops.convert(image, "bf16")
    second = ops.convert(ops.subtract(image, ops.convert(first, "f32")), "bf16")
    return ops.concat([first, second, first], 1)


def _weight_parts(weights: NDArray[np.float32]) -> NDArray[np.uint16]:
    """(O, C, h, w) float32 to (O, 3C, h, w) of bfloat16: what each part of the image is multiplied by."""
    first, second = packing.in_two_parts(weights)
    return np.concatenate([first, first, second], axis=1)


def _replace(operation: Any, image: Any, weights: NDArray[np.uint16]) -> None:
    """`weights` must outlive the operation: they are not copied."""
    tensor = openvino.Tensor(np.asarray(weights), openvino.Shape(weights.shape), openvino.Type.bf16)
    constant = ops.constant(tensor, shared_memory=True)
    found = operation.get_attributes()
    attributes = " ".join(f'{name}="{", ".join(map(str, found[name]))}"' for name in _ATTRIBUTES)
    text = CONVOLUTION.format(attributes=attributes + ' auto_pad="explicit"').encode()
    convolution = next(each for each in _core().read_model(text).get_ops() if each.get_type_name() == "Convolution")
    convolution.input(0).replace_source_output(image.output(0))
    convolution.input(1).replace_source_output(constant.output(0))
    for reader in operation.output(0).get_target_inputs():
        reader.replace_source_output(convolution.output(0))


@cache
def _core() -> Any:
    core = openvino.Core()
    core.add_extension(str(Path(openvino.__file__).parent / _PLUGIN))
    return core


@cache
def _check() -> None:
    """Raise KernelUnavailable where convolutions of noise are not what they are in float32."""
    if not cpu_with(host_features()).amx:
        raise KernelUnavailable("the CPU has no AMX")
    random = np.random.default_rng(0)
    example = random.standard_normal(_EXAMPLE, np.float32)
    weights = random.standard_normal((_EXAMPLE[1], _EXAMPLE[1], 3, 3), np.float32)

    def model() -> Any:
        image: Any = ops.parameter(_EXAMPLE, np.float32)
        result = ops.relu(ops.convolution(image, ops.constant(weights), [1, 1], [1, 1], [1, 1], [1, 1]))
        return openvino.Model([result], [image])

    def run(model: Any) -> NDArray[np.float32]:
        found = _core().compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})(example)[0]
        return np.asarray(found, np.float32)

    split = model()
    operation = next(each for each in split.get_ops() if each.get_type_name() == "Convolution")
    parts = _weight_parts(weights)
    try:
        _replace(operation, _image_parts(operation.input_value(0)), parts)
        expected, found = run(model()), run(split)
    except RuntimeError as error:
        raise KernelUnavailable(f"OpenVINO cannot multiply bfloat16 into float32: {error}") from error
    apart = float(np.sqrt(((found - expected) ** 2).mean() / (expected**2).mean()))
    if not apart <= _MOST_APART:
        raise KernelUnavailable(f"three products of bfloat16 are {apart:.2g} from float32")
