"""The restorer: aligned faces in, restored faces and their blending regions out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from deployments.config import AUTO, FORBIDDEN, RestorerConfig
from deployments.contract import FACE_SIZE, Image, RestoredFace, StageReport, check_image
from deployments.errors import InferenceFailed, ModelUnavailable, OutOfMemory, StageError
from deployments.models import weights
from deployments.models.architecture import Precision
from deployments.notes import Note, NoteCode
from deployments.runtime.engine import FLOAT32, Batch
from deployments.runtime.engines import Model, engine_for, load_model
from deployments.runtime.gpu_errors import is_context_lost
from deployments.runtime.inference import inference
from deployments.runtime.inference_thread import IsCancelled, never_cancelled, raise_if_cancelled
from deployments.runtime.network_stage import NetworkStage
from deployments.stages import StageName

GFPGAN = "gfpgan-v1.4"
PARSER = "bisenet"

NO_PRIOR = Note(
    "The faces were enhanced without a facial prior, by Real-ESRGAN: details such as eyes and teeth are sharpened, not "
    "restored. Set restorer.model to auto and restorer.fallback to visage-face for a network that knows faces.",
    NoteCode.NO_FACIAL_PRIOR,
)

_REDUCED_SIDE = 256  # the face is halved before an upscaler enlarges it: blur smaller than a pixel can be undone


class Restorer(NetworkStage):
    """A restoration network and, if there is one, the parser that tells where the face is."""

    name = StageName.RESTORER

    def __init__(self, network: Model, parser: Model | None, config: RestorerConfig) -> None:
        """Raises RuntimeError where the network does not support the precision."""
        self._network = engine_for(network, config, config.precision)
        self._parser = None if parser is None else engine_for(parser, config)
        super().__init__(config, self._network)
        self.config, self.precision = config, self._network.precision
        self._faces_in_float32 = 0

    @classmethod
    def load(cls, config: RestorerConfig) -> Restorer:
        """See Stage.load; raises ModelUnavailable also where neither GFPGAN nor a fallback may be used."""
        with_parser = config.parsing and weights.locate(PARSER) is not None
        network = load_model(choose_model(config), config, config.precision)
        restorer = cls(network, load_model(PARSER, config) if with_parser else None, config)
        gray = np.full((FACE_SIZE, FACE_SIZE, 3), 0.5, np.float32)
        restorer.warm_up(lambda: restorer.restore([gray]), 1, config)
        return restorer

    @property
    def report(self) -> StageReport:
        """See Stage.report."""
        prior = self._network.architecture.facial_prior
        details = {"engine": self.library, "facial_prior": prior, "faces_in_float32": self._faces_in_float32}
        if self._network.kernel:
            details["kernel"] = self._network.kernel
        report = StageReport(
            self.name,
            (self._network.name,) if self._parser is None else (self._network.name, self._parser.name),
            self.device,
            self.precision,
            details=details,
        )
        return report if prior else replace(report, notes=(NO_PRIOR,))

    def check(self, item: Image) -> None:
        """Raise ContractViolation where `item` is no aligned face."""
        check_image(item, self.name, side=FACE_SIZE)

    def restore(self, faces: list[Image], is_cancelled: IsCancelled = never_cancelled) -> list[RestoredFace]:
        """Restore aligned (512, 512, 3) faces, in their order, `max_batch_size` at a time.

        Raises what `restore_each` has for the first face that failed, and ContractViolation or Cancelled.
        """
        restored = []
        for result in self.restore_each(faces, is_cancelled):
            if isinstance(result, StageError):
                raise result
            restored.append(result)
        return restored

    def restore_each(
        self, faces: list[Image], is_cancelled: IsCancelled = never_cancelled
    ) -> list[RestoredFace | StageError]:
        """Like `restore`, but a face that fails alone is the error in its own place, and the others are restored.

        A batch that does not fit into the GPU's memory, or fails, is halved until it is known which face it is:
        OutOfMemory where even one does not fit, InferenceFailed for a result that is no image. A face whose result is
        not finite in half precision is computed again in float32. Raises ContractViolation or Cancelled, and
        InferenceFailed where the GPU is lost.
        """
        for face in faces:
            self.check(face)
        restored: list[RestoredFace | StageError] = []
        fitting = self.config.max_batch_size
        batches = [faces[i : i + fitting] for i in range(0, len(faces), fitting)]
        while batches:
            raise_if_cancelled(self.name, is_cancelled)
            batch = batches.pop(0)
            try:
                if len(batch) <= fitting:
                    with inference(self.name):
                        restored += self._restore_batch(batch)
                    continue
            except (OutOfMemory, InferenceFailed) as error:
                if is_context_lost(error.message):
                    raise
                if len(batch) == 1:
                    # Without its traceback, which would hold this list and so itself.
                    restored.append(type(error)(self.name, error.message))
                    continue
                if isinstance(error, OutOfMemory):
                    self.memory_retries += 1
                    fitting = len(batch) // 2
            middle = (len(batch) + 1) // 2
            batches[:0] = [batch[:middle], batch[middle:]]
        return restored

    def _restore_batch(self, faces: list[Image]) -> list[RestoredFace | StageError]:
        batch = np.stack(faces).transpose(0, 3, 1, 2)
        output = self._forward(batch, self.precision)
        bad = ~_finite(output)
        if bad.any() and self.precision != FLOAT32:
            self._faces_in_float32 += int(bad.sum())
            output[bad] = self._forward(batch[bad], FLOAT32)
            bad = ~_finite(output)
        output = np.nan_to_num(output, copy=False).clip(0.0, 1.0, out=output)
        regions = None if self._parser is None else self._parser(output)[0]
        return [
            InferenceFailed(self.name, f"{self._network.name} returned values that are no image, in float32 too")
            if bad[i]
            else RestoredFace(
                np.ascontiguousarray(output[i].transpose(1, 2, 0)), None if regions is None else regions[i]
            )
            for i in range(len(faces))
        ]

    def _forward(self, batch: Batch, precision: Precision) -> Batch:
        """(N, 3, 512, 512) to the same size, computed in `precision`."""
        if self._network.architecture.scale == 1:
            return self._network(batch, precision=precision)[0]
        # An upscaler in the place of a restorer enlarges the halved face, which is brought back to 512 pixels.
        return _reduced(self._network(_reduced(batch, _REDUCED_SIDE), precision=precision)[0], FACE_SIZE)


def _finite(batch: Batch) -> NDArray[np.bool_]:
    """(N,) whether each image of a batch is finite."""
    return np.array([np.isfinite(image).all() for image in batch])


def _reduced(batch: Batch, side: int) -> Batch:
    """(N, 3, S, S) averaged to (N, 3, side, side), a divisor of S."""
    parts = batch.shape[2] // side
    averaged: Batch = batch.reshape(*batch.shape[:2], side, parts, side, parts).mean(axis=(3, 5))
    return averaged


def choose_model(config: RestorerConfig) -> str:
    """The model that `config` names, or for auto GFPGAN where its weights are on this machine, else the fallback."""
    if config.model != AUTO:
        return config.model
    if weights.locate(GFPGAN) is not None:
        return GFPGAN
    if config.fallback == FORBIDDEN:
        raise ModelUnavailable(
            StageName.RESTORER, f"{GFPGAN} is not on this machine and no fallback is allowed (settings: fallback)"
        )
    return config.fallback
