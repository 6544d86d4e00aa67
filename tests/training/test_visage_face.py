"""The network: its shapes, its cost, and what it does before it has learnt anything."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch.utils.flop_counter import FlopCounterMode

from deployments.models import weights
from deployments.models.network import load_network
from deployments.models.visage_face import VisageFaceRestorer
from training.data import to_tensor
from training.export import MOST_BYTES
from training.start import load_known, start_as_general_x4v3

DrawFace = Callable[[int], NDArray[np.uint8]]
MOST_GFLOP = 100


def fix_gate(net: VisageFaceRestorer, logit: float) -> None:
    torch.nn.init.constant_(net.gate.c.bias, logit)  # type: ignore[arg-type]


def test_it_gives_faces_of_the_size_it_takes(small_net: VisageFaceRestorer) -> None:
    with torch.no_grad():
        output = small_net(torch.rand(2, 3, 512, 512))
    assert output.shape == (2, 3, 512, 512) and output.dtype == torch.float32
    assert torch.isfinite(output).all()


def test_a_window_of_a_face_knows_its_place(small_net: VisageFaceRestorer) -> None:
    torch.nn.init.normal_(small_net.pos)
    window = torch.rand(1, 3, 128, 128)
    with torch.no_grad():
        here, there = small_net(window, 0, 0), small_net(window, 64, 32)
    assert here.shape == window.shape
    assert not torch.allclose(here, there)


def test_an_open_gate_returns_the_input_untouched(small_net: VisageFaceRestorer) -> None:
    fix_gate(small_net, 60.0)
    face = torch.rand(1, 3, 512, 512)
    with torch.no_grad():
        assert torch.allclose(small_net(face), face, atol=1e-5)


def test_the_finish_starts_as_nothing_and_sees_every_pixel(small_net: VisageFaceRestorer) -> None:
    h, face = torch.rand(1, 12, 32, 32), torch.rand(1, 3, 128, 128)
    assert not small_net.finish(face, face, h).any()
    torch.nn.init.normal_(small_net.finish.c.weight)
    changed = face.clone()
    changed[0, 1, 40, 41] += 0.5
    with torch.no_grad():
        moved = (small_net.finish(changed, face, h) != small_net.finish(face, face, h))[0].any(0).nonzero()
    assert moved.min() >= 34 and moved.max() <= 47


def test_it_fits_the_budget() -> None:
    with torch.device("meta"):
        net, face = VisageFaceRestorer(), torch.zeros(1, 3, 512, 512)
    assert 2 * sum(p.numel() for p in net.parameters()) < MOST_BYTES
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        net(face)
    assert counter.get_total_flops() > 0
    assert counter.get_total_flops() < MOST_GFLOP * 1e9


def test_it_starts_as_real_esrgan_on_the_small_face(draw_face: DrawFace) -> None:
    if weights.locate("realesr-general-x4v3") is None:
        pytest.skip("the weights of realesr-general-x4v3 are not on this machine: make weights")
    original = load_network("realesr-general-x4v3").module
    net = VisageFaceRestorer().eval()
    start_as_general_x4v3(net, original.state_dict())
    fix_gate(net, -60.0)
    face = to_tensor(draw_face(3))[None]
    small = torch.nn.functional.avg_pool2d(face, 4)
    with torch.inference_mode():
        assert torch.allclose(net(face), original(small), atol=1e-4)


def test_weights_it_does_not_know_are_refused(small_net: VisageFaceRestorer) -> None:
    with pytest.raises(RuntimeError, match="stranger"):
        load_known(small_net, {"stranger": torch.zeros(1)})
