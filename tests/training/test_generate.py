"""The synthetic faces: the same number is the same face for ever, on every engine, and none is made twice."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from training.generate import face_path, generate, save_whole, to_picture
from training.generator import FaceGenerator, OpenVinoEngine, TorchEngine, unpack_generator
from training.sources import RANDOM_FACE, cache_folder, random_face_wheel

LARGEST_DIFFERENCE = 1e-3  # of values in [-1, 1]: sums are taken in another order


@pytest.fixture(scope="module")
def networks() -> Path:
    """The generator's files."""
    pytest.importorskip("openvino", reason="the extra `training` is not installed: pip install -e .[training]")
    if not (cache_folder() / RANDOM_FACE[1]).is_file():
        pytest.skip("the face generator is not on this machine: python -m training.generate --count 0")
    return unpack_generator(random_face_wheel(), cache_folder())


def test_a_face_has_a_name_for_ever(networks: Path) -> None:
    generator = FaceGenerator(OpenVinoEngine(networks, threads=1))
    made: dict[int, np.ndarray] = {}
    generator.render(5, [0, 1], lambda index, image: made.update({index: to_picture(image)}))
    again: dict[int, np.ndarray] = {}
    FaceGenerator(OpenVinoEngine(networks, threads=1)).render(
        5, [0], lambda index, image: again.update({index: to_picture(image)})
    )
    assert made[0].shape == (512, 512, 3)
    assert np.abs(made[0].astype(int) - again[0]).max() <= 1
    assert np.abs(made[0].astype(int) - made[1]).mean() > 5


def test_the_torch_copy_draws_the_same_face(networks: Path) -> None:
    from deployments.models.openvino_silent import openvino

    latent = np.random.default_rng(0).standard_normal((1, 512), dtype=np.float32)
    exactly = {"INFERENCE_PRECISION_HINT": "f32"}  # OpenVINO would round to bfloat16 where the processor can
    expected = latent
    for name in ("MappingNetwork", "SynthesisNetwork"):
        model = openvino.Core().compile_model(networks / f"{name}.xml", "CPU", exactly)
        expected = np.asarray(model({0: expected})[0])
    engine = TorchEngine(networks, torch.device("cpu"))
    found: list[np.ndarray] = []
    engine.render([(0, engine.styles(latent))], lambda _, image: found.append(image))
    assert found[0].shape == (3, 1024, 1024)
    assert np.abs(found[0] - expected[0]).max() < LARGEST_DIFFERENCE


def test_what_is_there_is_kept(tmp_path: Path) -> None:
    path = face_path(tmp_path, 1, 0)
    save_whole(path, np.zeros((512, 512, 3), np.uint8))
    before = path.read_bytes()
    generate(tmp_path, 1, 1, torch.device("cpu"), threads=1)  # nothing is missing, so no generator is needed
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["01_00000.jpg"]


def test_a_picture_is_the_generators_output_halved() -> None:
    image = np.full((3, 1024, 1024), -1, np.float32)
    image[0] = 1.0  # red, which is last in BGR
    assert cv2.mean(to_picture(image))[:3] == (0.0, 0.0, 255.0)
