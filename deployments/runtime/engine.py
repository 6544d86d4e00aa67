"""What runs a network: arrays in, arrays out, whichever library computes."""

from __future__ import annotations

from typing import Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from deployments.models.architecture import Architecture, Precision

Batch: TypeAlias = NDArray[np.float32]
FLOAT32: Literal["float32"] = "float32"


class Engine(Protocol):
    """A network with its weights, on its device."""

    name: str
    """Of the model."""
    architecture: Architecture
    library: str
    """`openvino` or `torch`."""
    kernel: str
    """Of our own, that takes the library's place in parts of the network, or why none does; empty where it has none."""
    device: str
    precision: Precision

    def __call__(self, *batches: Batch, precision: Precision | None = None) -> tuple[Batch, ...]:
        """See Architecture.call; float32 arrays, computed in `precision`, by default the engine's own."""

    def probe(self) -> None:
        """See Stage.probe."""
