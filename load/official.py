"""The official pipeline, GFPGANer with a RealESRGANer behind it, built without its downloads.

It is the reference of the parity tests and of the benchmark.

The classes are the official ones. Only what their constructors would fetch is handed to them: the detector (RetinaFace
mobile0.25 instead of ResNet50), the parser (BiSeNet in the place of ParseNet) and the restoration network, so that both
sides run the same networks with the same weights.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import torch
from torch import nn

import deployments.models.torchvision_compat  # noqa: F401 - must run before gfpgan and realesrgan are imported
from deployments.models.network import build_network, load_network
from deployments.models.registry import architecture_of
from deployments.models.weights import require

_HELPER = "facexlib.utils.face_restoration_helper"

# BiSeNet's class for each of ParseNet's (facexlib/parsing): background, skin, nose, glasses, left and right eye, brow
# and ear, mouth, upper and lower lip, hair, hat, earring, necklace, neck, cloth.
_PARSENET_FROM_BISENET = [0, 1, 10, 6, 4, 5, 2, 3, 7, 8, 11, 12, 13, 17, 18, 9, 15, 14, 16]
_IMAGENET_MEAN = (0.485, 0.456, 0.406)
_IMAGENET_STD = (0.229, 0.224, 0.225)


class _BiSeNetAsParseNet(nn.Module):
    """Takes a face in [-1, 1] and answers with class scores in ParseNet's order."""

    def __init__(self) -> None:
        super().__init__()
        self.bisenet = load_network("bisenet").module

    def forward(self, face: torch.Tensor) -> list[torch.Tensor]:
        mean, std = (torch.tensor(x).view(1, 3, 1, 1) for x in (_IMAGENET_MEAN, _IMAGENET_STD))
        scores = self.bisenet(((face * 0.5 + 0.5) - mean) / std)[0]
        return [scores[:, _PARSENET_FROM_BISENET]]


class OursOnFace(nn.Module):
    """A restorer of ours behind GFPGAN's interface, for machines without GFPGAN's weights."""

    def __init__(self, restore: Callable[[torch.Tensor], torch.Tensor]) -> None:
        """`restore` takes and returns RGB in [0, 1], (N, 3, 512, 512)."""
        super().__init__()
        self._restore = restore

    def forward(self, face: torch.Tensor, **_: Any) -> list[torch.Tensor]:
        return [self._restore(face * 0.5 + 0.5).clamp(0.0, 1.0) * 2.0 - 1.0]


@contextmanager
def _no_downloads() -> Iterator[None]:
    with (
        patch(f"{_HELPER}.init_detection_model", lambda *a, **k: load_network("retinaface-mobile0.25").module),
        patch(f"{_HELPER}.init_parsing_model", lambda *a, **k: _BiSeNetAsParseNet()),
    ):
        yield


def real_esrgan(model: str = "realesr-general-x4v3", **options: Any) -> Any:
    """A RealESRGANer with a network of ours from the same file, float32 on the CPU."""
    from realesrgan import RealESRGANer

    architecture = architecture_of(model).name
    return RealESRGANer(
        scale=4, model_path=str(require(model)), model=build_network(architecture), pre_pad=0, device="cpu", **options
    )


def gfpganer(checkpoint: Path, upscale: int, background: Any, network: nn.Module | None = None) -> Any:
    """A GFPGANer from a checkpoint file; `network` takes the place of what was loaded from it."""
    from gfpgan import GFPGANer

    with _no_downloads():
        official = GFPGANer(str(checkpoint), upscale=upscale, bg_upsampler=background, device="cpu")
    if network is not None:
        official.gfpgan = network
    return official


def seeded_gfpgan(path: Path, seed: int = 0) -> Path:
    """Write a checkpoint of GFPGAN's architecture with seeded random weights to `path`.

    For machines that do not have the official file: it restores nothing, but both sides must do the same with it.
    """
    torch.manual_seed(seed)
    torch.save({"params_ema": build_network("gfpgan-v1-clean").state_dict()}, path)
    return path
