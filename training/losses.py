"""What the restorer is asked for: the right pixels, the right look (LPIPS), the right person, and no sign of a fake."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import spectral_norm

from deployments.imaging.geometry import FFHQ_TEMPLATE
from training.template import arcface_crop, importance_map

TYPICAL_ERROR = 0.04  # mean absolute error of an input degraded by GFPGAN's model


@dataclass(frozen=True)
class Weights:
    """The weight of each part of the loss; 0 leaves the part out."""

    pixel: float = 1.0
    perceptual: float = 0.7
    identity: float = 0.12
    adversarial: float = 0.015


class PixelLoss(nn.Module):
    """Mean absolute difference, eyes and mouth weighted up, and so are faces that were hardly degraded.

    On a near-clean face an error as small as what is gained on a bad one doubles the damage. So each face's loss is
    divided by its severity, within limits.
    """

    MOST = 5.0

    importance: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("importance", importance_map(), persistent=False)

    def forward(self, output: Tensor, degraded: Tensor, target: Tensor, top: int, left: int) -> Tensor:
        """Faces (N, 3, H, W) in [0, 1], windows that begin at (`top`, `left`)."""
        weight = window(self.importance, output, top, left)
        error = ((output - target).abs() * weight).mean((1, 2, 3)) / weight.mean()
        return (error * (1 / severity(degraded, target)).clamp(1.0, self.MOST)).mean()


class PerceptualLoss(nn.Module):
    """LPIPS (AlexNet), each place weighted by the importance map's square root, each face by its severity.

    AlexNet's first layer looks at every fourth pixel, and the network paints in blocks of four. Comparing always at
    the same phase would let it hide streaks between the places looked at, so the phase is drawn anew for each step.
    A face that was hardly degraded counts less: its pixels are known, and need not be bent toward a likely look.
    """

    LEAST = 0.35

    importance: Tensor

    def __init__(self, lpips: Any) -> None:
        super().__init__()
        self.lpips = lpips.to(memory_format=torch.channels_last)
        self.register_buffer("importance", importance_map().sqrt(), persistent=False)

    def forward(
        self, output: Tensor, degraded: Tensor, target: Tensor, top: int, left: int, phase: tuple[int, int]
    ) -> Tensor:
        """Faces (N, 3, H, W) in [0, 1], windows that begin at (`top`, `left`); `phase` is 0 to 3 pixels each way."""
        weight = window(self.importance, output, top, left)
        shifted = [x[:, :, phase[0] :, phase[1] :] * 2 - 1 for x in (output, target)]
        shifted = [self.lpips.scaling_layer(x) for x in shifted]
        # In bfloat16 the features cost a CPU half the time; they differ by far more than its rounding.
        with torch.autocast(output.device.type, torch.bfloat16):
            got = self.lpips.net(shifted[0])
            with torch.no_grad():
                wanted = self.lpips.net(shifted[1])
        total = output.new_zeros(len(output))
        for a, b, head in zip(got, wanted, self.lpips.lins, strict=True):
            distance = head((unit(a.float()) - unit(b.float())) ** 2)
            local = F.adaptive_avg_pool2d(weight, distance.shape[2:])
            total = total + (distance * local).mean((1, 2, 3)) / local.mean()
        return (total * severity(degraded, target).clamp(self.LEAST, 1.0)).mean()


class IdentityLoss(nn.Module):
    """1 - cosine similarity of ArcFace's features of output and target (Deng et al., 2019)."""

    def __init__(self, arcface: nn.Module) -> None:
        super().__init__()
        self.arcface = arcface

    def forward(self, output: Tensor, target: Tensor, top: int, left: int) -> Tensor:
        """Faces (N, 3, H, W) in [0, 1], windows that begin at (`top`, `left`)."""
        got = self.arcface(arcface_crop(output, top, left) * 2 - 1)
        with torch.no_grad():
            wanted = self.arcface(arcface_crop(target, top, left) * 2 - 1)
        return (1 - F.cosine_similarity(got, wanted)).mean()


class PatchCritic(nn.Module):
    """Tells real patches from painted ones, spectrally normalized (Miyato et al., 2018), trained by the hinge loss.

    It sees patches at full resolution: one around each eye, one around the mouth (GFPGAN's facial components), and
    two anywhere, most of which fall on hair and skin.
    """

    PATCH_PX = 96
    ANYWHERE = 2

    def __init__(self, width: int = 32) -> None:
        super().__init__()
        widths = (3, width, 2 * width, 4 * width, 4 * width)
        layers: list[nn.Module] = []
        for i, (a, b) in enumerate(itertools.pairwise(widths)):
            layers += [spectral_norm(nn.Conv2d(a, b, 4 if i < 3 else 3, 2 if i < 3 else 1, 1)), nn.LeakyReLU(0.2)]
        self.layers = nn.Sequential(*layers, spectral_norm(nn.Conv2d(widths[-1], 1, 3, 1, 1)))

    def forward(self, patches: Tensor) -> Tensor:
        """(N, 3, 96, 96) in [0, 1] to logits (N, 1, 12, 12): above 0, real."""
        result: Tensor = self.layers(patches * 2 - 1)
        return result

    def patches(self, faces: Tensor, top: int, left: int, generator: torch.Generator) -> Tensor:
        """The patches of every face; the same generator state gives the same places."""
        half, (height, width) = self.PATCH_PX // 2, faces.shape[2:]
        mouth = FFHQ_TEMPLATE[3:].mean(0)
        centers = [(float(y) - top, float(x) - left) for x, y in (FFHQ_TEMPLATE[0], FFHQ_TEMPLATE[1], mouth)]
        shake = torch.rand(len(centers), 2, generator=generator) * 16 - 8
        centers = [(y + float(dy), x + float(dx)) for (y, x), (dy, dx) in zip(centers, shake, strict=True)]
        free = torch.rand(self.ANYWHERE, 2, generator=generator)
        centers += [(float(y) * height, float(x) * width) for y, x in free]
        found = []
        for y, x in centers:
            a = min(max(round(y) - half, 0), height - self.PATCH_PX)
            b = min(max(round(x) - half, 0), width - self.PATCH_PX)
            found.append(faces[:, :, a : a + self.PATCH_PX, b : b + self.PATCH_PX])
        return torch.cat(found)


def critic_loss(real: Tensor, fake: Tensor) -> Tensor:
    """The hinge loss of the critic."""
    return (F.relu(1 - real) + F.relu(1 + fake)).mean() / 2


def severity(degraded: Tensor, target: Tensor) -> Tensor:
    """How bad each input is, (N,): its mean absolute error, 1 for what GFPGAN's degradation typically makes."""
    return (degraded - target).abs().mean((1, 2, 3)) / TYPICAL_ERROR + 1e-3


def window(whole: Tensor, like: Tensor, top: int, left: int) -> Tensor:
    """The part of a map of the whole face that a window of faces shows."""
    return whole[:, :, top : top + like.shape[2], left : left + like.shape[3]]


def unit(features: Tensor) -> Tensor:
    """Features of length 1 at every place, as LPIPS compares them."""
    return features / (features.pow(2).sum(1, keepdim=True).sqrt() + 1e-10)
