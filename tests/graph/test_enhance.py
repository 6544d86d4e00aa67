"""Real models on real Ray over real HTTP: a photograph goes in and comes back restored."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import cv2
import httpx
import numpy as np
import pytest

from deployments.errors import NoFaceDetected
from deployments.stages import STAGES
from load.service import Service
from serve_app.http.errors import TABLE
from tests.helpers.api import enhance, events_of, result_of
from tests.helpers.images import one_face, png, psnr, six_faces, small_face


@pytest.fixture(scope="module")
def one(service: Service) -> httpx.Response:
    with service.client() as client:
        return enhance(client, png(one_face()))


def test_one_face_comes_back_at_twice_the_size_with_every_documented_figure(one: httpx.Response) -> None:
    body = one.json()
    data = body["data"]
    assert body["status"] == "success"
    assert {"restored_image", "metrics", "processing_time_ms", "warning"} <= set(data)
    assert set(data["metrics"]) == {"psnr", "ssim", "lpips", "identity_similarity"}
    assert (data["width"], data["height"]) == (1024, 1024)
    assert result_of(one).shape == (1024, 1024, 3)
    assert len(data["faces"]) == 1
    assert data["faces"][0]["reliable"] is True
    assert data["metrics"]["identity_similarity"] > 0.8
    assert 20 < data["metrics"]["psnr"] < 45
    assert set(data["timings_ms"]) >= {"decode", *STAGES, "encode"}


def test_the_result_is_the_same_picture(one: httpx.Response) -> None:
    smaller = cv2.resize(result_of(one), (512, 512), interpolation=cv2.INTER_AREA)
    assert psnr(smaller, one_face()) > 28


def test_a_blurred_and_small_portrait_comes_back_closer_to_the_original_than_plain_enlargement(
    service: Service,
) -> None:
    original = one_face()[:320, 64:384]
    blurred = cv2.resize(cv2.GaussianBlur(original, (0, 0), 1.5), (160, 160), interpolation=cv2.INTER_AREA)

    def distance(**options: object) -> float:
        files = {"file": ("a.png", png(blurred)), "reference": ("b.png", png(original))}
        answer = client.post("/v1/enhance", files=files, data={name: str(value) for name, value in options.items()})
        return float(answer.json()["data"]["metrics"]["lpips"])

    with service.client() as client:
        restored, plain = distance(), distance(strength=0, background=False)
    assert restored < 0.8 * plain


def test_six_faces_are_each_restored_and_recognised(service: Service) -> None:
    with service.client() as client:
        answer = enhance(client, png(six_faces()), upscale_factor=1, output_format="jpeg", background=False)
    data = answer.json()["data"]
    assert len(data["faces"]) == 6
    assert all(face["restored"] and face["identity_similarity"] > 0.5 for face in data["faces"])
    assert data["metrics"]["identity_similarity"] == pytest.approx(
        min(face["identity_similarity"] for face in data["faces"]), abs=1e-4
    )
    assert result_of(answer).shape == (886, 1280, 3)


def test_a_request_gets_the_same_bytes_alone_and_among_others(service: Service) -> None:
    """Three of the six people, several times, while other faces go through the same restorer."""
    photo = png(np.ascontiguousarray(six_faces()[120:520, 280:900]))
    options = {"upscale_factor": 1, "background": False}
    with service.client() as client, ThreadPoolExecutor(4) as pool:
        alone = enhance(client, photo, **options)
        assert len(alone.json()["data"]["faces"]) >= 2
        others = [pool.submit(enhance, client, png(small_face()), **options) for _ in range(2)]
        again = [pool.submit(enhance, client, photo, **options) for _ in range(2)]
        others.append(pool.submit(enhance, client, png(one_face()), **options))
        assert {other.result().status_code for other in others} == {200}
        images = {answer.json()["data"]["restored_image"] for answer in (alone, *(each.result() for each in again))}
    assert len(images) == 1


def test_only_the_largest_face_is_restored_when_asked(service: Service) -> None:
    with service.client() as client:
        data = enhance(client, png(six_faces()), upscale_factor=1, faces="largest", background=False).json()["data"]
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (face["box"] for face in data["faces"])]
    assert [face["restored"] for face in data["faces"]] == [area == max(areas) for area in areas]
    assert len(areas) == 6


def test_without_gfpgan_every_answer_says_so(service: Service, one: httpx.Response) -> None:
    with service.client() as client:
        restorer = client.get("/v1/readyz").json()["stages"]["restorer"]
    data = one.json()["data"]
    assert data["models"]["restorer"][0] == restorer["models"][0]
    said = "without a facial prior" in (data["warning"] or "")
    assert said is (restorer["details"]["facial_prior"] is False)


def test_the_same_request_gives_the_same_bytes(service: Service) -> None:
    picture = png(small_face())
    with service.client() as client:
        first, second = (enhance(client, picture).json()["data"]["restored_image"] for _ in range(2))
    assert first == second


def test_ten_requests_at_once_each_get_their_own_face_back(service: Service) -> None:
    base = small_face().astype(np.float32)
    tints = [(r, g, b) for r in (0.5, 0.75, 1) for g in (0.5, 0.75, 1) for b in (0.6, 1)][:10]
    pictures = [np.clip(base * tint, 0, 255).astype(np.uint8) for tint in tints]

    def ask(picture: np.ndarray) -> httpx.Response:
        with service.client() as client:
            return enhance(client, png(picture), upscale_factor=1, background=False)

    with ThreadPoolExecutor(10) as pool:
        results = [result_of(answer) for answer in pool.map(ask, pictures)]
    for index, result in enumerate(results):
        closeness = [psnr(result, picture) for picture in pictures]
        assert int(np.argmax(closeness)) == index
        assert closeness[index] > 25


def test_a_picture_without_a_face_is_refused_by_the_detector(service: Service) -> None:
    with service.client() as client:
        answer = enhance(client, png(np.full((256, 256, 3), 90, np.uint8)))
    assert answer.status_code == 422
    assert answer.json() == {"error": TABLE[NoFaceDetected].message, "stage": "detector"}


def test_transparency_and_sixteen_bits_survive(service: Service) -> None:
    face = small_face().astype(np.uint16) * 257
    alpha = np.full((*face.shape[:2], 1), 65535, np.uint16)
    alpha[:40] = 0
    with service.client() as client:
        answer = enhance(client, png(np.concatenate([face, alpha], axis=2)), upscale_factor=2, background=False)
    result = result_of(answer)
    assert result.dtype == np.uint16
    assert result.shape == (400, 400, 4)
    assert result[:60, :, 3].max() == 0
    assert result[100:, :, 3].min() == 65535


def test_the_event_stream_tells_the_stages_in_order_and_ends_with_the_plain_answer(service: Service) -> None:
    picture = png(small_face())
    with service.client() as client:
        plain = enhance(client, picture).json()
        stream = enhance(client, picture, accept="text/event-stream")
    assert stream.headers["content-type"].startswith("text/event-stream")
    *told, (name, final) = events_of(stream)
    assert name == "result"
    for answer in (plain, final):
        answer["data"].pop("processing_time_ms")
        answer["data"].pop("timings_ms")
    assert final == plain
    assert {name for name, _ in told} == {"stage"}
    stages = [event for _, event in told]
    ends = [event["stage"] for event in stages if event["state"] == "finished"]
    assert ends.index("detector") < ends.index("restorer") < ends.index("compose") < ends.index("encode")
    assert {"upscaler", "verifier", "metrics"} < set(ends)
    said = {"stage": "restorer", "state": "progress", "done": 1, "total": 1}.items()
    assert any(said <= event.items() for event in stages)
    percents = [event["percent"] for event in stages if event["percent"] is not None]
    assert percents == sorted(percents) and percents, "what is done becomes less"


def test_a_reference_changes_what_the_figures_compare_with(service: Service) -> None:
    picture = small_face()
    with service.client() as client:
        files = {"file": ("a.png", png(picture)), "reference": ("b.png", png(255 - picture))}
        answer = client.post("/v1/enhance", files=files, data={"background": "false", "upscale_factor": "1"})
    data = answer.json()["data"]
    assert data["metrics_against"] == "reference"
    assert data["metrics"]["psnr"] < 10


def test_readyz_and_models_tell_what_runs_with_licence_and_checksum(service: Service) -> None:
    with service.client() as client:
        ready, models = client.get("/v1/readyz").json(), client.get("/v1/models").json()["models"]
    assert ready["ready"] is True
    assert set(ready["stages"]) == set(STAGES)
    assert all(stage["replicas"] >= 1 and stage["device"] for stage in ready["stages"].values())
    assert {model["stage"] for model in models} == set(ready["stages"])
    assert all(len(model["sha256"]) == 64 and model["licence"] for model in models)


def test_the_documents_describe_the_api_and_load_nothing_from_elsewhere(service: Service) -> None:
    with service.client() as client:
        page, document = client.get("/docs").text, client.get("/openapi.json").json()
    assert "http://" not in page
    assert "https://" not in page
    responses = document["paths"]["/v1/enhance"]["post"]["responses"]
    assert {"200", "403", "408", "413", "415", "422", "429", "500", "503", "504"} <= set(responses)


def test_a_dry_run_and_the_stream_tell_how_long_it_takes(service: Service) -> None:
    """Loosely: other work on the machine changes its speed. load/bench measures how well."""
    picture = png(small_face())
    with service.client() as client:
        enhance(client, picture)
        told = enhance(client, picture, dry_run=True).json()["data"]["estimated_s"]
        stream = enhance(client, picture, accept="text/event-stream")
    took_s = events_of(stream)[-1][1]["data"]["processing_time_ms"] / 1e3
    assert took_s / 4 < told < 4 * took_s
    left = [event["eta_ms"] for name, event in events_of(stream) if name == "stage"]
    assert None not in left and left[-1] < left[0] / 4
