"""Makes a good face bad: GFPGAN's published degradation, widened toward second-hand files and scanned prints."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Pixels = NDArray[np.float32]
Range = tuple[float, float]

MAX_KERNEL_PX = 41  # GFPGAN's kernel size
INTERPOLATIONS = (cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_AREA)  # the three of Real-ESRGAN


@dataclass(frozen=True)
class Pass:
    """One trip through blur, shrinking, noise and JPEG; all ranges are drawn from uniformly."""

    blur_px: Range  # standard deviation of the Gaussian, iso- or anisotropic with equal chance
    shrink: Range  # how many times smaller the picture becomes; below 1 it grows
    noise: Range  # standard deviation, in 1/255
    jpeg: Range  # quality


@dataclass(frozen=True)
class Level:
    """How bad: a first pass, and the chances of a second one and of a print's marks between the two."""

    first: Pass
    second: Pass | None = None
    second_chance: float = 0.0
    scan_chance: float = 0.0


# Wang et al., "Towards Real-World Blind Face Restoration with Generative Facial Prior" (GFPGAN), 2021, section 4.1.
GFPGAN = Pass(blur_px=(0.1, 10), shrink=(0.8, 8), noise=(0, 20), jpeg=(60, 100))
# Second order as in Wang et al., "Real-ESRGAN", 2021, section 3.2, with milder ranges, since a face has few pixels.
AGAIN = Pass(blur_px=(0.2, 1.5), shrink=(0.7, 1.6), noise=(0, 10), jpeg=(40, 95))

LEVELS: dict[str, Level] = {
    "near-clean": Level(Pass(blur_px=(0.1, 0.6), shrink=(1, 1.25), noise=(0, 3), jpeg=(85, 100))),
    "light": Level(Pass(blur_px=(0.1, 2.5), shrink=(1, 3), noise=(0, 8), jpeg=(70, 100))),
    "strong": Level(GFPGAN),
    "wide": Level(GFPGAN, AGAIN, second_chance=0.6, scan_chance=0.5),
    "extreme": Level(Pass((1, 8), (3, 10), (0, 15), (40, 95)), AGAIN, second_chance=0.7, scan_chance=0.3),
}
# What training draws from; "clean" is no degradation at all. The restorer must leave alone what needs no restoring.
MIX: dict[str, float] = {
    "clean": 0.04, "near-clean": 0.13, "light": 0.21, "strong": 0.40, "wide": 0.11, "extreme": 0.11,
}  # fmt: skip


def degrade(picture: Picture, rng: Generator, level: str) -> Picture:
    """Degrade a picture (H, W, 3) to one of the same size; the same generator state gives the same bytes."""
    if level == "clean":
        return picture.copy()
    plan = LEVELS[level]
    height, width = picture.shape[:2]
    pixels = run_pass(picture.astype(np.float32), rng, plan.first)
    if rng.random() < plan.scan_chance:
        pixels = scan_marks(pixels, rng)
    if plan.second is not None and rng.random() < plan.second_chance:
        pixels = run_pass(pixels, rng, plan.second)
    way_back = cv2.INTER_CUBIC if rng.random() < 0.3 else cv2.INTER_LINEAR
    return to_bytes(cv2.resize(pixels, (width, height), interpolation=way_back))


def random_level(rng: Generator) -> str:
    """Draw a level's name from MIX."""
    return str(rng.choice(list(MIX), p=list(MIX.values())))


def run_pass(pixels: Pixels, rng: Generator, plan: Pass) -> Pixels:
    """Blur, shrink, add noise, and go through JPEG."""
    pixels = blur(pixels, rng, plan.blur_px)
    factor = rng.uniform(*plan.shrink)
    size = (max(16, round(pixels.shape[1] / factor)), max(16, round(pixels.shape[0] / factor)))
    how = INTERPOLATIONS[rng.integers(len(INTERPOLATIONS))] if rng.random() < 0.4 else cv2.INTER_LINEAR
    pixels = np.asarray(cv2.resize(pixels, size, interpolation=how), np.float32)
    channels = 3 if rng.random() < 0.6 else 1  # color noise of a sensor, or the gray grain of a film
    sigma = rng.uniform(*plan.noise)
    pixels = pixels + rng.standard_normal((*pixels.shape[:2], channels), dtype=np.float32) * np.float32(sigma)
    return through_jpeg(pixels, rng.uniform(*plan.jpeg))


def blur(pixels: Pixels, rng: Generator, sigmas_px: Range) -> Pixels:
    """Blur with a Gaussian, round or oblong at a random angle."""
    first = rng.uniform(*sigmas_px)
    second = rng.uniform(*sigmas_px) if rng.random() < 0.5 else first
    angle = rng.uniform(-np.pi, np.pi)
    return np.asarray(cv2.filter2D(pixels, -1, gaussian_kernel(first, second, angle)), np.float32)


def gaussian_kernel(sigma_a_px: float, sigma_b_px: float, angle: float) -> NDArray[np.float64]:
    """A normalized Gaussian kernel of at most MAX_KERNEL_PX a side; its first axis is turned by `angle` radians."""
    side = min(MAX_KERNEL_PX, 2 * int(np.ceil(3 * max(sigma_a_px, sigma_b_px))) + 1)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    inverse = np.linalg.inv(turn @ np.diag([sigma_a_px**2, sigma_b_px**2]) @ turn.T)
    axis = np.arange(side) - side // 2
    grid = np.stack(np.meshgrid(axis, axis), -1)
    kernel = np.exp(-0.5 * np.einsum("...i,ij,...j", grid, inverse, grid))
    return np.asarray(kernel / kernel.sum())


def through_jpeg(pixels: Pixels, quality: float) -> Pixels:
    """Encode and decode as JPEG."""
    ok, data = cv2.imencode(".jpg", to_bytes(pixels), [cv2.IMWRITE_JPEG_QUALITY, int(quality)])
    if not ok:
        raise RuntimeError("JPEG encoding failed")
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.float32)


def scan_marks(pixels: Pixels, rng: Generator) -> Pixels:
    """What paper and time do: grain, scratches and dust, or a print's dots; each by chance."""
    if rng.random() < 0.6:
        pixels = add_grain(pixels, rng)
    if rng.random() < 0.4:
        pixels = add_scratches(pixels, rng)
    if rng.random() < 0.25:
        pixels = add_halftone(pixels, rng)
    return pixels


def add_grain(pixels: Pixels, rng: Generator) -> Pixels:
    """Gray grain with clumps of about a pixel, strongest in the mid-tones, as film has it."""
    grain = rng.standard_normal(pixels.shape[:2], dtype=np.float32)
    grain = cv2.GaussianBlur(grain, (0, 0), rng.uniform(0.4, 1.2))
    grain /= float(grain.std()) + 1e-6
    tone = pixels.mean(2) / 255
    strength = rng.uniform(2, 16) * (0.4 + 2.4 * tone * (1 - tone))
    return np.asarray(pixels + (grain * strength)[:, :, None], np.float32)


def add_scratches(pixels: Pixels, rng: Generator) -> Pixels:
    """A few thin lines and specks, lighter or darker than what they cover."""
    height, width = pixels.shape[:2]
    cover = np.zeros((height, width), np.float32)
    for _ in range(rng.integers(1, 5)):
        start = rng.uniform(0, 1, 2) * (width, height)
        way = rng.normal(0, 1, 2) * (0.15, 0.6) * height  # scratches of a transported film run mostly downward
        bend = rng.normal(0, 0.03, 2) * height
        points = np.stack([start, start + way / 2 + bend, start + way]).round().astype(np.int32)
        cv2.polylines(cover, [points.reshape(-1, 1, 2)], False, rng.uniform(0.3, 1), 1, cv2.LINE_AA)
    for _ in range(rng.integers(0, 12)):
        x, y = (rng.uniform(0, 1, 2) * (width, height)).astype(int)
        cv2.circle(cover, (int(x), int(y)), int(rng.integers(0, 2)), rng.uniform(0.3, 1), -1, cv2.LINE_AA)
    tone = 240.0 if rng.random() < 0.7 else 20.0
    alpha = np.clip(cover, 0, 1)[:, :, None]
    return np.asarray(pixels * (1 - alpha) + tone * alpha, np.float32)


def add_halftone(pixels: Pixels, rng: Generator) -> Pixels:
    """A soft print screen: two crossed waves a few pixels long at one angle."""
    height, width = pixels.shape[:2]
    period_px, angle = rng.uniform(2.2, 5), rng.uniform(0, np.pi / 2)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    along, across = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
    screen = np.cos(2 * np.pi * along / period_px) * np.cos(2 * np.pi * across / period_px)
    return np.asarray(pixels + (screen * rng.uniform(5, 30))[:, :, None], np.float32)


def to_bytes(pixels: Pixels) -> Picture:
    """Round to uint8, clipped to [0, 255]."""
    return np.asarray(np.clip(pixels + 0.5, 0, 255), np.uint8)
