"""Stage two: aligned faces in, restored faces and their blending regions out (GFPGAN, our own, or a last resort)."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import nn

from deployments import weights
from deployments.config import RestorerConfig
from deployments.contract import (
    FACE_SIZE,
    Image,
    InferenceFailed,
    ModelUnavailable,
    OutOfMemory,
    RestoredFace,
    StageReport,
    check_image,
)
from deployments.networks import load_network
from deployments.runtime import dtype_name, inference, resolve_device, resolve_precision, set_threads
from deployments.worker import Stop, never, raise_if_left

STAGE = "restorer"
GFPGAN = "gfpgan-v1.4"
OWN = "visage-face"
LAST_RESORT = "realesr-general-x4v3"
PARSER = "bisenet"

NO_PRIOR = (
    "The faces were enhanced without a facial prior, by Real-ESRGAN: details such as eyes and teeth are sharpened, not "
    "restored. Set restorer.model to auto and restorer.fallback to visage-face for a network that knows faces."
)

# BiSeNet's classes (zllrunning/face-parsing.PyTorch): 1 to 13 are the parts of the face, ears and earrings, 17 is the
# hair. Neck, clothes and hat stay as they were: the same choice as facexlib's mask for its ParseNet.
_FACE_CLASSES = (*range(1, 14), 17)
_IMAGENET_MEAN = (0.485, 0.456, 0.406)
_IMAGENET_STD = (0.229, 0.224, 0.225)
_REDUCED_SIDE = 256  # the face is halved before Real-ESRGAN enlarges it: blur smaller than a pixel can be undone


class Restorer:
    """A restoration network and, beside it, the parser that says where the face is."""

    def __init__(self, config: RestorerConfig) -> None:
        """Loads and warms up; raises ModelUnavailable where neither GFPGAN nor a fallback may be used."""
        self.config = config
        self.device = resolve_device(config.device)
        self.dtype = resolve_precision(config.precision, self.device, on_cpu="float32", on_gpu="float32")
        set_threads(config.cpu_threads)
        self.model = _choose(config)
        self._network = load_network(self.model).to(self.device)
        self._parser: nn.Module | None = None
        if config.parsing and weights.locate(PARSER) is not None:
            self._parser = load_network(PARSER).to(self.device)
        warm = np.full((FACE_SIZE, FACE_SIZE, 3), 0.5, np.float32)
        self.restore([warm])

    @property
    def has_prior(self) -> bool:
        """Whether the network knows faces, rather than pictures at large."""
        return self.model != LAST_RESORT

    @property
    def report(self) -> StageReport:
        """What runs here."""
        models = (self.model,) if self._parser is None else (self.model, PARSER)
        notes = () if self.has_prior else (NO_PRIOR,)
        details = {"facial_prior": self.has_prior}
        return StageReport(STAGE, models, str(self.device), dtype_name(self.dtype), notes, details)

    def restore(self, faces: list[Image], stop: Stop = never) -> list[RestoredFace]:
        """Restore aligned (512, 512, 3) faces, in their order, `max_batch_size` at a time.

        A batch that does not fit into the GPU's memory is halved until it does. Raises ContractViolation, OutOfMemory,
        InferenceFailed (a face that came out as something else than a picture) or Abandoned.
        """
        for face in faces:
            check_image(face, STAGE, side=FACE_SIZE)
        restored: list[RestoredFace] = []
        size = self.config.max_batch_size
        while len(restored) < len(faces):
            raise_if_left(STAGE, stop)
            try:
                with inference(STAGE):
                    restored += self._restore_batch(faces[len(restored) : len(restored) + size])
            except OutOfMemory:
                if size == 1:
                    raise
                size //= 2
        return restored

    def _restore_batch(self, faces: list[Image]) -> list[RestoredFace]:
        batch = torch.from_numpy(np.stack(faces)).to(self.device).permute(0, 3, 1, 2).contiguous()
        with torch.autocast(self.device.type, self.dtype, enabled=self.dtype != torch.float32):
            output = {GFPGAN: self._gfpgan, LAST_RESORT: self._sharpen}.get(self.model, self._network)(batch)
        output = output.float()
        if not torch.isfinite(output).all():
            raise InferenceFailed(
                STAGE, f"{self.model} returned numbers that are no picture ({dtype_name(self.dtype)})"
            )
        output = output.clamp(0.0, 1.0)
        images = output.permute(0, 2, 3, 1).contiguous().cpu().numpy()
        regions = self._parse(output)
        return [RestoredFace(image, None if regions is None else regions[i]) for i, image in enumerate(images)]

    def _gfpgan(self, batch: torch.Tensor) -> torch.Tensor:
        """GFPGAN speaks RGB in [-1, 1]; its noise is switched off, so that the same face gives the same result."""
        output = self._network(batch * 2.0 - 1.0, return_rgb=False, randomize_noise=False)[0]
        return output * 0.5 + 0.5  # type: ignore[no-any-return]

    def _sharpen(self, batch: torch.Tensor) -> torch.Tensor:
        """Real-ESRGAN x4 on the halved face, brought back to 512 pixels."""
        small = F.interpolate(batch, size=(_REDUCED_SIDE, _REDUCED_SIDE), mode="area")
        large = self._network(small)
        return F.interpolate(large, size=(FACE_SIZE, FACE_SIZE), mode="area")

    def _parse(self, batch: torch.Tensor) -> NDArray[np.float32] | None:
        """(N, 512, 512) regions of restored faces in [0, 1]."""
        if self._parser is None:
            return None
        mean, std = (torch.tensor(x, device=self.device).view(1, 3, 1, 1) for x in (_IMAGENET_MEAN, _IMAGENET_STD))
        classes = self._parser((batch - mean) / std)[0].argmax(dim=1)
        region = torch.isin(classes, torch.tensor(_FACE_CLASSES, device=self.device))
        return region.float().cpu().numpy()  # type: ignore[no-any-return]


def _choose(config: RestorerConfig) -> str:
    if config.model != "auto":
        return config.model
    if weights.locate(GFPGAN) is not None:
        return GFPGAN
    if config.fallback == "forbidden":
        raise ModelUnavailable(
            STAGE, f"{GFPGAN} is not on this machine and no fallback is allowed (settings: fallback)"
        )
    return config.fallback
