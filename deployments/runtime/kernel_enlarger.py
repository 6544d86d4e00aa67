"""Enlarges by our own kernel, on a CPU, without torch."""

from __future__ import annotations

from contextlib import closing

from deployments.contract import Image
from deployments.errors import InferenceFailed
from deployments.models.compact_weights import CompactWeights
from deployments.runtime.enlarger import MIRRORED, Enlarger, OnProgress
from deployments.runtime.inference import inference
from deployments.runtime.inference_thread import IsCancelled, raise_if_cancelled
from deployments.runtime.kernels.choice import kernel_for
from deployments.runtime.kernels.cpu import Numbers
from deployments.stages import StageName

_PRECISIONS: dict[Numbers, str] = {"f32": "float32", "bf16": "bfloat16", "int16": "int16"}


class KernelEnlarger(Enlarger):
    """See Enlarger. Its memory is bounded, so there are no tiles and nothing to halve."""

    device = "cpu"

    def __init__(self, name: str, weights: CompactWeights, *, short: bool, threads: int) -> None:
        """See kernel_for, which raises KernelUnavailable."""
        self.name = name
        self._kernel = kernel_for(weights, short=short, threads=threads)
        self.kernel = self._kernel.name
        self.precision = _PRECISIONS[self._kernel.numbers]

    def __call__(
        self, image: Image, output: Image, factor: int, on_progress: OnProgress, is_cancelled: IsCancelled
    ) -> None:
        try:
            pieces = self._kernel.pieces(image, output, factor, MIRRORED)
            with inference(StageName.UPSCALER), closing(pieces):
                for done, total in pieces:
                    raise_if_cancelled(StageName.UPSCALER, is_cancelled)
                    on_progress(done, total)
        except ArithmeticError as error:
            reason = f"{self.name} returned values that are no image: {error}"
            raise InferenceFailed(StageName.UPSCALER, reason) from error
