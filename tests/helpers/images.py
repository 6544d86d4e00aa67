"""Images that the tests share: real faces, drawn patterns, and their files."""

from __future__ import annotations

import io
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import skimage.data
from numpy.typing import NDArray
from PIL import Image as PILImage

from deployments.contract import FACE_SIZE, Image, Landmarks

ASTRONAUT = np.array([[203.7, 102.8], [245, 104.2], [224.4, 129.1], [202.7, 139], [244.8, 140.1]], np.float32)
"""The landmarks of `astronaut()`."""
T1_LARGEST = np.array([[489.7, 318.5], [540.4, 331.3], [506.5, 364.1], [482.3, 367], [532.5, 377.3]], np.float32)
"""The landmarks of the largest face of `six_people()`."""


def to_float(pixels: NDArray[np.uint8]) -> Image:
    """uint8 RGB as the contract wants it."""
    return np.ascontiguousarray(pixels, np.float32) / np.float32(255)


def to_bytes(image: Image) -> NDArray[np.uint8]:
    """The contract's image as uint8 RGB."""
    return np.rint(image * 255).astype(np.uint8)


def astronaut() -> Image:
    """(512, 512, 3): one face, at ASTRONAUT."""
    return to_float(one_face())


def six_people() -> Image:
    """(886, 1280, 3): insightface's t1 picture, six faces."""
    return to_float(six_faces())


def as_jpeg(image: Image, quality: int) -> Image:
    """What is left of an image that was saved as JPEG."""
    data = cv2.imencode(".jpg", to_bytes(image)[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    decoded = cv2.imdecode(data, cv2.IMREAD_COLOR)
    assert decoded is not None
    return to_float(decoded[..., ::-1])


def one_face() -> NDArray[np.uint8]:
    """(512, 512, 3), NASA's portrait of Eileen Collins."""
    return skimage.data.astronaut()


def small_face() -> NDArray[np.uint8]:
    """(200, 200, 3) around her face."""
    return np.ascontiguousarray(one_face()[20:220, 124:324])


def six_faces() -> NDArray[np.uint8]:
    """(886, 1280, 3), insightface's sample, read without the package: importing it takes half a second of a process."""
    package = find_spec("insightface")
    assert package is not None and package.origin is not None
    pixels = cv2.imread(str(Path(package.origin).with_name("data") / "images" / "t1.jpg"))
    assert pixels is not None
    return np.ascontiguousarray(pixels[..., ::-1], np.uint8)


def noise(height: int, width: int, channels: int = 3, seed: int = 0) -> Image:
    """Uniform noise: every pixel differs, so every mistake shows."""
    return np.random.default_rng(seed).random((height, width, channels), np.float32)


def waves(height: int, width: int, factor: float = 1.0) -> Image:
    """A smooth pattern defined on the continuous plane, sampled `factor` times as finely.

    `height` and `width` are the sampled image's. Pixel x of it lies at (x + 1/2) / factor, so that images of
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

    The crop's middle comes to lie at (x, y); `scale` is image pixels for one crop pixel.
    """
    from deployments.imaging.geometry import FFHQ_TEMPLATE

    angle = np.deg2rad(degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return ((FFHQ_TEMPLATE - FACE_SIZE / 2) * scale @ turn.T + (x, y)).astype(np.float32)


def png(pixels: NDArray[Any]) -> bytes:
    """A PNG of gray, RGB or RGBA pixels, 8 or 16 bits as the array has."""
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


def psnr(first: NDArray[Any], second: NDArray[Any], peak: float = 255.0) -> float:
    """dB between two images of one size with values up to `peak`."""
    error = np.mean((first.astype(np.float64) - second.astype(np.float64)) ** 2)
    return float(10 * np.log10(peak**2 / max(float(error), 1e-9)))


PHOTO = png(to_bytes(waves(96, 128)))
"""A small valid upload; the fakes see faces in it."""
PDF = b"%PDF-1.7\n" + bytes(64)
"""In a format that is not accepted."""
