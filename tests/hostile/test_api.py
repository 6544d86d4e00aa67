"""Random requests on the API over fakes: every response is documented, and every error has its two keys."""

from __future__ import annotations

import os
import string
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from serve_app.pipeline.options import EnhanceOptions
from tests.helpers.api import URL
from tests.helpers.fakes import client_of
from tests.helpers.images import PHOTO
from tests.hostile.mutate import seeds

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]  # by its number of examples, not by the clock

EXAMPLES = max(150, int(os.environ.get("VISAGE_FUZZ", "0")) // 10)

names = st.one_of(st.sampled_from([*EnhanceOptions.model_fields, "file", "reference", "dry_run"]), st.text(max_size=12))
values = st.one_of(
    st.integers().map(str),
    st.floats().map(str),
    st.sampled_from(["true", "false", "png", "jpeg", "all", "largest", "center", "1", "2", "4", "1.0", ""]),
    st.text(max_size=20),
)
files = st.one_of(st.binary(max_size=200), st.sampled_from([PHOTO, PHOTO[:-20], *seeds()]))
header_values = st.text(string.printable.strip(), max_size=30)


@pytest.fixture(scope="module")
def client() -> TestClient:
    return client_of(limits={"max_input_megapixels": 0.1, "max_output_megapixels": 0.2})


@pytest.fixture(scope="module")
def documented(client: TestClient) -> set[int]:
    document = client.get("/openapi.json").json()
    return {int(status) for status in document["paths"][URL]["post"]["responses"]}


def check(response: httpx.Response, documented: set[int]) -> None:
    assert response.status_code in documented, response.text
    if response.status_code == httpx.codes.OK:
        assert set(response.json()) == {"status", "data"}
    else:
        check_error(response)


def check_error(response: httpx.Response) -> None:
    body: dict[str, Any] = response.json()
    assert set(body) == {"error", "stage"} and all(isinstance(value, str) for value in body.values())
    assert response.headers["x-error-code"]
    assert response.status_code != httpx.codes.INTERNAL_SERVER_ERROR, "nothing that a client sends is our fault"


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(fields=st.dictionaries(names, values, max_size=4), photo=files, truth=st.none() | files)
def test_any_form_gets_a_documented_response(
    client: TestClient, documented: set[int], fields: dict[str, str], photo: bytes, truth: bytes | None
) -> None:
    parts = {"file": ("photo", photo)} | ({} if truth is None else {"reference": ("truth", truth)})
    check(client.post(URL, files=parts, data=fields), documented)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(body=st.binary(max_size=500), content_type=st.one_of(header_values, st.just("multipart/form-data; boundary=b")))
def test_any_body_gets_a_documented_response(
    client: TestClient, documented: set[int], body: bytes, content_type: str
) -> None:
    check(client.post(URL, content=body, headers={"Content-Type": content_type}), documented)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(
    headers=st.dictionaries(
        st.sampled_from(["Accept", "Origin", "Sec-Fetch-Site", "X-Forwarded-For", "Forwarded", "X-Request-Id", "Range",
                         "Expect", "Content-Encoding", "X-Request-Timeout-Seconds"]),
        header_values,
        max_size=5,
    )
)  # fmt: skip
def test_any_header_gets_a_documented_response(
    client: TestClient, documented: set[int], headers: dict[str, str]
) -> None:
    check(client.post(URL, files={"file": ("photo", PHOTO)}, data={"faces": "none"}, headers=headers), documented)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(data=st.data())
def test_any_path_and_method_gets_a_documented_response(client: TestClient, data: st.DataObject) -> None:
    """Those of the document answer what it says of them; everything else is 404 or 405 in our form."""
    paths = client.get("/openapi.json").json()["paths"]
    path = data.draw(
        st.one_of(st.sampled_from(sorted(paths)), st.text(string.printable, max_size=30).map("/{}".format))
    )
    method = data.draw(st.sampled_from(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "WHAT"]))
    response = client.request(method, httpx.URL("http://testserver").copy_with(raw_path=quote(path).encode()))
    operation = paths.get(path, {}).get(method.lower())
    if operation is not None:
        assert str(response.status_code) in operation["responses"]
    elif method != "HEAD" and response.status_code not in (200, 204, 307):  # the document, and other ways to a path
        assert response.status_code in (400, 403, 404, 405, 422)
        check_error(response)
