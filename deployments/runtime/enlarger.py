"""What enlarges an image by a network: our kernel, or torch on tiles."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable

from deployments.contract import Image
from deployments.models.architecture import Precision
from deployments.runtime.inference_thread import IsCancelled

OnProgress = Callable[[int, int], None]
"""Called with (tiles or other pieces done, those in all)."""

MIRRORED = 20
"""Pixels that the image is continued by on each side before a network sees it. The networks' own zeros there are black
to them: with general-x4v3 the outermost rows of a result were up to 146/255 off those of a larger image. With 20 pixels
they are within 2/255, with 16 within 7/255."""


class Enlarger(ABC):
    """A network with its weights, on its device."""

    name: str
    """Of the model."""
    kernel: str
    """Which of our kernels computes; `torch`, and why, where none does."""
    device: str
    precision: Precision
    tile_pixels: int | None = None
    """The most pixels of a tile in the last call; None where there are no tiles."""
    tiles_in_float32: int = 0
    """How many tiles were computed again, since they were not finite in half precision, so far."""
    memory_retries: int = 0
    """See Stage.memory_retries."""

    @abstractmethod
    def __call__(
        self, image: Image, output: Image, factor: int, on_progress: OnProgress, is_cancelled: IsCancelled
    ) -> None:
        """Write `image`, which was continued by MIRRORED pixels on each side, enlarged by `factor` to `output`, where
        it has none of them. Raises OutOfMemory, InferenceFailed or Cancelled."""

    def probe(self) -> None:  # noqa: B027 - on a CPU there is nothing to ask
        """See Stage.probe."""
