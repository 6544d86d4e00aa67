"""The checks at every stage's door, and the errors that travel between replicas."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from deployments.contract import Face, check_image, check_landmarks
from deployments.errors import (
    Cancelled,
    ContractViolation,
    InferenceFailed,
    ModelUnavailable,
    NotReady,
    OutOfMemory,
    StageBusy,
    StageError,
    StageLost,
)
from deployments.stages import StageName
from tests.helpers.images import noise


def _with(value: float) -> np.ndarray:
    image = noise(8, 9)
    image[3, 4, 1] = value
    return image


@pytest.mark.parametrize(
    ("image", "complaint"),
    [
        (np.zeros((8, 8, 3), np.float64), "float32"),
        (np.zeros((8, 8, 3), np.uint8), "float32"),
        ([[[0.0, 0.0, 0.0]]], "float32"),
        (None, "float32"),
        (np.zeros((8, 8), np.float32), "shape"),
        (np.zeros((8, 8, 4), np.float32), "shape"),
        (np.zeros((1, 8, 8, 3), np.float32), "shape"),
        (np.zeros((0, 8, 3), np.float32), "shape"),
        (noise(8, 8)[:, ::-1], "contiguous"),
        (noise(8, 8).transpose(1, 0, 2), "contiguous"),
        (_with(float("nan")), "values"),
        (_with(float("inf")), "values"),
        (_with(1.001), "values"),
        (_with(-0.001), "values"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_picture_that_breaks_the_contract_is_refused_in_the_name_of_the_stage(image: object, complaint: str) -> None:
    with pytest.raises(ContractViolation, match=f"upscaler: .*{complaint}"):
        check_image(image, StageName.UPSCALER)


def test_a_picture_that_keeps_the_contract_is_handed_back_uncopied() -> None:
    image = noise(8, 9)
    image[0, 0] = (0.0, 0.5, 1.0)
    assert check_image(image, StageName.DETECTOR) is image


def test_a_face_of_another_size_than_asked_for_is_refused() -> None:
    assert check_image(noise(64, 64), StageName.RESTORER, side=64) is not None
    with pytest.raises(ContractViolation, match="expected 64x64 pixels, got 65x64"):
        check_image(noise(64, 65), StageName.RESTORER, side=64)


@pytest.mark.parametrize(
    "landmarks",
    [
        np.zeros((5, 2), np.float64),
        np.zeros((4, 2), np.float32),
        np.zeros(10, np.float32),
        np.full((5, 2), np.nan, np.float32),
        np.full((5, 2), np.inf, np.float32),
        None,
    ],
    ids=["float64", "four", "flat", "nan", "inf", "none"],
)
def test_landmarks_that_are_not_five_finite_points_are_refused(landmarks: object) -> None:
    with pytest.raises(ContractViolation, match=r"^detector: .*landmarks"):
        check_landmarks(landmarks, StageName.DETECTOR)


def test_five_finite_points_are_landmarks() -> None:
    points = np.arange(10, dtype=np.float32).reshape(5, 2)
    assert check_landmarks(points, StageName.DETECTOR) is points


@pytest.mark.parametrize(
    "kind",
    [
        StageError,
        ContractViolation,
        ModelUnavailable,
        OutOfMemory,
        InferenceFailed,
        Cancelled,
        StageBusy,
        StageLost,
        NotReady,
    ],
)
def test_an_error_arrives_whole_in_another_process(kind: type[StageError]) -> None:
    error = pickle.loads(pickle.dumps(kind(StageName.METRICS, "it broke")))
    assert type(error) is kind
    assert (error.stage, error.message, str(error)) == (StageName.METRICS, "it broke", "metrics: it broke")


def test_a_face_measures_itself_in_pixels() -> None:
    points = np.array([[10, 10], [13, 14], [0, 0], [0, 0], [0, 0]], np.float32)
    face = Face(np.array([2, 3, 12, 8], np.float32), points, 0.99)
    assert face.eye_distance == pytest.approx(5.0)
    assert face.area == pytest.approx(50.0)
    inside_out = Face(np.array([12, 3, 2, 8], np.float32), points, 0.99)
    assert inside_out.area == 0.0
