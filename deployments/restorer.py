"""The restorer: aligned faces in, restored faces and their blending regions out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray

from deployments.config import AUTO, FORBIDDEN, RestorerConfig
from deployments.contract import FACE_SIZE, Image, RestoredFace, StageReport, check_image
from deployments.errors import InferenceFailed, ModelUnavailable, OutOfMemory, StageError
from deployments.models import weights
from deployments.models.network import Network, load_network
from deployments.runtime.device import dtype_name, inference, resolve_precision
from deployments.runtime.gpu_errors import is_context_lost
from deployments.runtime.inference_thread import IsCancelled, never_cancelled, raise_if_cancelled
from deployments.runtime.torch_stage import TorchStage
from deployments.stages import StageName

GFPGAN = "gfpgan-v1.4"
PARSER = "bisenet"

NO_PRIOR = (
    "The faces were enhanced without a facial prior, by Real-ESRGAN: details such as eyes and teeth are sharpened, not "
    "restored. Set restorer.model to auto and restorer.fallback to visage-face for a network that knows faces."
)

# BiSeNet's classes (zllrunning/face-parsing.PyTorch): 1 to 13 are the parts of the face, ears and earrings, 17 is the
# hair. Neck, clothes and hat stay as they were: the same choice as facexlib's mask for its ParseNet.
_FACE_CLASSES = (*range(1, 14), 17)
_REDUCED_SIDE = 256  # the face is halved before an upscaler enlarges it: blur smaller than a pixel can be undone


class Restorer(TorchStage):
    """A restoration network and, if there is one, the parser that tells where the face is."""

    name = StageName.RESTORER

    def __init__(self, network: Network, parser: Network | None, config: RestorerConfig) -> None:
        """Raises RuntimeError where the network does not support the precision."""
        super().__init__(config)
        self.config = config
        self.dtype = resolve_precision(config.precision, self.device, on_cpu="float32", on_gpu="float32")
        network.require_precision(self.dtype)
        self._network, self._parser = network, parser
        self._faces_in_float32 = 0
        for each in (network, parser):
            if each is not None:
                each.module.to(self.device)

    @classmethod
    def load(cls, config: RestorerConfig) -> Restorer:
        """See Stage.load; raises ModelUnavailable also where neither GFPGAN nor a fallback may be used."""
        with_parser = config.parsing and weights.locate(PARSER) is not None
        restorer = cls(load_network(choose_model(config)), load_network(PARSER) if with_parser else None, config)
        restorer.restore([np.full((FACE_SIZE, FACE_SIZE, 3), 0.5, np.float32)])
        return restorer

    @property
    def report(self) -> StageReport:
        """See Stage.report."""
        prior = self._network.architecture.facial_prior
        report = StageReport(
            self.name,
            (self._network.name,) if self._parser is None else (self._network.name, self._parser.name),
            str(self.device),
            dtype_name(self.dtype),
            details={"facial_prior": prior, "faces_in_float32": self._faces_in_float32},
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
                    fitting = len(batch) // 2
            middle = (len(batch) + 1) // 2
            batches[:0] = [batch[:middle], batch[middle:]]
        return restored

    def _restore_batch(self, faces: list[Image]) -> list[RestoredFace | StageError]:
        batch = torch.from_numpy(np.stack(faces)).to(self.device).permute(0, 3, 1, 2).contiguous()
        output = self._forward(batch, self.dtype)
        bad = ~_finite(output)
        if bad.any() and self.dtype != torch.float32:
            self._faces_in_float32 += int(bad.sum())
            output[bad] = self._forward(batch[bad], torch.float32)
            bad = ~_finite(output)
        output = output.nan_to_num().clamp(0.0, 1.0)
        images = output.permute(0, 2, 3, 1).contiguous().cpu().numpy()
        regions = self._parse(output)
        return [
            InferenceFailed(self.name, f"{self._network.name} returned values that are no image, in float32 too")
            if bad[i]
            else RestoredFace(image, None if regions is None else regions[i])
            for i, image in enumerate(images)
        ]

    def _forward(self, batch: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
        """(N, 3, 512, 512) to float32 of the same size, computed in `dtype`."""
        with torch.autocast(self.device.type, dtype, enabled=dtype != torch.float32):
            output = self._network(batch) if self._network.architecture.scale == 1 else self._sharpen(batch)
        return output.float()

    def _sharpen(self, batch: torch.Tensor) -> torch.Tensor:
        """An upscaler in the place of a restorer: enlarges the halved face and brings it back to 512 pixels."""
        small = F.interpolate(batch, size=(_REDUCED_SIDE, _REDUCED_SIDE), mode="area")
        return F.interpolate(self._network(small), size=(FACE_SIZE, FACE_SIZE), mode="area")

    def _parse(self, batch: torch.Tensor) -> NDArray[np.float32] | None:
        """(N, 512, 512) regions of restored faces in [0, 1]."""
        if self._parser is None:
            return None
        classes = self._parser(batch).argmax(dim=1)
        region = torch.isin(classes, torch.tensor(_FACE_CLASSES, device=self.device))
        return region.float().cpu().numpy()


def _finite(batch: torch.Tensor) -> torch.Tensor:
    """(N,) whether each image of a batch is finite, on the CPU."""
    return torch.isfinite(batch).flatten(1).all(dim=1).cpu()


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
