"""BiSeNet (Yu et al., ECCV 2018) for face parsing, as facexlib defines it: which pixel is which part of a face."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployments.models.architecture import Architecture, Purpose

if TYPE_CHECKING:
    from torch import Tensor, nn

_IMAGENET_MEAN = (0.485, 0.456, 0.406)
_IMAGENET_STD = (0.229, 0.224, 0.225)


def _build() -> nn.Module:
    from facexlib.parsing.bisenet import BiSeNet

    network: nn.Module = BiSeNet(num_class=19)
    return network


def _call(module: nn.Module, batch: Tensor) -> Tensor:
    """RGB in [0, 1] to class scores (N, 19, H, W); the classes are those of zllrunning/face-parsing.PyTorch."""
    mean, std = (batch.new_tensor(values).view(1, 3, 1, 1) for values in (_IMAGENET_MEAN, _IMAGENET_STD))
    scores: Tensor = module((batch - mean) / std)[0]
    return scores


BISENET = Architecture(name="bisenet", purposes=frozenset({Purpose.PARSING}), build=_build, call=_call)
