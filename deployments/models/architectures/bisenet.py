"""BiSeNet (Yu et al., ECCV 2018) for face parsing, as facexlib defines it: which pixel is which part of a face."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployments.models.architecture import Architecture, Purpose

if TYPE_CHECKING:
    from torch import Tensor, nn

_IMAGENET_MEAN = (0.485, 0.456, 0.406)
_IMAGENET_STD = (0.229, 0.224, 0.225)

# Of the 19 classes of zllrunning/face-parsing.PyTorch: 1 to 13 are the parts of the face, ears and earrings, 17 is the
# hair. Neck, clothes and hat stay as they were: the same choice as facexlib's mask for its ParseNet.
_IN_FACE = (0.0, *[1.0] * 13, *[0.0] * 3, 1.0, 0.0)


def _build() -> nn.Module:
    from facexlib.parsing.bisenet import BiSeNet

    network: nn.Module = BiSeNet(num_class=19)
    return network


def _call(module: nn.Module, batch: Tensor) -> Tensor:
    """RGB in [0, 1] to 1 where the face is and 0 elsewhere, (N, H, W)."""
    mean, std = (batch.new_tensor(values).view(1, 3, 1, 1) for values in (_IMAGENET_MEAN, _IMAGENET_STD))
    classes = module((batch - mean) / std)[0].argmax(dim=1)
    inside: Tensor = batch.new_tensor(_IN_FACE)[classes]
    return inside


BISENET = Architecture(
    name="bisenet",
    purposes=frozenset({Purpose.PARSING}),
    build=_build,
    call=_call,
    graph_inputs=((1, 3, 512, 512),),
)
