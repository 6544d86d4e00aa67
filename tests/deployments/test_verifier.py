"""Whether ArcFace tells people apart, on the crops that the pipeline makes."""

from __future__ import annotations

import time
from typing import Any

import cv2
import numpy as np
import onnxruntime
import pytest
from insightface.app.common import Face as InsightFace

from deployments.config import VerifierConfig
from deployments.contract import Image
from deployments.errors import ContractViolation
from deployments.imaging.geometry import align_identity
from deployments.verifier import Verifier
from tests.helpers.images import ASTRONAUT, T1_LARGEST, astronaut, noise, six_people, to_bytes

pytestmark = pytest.mark.weights


@pytest.fixture(scope="module")
def verifier() -> Verifier:
    return Verifier.load(VerifierConfig(device="cpu"))


@pytest.fixture(scope="module")
def one() -> Image:
    return align_identity(astronaut(), ASTRONAUT)


@pytest.fixture(scope="module")
def other() -> Image:
    return align_identity(six_people(), T1_LARGEST)


def test_a_face_is_the_same_person_as_itself(verifier: Verifier, one: Image) -> None:
    (found,) = verifier.compare([one], [one])
    assert found.similarity == pytest.approx(1.0, abs=1e-5)


def test_two_people_are_told_apart_and_one_person_in_a_blurred_copy_is_not(
    verifier: Verifier, one: Image, other: Image
) -> None:
    blurred = cv2.GaussianBlur(one, (0, 0), 1.0)
    apart, together = verifier.compare([one, one], [other, blurred])
    assert apart.similarity < 0.2 and together.similarity > 0.8


def test_pairs_keep_their_order(verifier: Verifier, one: Image, other: Image) -> None:
    alone = [verifier.compare([a], [b])[0] for a, b in ((one, other), (other, other))]
    assert verifier.compare([one, other], [other, other]) == alone


def test_a_blurred_face_has_a_shorter_feature_vector(verifier: Verifier, one: Image) -> None:
    blurred = cv2.GaussianBlur(one, (0, 0), 6.0)
    sharp, soft = verifier.compare([one, blurred], [one, one])
    assert soft.feature_norm < 0.75 * sharp.feature_norm


def test_the_features_are_those_that_insightface_computes(verifier: Verifier) -> None:
    # insightface cuts its own crop, without low-passing a face that shrinks first.
    bgr = np.ascontiguousarray(to_bytes(six_people())[..., ::-1])
    expected = verifier.arcface.get(bgr, InsightFace(kps=T1_LARGEST))
    (found,) = verifier.features([align_identity(six_people(), T1_LARGEST)])
    cosine = float(found @ expected / np.linalg.norm(found) / np.linalg.norm(expected))
    assert cosine > 0.995


def test_no_faces_are_no_work(verifier: Verifier) -> None:
    assert verifier.compare([], []) == []


def test_crops_of_another_size_are_refused(verifier: Verifier, one: Image) -> None:
    with pytest.raises(ContractViolation, match="112x112"):
        verifier.compare([one], [noise(128, 128)])


def test_it_runs_on_the_cpu_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: True)
    verifier = Verifier.load(VerifierConfig())
    assert verifier.arcface.session.get_providers() == ["CPUExecutionProvider"]
    assert verifier.report.device == "cpu" and verifier.report.notes == ()


@pytest.mark.parametrize("available", [["CPUExecutionProvider"], ["CUDAExecutionProvider", "CPUExecutionProvider"]])
def test_a_gpu_that_was_asked_for_and_that_onnx_runtime_cannot_use_is_an_error(
    available: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where a library is missing: ONNX Runtime then goes on with the CPU and only prints why."""
    real = onnxruntime.InferenceSession

    def falls_back(path: str, options: Any, providers: list[str]) -> Any:
        assert providers[0] == "CUDAExecutionProvider"
        return real(path, options, providers=["CPUExecutionProvider"])

    monkeypatch.setattr(onnxruntime, "InferenceSession", falls_back)
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: available)
    monkeypatch.setattr(onnxruntime, "preload_dlls", lambda: None)
    with pytest.raises(RuntimeError, match=r"ONNX Runtime cannot use CUDAExecutionProvider: \S+"):
        Verifier.load(VerifierConfig(device="cuda"))
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    with pytest.raises(RuntimeError, match="hides every GPU"):
        Verifier.load(VerifierConfig(device="cuda"))


@pytest.mark.parametrize(("available", "used"), [(3, 3), (64, 4)])
def test_it_uses_the_cpus_that_it_may_use_and_no_crowd(
    monkeypatch: pytest.MonkeyPatch, available: int, used: int
) -> None:
    monkeypatch.setattr("deployments.verifier.available_cpus", lambda: available)
    options = Verifier.load(VerifierConfig()).arcface.session.get_session_options()
    assert options.intra_op_num_threads == used


def test_threads_without_work_take_no_cpu(one: Image) -> None:
    """They would spin: four of them on two CPUs took more than twice the time of one, however often it was measured."""

    def cpu_seconds(threads: int) -> float:
        verifier = Verifier.load(VerifierConfig(cpu_threads=threads))
        began = time.process_time()
        for _ in range(8):
            verifier.compare([one], [one])
        return time.process_time() - began

    assert any(cpu_seconds(4) < 1.6 * cpu_seconds(1) for _ in range(5))
