"""Health, models, headers, CORS and the API's own documents."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from deployments.stages import STAGES
from serve_app.http.middleware.api_key import OPEN
from serve_app.http.middleware.security_headers import SECURITY_HEADERS
from tests.helpers.api import URL
from tests.helpers.fakes import FakeStages, client_of, make_app
from tests.helpers.images import PDF


def test_every_answer_carries_the_security_headers() -> None:
    client = client_of()
    for path in ("/v1/healthz", "/v1/readyz", "/v1/models", "/docs", "/openapi.json"):
        response = client.get(path)
        assert response.status_code == 200
        for name, value in SECURITY_HEADERS.items():
            assert response.headers[name] == value


def test_only_origins_on_the_list_may_call_from_a_page() -> None:
    client = client_of(cors_origins=["https://photos.example"])
    for origin, allowed in (("https://photos.example", "https://photos.example"), ("https://evil.example", None)):
        preflight = client.options(URL, headers={"Origin": origin, "Access-Control-Request-Method": "POST"})
        assert preflight.headers.get("access-control-allow-origin") == allowed
        response = client.post(URL, files={"file": ("photo", PDF)}, headers={"Origin": origin})
        assert response.headers.get("access-control-allow-origin") == allowed, "errors too must be readable"
    assert (
        "access-control-allow-origin" not in client_of().get("/v1/healthz", headers={"Origin": "https://a.b"}).headers
    )


def test_readyz_tells_what_runs_and_what_is_accepted() -> None:
    response = client_of(limits={"max_input_megapixels": 4}).get("/v1/readyz")
    body = response.json()
    assert response.status_code == 200 and body["ready"] is True
    assert set(body["stages"]) == set(STAGES)
    assert body["stages"]["restorer"]["models"] == ["gfpgan-v1.4", "bisenet"]
    assert body["limits"]["max_input_pixels"] == 4_000_000 and body["limits"]["max_upload_bytes"] == 10_485_760


def test_readyz_is_503_and_says_why_while_a_stage_is_not_ready() -> None:
    response = client_of(FakeStages(fail={"states": RuntimeError("weights are missing")})).get("/v1/readyz")
    assert response.status_code == 503 and response.json()["ready"] is False
    assert response.json()["stages"]["restorer"]["notes"] == ["weights are missing"]
    assert client_of().get("/v1/healthz").json() == {"status": "alive"}


def test_head_is_answered_as_get_without_the_body() -> None:
    for client in (client_of(), client_of(FakeStages(fail={"states": RuntimeError("weights are missing")}))):
        for path in ("/v1/healthz", "/v1/readyz", "/v1/models", "/openapi.json"):
            told, got = client.head(path), client.get(path)
            assert (told.status_code, told.content) == (got.status_code, b"")
            assert told.headers["content-length"] == got.headers["content-length"] == str(len(got.content))
    assert client_of().head(URL).status_code == 405


def test_models_lists_the_licence_of_everything_that_runs() -> None:
    models = {model["name"]: model for model in client_of().get("/v1/models").json()["models"]}
    assert models["gfpgan-v1.4"]["stage"] == "restorer" and models["gfpgan-v1.4"]["commercial"] is False
    assert all(re.fullmatch("[0-9a-f]{64}", model["sha256"]) and model["licence"] for model in models.values())


def test_the_openapi_document_describes_every_field_and_every_error() -> None:
    document = client_of().get("/openapi.json").json()
    operation = document["paths"][URL]["post"]
    assert set(operation["responses"]) == {
        "200",
        "401",
        "403",
        "406",
        "408",
        "413",
        "415",
        "422",
        "429",
        "500",
        "503",
        "504",
    }
    for status, answer in operation["responses"].items():
        assert answer["description"]
        if status != "200":
            schema = answer["content"]["application/json"]["schema"]
            assert schema["$ref"].endswith("/ErrorResponse")
    form = operation["requestBody"]["content"]["multipart/form-data"]["schema"]
    schemas = document["components"]["schemas"]
    body = schemas[form["$ref"].rsplit("/", 1)[1]]
    (options,) = (schemas[part["$ref"].rsplit("/", 1)[1]] for part in body["allOf"])
    fields = options["properties"] | body["properties"]
    assert set(fields) == {
        "file", "upscale_factor", "size", "strength", "faces", "min_face_size", "max_face_size", "bystanders",
        "on_low_identity", "min_identity", "verify", "face_crops", "layers", "dry_run",
        "color_correction", "grain", "background", "output_format", "quality", "lossless", "metadata", "reference",
        "report",
    }  # fmt: skip
    assert all(field.get("description") for field in fields.values())
    assert (fields["upscale_factor"]["minimum"], fields["upscale_factor"]["maximum"]) == (1, 4)
    assert (fields["strength"]["minimum"], fields["strength"]["maximum"]) == (0.0, 1.0)


def test_the_docs_page_asks_no_other_host_for_anything() -> None:
    client = client_of()
    page = client.get("/docs").text
    sources = re.findall(r"""(?:src|href)=["']([^"']+)["']""", page)
    assert sources
    assert not [source for source in sources if re.match(r"(https?:)?//", source)]
    for source in sources:
        assert client.get(source).status_code == 200


def test_below_a_prefix_the_docs_page_finds_its_parts() -> None:
    client = TestClient(make_app(FakeStages()), root_path="/api")
    page = client.get("/docs").text
    assert "/api/openapi.json" in page
    assert all(source.startswith("/api/") for source in re.findall(r"""(?:src|href)=["']([^"']+)["']""", page))


def test_the_openapi_document_describes_the_events_of_the_stream() -> None:
    document = client_of().get("/openapi.json").json()
    schemas = document["components"]["schemas"]
    content = document["paths"][URL]["post"]["responses"]["200"]["content"]["text/event-stream"]
    events = [schemas[part["$ref"].rsplit("/", 1)[1]]["properties"] for part in content["schema"]["anyOf"]]
    assert [set(event) for event in events] == [
        {"stage", "state", "done", "total", "percent", "eta_ms"},
        {"error", "stage", "status", "code", "retry_after_s"},
    ]
    assert set(schemas["AnyStage"]["enum"]) > set(STAGES)


def test_the_openapi_document_names_the_ways_to_send_an_api_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_KEYS", "keys: []")
    optional, needed = (
        client.get("/openapi.json").json() for client in (client_of(), client_of(keys={"source": "env:NO_KEYS"}))
    )
    schemes = needed["components"]["securitySchemes"]
    assert schemes == optional["components"]["securitySchemes"]
    assert {(each["type"], each.get("scheme"), each.get("name")) for each in schemes.values()} == {
        ("http", "bearer", None),
        ("apiKey", None, "X-API-Key"),
    }
    assert needed["security"] == [{name: []} for name in schemes] and {} in optional["security"]
    for path, operations in needed["paths"].items():
        assert all(operation.get("security") == ([] if path in OPEN else None) for operation in operations.values())


@pytest.mark.slow
def test_whatever_is_asked_for_another_host_or_no_key_is_a_documented_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_KEYS", "keys: []")
    paths = client_of().get("/openapi.json").json()["paths"]
    stranger, closed = client_of(allowed_hosts=["visage"]), client_of(keys={"source": "env:NO_KEYS"})
    for path, operations in paths.items():
        for method, operation in operations.items():
            assert stranger.request(method, path).status_code == 403 and "403" in operation["responses"]
            if path not in OPEN:
                assert closed.request(method, path).status_code == 401 and "401" in operation["responses"]
