"""LPIPS (Zhang et al., CVPR 2018) over AlexNet, as the lpips package defines it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployments.models.architecture import Architecture, Purpose

if TYPE_CHECKING:
    from torch import Tensor, nn


def _build() -> nn.Module:
    """The heads come with the lpips package; pnet_rand keeps torchvision from downloading the backbone."""
    from lpips import LPIPS

    network: nn.Module = LPIPS(net="alex", pnet_rand=True, verbose=False)
    return network


def _call(module: nn.Module, first: Tensor, second: Tensor) -> Tensor:
    """Two batches of RGB in [0, 1] to their distances (N, 1, 1, 1); the network takes RGB in [-1, 1]."""
    distance: Tensor = module(first * 2.0 - 1.0, second * 2.0 - 1.0)
    return distance


LPIPS_ALEX = Architecture(
    name="lpips-alex",
    purposes=frozenset({Purpose.QUALITY}),
    build=_build,
    call=_call,
    graph_inputs=((1, 3, -1, -1), (1, 3, -1, -1)),
)
