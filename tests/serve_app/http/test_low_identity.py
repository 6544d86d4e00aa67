"""`on_low_identity`: what happens to a face that no longer looks like the same person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from deployments.contract import Identity, Image
from tests.helpers.api import enhance
from tests.helpers.fakes import FakeStages, client_of
from tests.helpers.images import PHOTO

pytestmark = pytest.mark.slow  # the whole pipeline, many times

OPTIONS: dict[str, object] = {"upscale_factor": 1, "min_identity": 0.6}


@dataclass
class Recognizes(FakeStages):
    """Its similarity falls with what was changed in a face; each restored face is another one."""

    loss: float = 0.0
    """Similarity lost for a mean change of one gray level."""

    def _compare(self, before: list[Image], after: list[Image]) -> list[Identity]:
        changes = [float(np.abs(a - b).mean()) * 255 for a, b in zip(before, after, strict=True)]
        return [Identity(1.0 - self.loss * change, self.feature_norm) for change in changes]


def answer(stages: FakeStages, **options: object) -> dict[str, Any]:
    response = enhance(client_of(stages), PHOTO, **OPTIONS | options)
    assert response.status_code == 200, response.text
    data: dict[str, Any] = response.json()["data"]
    return data


def similarities(data: dict[str, Any]) -> list[float]:
    return [face["identity_similarity"] for face in data["faces"]]


def strengths(data: dict[str, Any]) -> list[float]:
    return [face["strength_used"] for face in data["faces"]]


@pytest.fixture
def loss() -> float:
    """Such that the face that changed most has a similarity of 0.2."""
    return 0.8 / (1.0 - min(similarities(answer(Recognizes(loss=1.0)))))


def test_by_default_it_is_said_and_nothing_else_happens(loss: float) -> None:
    data = answer(Recognizes(loss=loss))
    assert strengths(data) == [1.0, 1.0] and min(similarities(data)) == pytest.approx(0.2, abs=0.01)
    assert "may no longer look like the same person" in data["warning"]


def test_a_face_is_blended_in_steps_until_it_is_recognized_and_restored_once(loss: float) -> None:
    stages = Recognizes(loss=loss)
    data = answer(stages, on_low_identity="blend")
    assert 0.0 < min(strengths(data)) < 1.0 and min(similarities(data)) >= 0.6
    assert len(stages.asked("restorer")) == len(data["faces"])
    assert f"by {min(strengths(data)):.0%} only" in data["warning"]
    assert data["metrics"]["identity_similarity"] == pytest.approx(min(similarities(data)), abs=1e-4)


def test_a_face_that_is_recognized_keeps_its_restoration(loss: float) -> None:
    data = answer(Recognizes(loss=loss), on_low_identity="blend", min_identity=0.1)
    assert strengths(data) == [1.0, 1.0] and data["warning"] is None


def test_keep_leaves_the_face_as_it_was_and_the_asked_strength_counts(loss: float) -> None:
    data = answer(Recognizes(loss=loss), on_low_identity="keep")
    assert min(strengths(data)) == 0.0 and "was kept as it was" in data["warning"]
    half = answer(Recognizes(loss=loss * 2), on_low_identity="blend", strength=0.5)
    assert max(strengths(half)) <= 0.5 and min(similarities(half)) >= 0.6


def test_a_face_that_is_never_recognized_ends_as_it_was() -> None:
    data = answer(FakeStages(similarity=0.1), on_low_identity="blend")
    assert strengths(data) == [0.0, 0.0]
