"""Lets OpenVINO take a norm in one pass over memory: it has an operation for that, and torch's graphs have three."""

from __future__ import annotations

from typing import Any

import numpy as np

from deployments.models.openvino_silent import openvino

ops = openvino.opset13


def join_norms(model: Any) -> None:
    """Replace each root of a sum of squares in `model` by the Euclidean norm."""
    for root in model.get_ordered_ops():
        if (total := _input(root, "Sqrt", "ReduceSum")) is None or (
            square := _input(total, "ReduceSum", "Power")
        ) is None:
            continue
        exponent = square.input_value(1).get_node()
        if exponent.get_type_name() == "Constant" and np.all(np.array(exponent.get_data()) == 2):
            norm = ops.reduce_l2(square.input_value(0), total.input_value(1), total.get_attributes()["keep_dims"])
            for reader in root.output(0).get_target_inputs():
                reader.replace_source_output(norm.output(0))


def _input(operation: Any, kind: str, of_kind: str) -> Any | None:
    """The first input of an operation of the one kind, where it is of the other."""
    if operation.get_type_name() != kind:
        return None
    found = operation.input_value(0).get_node()
    return found if found.get_type_name() == of_kind else None
