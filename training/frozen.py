"""The networks that training looks through or starts from and never changes, from the service's own manifest."""

from __future__ import annotations

from torch import Tensor, nn

from deployments.models import weights
from deployments.models.network import load_network


def lpips_alex() -> nn.Module:
    """LPIPS with AlexNet (Zhang et al., 2018); takes RGB in [-1, 1]."""
    weights.fetch("lpips-alex")
    return load_network("lpips-alex").module


def arcface() -> nn.Module:
    """InsightFace's w600k_mbf as a differentiable torch net: (N, 3, 112, 112) RGB in [-1, 1] to (N, 512)."""
    import onnx
    from onnx2torch import convert  # type: ignore[import-untyped]

    network: nn.Module = convert(onnx.load(weights.fetch("arcface-w600k-mbf")))
    return network.eval().requires_grad_(False)


def general_x4v3() -> dict[str, Tensor]:
    """The weights of realesr-general-x4v3."""
    weights.fetch("realesr-general-x4v3")
    return load_network("realesr-general-x4v3").module.state_dict()
