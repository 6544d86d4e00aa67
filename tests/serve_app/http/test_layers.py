"""The result in layers: what a client composes is what the service answers."""

from __future__ import annotations

import base64
import json
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.helpers.api import enhance, result_of
from tests.helpers.fakes import FakeStages, client_of, face_at
from tests.helpers.images import PHOTO, noise, png, to_bytes, waves

pytestmark = pytest.mark.slow

OVERLAPPING = [face_at(50, 48, 40), face_at(72, 50, 34), face_at(120, 90, 30)]
"""Two that share pixels, and one that the picture cuts off."""


def decoded(text: str) -> NDArray[Any]:
    pixels = cv2.imdecode(np.frombuffer(base64.b64decode(text), np.uint8), cv2.IMREAD_UNCHANGED)
    assert pixels is not None and pixels.dtype == np.uint8
    return cv2.cvtColor(pixels, cv2.COLOR_BGRA2RGBA if pixels.shape[2] == 4 else cv2.COLOR_BGR2RGB)


def composed(layers: dict[str, Any], strengths: dict[int, float]) -> NDArray[np.float64]:
    """What docs/api.md tells a client to do, in units of 255."""
    background = decoded(layers["background"])[..., :3].astype(float)
    result = background.copy()
    for face in layers["faces"]:
        patch = decoded(face["patch"]).astype(float)
        assert patch.shape == (face["height"], face["width"], 4)
        place = np.s_[face["top"] : face["top"] + face["height"], face["left"] : face["left"] + face["width"]]
        strength = strengths.get(face["index"], 0.0)
        result[place] += strength * patch[..., 3:] / 255 * (patch[..., :3] - background[place])
    return result


def stages() -> FakeStages:
    return FakeStages(faces=OVERLAPPING)


def served(strengths: dict[int, float], photo: bytes, **options: object) -> NDArray[np.float64]:
    faces = json.dumps([{"index": index, "strength": strength} for index, strength in strengths.items()])
    result = result_of(enhance(client_of(stages()), photo, **options | {"faces": faces}))[..., :3]
    return result / (257 if result.dtype == np.uint16 else 1.0)


def layers_of(photo: bytes, **options: object) -> dict[str, Any]:
    response = enhance(client_of(stages()), photo, layers=True, bystanders=True, **options)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()["data"]["layers"]
    return found


COLOR = png(to_bytes(0.35 + 0.3 * waves(96, 128)))
GRAY = png(np.repeat(to_bytes(0.35 + 0.3 * waves(96, 128))[..., :1], 3, axis=2))
CUT_OUT = png(np.dstack([to_bytes(waves(96, 128)), np.full((96, 128), 128, np.uint8)]))
DEEP = png(((0.35 + 0.3 * waves(96, 128)) * 65535).astype(np.uint16))
DEEP_CONTRAST = png((waves(96, 128) * 65535).astype(np.uint16))
GRAINY = png(to_bytes(np.clip(0.5 + 0.2 * (noise(96, 128) - 0.5), 0, 1)))


@pytest.mark.parametrize(("photo", "options"), [
    (COLOR, {}),
    (COLOR, {"size": "longest:301"}),
    (COLOR, {"upscale_factor": 1, "background": False, "color_correction": False}),
    (GRAY, {}),
    (CUT_OUT, {}),
    (DEEP, {}),
    (DEEP_CONTRAST, {"color_correction": False}),
    (GRAINY, {"grain": True}),
])  # fmt: skip
def test_a_client_composes_what_the_service_answers_at_any_strength_of_each_face(
    photo: bytes, options: dict[str, object]
) -> None:
    layers = layers_of(photo, **options)
    assert [face["index"] for face in layers["faces"]] == [0, 1, 2]
    plain = served({}, photo, **options)
    np.testing.assert_array_equal(decoded(layers["background"])[..., :3], np.rint(plain))
    rounded = (plain == np.rint(plain)).all()
    for strengths in ({0: 1.0, 1: 1.0, 2: 1.0}, {0: 0.3, 1: 0.8, 2: 0.5}, {0: 1.0, 1: 0.0, 2: 0.25}):
        answer = served(strengths, photo, **options)
        assert np.abs(composed(layers, strengths) - answer).max() <= (1.5 if rounded else 1.0)
        assert np.abs(answer - plain).max() > 4, "nothing was restored, so the test proves nothing"


@pytest.mark.parametrize("options", [{}, {"grain": True}, {"upscale_factor": 3, "color_correction": False}])
def test_strength_is_linear_where_faces_overlap_too(options: dict[str, object]) -> None:
    """In 16 bits, so that rounding does not count."""
    nothing, half, all_ = (
        result_of(enhance(client_of(stages()), DEEP, strength=s, bystanders=True, **options)).astype(float) / 257
        for s in (0, 0.5, 1)
    )
    assert np.abs(half - (nothing + all_) / 2).max() < 0.5
    assert np.abs(all_ - nothing).max() > 4


def test_each_face_tells_its_similarity_at_three_strengths() -> None:
    faces = stages()
    data = enhance(client_of(faces), PHOTO, layers=True, faces="[0, 2]").json()["data"]
    assert [face["index"] for face in data["layers"]["faces"]] == [0, 2]
    assert all(list(face["identity_at"]) == ["0", "0.5", "1"] for face in data["layers"]["faces"])
    before, after = faces.asked("verifier")[-1]
    assert len(before) == len(after) == 6
    for face in range(2):
        np.testing.assert_allclose(after[2 + face], (after[face] + after[4 + face]) / 2, atol=1e-6)
        assert np.abs(after[4 + face] - after[face]).max() > 0.02
        np.testing.assert_array_equal(before[face], before[4 + face])


def test_without_verification_no_similarity_is_given_and_nobody_is_asked() -> None:
    faces = stages()
    data = enhance(client_of(faces), PHOTO, layers=True, verify=False).json()["data"]
    assert {face["identity_at"] for face in data["layers"]["faces"]} == {None} and not faces.asked("verifier")


def test_layers_come_only_on_request_and_without_faces_there_is_a_background() -> None:
    client = client_of(stages())
    assert enhance(client).json()["data"]["layers"] is None
    layers = enhance(client, PHOTO, layers=True, faces="none").json()["data"]["layers"]
    assert layers["faces"] == [] and decoded(layers["background"]).shape == (192, 256, 3)


def test_a_patch_is_no_larger_than_what_is_seen_of_its_face() -> None:
    for face in layers_of(COLOR)["faces"]:
        mask = decoded(face["patch"])[..., 3]
        assert mask[0].any() and mask[-1].any() and mask[:, 0].any() and mask[:, -1].any()
