"""Which faces are restored and by how much, what is said of them, and how large the result is."""

from __future__ import annotations

import base64
from typing import Any

import cv2
import numpy as np
import pytest

from tests.helpers.api import assert_error, enhance, result_of
from tests.helpers.fakes import FakeStages, client_of, face_at
from tests.helpers.images import PHOTO, png, to_bytes, waves

pytestmark = pytest.mark.slow  # the whole pipeline, many times

GROUP = [face_at(64, 60, 30), face_at(30, 30, 20), face_at(100, 30, 12)]
"""Largest first, as the detector has them; in reading order 1, 2, 0."""


def data_of(stages: FakeStages | None = None, photo: bytes = PHOTO, **options: object) -> dict[str, Any]:
    response = enhance(client_of(stages or FakeStages(faces=GROUP)), photo, **options)
    assert response.status_code == 200, response.text
    data: dict[str, Any] = response.json()["data"]
    return data


def strengths(data: dict[str, Any]) -> list[float | None]:
    return [face["strength_used"] for face in data["faces"]]


def test_faces_are_listed_in_reading_order() -> None:
    assert [face["box"][0] for face in data_of()["faces"]] == [20.0, 94.0, 49.0]


@pytest.mark.parametrize(("faces", "expected"), [
    ('[{"index": 0, "strength": 0.6}]', [0.6, None, None]),
    ('[{"index":2},{"index":0,"strength":0}]', [0.0, None, 0.8]),
    ("[1, 2]", [None, 0.8, 0.8]),
    ("[]", [None, None, None]),
    ("all", [0.8, 0.8, 0.8]),
    ("largest", [None, None, 0.8]),
])  # fmt: skip
def test_each_face_has_the_strength_that_was_asked_for_it(faces: str, expected: list[float | None]) -> None:
    stages = FakeStages(faces=GROUP)
    data = data_of(stages, faces=faces, strength=0.8)
    assert strengths(data) == expected
    assert [face["restored"] for face in data["faces"]] == [one is not None for one in expected]
    assert len(stages.asked("restorer")) == sum(one is not None for one in expected)


def test_a_face_named_by_index_is_the_one_that_changes() -> None:
    plain = result_of(enhance(client_of(FakeStages(faces=GROUP)), faces="none", upscale_factor=1))
    for index, (x, y) in enumerate([(30, 30), (100, 30), (64, 60)]):
        found = result_of(enhance(client_of(FakeStages(faces=GROUP)), faces=f"[{index}]", upscale_factor=1))
        changed = (found != plain).any(axis=2)
        assert changed[y, x] and not changed[10:15, 60:70].any()


def test_less_is_blended_in_of_what_was_asked_for_each_face() -> None:
    stages = FakeStages(faces=GROUP, similarity=0.1)
    data = data_of(stages, faces='[{"index":0,"strength":0.4},{"index":1}]', on_low_identity="keep")
    assert strengths(data) == [0.0, 0.0, None] and data["warning"].count("was kept as it was") == 2
    assert "may no longer" in data_of(stages, faces='[{"index":0,"strength":0.4}]', strength=1)["warning"]


@pytest.mark.parametrize(("options", "expected"), [
    ({"min_face_size": 15}, [True, False, True]),
    ({"max_face_size": 20}, [True, True, False]),
    ({"min_face_size": 20, "max_face_size": 20}, [True, False, False]),
    ({"max_face_size": 29, "faces": "largest"}, [True, False, False]),
    ({"min_face_size": 31, "faces": "center"}, [False, False, False]),
    ({"min_face_size": 25, "faces": "[1]"}, [False, True, False]),
])  # fmt: skip
def test_faces_of_other_sizes_are_left_out_and_counted(options: dict[str, object], expected: list[bool]) -> None:
    data = data_of(None, PHOTO, **options)
    assert [face["restored"] for face in data["faces"]] == expected
    named = isinstance(options.get("faces"), str) and str(options["faces"]).startswith("[")
    assert ("not of the size asked for" in (data["warning"] or "")) is not named


def test_without_any_face_the_image_is_enlarged_and_nothing_is_looked_for() -> None:
    stages = FakeStages(faces=[])
    data = data_of(stages, faces="none")
    assert data["faces"] == [] and data["width"] == 256 and data["warning"] is None
    assert data["metrics"]["identity_similarity"] is None
    assert not stages.asked("detector") and not stages.asked("verifier") and not stages.asked("restorer")
    assert_error(enhance(client_of(stages), PHOTO, faces="all"), 422, "detector", "no_face_detected")


def test_without_verification_nobody_computes_features_and_no_figure_is_given() -> None:
    stages = FakeStages(faces=GROUP)
    data = data_of(stages, verify="false")
    assert not stages.asked("verifier") and data["models"]["verifier"] == []
    assert data["metrics"]["identity_similarity"] is None and data["warning"] is None
    assert all(face["restored"] and face["identity_similarity"] is face["reliable"] is None for face in data["faces"])
    verified = data_of(FakeStages(faces=GROUP))
    assert data["restored_image"] == verified["restored_image"]


def test_crops_are_aligned_faces_in_full_strength_and_only_on_request() -> None:
    assert all(face["crop"] is None for face in data_of()["faces"])
    weak, strong = (data_of(None, face_crops=True, faces="[0, 2]", strength=s)["faces"] for s in (0.2, 1))
    assert weak[1]["crop"] is None and [face["crop"] for face in weak] == [face["crop"] for face in strong]
    crop = cv2.imdecode(np.frombuffer(base64.b64decode(strong[0]["crop"]), np.uint8), cv2.IMREAD_COLOR)
    assert crop is not None and crop.shape == (512, 512, 3)


@pytest.mark.slow
def test_the_number_of_crops_is_bounded_and_the_smallest_are_left_out() -> None:
    crowd = [face_at(20 + 2 * n, 40, 20 + n / 10) for n in range(35)]
    data = data_of(FakeStages(faces=crowd), face_crops=True, bystanders=True, background=False, verify=False)
    assert [face["crop"] is None for face in data["faces"]] == [True] * 3 + [False] * 32
    assert "The crops of the 3 smallest faces are left out" in data["warning"]


def test_a_black_and_white_photo_has_black_and_white_crops() -> None:
    gray = png(np.repeat(to_bytes(waves(96, 128))[..., :1], 3, axis=2))
    crop = data_of(None, gray, face_crops=True, faces="[0]")["faces"][0]["crop"]
    pixels = cv2.imdecode(np.frombuffer(base64.b64decode(crop), np.uint8), cv2.IMREAD_COLOR)
    assert pixels is not None and np.ptp(pixels, axis=2).max() == 0


@pytest.mark.parametrize(("size", "expected", "factor"), [
    ("longest:320", (320, 240), 3),
    ("longest:512", (512, 384), 4),
    ("longest:1024", (1024, 768), 4),
    ("longest:128", (128, 96), 1),
    ("longest:64", (64, 48), 1),
    ("200x200 fit", (200, 150), 2),
    ("400x75", (100, 75), 1),
    ("155x999 fit", (155, 116), 2),
])  # fmt: skip
def test_a_size_is_met_to_the_pixel(size: str, expected: tuple[int, int], factor: int) -> None:
    stages = FakeStages()
    response = enhance(client_of(stages), size=size, faces="none")
    data = response.json()["data"]
    assert (data["width"], data["height"]) == expected == result_of(response).shape[1::-1]
    assert stages.asked("upscaler")[0][1] == factor
    plain = data_of(FakeStages(), size=size, background=False, faces="none")
    assert (plain["width"], plain["height"]) == expected


@pytest.mark.slow
def test_in_an_odd_size_the_face_is_where_it_was() -> None:
    """The restored face is a little lighter than its photo: the middle of that tells where it was pasted."""
    photo = png(np.full((96, 128, 3), 122, np.uint8))
    for size, factor in (("longest:301", 301 / 128), ("longest:901", 901 / 128), ("longest:90", 90 / 128)):
        middles = []
        for asked in ({"size": size}, {"upscale_factor": 1}):
            result = result_of(enhance(client_of(), photo, color_correction=False, faces="[0]", **asked))
            weight = result[..., 0].astype(float) - 122
            middles.append([np.average(np.indices(weight.shape)[axis], weights=weight) for axis in (1, 0)])
        assert middles[0] == pytest.approx([(at + 0.5) * factor - 0.5 for at in middles[1]], abs=0.4)


def test_transparency_is_resized_with_the_image() -> None:
    rgba = np.dstack([to_bytes(waves(96, 128)), np.full((96, 128), 128, np.uint8)])
    found = result_of(enhance(client_of(), png(rgba), size="longest:300"))
    assert found.shape == (225, 300, 4) and (found[..., 3] == 128).all()


def test_a_network_runs_by_the_factor_that_the_limits_allow() -> None:
    """Enlarged three times the image would be beyond them; twice, and then resampled, it is not."""
    stages = FakeStages()
    client = client_of(stages, limits={"max_output_megapixels": 96 * 128 * 2.6**2 / 1e6})
    assert enhance(client, size="longest:320").json()["data"]["width"] == 320
    assert stages.asked("upscaler")[0][1] == 2
    body = assert_error(enhance(client, size="longest:400"), 413, "decode", "too_many_pixels")
    assert "longest:400" in body["error"] and "longest:332" in body["error"]
    assert enhance(client, size="longest:332").status_code == 200


@pytest.mark.parametrize(("options", "named"), [
    ({"faces": "some"}, ["faces", "some", "largest", "index"]),
    ({"faces": "[3]"}, ["faces", "no face 3", "has 3"]),
    ({"faces": "[{\"index\":-1}]"}, ["faces", "-1", "greater than or equal to 0"]),
    ({"faces": "[{\"index\":0,\"strength\":2}]"}, ["faces", "0.strength", "less than or equal to 1"]),
    ({"faces": "[{\"index\":0,\"strength\":NaN}]"}, ["faces", "strength"]),
    ({"faces": "[{\"strength\":1}]"}, ["faces", "index"]),
    ({"faces": "[{\"index\":0,\"w\":1}]"}, ["faces", "0.w"]),
    ({"faces": "[true]"}, ["faces", "index"]),
    ({"faces": "[0,0]"}, ["faces", "twice"]),
    ({"faces": "[" * 5000}, ["faces", "allowed"]),
    ({"faces": "0"}, ["faces", "allowed"]),
    ({"size": "big"}, ["size", "big", "longest:N"]),
    ({"size": "longest:0"}, ["size", "longest:0"]),
    ({"size": "longest:-5"}, ["size", "longest:-5"]),
    ({"size": "10x"}, ["size", "10x"]),
    ({"size": "longest:\u0663\u0660\u0660"}, ["size", "longest:N"]),
    ({"size": "longest:1025"}, ["size", "longest:1025", "8 times", "longest:1024"]),
    ({"size": "longest:30"}, ["size", "30x22", "at least 32"]),
    ({"size": "longest:300", "upscale_factor": 2}, ["size", "longest:300", "upscale_factor"]),
    ({"min_face_size": -1}, ["min_face_size", "-1", "greater than or equal to 0"]),
    ({"min_face_size": 9, "max_face_size": 8}, ["max_face_size", "8", "min_face_size", "9"]),
    ({"max_face_size": 0}, ["max_face_size", "'0'"]),
    ({"min_face_size": "inf"}, ["min_face_size", "inf", "finite"]),
    ({"max_face_size": "inf"}, ["max_face_size", "inf", "finite"]),
    ({"verify": False, "on_low_identity": "keep"}, ["on_low_identity", "keep", "verify", "warn"]),
    ({"strength": 7}, ["strength", "7", "less than or equal to 1"]),
    ({"output_format": "x" * 300}, ["output_format", "png"]),
])  # fmt: skip
def test_a_bad_value_is_named_with_its_field_and_what_is_allowed(options: dict[str, object], named: list[str]) -> None:
    stages = FakeStages(faces=GROUP)
    body = assert_error(enhance(client_of(stages), PHOTO, **options), 422, "request", "bad_request")
    assert all(word in body["error"] for word in named), body["error"]
    assert len(body["error"]) < 400 and not stages.asked("restorer")
