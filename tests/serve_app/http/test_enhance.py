"""Successful answers of POST /v1/enhance, over stages of plain numpy."""

from __future__ import annotations

import dataclasses
from typing import Any

import cv2
import numpy as np
import pytest

from deployments.contract import StageResult
from deployments.notes import Note, NoteCode
from deployments.stages import STAGES, StageName
from tests.helpers.api import URL, enhance, result_of
from tests.helpers.fakes import FakeStages, client_of, face_at
from tests.helpers.images import PHOTO, png, to_bytes, waves

NO_PRIOR_HERE = Note("No prior here.", NoteCode.NO_FACIAL_PRIOR)


def test_the_answer_has_exactly_the_documented_keys_and_types() -> None:
    body = enhance(client_of()).json()
    assert set(body) == {"status", "data"} and body["status"] == "success"
    data = body["data"]
    assert set(data) == {
        "restored_image", "url", "content_type", "width", "height", "metrics", "metrics_against", "metrics_pixels",
        "faces", "layers", "report", "processing_time_ms", "timings_ms", "models", "warning", "notes",
    }  # fmt: skip
    assert set(data["metrics"]) == {"psnr", "ssim", "lpips", "identity_similarity"}
    assert all(isinstance(value, float) for value in data["metrics"].values())
    assert isinstance(data["processing_time_ms"], float) and data["processing_time_ms"] > 0
    assert (data["width"], data["height"], data["content_type"]) == (256, 192, "image/png")
    assert data["warning"] is None and data["metrics_against"] == "input"
    assert set(data["timings_ms"]) == {"decode", *STAGES, "compose", "encode", "waiting"}
    assert [set(face) for face in data["faces"]] == [
        {"box", "score", "restored", "strength_used", "identity_similarity", "reliable", "crop"}
    ] * 2
    assert data["faces"][0]["box"] == [25.0, 33.0, 55.0, 63.0]


def test_the_least_similarity_of_all_faces_is_reported() -> None:
    data = enhance(client_of(FakeStages(similarity=0.8))).json()["data"]
    assert [face["identity_similarity"] for face in data["faces"]] == [0.8, 0.7]
    assert data["metrics"]["identity_similarity"] == pytest.approx(0.7)


@pytest.mark.slow
@pytest.mark.parametrize("factor", [1, 2, 3, 4])
def test_the_picture_has_the_size_that_was_asked_for(factor: int) -> None:
    stages = FakeStages()
    response = enhance(client_of(stages), upscale_factor=factor)
    assert result_of(response).shape == (96 * factor, 128 * factor, 3)
    assert stages.asked("upscaler")[0][1] == factor


def test_faces_are_restored_in_the_picture_that_comes_back() -> None:
    restored, untouched = (result_of(enhance(client_of(), strength=strength, upscale_factor=1)) for strength in (1, 0))
    np.testing.assert_array_equal(untouched, to_bytes(waves(96, 128)))
    changed = (restored != untouched).any(axis=2)
    assert changed[48, 40] and not changed[:8, 100:].any()


def test_without_the_background_option_the_upscaler_is_not_asked_and_the_picture_is_resampled() -> None:
    stages = FakeStages()
    found = result_of(enhance(client_of(stages), background="false", strength=0))
    assert stages.asked("upscaler") == []
    expected = cv2.resize(to_bytes(waves(96, 128)) / 255.0, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    assert np.abs(found - expected * 255).max() <= 1


@pytest.mark.parametrize(("which", "restored"), [("all", [True, True]), ("largest", [True, False])])
def test_only_the_faces_that_were_chosen_are_restored(which: str, restored: list[bool]) -> None:
    stages = FakeStages()
    data = enhance(client_of(stages), faces=which).json()["data"]
    assert [face["restored"] for face in data["faces"]] == restored
    assert len(stages.asked("restorer")) == sum(restored)
    assert [face["identity_similarity"] is None for face in data["faces"]] == [not one for one in restored]


def test_the_face_nearest_the_center_can_be_chosen() -> None:
    stages = FakeStages(faces=[face_at(20, 20, 40), face_at(66, 50, 20)])
    data = enhance(client_of(stages), faces="center").json()["data"]
    assert [face["restored"] for face in data["faces"]] == [False, True]


def test_color_correction_changes_the_restored_face() -> None:
    client = client_of()
    pictures = [result_of(enhance(client, color_correction=value)) for value in ("true", "false")]
    assert (pictures[0] != pictures[1]).any()


def test_the_metrics_are_taken_against_the_reference_that_was_sent() -> None:
    stages = FakeStages()
    reference = np.zeros((192, 256, 3), np.uint8)
    files = {"file": ("photo", PHOTO), "reference": ("truth", png(reference))}
    data = client_of(stages).post(URL, files=files).json()["data"]
    assert data["metrics_against"] == "reference" and data["metrics_pixels"] == 192 * 256
    assert (stages.asked("metrics")[0][1] == 0).all()


def test_without_a_reference_the_metrics_are_taken_against_the_resampled_input() -> None:
    stages = FakeStages()
    enhance(client_of(stages))
    _, target = stages.asked("metrics")[0]
    expected = cv2.resize(to_bytes(waves(96, 128)) / 255.0, (256, 192), interpolation=cv2.INTER_CUBIC)
    assert np.abs(target - expected).max() < 2 / 255


def test_a_jpeg_can_be_asked_for_and_transparency_and_depth_stay_in_a_png() -> None:
    rgba = np.dstack([to_bytes(waves(96, 128)), np.full((96, 128), 128, np.uint8)])
    client = client_of()
    response = enhance(client, png(rgba), output_format="jpeg")
    assert response.json()["data"]["content_type"] == "image/jpeg" and result_of(response).shape[2] == 3
    kept = result_of(enhance(client, png(rgba)))
    assert kept.shape == (192, 256, 4) and (kept[..., 3] == 128).all()
    deep = result_of(enhance(client, png((waves(96, 128) * 65535).astype(np.uint16))))
    assert deep.dtype == np.uint16


def test_identical_requests_give_identical_bytes() -> None:
    client = client_of()
    first, second = (enhance(client).json()["data"]["restored_image"] for _ in range(2))
    assert first == second


def test_a_face_that_changed_too_much_and_a_missing_prior_are_in_the_warning() -> None:
    warning = enhance(client_of(FakeStages(similarity=0.45, notes=(NO_PRIOR_HERE,)))).json()["data"]["warning"]
    assert "No prior here." in warning and "Face 2 " in warning and "Face 1 " not in warning and "0.35" in warning


@pytest.mark.parametrize(
    ("eye_distance", "feature_norm", "reliable"), [(12, 19, True), (13, 19, False), (12, 21, False)]
)
def test_a_small_or_blurred_face_makes_its_score_unreliable(
    eye_distance: float, feature_norm: float, reliable: bool
) -> None:
    """The fakes' largest face has 12.6 pixels between the eyes and a feature vector 20 long."""
    client = client_of(pipeline={"min_eye_distance": eye_distance, "min_feature_norm": feature_norm})
    assert enhance(client).json()["data"]["faces"][0]["reliable"] is reliable


def test_the_answer_names_the_models_that_ran_for_it() -> None:
    stages = FakeStages()
    stages.models[StageName.RESTORER] = ("visage-face",)
    models = enhance(client_of(stages)).json()["data"]["models"]
    assert list(models) == list(STAGES)
    assert models["restorer"] == ["visage-face"] and models["upscaler"] == ["realesr-general-x4v3"]
    assert enhance(client_of(stages), background="false").json()["data"]["models"]["upscaler"] == []


def test_faces_that_two_replicas_restored_with_different_models_name_both_and_each_note_once() -> None:
    class Mixed(FakeStages):
        """GFPGAN on one machine, the last resort on the other."""

        async def call(self, stage: StageName, method: str, *arguments: Any, **options: Any) -> StageResult[Any]:
            result = await super().call(stage, method, *arguments, **options)
            if stage is not StageName.RESTORER or len(self.asked(stage)) == 1:
                return result
            return dataclasses.replace(result, models=("realesr-general-x4v3",), notes=(NO_PRIOR_HERE,))

    data = enhance(client_of(Mixed(faces=[face_at(40 + 20 * i, 48, 30) for i in range(3)]))).json()["data"]
    assert data["models"]["restorer"] == ["gfpgan-v1.4", "bisenet", "realesr-general-x4v3"]
    assert data["warning"].count("No prior here.") == 1
