"""Pairs to train on: a synthetic face varied in color, sharpness and alignment, and the same face degraded."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.random import Generator
from torch import Tensor
from torch.utils.data import Dataset

from training.degrade import Picture, Pixels, degrade, random_level, to_bytes

# How the similarity that our detector's landmarks give (RetinaFace mobile0.25) differs between a degraded face and the
# clean one: robust standard deviations over 38 held-out faces at the level "strong".
JITTER_DEGREES = 2.9
JITTER_SCALE = 0.03
JITTER_PX = (7.0, 4.5)  # x, y
JITTER_CHANCE = 0.5  # the others keep the generator's own sharpness, which resampling costs
BORDER_COLOR = (132, 133, 135)  # RGB of what lies outside of a photograph in GFPGAN's alignment
OFFSET_STEP_PX = 32  # windows start at multiples of this: the network's coarsest grid


class FacePairs(Dataset[tuple[Tensor, Tensor]]):
    """Sample number k of a seed is always the same pair, so that a resumed run goes on exactly where it stopped."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.paths = sorted(folder.glob("*.jpg"))
        if not self.paths:
            raise FileNotFoundError(f"no faces in {folder}: run python -m training.generate")
        self.seed = seed

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, number: int) -> tuple[Tensor, Tensor]:
        """Degraded face and face, RGB in [0, 1], (3, 512, 512) float32."""
        rng = np.random.default_rng([self.seed, number])
        picture = read_rgb(self.paths[rng.integers(len(self.paths))])
        target = vary(picture, rng)
        return to_tensor(degrade(target, rng, random_level(rng))), to_tensor(target)


def vary(picture: Picture, rng: Generator) -> Picture:
    """Mirror, shift, sharpen and recolour a face (512, 512, 3); the truth changes, not only the input.

    Color is varied on both sides on purpose: a restorer that "corrects" a cast or a faded print would paste a face
    of another color into the photograph, and turn gray photographs brown.
    """
    if rng.random() < 0.5:
        picture = np.ascontiguousarray(picture[:, ::-1])
    pixels = picture.astype(np.float32)
    if rng.random() < JITTER_CHANCE:
        pixels = shift(pixels, rng)
    # The generator's faces have a fifth less fine detail than photographs of FFHQ's sharpness, in amplitude. More than
    # half of that made restored faces, real ones too, sharper than their truth.
    pixels = sharpen(pixels, rng.uniform(0, 0.25))
    if rng.random() < 0.35:
        pixels = recolour(pixels, rng)
    return to_bytes(pixels)


def shift(pixels: Pixels, rng: Generator) -> Pixels:
    """Move, turn and scale a little, as the landmarks of a detector jitter."""
    height, width = pixels.shape[:2]
    degrees, scale = rng.normal(0, JITTER_DEGREES), 1 + rng.normal(0, JITTER_SCALE)
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, scale)
    matrix[:, 2] += rng.normal(0, JITTER_PX, 2)
    border = cv2.BORDER_CONSTANT if rng.random() < 0.15 else cv2.BORDER_REFLECT_101
    moved = cv2.warpAffine(
        pixels, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=border, borderValue=BORDER_COLOR
    )
    return np.asarray(moved, np.float32)


def sharpen(pixels: Pixels, amount: float) -> Pixels:
    """Unsharp mask of 1 px."""
    return np.asarray(pixels + amount * (pixels - cv2.GaussianBlur(pixels, (0, 0), 1.0)), np.float32)


def recolour(pixels: Pixels, rng: Generator) -> Pixels:
    """Gray, a cast, or the flat lifted tones of a faded print."""
    if rng.random() < 0.3:
        gray = pixels @ np.array([0.299, 0.587, 0.114], np.float32)  # BT.601 luma
        pixels = np.repeat(gray[:, :, None], 3, 2)
    if rng.random() < 0.7:
        pixels = pixels * rng.uniform(0.8, 1.15, 3).astype(np.float32)
    if rng.random() < 0.5:
        black, white = rng.uniform(0, 60), rng.uniform(190, 255)
        pixels = black + pixels * np.float32((white - black) / 255)
    return np.asarray(np.clip(pixels, 0, 255), np.float32)


def read_rgb(path: Path) -> Picture:
    """Read a picture as RGB uint8 (H, W, 3)."""
    picture = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if picture is None:
        raise ValueError(f"{path} is no picture")
    return np.ascontiguousarray(picture[:, :, ::-1], np.uint8)


def save_rgb(path: Path, picture: Picture) -> None:
    """Write RGB uint8 (H, W, 3) in the format of the name's suffix."""
    if not cv2.imwrite(str(path), np.ascontiguousarray(picture[:, :, ::-1])):
        raise OSError(f"could not write {path}")


def to_tensor(picture: Picture) -> Tensor:
    """uint8 (H, W, 3) to float32 (3, H, W) in [0, 1]."""
    return torch.from_numpy(picture).permute(2, 0, 1).float().div_(255)


def to_picture(face: Tensor) -> Picture:
    """(3, H, W), clipped to [0, 1], to uint8 (H, W, 3)."""
    pixels = face.detach().float().clamp(0, 1).permute(1, 2, 0).mul(255).round()
    return np.ascontiguousarray(pixels.to(torch.uint8).cpu().numpy())


def window_offset(size_px: int, whole_px: int, rng: Generator) -> tuple[int, int]:
    """Where in the face a square window of `size_px` begins (top, left): on the network's coarsest grid."""
    steps = (whole_px - size_px) // OFFSET_STEP_PX
    top, left = rng.integers(0, steps + 1, 2) * OFFSET_STEP_PX
    return int(top), int(left)
