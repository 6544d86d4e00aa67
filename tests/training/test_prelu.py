"""The fast PReLU gives what torch's gives, forward and backward."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import nn

from deployments.models.visage_face import VisageFaceRestorer
from training.prelu import QuickPReLU, quicken


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_values_and_gradients_are_torchs(dtype: torch.dtype) -> None:
    torch.manual_seed(1)
    theirs = nn.PReLU(6)
    nn.init.uniform_(theirs.weight, -0.3, 0.5)
    ours = QuickPReLU(6)
    ours.weight = nn.Parameter(theirs.weight.detach().clone())
    picture, found = torch.randn(2, 6, 9, 7, dtype=dtype), []
    picture[0, 0, 0] = 0
    for layer in (theirs, ours):
        x = picture.clone().requires_grad_()
        with torch.autocast("cpu", torch.bfloat16, enabled=dtype == torch.bfloat16):
            y = layer(x)
        y.float().square().sum().backward()
        found.append((y, x.grad, layer.weight.grad))
    for a, b in zip(*found, strict=True):
        assert a.dtype == b.dtype
        torch.testing.assert_close(a, b, rtol=1e-2 if dtype == torch.bfloat16 else 1e-5, atol=1e-6)


def test_a_quickened_network_keeps_its_weights_and_their_names(small_net: VisageFaceRestorer) -> None:
    before = copy.deepcopy(small_net)
    quicken(small_net)
    assert not any(type(module) is nn.PReLU for module in small_net.modules())
    assert small_net.state_dict().keys() == before.state_dict().keys()
    face = torch.rand(1, 3, 128, 128)
    with torch.no_grad():
        assert torch.equal(small_net(face), before(face))
