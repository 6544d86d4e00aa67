"""A handful of faces to train on: drawn ones, so that the tests need neither a network nor a generator."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from deployments.models.visage_face import VisageFaceRestorer

SIDE = 512


@pytest.fixture(scope="session", autouse=True)
def _one_thread() -> None:
    """Small pictures are faster on one thread, and sums on one thread always come out the same."""
    torch.set_num_threads(1)


def _draw_face(seed: int) -> NDArray[np.uint8]:
    """Something with a head, eyes, a mouth and hair, BGR uint8 (512, 512, 3)."""
    rng = np.random.default_rng(seed)
    picture = np.full((SIDE, SIDE, 3), rng.integers(40, 220, 3), np.uint8)
    skin = tuple(int(v) for v in rng.integers(120, 230, 3))
    hair = tuple(int(v) for v in rng.integers(10, 120, 3))
    cv2.ellipse(picture, (256, 240), (170, 210), 0, 0, 360, hair, -1, cv2.LINE_AA)
    cv2.ellipse(picture, (256, 290), (130, 170), 0, 0, 360, skin, -1, cv2.LINE_AA)
    for x in (193, 319):
        cv2.ellipse(picture, (x, 240), (28, 14), 0, 0, 360, (245, 245, 245), -1, cv2.LINE_AA)
        cv2.circle(picture, (x, 240), 11, tuple(int(v) for v in rng.integers(20, 140, 3)), -1, cv2.LINE_AA)
    cv2.ellipse(picture, (257, 371), (56, int(rng.integers(8, 24))), 0, 0, 360, (70, 60, 170), -1, cv2.LINE_AA)
    for x in rng.integers(100, 410, 60):
        cv2.line(picture, (int(x), 40), (int(x) + int(rng.integers(-20, 20)), 130), hair, 2, cv2.LINE_AA)
    return picture


@pytest.fixture(scope="session")
def draw_face() -> Callable[[int], NDArray[np.uint8]]:
    """Draws the face of a seed."""
    return _draw_face


@pytest.fixture(scope="session")
def faces(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of six drawn faces."""
    folder = tmp_path_factory.mktemp("faces")
    for seed in range(6):
        cv2.imwrite(str(folder / f"{seed}.jpg"), _draw_face(seed), [cv2.IMWRITE_JPEG_QUALITY, 96])
    return folder


@pytest.fixture
def small_net() -> VisageFaceRestorer:
    """The network's shape with few channels, from a fixed seed."""
    torch.manual_seed(0)
    net = VisageFaceRestorer(channels=12, layers=20, middle=8, inner=8)
    for layer in (net.head, *net.body):
        torch.nn.init.kaiming_normal_(layer.weight, a=0.25)  # else twenty layers leave nothing of the input
    return net
