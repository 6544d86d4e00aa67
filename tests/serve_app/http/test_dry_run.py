"""`dry_run`: what is in a photo, without restoring it."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest

from deployments.contract import StageReport
from deployments.stages import StageName
from serve_app.pipeline.options import EnhanceOptions
from serve_app.pipeline.speed import Speeds, Work
from tests.helpers.api import assert_error, enhance
from tests.helpers.fakes import FakeStages, client_of, face_at
from tests.helpers.images import PHOTO, png, to_bytes, waves

GROUP = [face_at(64, 60, 30), face_at(30, 30, 20), face_at(100, 30, 12)]


def data_of(stages: FakeStages, photo: bytes = PHOTO, **options: object) -> dict[str, Any]:
    response = enhance(client_of(stages), photo, dry_run=True, **options)
    assert response.status_code == 200, response.text
    data: dict[str, Any] = response.json()["data"]
    return data


def test_it_tells_what_a_restoration_would_find_and_asks_no_network_but_the_detector_and_the_verifier() -> None:
    stages = FakeStages(faces=GROUP)
    data = data_of(stages, faces="largest", size="longest:300")
    assert {name for name, _ in stages.calls} == {"detector", "verifier"}
    assert (data["input_width"], data["input_height"], data["width"], data["height"]) == (128, 96, 300, 225)
    restored = enhance(client_of(stages), PHOTO, faces="largest", size="longest:300").json()["data"]
    assert [face["box"] for face in data["faces"]] == [face["box"] for face in restored["faces"]]
    assert [face["chosen"] for face in data["faces"]] == [face["restored"] for face in restored["faces"]]
    assert (data["width"], data["height"]) == (restored["width"], restored["height"])
    assert [face["size"] for face in data["faces"]] == [20, 12, 30]
    assert data["estimated_s"] is None


def test_no_face_is_an_empty_list_and_bad_options_are_refused() -> None:
    data = data_of(FakeStages(faces=[], left_out=0))
    assert data["faces"] == [] and data["width"] == 256
    assert_error(enhance(client_of(FakeStages(faces=GROUP)), dry_run=True, faces="[3]"), 422, "request", "bad_request")
    assert_error(enhance(client_of(), dry_run="perhaps"), 422, "request", "bad_request")
    assert_error(enhance(client_of(), b"hello", dry_run=True), 415, "decode")


def test_reliability_is_that_of_the_restoration_and_null_without_verification() -> None:
    assert [face["reliable"] for face in data_of(FakeStages(faces=GROUP))["faces"]] == [False, False, True]
    assert [face["reliable"] for face in data_of(FakeStages(faces=GROUP, feature_norm=10))["faces"]] == [False] * 3
    stages = FakeStages(faces=GROUP)
    assert {face["reliable"] for face in data_of(stages, verify=False)["faces"]} == {None}
    assert not stages.asked("verifier")


def test_small_sharp_and_blurred_faces_are_not_advisable_for_their_reasons() -> None:
    """A large face of fine detail, the same blurred, one that is tiny, and one behind, out of focus."""
    noise = np.random.default_rng(0).random((600, 600, 1)).astype(np.float32)
    detail = np.clip(0.5 + 0.15 * (waves(600, 600) - 0.5) + 0.15 * (noise - 0.5), 0, 1)
    blurred = cv2.GaussianBlur(detail, (0, 0), 3)
    large, tiny, behind = face_at(300, 300, 300), face_at(560, 560, 20), face_at(60, 60, 60)
    picture = detail.copy()
    picture[:120, :120] = blurred[:120, :120]
    faces = data_of(FakeStages(faces=[large, behind, tiny]), png(to_bytes(picture)))["faces"]
    assert [face["reason"] for face in faces] == ["bystander", "already_sharp", "too_small"]
    assert [face["advisable"] for face in faces] == [False] * 3
    (soft,) = data_of(FakeStages(faces=[large]), png(to_bytes(blurred)))["faces"]
    assert soft["reason"] is None and soft["advisable"] and soft["sharpness"] < faces[1]["sharpness"] / 3


def test_after_a_request_the_next_one_like_it_is_estimated() -> None:
    client = client_of(FakeStages(faces=GROUP))
    assert enhance(client, PHOTO, dry_run=True).json()["data"]["estimated_s"] is None
    assert enhance(client).status_code == 200
    assert enhance(client, PHOTO, dry_run=True).json()["data"]["estimated_s"] >= 0


def test_before_any_request_the_warm_ups_of_the_stages_and_a_piece_of_the_photo_tell() -> None:
    unit_s = dict.fromkeys(StageName, 10.0)
    unit_s |= {StageName.DETECTOR: 1.0, StageName.UPSCALER: 100.0, StageName.RESTORER: 7.0, StageName.VERIFIER: 0.5}
    stages = FakeStages(faces=GROUP, unit_s=unit_s)
    crowd = data_of(stages, faces="all")["estimated_s"]
    assert crowd == pytest.approx(0.05 * (1 + 100 + 10) + 3 * 7.0 + 1.5, abs=2.0)
    assert not stages.asked("restorer") and not stages.asked("upscaler"), "nothing is restored for it"
    alone = data_of(stages, faces="none")["estimated_s"]
    assert alone == pytest.approx(0.05 * (100 + 10), abs=0.5)
    assert data_of(stages, faces="none", background=False)["estimated_s"] < 1.0
    del unit_s[StageName.METRICS]
    assert data_of(FakeStages(unit_s=unit_s))["estimated_s"] is None, "nothing is made up"


def test_composing_counts_before_it_was_ever_done() -> None:
    stages = FakeStages(faces=[face_at(32, 32, 20)] * 20, unit_s=dict.fromkeys(StageName, 0.0))
    crowd, alone = (data_of(stages, faces=faces)["estimated_s"] for faces in ("all", "none"))
    assert crowd >= alone + 20 * 0.02, "each face is fitted to the photo, which takes tens of milliseconds"


def test_stages_that_know_nothing_of_their_speed_are_asked_once() -> None:
    class Asked(FakeStages):
        times = 0

        async def reports(self) -> dict[StageName, StageReport]:
            self.times += 1
            return await super().reports()

    stages = Asked(faces=GROUP)
    client = client_of(stages)
    for _ in range(3):
        assert enhance(client, PHOTO, dry_run=True).json()["data"]["estimated_s"] is None
    assert stages.times == 1


def test_what_requests_took_counts_more_than_the_warm_up() -> None:
    speeds = Speeds()
    speeds.begin(dict.fromkeys(["upscaler", "compose", "metrics", "detector", "encode png"], 50.0))
    assert (speeds.expect(work(2, 0)) or {})["upscaler"] == 100.0
    assert speeds.expect(work(2, 0, output_format="jpeg")) is None
    speeds.learn(work(1, 0), {"upscaler": 2000})
    assert (speeds.expect(work(2, 0)) or {})["upscaler"] == 4.0


def work(megapixels: float, faces: int, **options: object) -> Work:
    return Work.of(round(megapixels * 1000), 1000, EnhanceOptions.model_validate(options), faces, 10**6)


def test_an_estimate_grows_with_pixels_and_faces() -> None:
    speeds = Speeds()
    took = {"detector": 200.0, "restorer": 600.0, "upscaler": 3000.0, "compose": 100.0, "verifier": 50.0,
            "metrics": 500.0, "encode": 400.0}  # fmt: skip
    assert speeds.expect(work(1, 1)) is None
    speeds.learn(work(1, 1), took)
    assert sum((speeds.expect(work(1, 1)) or {}).values()) == pytest.approx(0.8 + 3.0 + 0.1 + 0.95)
    assert sum((speeds.expect(work(2, 1)) or {}).values()) == pytest.approx(1.0 + 6.0 + 0.1 * 3.0 / 2.0 + 1.35)
    crowd = speeds.expect(work(1, 20)) or {}
    assert sum(crowd.values()) == pytest.approx(0.2 + 12.0 + 3.0 + 0.1 * 21.0 / 2.0 + 1.0 + 0.9)
    assert speeds.expect(work(1, 1, background=False)) is None, "plain resampling was never seen"
    assert speeds.expect(work(1, 0, upscale_factor=3)) is not None


def test_the_median_of_the_last_requests_counts_not_one_that_was_slow() -> None:
    speeds = Speeds()
    for seconds in (100, *[1] * 8, *[2] * 9):
        speeds.learn(work(1, 0), {"upscaler": seconds * 1e3, "compose": 1, "metrics": 1, "encode": 1, "detector": 1})
        expected = speeds.expect(work(1, 0)) or {}
    assert expected["upscaler"] == pytest.approx(2.0)
