"""Other web pages cannot use the service through a visitor's browser."""

from __future__ import annotations

import httpx
import pytest

from tests.helpers.api import URL, assert_error
from tests.helpers.fakes import FakeStages, client_of
from tests.helpers.images import PHOTO

EVIL = "https://evil.example"


def post(settings: dict[str, list[str]], **headers: str) -> httpx.Response:
    stages = FakeStages()
    response = client_of(stages, **settings).post(
        URL,
        files={"file": ("photo", PHOTO)},
        headers={name.replace("_", "-"): value for name, value in headers.items()},
    )
    assert (stages.calls == []) == (response.status_code != 200), "a stage worked for a request that was refused"
    return response


@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "cross-site", "origin": EVIL},
        {"sec_fetch_site": "same-site", "origin": "http://127.0.0.1:9000", "host": "127.0.0.1:8000"},
        {"sec_fetch_site": "cross-site"},
        {"origin": EVIL},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9000", "host": "127.0.0.1:8000"},
    ],
)
def test_a_request_of_another_page_is_refused(headers: dict[str, str]) -> None:
    body = assert_error(post({}, **headers), 403, "request", "forbidden")
    assert "cors_origins" in body["error"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec_fetch_site": "same-origin", "origin": "https://photos.example"},
        {"sec_fetch_site": "none"},
        {"origin": "http://127.0.0.1:8000", "host": "127.0.0.1:8000"},
        {"origin": "https://photos.example", "host": "photos.example"},
        {"sec_fetch_site": "cross-site", "origin": "https://allowed.example"},
    ],
)
def test_its_own_page_allowed_pages_and_programs_may(headers: dict[str, str]) -> None:
    assert post({"cors_origins": ["https://allowed.example"]}, **headers).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "", "localhost.", "[::2]"]
)
def test_a_host_that_is_not_ours_is_refused_whatever_is_asked(host: str) -> None:
    client = client_of(allowed_hosts=["localhost", "127.0.0.1", "[::1]"])
    for path in ("/v1/healthz", "/v1/readyz", "/openapi.json"):
        body = assert_error(client.get(path, headers={"Host": host}), 403, "request", "forbidden")
        assert "allowed_hosts" in body["error"]


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1", "127.0.0.1:8000", "[::1]", "[::1]:8000"])
def test_a_host_that_is_ours_is_served(host: str) -> None:
    client = client_of(allowed_hosts=["localhost", "127.0.0.1", "[::1]"])
    assert client.get("/v1/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("header", ["x-request-timeout-seconds", "X-Request-Disconnect-Disabled"])
def test_headers_that_would_steer_serve_are_refused(header: str) -> None:
    assert header.lower() in assert_error(post({}, **{header: "?1"}), 422, "request", "bad_request")["error"]
