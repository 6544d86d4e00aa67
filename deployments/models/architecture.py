"""What the service knows of a network apart from its weights: one `Architecture` for each, in architectures/.

Nothing here imports torch: settings are checked against these descriptions before any model library is loaded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor, nn

Precision = str
"""`float32`, `bfloat16` or `float16`."""


class Purpose(StrEnum):
    """What a network can be chosen for."""

    DETECTION = "detection"
    RESTORATION = "restoration"
    PARSING = "parsing"
    UPSCALING = "upscaling"
    RECOGNITION = "recognition"
    QUALITY = "quality"


def call_plainly(module: nn.Module, *images: Tensor) -> Any:
    """The call of a network that takes and returns RGB in [0, 1]."""
    return module(*images)


def call_in_own_precision(module: nn.Module, images: Tensor) -> Any:
    """The call of a network that takes and returns RGB in [0, 1] in the precision of its weights."""
    return module(images.to(next(module.parameters(), images).dtype))


@dataclass(frozen=True)
class Architecture:
    """One network."""

    name: str
    """The value of `architecture` in configs/models.yaml."""
    purposes: frozenset[Purpose]
    build: Callable[..., Any]
    """Makes the network. Takes no argument and returns an nn.Module without its weights; for networks that do not run
    in torch see their file. Imports the library that defines the network, so it may take seconds."""
    call: Callable[..., Any] = call_plainly
    """`call(module, batch)` with a batch of RGB in [0, 1], (N, 3, H, W). Converts to the network's own color order and
    range, and back: this is the only place where that happens. Networks that make images return RGB around [0, 1],
    (N, 3, H * scale, W * scale), not clipped; what others return is said in their file."""
    scale: int = 1
    """Output size over input size."""
    overlap: int = 0
    """Input pixels around a tile that can change it by more than 1/255; for networks that run on tiles."""
    size_multiple: int = 1
    """Height and width of the input have to be multiples of it."""
    bytes_per_pixel: int = 0
    """Peak memory of one input pixel in float32, weights apart; for networks that run on tiles."""
    graph_inputs: tuple[tuple[int, ...], ...] = ()
    """The shapes of the batches with which the network can run as a graph (models/graphs.py), -1 for any size; empty:
    it runs in torch alone."""
    has_kernel: bool = False
    """Whether a kernel of our own runs it on a CPU (models/compact_weights.py)."""
    precisions: frozenset[Precision] = frozenset({"float32"})
    """In which the network gives right results."""
    facial_prior: bool = False
    """Whether the network knows faces, rather than images at large."""
