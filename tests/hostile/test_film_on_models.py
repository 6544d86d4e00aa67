"""A film through the service as it is delivered: its own consumer, stages and models, and a real Redis. `make fuzz`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import yaml

from load.film_clip import Pixels, moving_portrait, worn, write_clip
from load.service import ROOT, running
from tests.helpers.films import packets_of, read_film
from tests.helpers.redis_server import redis_server
from tests.helpers.waiting import wait_until

pytestmark = [
    pytest.mark.cluster,
    pytest.mark.slow,
    pytest.mark.skipif("VISAGE_FUZZ" not in os.environ, reason="a cluster of its own with all models: make fuzz"),
]


def detail(frames: list[Pixels]) -> float:
    """Of the middle, where the face is: how much pixels differ from their neighbors."""
    height, width = frames[0].shape[:2]
    middle = [frame[height // 4 : 3 * height // 4, width // 3 : 2 * width // 3] for frame in frames]
    return float(np.mean([np.abs(cv2.Laplacian(each, cv2.CV_32F)).mean() for each in middle]))


def test_a_film_of_a_blurred_face_comes_back_sharper_and_in_step_with_its_sound(tmp_path: Path) -> None:
    film, result, kept = tmp_path / "film.mp4", tmp_path / "result.mp4", tmp_path / "redis"
    kept.mkdir()
    write_clip(film, worn(moving_portrait(8, 320, 240), 160, 120))
    config = yaml.safe_load((ROOT / "serve_config.yaml").read_text())
    config["applications"] = config["applications"][:1]
    with redis_server(kept) as redis:
        config["applications"][0]["args"] = {"jobs": {"redis": redis.address}}
        with running(config, tmp_path) as service, service.client() as client:
            job = client.post("/v1/jobs/video", files={"file": ("film.mp4", film.read_bytes())}).json()["id"]

            def found() -> dict[str, Any]:
                answer: dict[str, Any] = client.get(f"/v1/jobs/{job}").json()
                return answer

            wait_until(lambda: found()["status"] not in ("queued", "running"), found, pause_s=0.2)
            assert found()["status"] == "succeeded", found()
            figures = client.get(f"/v1/jobs/{job}/result").json()["data"]["figures"]
            result.write_bytes(client.get(f"/v1/jobs/{job}/result", headers={"Accept": "video/*"}).content)
    assert (figures["frames"], figures["tracks"], figures["faces"]) == (8, 1, 8)
    assert 0 < figures["restored"] < 8 and figures["carried"] == 8 - figures["restored"]
    assert figures["identity_mean"] > 0.6 and all(figures["models"][stage] for stage in ("restorer", "upscaler"))
    (before, times), (after, same) = read_film(film), read_film(result)
    assert times == same and packets_of(film, "audio") == packets_of(result, "audio")
    enlarged = [np.asarray(cv2.resize(each, (320, 240), interpolation=cv2.INTER_CUBIC), np.uint8) for each in before]
    assert after[0].shape == (240, 320, 3) and detail(after) > 1.5 * detail(enlarged)
    assert np.abs(np.array(after, int) - enlarged).mean() < 12, "it is the same picture"
