"""Compact networks with random weights, and what torch makes of an image with one."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
import torch
from torch import nn

from deployments.contract import Image
from deployments.runtime.kernels.compact import CompactKernel


class RandomCompact(nn.Module):
    """SRVGGNetCompact with `layers` layers between its first and its last, and weights that keep numbers about 1."""

    def __init__(self, layers: int) -> None:
        super().__init__()
        torch.manual_seed(layers)
        channels = [3, *[64] * (layers + 1), 48]
        self.body = nn.ModuleList()
        for inputs, outputs in pairwise(channels):
            self.last = nn.Conv2d(inputs, outputs, 3, padding=1)
            nn.init.kaiming_normal_(self.last.weight, 0.25)
            nn.init.uniform_(self.last.bias, -0.1, 0.1)  # type: ignore[arg-type]
            activation = nn.PReLU(outputs)
            nn.init.uniform_(activation.weight, 0.0, 0.5)
            self.body += [self.last, activation]
        del self.body[-1]
        self.eval().requires_grad_(False)
        self.last.weight *= 0.1

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        features = x
        for layer in self.body:
            features = layer(features)
        return nn.functional.pixel_shuffle(features, 4) + nn.functional.interpolate(x, scale_factor=4.0)


def by_torch(network: nn.Module, image: Image, factor: int) -> Image:
    """`image` enlarged by `factor` as the upscaler does it in torch."""
    with torch.inference_mode():
        enlarged = network(torch.from_numpy(np.ascontiguousarray(image)).permute(2, 0, 1)[None])[0].clamp(0.0, 1.0)
    enlarged = enlarged.permute(1, 2, 0).contiguous().numpy()
    size = image.shape[1] * factor, image.shape[0] * factor
    return enlarged if factor == 4 else cv2.resize(enlarged, size, interpolation=cv2.INTER_AREA)


def by_kernel(kernel: CompactKernel, image: Image, factor: int) -> Image:
    """`image` enlarged by `factor` by the kernel."""
    output = np.full((image.shape[0] * factor, image.shape[1] * factor, 3), -1.0, np.float32)
    for _ in kernel.pieces(image, output, factor):
        pass
    return output


def psnr(found: Image, expected: Image) -> float:
    """dB."""
    return float(-10 * np.log10(np.mean((found.astype(np.float64) - expected) ** 2)))
