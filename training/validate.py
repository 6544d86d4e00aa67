"""A quick look at held-out faces while training: LPIPS and PSNR, nearly clean and badly degraded."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import nn

from deployments.models.visage_face import VisageFaceRestorer
from training.data import read_rgb, to_tensor
from training.degrade import degrade

FACES = {"near-clean": 4, "strong": 8}  # few: the run waits meanwhile


@torch.no_grad()
def validate(net: VisageFaceRestorer, lpips: nn.Module, folder: Path) -> str:
    """Figures of the first faces of a folder, always degraded alike, as a short line."""
    device = next(net.parameters()).device
    words = []
    for level, count in FACES.items():
        found = []
        for number, path in enumerate(sorted(folder.glob("*.jpg"))[:count]):
            picture = read_rgb(path)
            degraded = to_tensor(degrade(picture, np.random.default_rng([number, 5]), level))[None].to(device)
            target = to_tensor(picture)[None].to(device)
            with torch.autocast(device.type, torch.bfloat16):
                output = net(degraded)
            output = output.float().clamp(0, 1)
            psnr_db = -10 * float((output - target).square().mean().log10())
            found.append((float(lpips(output * 2 - 1, target * 2 - 1)), psnr_db))
        mean = np.mean(found, 0)
        words.append(f"{level} LPIPS {mean[0]:.4f} PSNR {mean[1]:.2f} dB")
    return ", ".join(words)
