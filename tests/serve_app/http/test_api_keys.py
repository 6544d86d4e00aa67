"""Who may come in, and how much of the service a key may use."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from serve_app.jobs.server import PASSWORD_VARIABLE
from serve_app.keys import ApiKey, Scope, new_key
from tests.helpers.api import assert_error, enhance
from tests.helpers.fakes import FakeStages, client_of
from tests.helpers.images import PHOTO
from tests.helpers.redis_server import redis_server
from tests.serve_app.test_keys import file_of


def client_with(folder: Path, *entries: ApiKey, **settings: Any) -> TestClient:
    return client_of(FakeStages(), keys={"source": file_of(folder / "keys.yaml", *entries)}, **settings)


@pytest.fixture
def entered(tmp_path: Path) -> Iterator[tuple[TestClient, str]]:
    presented, entry = new_key()
    with client_with(tmp_path, entry) as client:
        yield client, presented


def bearer(presented: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {presented}"}


def post(client: httpx.Client, presented: str, **fields: str) -> httpx.Response:
    return client.post("/v1/enhance", files={"file": ("photo", PHOTO)}, data=fields, headers=bearer(presented))


def test_without_a_valid_key_nothing_but_health_and_the_documents_is_open(entered: tuple[TestClient, str]) -> None:
    client, presented = entered
    for path in ("/v1/healthz", "/v1/readyz", "/openapi.json", "/docs"):
        assert client.get(path).status_code == httpx.codes.OK
    wrong = presented[:-1] + ("A" if presented[-1] != "A" else "B")
    for headers in ({}, bearer(wrong), {"X-API-Key": wrong}, {"Authorization": f"Basic {presented}"}):
        for path in ("/v1/models", "/v1/usage", "/v1/jobs/x", "/v1/what-may-come"):
            response = client.get(path, headers=headers)
            assert_error(response, 401, "request", "unauthorized")
            assert response.headers["www-authenticate"] == "Bearer"
    assert_error(enhance(client), 401, "request", "unauthorized")


def test_a_key_is_accepted_in_both_headers(entered: tuple[TestClient, str]) -> None:
    client, presented = entered
    assert client.get("/v1/models", headers=bearer(presented)).status_code == httpx.codes.OK
    assert client.get("/v1/models", headers={"X-API-Key": presented}).status_code == httpx.codes.OK
    response = post(client, presented)
    assert response.status_code == httpx.codes.OK and "ratelimit" not in response.headers


def test_a_key_may_do_what_its_scopes_say(tmp_path: Path) -> None:
    keys = {scope: new_key(scopes=[scope]) for scope in Scope}
    with client_with(tmp_path, *(entry for _, entry in keys.values())) as client:
        for scope, (presented, entry) in keys.items():
            found = {
                Scope.ENHANCE: post(client, presented).status_code,
                Scope.STATUS: client.get("/v1/models", headers=bearer(presented)).status_code,
                Scope.JOBS: client.get("/v1/jobs/x", headers=bearer(presented)).status_code,
            }
            allowed = {Scope.ENHANCE: 200, Scope.STATUS: 200, Scope.JOBS: 404}  # jobs are off here
            assert found == {other: allowed[other] if other is scope else 403 for other in Scope}
            usage = client.get("/v1/usage", headers=bearer(presented)).json()
            assert usage["key"] == entry.id and usage["scopes"] == [scope]
        assert_error(post(client, keys[Scope.JOBS][0]), 403, "request", "forbidden")


def test_a_page_elsewhere_may_ask_whether_it_may_send_a_key(tmp_path: Path) -> None:
    presented, entry = new_key()
    with client_with(tmp_path, entry, cors_origins=["https://page.example"]) as client:
        asked = {"Origin": "https://page.example", "Access-Control-Request-Method": "POST"}
        response = client.options("/v1/enhance", headers=asked | {"Access-Control-Request-Headers": "authorization"})
        assert response.status_code == httpx.codes.OK
        refused = client.get("/v1/models", headers={"Origin": "https://page.example"})
        assert refused.status_code == 401 and refused.headers["access-control-allow-origin"] == "https://page.example"
        assert client.get("/v1/models", headers=bearer(presented)).status_code == httpx.codes.OK


def test_requests_of_a_key_are_limited_and_its_headers_say_how_many_are_left(tmp_path: Path) -> None:
    (presented, entry), (other, second) = new_key(requests_per_minute=2), new_key()
    with client_with(tmp_path, entry, second) as client:
        first = post(client, presented)
        assert first.headers["ratelimit-policy"] == '"requests";q=2;w=60'
        assert first.headers["ratelimit"].startswith('"requests";r=1;t=')
        assert post(client, presented).status_code == httpx.codes.OK
        refused = post(client, presented)
        assert "2 requests a minute" in assert_error(refused, 429, "ingress", "quota_exceeded")["error"]
        assert 0 < int(refused.headers["retry-after"]) <= 60 and ";r=0;" in refused.headers["ratelimit"]
        assert post(client, other).status_code == httpx.codes.OK
        assert client.get("/v1/usage", headers=bearer(presented)).status_code == httpx.codes.OK


@pytest.mark.slow
@pytest.mark.parametrize("quota", [{"megapixels_per_day": 1}, {"faces_per_day": 3}])
def test_a_key_uses_up_its_quota_by_what_its_requests_took(tmp_path: Path, quota: dict[str, int]) -> None:
    presented, entry = new_key(**quota)
    (name,) = (each.removesuffix("_per_day") for each in quota)
    with client_with(tmp_path, entry) as client:
        data = post(client, presented, upscale_factor="4").json()["data"]
        used = {"megapixels": data["width"] * data["height"] / 1e6, "faces": len(data["faces"])}
        told = {each["name"]: each for each in client.get("/v1/usage", headers=bearer(presented)).json()["usage"]}
        assert {each: told[each]["used"] for each in told} == pytest.approx(used, abs=1e-3)
        assert told[name]["quota"] == quota[f"{name}_per_day"] and 0 < told[name]["resets_in_s"] <= 86_400
        sent = 1
        while (response := post(client, presented, upscale_factor="4")).status_code == httpx.codes.OK:
            sent += 1
        assert_error(response, 429, "ingress", "quota_exceeded")
        one = told[name]["used"]  # a request costs whole thousandths of a megapixel
        assert (sent - 1) * one < quota[f"{name}_per_day"] <= sent * one
        assert f'"{name}";r=0' in response.headers["ratelimit"]


def test_what_was_refused_costs_no_quota(tmp_path: Path) -> None:
    presented, entry = new_key(faces_per_day=1)
    with client_with(tmp_path, entry) as client:
        refused = client.post("/v1/enhance", files={"file": ("photo", PHOTO[:99])}, headers=bearer(presented))
        assert refused.status_code == 422
        assert post(client, presented).status_code == httpx.codes.OK


def test_two_replicas_share_their_counters_over_redis(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    presented, entry = new_key(requests_per_minute=3, faces_per_day=3)
    monkeypatch.setenv(PASSWORD_VARIABLE, "secret")
    with redis_server(tmp_path, requirepass="secret") as server:
        limits = {"rate_limit_storage": f"redis://127.0.0.1:{server.port}"}
        with client_with(tmp_path, entry, limits=limits) as one, client_with(tmp_path, entry, limits=limits) as two:
            assert post(one, presented).status_code == httpx.codes.OK
            second = post(two, presented)
            assert second.status_code == httpx.codes.OK and '"requests";r=1' in second.headers["ratelimit"]
            assert_error(post(one, presented), 429, "ingress", "quota_exceeded")  # four faces, two by each
            server.process.kill()
            server.process.wait()
            assert_error(post(one, presented), 503, "ingress", "stage_busy")


def test_no_key_and_no_address_is_in_a_log(entered: tuple[TestClient, str], caplog: pytest.LogCaptureFixture) -> None:
    client, presented = entered
    with caplog.at_level(logging.DEBUG):
        post(client, presented)
        post(client, presented[:-2])
        client.get("/v1/nothing", headers={"X-API-Key": presented})
    secret = presented.rpartition("_")[2]
    assert not [
        record for record in caplog.records if secret in record.getMessage() or "testclient" in record.getMessage()
    ]
