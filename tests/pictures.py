"""Pictures that the tests share: real faces with known landmarks, drawn patterns, and their files."""

from __future__ import annotations

import io
from typing import Any

import cv2
import insightface.data
import numpy as np
import skimage.data
from numpy.typing import NDArray
from PIL import Image as PILImage

from deployments.contract import FACE_SIZE, Image, Landmarks


def to_float(pixels: NDArray[np.uint8]) -> Image:
    """uint8 RGB as the contract wants it."""
    return np.ascontiguousarray(pixels, np.float32) / np.float32(255)


def to_bytes(image: Image) -> NDArray[np.uint8]:
    """The contract's picture as uint8 RGB."""
    return np.rint(image * 255).astype(np.uint8)


def astronaut() -> Image:
    """(512, 512, 3): one face, ASTRONAUT_LANDMARKS."""
    return to_float(skimage.data.astronaut())


def six_people() -> Image:
    """(886, 1280, 3): insightface's t1 picture, six faces."""
    return to_float(insightface.data.get_image("t1")[..., ::-1])


def noise(height: int, width: int, channels: int = 3, seed: int = 0) -> Image:
    """Uniform noise: every pixel differs, so every mistake shows."""
    return np.random.default_rng(seed).random((height, width, channels), np.float32)


def waves(height: int, width: int, factor: float = 1.0) -> Image:
    """A smooth pattern defined on the continuous plane, sampled `factor` times as finely.

    `height` and `width` are the sampled picture's. Pixel x of it lies at (x + 1/2) / factor, so that pictures of
    different factors show the very same thing and any shift between them can be measured exactly.
    """
    y = (np.arange(height)[:, None] + 0.5) / factor
    x = (np.arange(width)[None, :] + 0.5) / factor
    channels = [
        0.5 + 0.2 * np.sin(x * 0.11 + phase) + 0.2 * np.sin(y * 0.13 - phase) + 0.05 * np.sin((x + y) * 0.05)
        for phase in (0.0, 1.0, 2.0)
    ]
    return np.stack(channels, axis=2).astype(np.float32)


def landmarks_at(x: float, y: float, scale: float, degrees: float = 0.0) -> Landmarks:
    """Five landmarks of a face in the aligned crop's proportions.

    The crop's middle comes to lie at (x, y); `scale` is picture pixels for one crop pixel.
    """
    from deployments.geometry import FFHQ_TEMPLATE

    angle = np.deg2rad(degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return ((FFHQ_TEMPLATE - FACE_SIZE / 2) * scale @ turn.T + (x, y)).astype(np.float32)


def png(pixels: NDArray[Any]) -> bytes:
    """A PNG of grey, RGB or RGBA pixels, 8 or 16 bits as the array has."""
    if pixels.ndim == 3:
        pixels = pixels[..., [2, 1, 0, 3][: pixels.shape[2]]]
    done, data = cv2.imencode(".png", pixels)
    assert done
    return data.tobytes()


def saved(picture: PILImage.Image, kind: str, **options: Any) -> bytes:
    """What Pillow writes."""
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()
