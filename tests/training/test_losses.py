"""The losses: nothing to complain about where output and truth agree, and weights that fall where they should."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from training.losses import IdentityLoss, PatchCritic, PerceptualLoss, PixelLoss, critic_loss, unit
from training.template import arcface_crop, importance_map


def test_agreement_costs_nothing() -> None:
    face = torch.rand(2, 3, 512, 512)
    assert PixelLoss()(face, face * 0.9, face, 0, 0) == 0
    features = nn.Sequential(nn.Flatten(), nn.Linear(3 * 112 * 112, 8))
    assert IdentityLoss(features)(face, face, 0, 0).item() == pytest.approx(0, abs=1e-5)


def test_the_same_error_costs_more_on_a_near_clean_face() -> None:
    target = torch.full((1, 3, 512, 512), 0.5)
    output = target + 0.01
    hardly, badly = (PixelLoss()(output, target + error, target, 0, 0) for error in (0.005, 0.2))
    assert hardly.item() == pytest.approx(PixelLoss.MOST * badly.item(), rel=1e-3)


class _Features(nn.Module):
    """Stands in for LPIPS: the picture itself is its only feature."""

    def __init__(self) -> None:
        super().__init__()
        self.scaling_layer, self.lins = nn.Identity(), [nn.Conv2d(3, 1, 1, bias=False)]
        nn.init.ones_(self.lins[0].weight)

    def net(self, x: torch.Tensor) -> list[torch.Tensor]:
        return [x]


def test_the_same_look_costs_less_on_a_near_clean_face() -> None:
    loss, target = PerceptualLoss(_Features()), torch.rand(1, 3, 512, 512)
    output = torch.rand(1, 3, 512, 512)
    hardly, badly = (loss(output, target + error, target, 0, 0, (0, 0)) for error in (0.005, 0.2))
    assert hardly.item() == pytest.approx(PerceptualLoss.LEAST * badly.item(), rel=1e-3)
    assert loss(target, target, target, 0, 0, (1, 2)) == 0


def test_eyes_and_mouth_matter_most_and_background_least() -> None:
    weight = importance_map()[0, 0]
    assert weight[240, 193] > weight[300, 256] > weight[10, 10]
    assert weight[371, 257] > weight[300, 256]


def test_arcface_sees_the_same_in_a_window_as_in_the_whole_face() -> None:
    face = torch.rand(1, 3, 512, 512)
    whole, part = arcface_crop(face), arcface_crop(face[:, :, 32:480, 32:480], 32, 32)
    assert whole.shape == (1, 3, 112, 112)
    assert torch.allclose(whole, part, atol=1e-4)


def test_the_critic_looks_at_the_same_places_for_the_same_seed() -> None:
    critic, face = PatchCritic(width=4), torch.rand(2, 3, 512, 512)
    one, two = (critic.patches(face, 0, 0, torch.Generator().manual_seed(5)) for _ in range(2))
    assert torch.equal(one, two)
    assert one.shape == (2 * 5, 3, 96, 96)
    assert critic(one).shape[:2] == (10, 1)


def test_the_hinge_is_content_with_a_critic_that_is_sure_and_right() -> None:
    sure = torch.full((4,), 3.0)
    assert critic_loss(sure, -sure) == 0
    assert critic_loss(-sure, sure) == 4


def test_unit_features_have_length_one() -> None:
    assert torch.allclose(unit(torch.rand(1, 7, 3, 3)).norm(dim=1), torch.ones(1, 3, 3))
