"""PReLU whose backward pass is fast on a CPU: torch's own takes a ninth of the network's pass in bfloat16."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class _QuickPReLU(torch.autograd.Function):
    """The same values and gradients as `F.prelu`, by operations that are vectorized."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, slope: Tensor) -> Tensor:
        ctx.save_for_backward(x, slope)
        return F.prelu(x, slope)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, Tensor]:
        (gradient,), (x, slope) = gradients, ctx.saved_tensors
        above = torch.ops.aten.threshold_backward(gradient, x, 0)
        to_x = above + slope.view(1, -1, 1, 1) * (gradient - above)
        to_slope = (gradient * x.clamp_max(0)).sum((0, 2, 3))
        return to_x, to_slope


class QuickPReLU(nn.PReLU):
    """An `nn.PReLU` of one slope a channel over (N, C, H, W)."""

    def forward(self, x: Tensor) -> Tensor:
        """The same as nn.PReLU's."""
        result: Tensor = _QuickPReLU.apply(x, self.weight.to(x.dtype))
        return result


def quicken(net: nn.Module) -> None:
    """Make every nn.PReLU of a network a QuickPReLU; weights and their names stay."""
    for parent in list(net.modules()):
        for name, child in parent.named_children():
            if type(child) is nn.PReLU:
                quick = QuickPReLU(child.num_parameters)
                quick.weight = child.weight
                setattr(parent, name, quick)
