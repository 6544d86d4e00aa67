"""RetinaFace (Deng et al., CVPR 2020), as facexlib defines it: finds faces and five landmarks each."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from deployments.models.architecture import Architecture, Purpose

if TYPE_CHECKING:
    from torch import Tensor, nn

_MEAN_BGR = (104.0, 117.0, 123.0)  # RetinaFace.mean_tensor


def _build(backbone: str) -> nn.Module:
    from facexlib.detection.retinaface import RetinaFace

    network: nn.Module = RetinaFace(network_name=backbone, half=False, device="cpu")
    return network


def _call(module: nn.Module, batch: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """RGB in [0, 1] to anchor offsets of boxes (N, A, 4), class probabilities (N, A, 2) and landmarks (N, A, 10).

    The network takes BGR in [0, 255] less the mean of its training images.
    """
    bgr = batch.flip(1) * 255.0
    boxes, scores, landmarks = module(bgr - bgr.new_tensor(_MEAN_BGR).view(1, 3, 1, 1))
    return boxes, scores, landmarks


MOBILENET = Architecture(
    name="retinaface-mobile0.25",
    purposes=frozenset({Purpose.DETECTION}),
    build=partial(_build, "mobile0.25"),
    call=_call,
    graph_inputs=((-1, 3, -1, -1),),
)
RESNET50 = Architecture(
    name="retinaface-resnet50",
    purposes=frozenset({Purpose.DETECTION}),
    build=partial(_build, "resnet50"),
    call=_call,
    graph_inputs=((-1, 3, -1, -1),),
)
