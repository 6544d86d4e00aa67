"""The page's own server: policy, caching, what it says where there is no page or no service."""

from __future__ import annotations

import base64
import gzip
import hashlib
from pathlib import Path

import pytest
from pydantic import ValidationError
from starlette.testclient import TestClient

from serve_app.page.app import PageSettings, create_page
from serve_app.page.csp import content_security_policy

SCRIPT = "self.__next_f=[1]; // <b>ä</b>"
PACKED = b"as the build has packed it"
INDEX = f'<!doctype html><html><script src="/theme.js"></script><script>{SCRIPT}</script><p>{"x" * 900}</p></html>'


@pytest.fixture
def page(tmp_path: Path) -> TestClient:
    """A small export."""
    static = tmp_path / "_next" / "static" / "chunks"
    static.mkdir(parents=True)
    (static / "main-abc.js").write_text("'use strict';" * 100)
    (static / "main-abc.js.br").write_bytes(PACKED)
    (tmp_path / "index.html").write_text(INDEX)
    (tmp_path / "404.html").write_text("<p>nothing here</p>")
    (tmp_path / "_not-found.html").write_text("<p>nothing here</p>")
    (tmp_path / "manifest.webmanifest").write_text("{}")
    (tmp_path / "astronaut.jpg").write_bytes(b"\xff\xd8\xff" + bytes(600))
    return TestClient(create_page(tmp_path))


def hash_of(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_the_policy_allows_nothing_from_elsewhere_and_only_the_pages_own_inline_scripts(page: TestClient) -> None:
    given = page.get("/").headers["content-security-policy"]
    assert f"script-src 'self' {hash_of(SCRIPT)};" in given
    assert "default-src 'none'" in given and "connect-src 'self'" in given and "frame-ancestors 'none'" in given
    assert "font-src 'self'" in given and "manifest-src 'self'" in given
    assert "unsafe" not in given and "http" not in given


def test_scripts_with_an_address_need_no_hash() -> None:
    assert "sha256" not in content_security_policy('<script src="/a.js"></script>')


def test_hashed_files_are_kept_for_ever_and_the_page_is_asked_for_again(page: TestClient) -> None:
    assert "immutable" in page.get("/_next/static/chunks/main-abc.js").headers["cache-control"]
    first = page.get("/")
    assert first.headers["cache-control"] == "no-cache"
    again = page.get("/", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304 and again.content == b""


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", W/{} , "third"', "*"])
def test_a_copy_is_known_in_every_form_that_a_proxy_makes_of_its_tag(page: TestClient, form: str) -> None:
    tag = page.get("/").headers["etag"].removeprefix("W/")
    assert page.get("/", headers={"if-none-match": form.format(tag)}).status_code == 304
    assert page.get("/", headers={"if-none-match": '"other", W/"third"'}).status_code == 200
    assert page.get("/nowhere", headers={"if-none-match": "*"}).status_code == 404


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("BR;q=0.1, gzip", "br"),
        ("br;q=0, gzip", "gzip"),
        ("gzip;q=0", None),
        ("gzip;q=0, *", "br"),
        ("*;q=0", None),
        ("identity", None),
        ("", None),
        ("xgzip", None),
    ],
)
def test_the_smallest_coding_that_the_client_takes(page: TestClient, accepted: str, coding: str | None) -> None:
    with page.stream("GET", "/_next/static/chunks/main-abc.js", headers={"accept-encoding": accepted}) as answer:
        raw = b"".join(answer.iter_raw())
    assert answer.headers.get("content-encoding") == coding and answer.headers["vary"] == "accept-encoding"
    assert (raw == PACKED) == (coding == "br")


def test_files_have_their_own_type_whatever_the_machine_knows(page: TestClient) -> None:
    assert page.get("/manifest.webmanifest").headers["content-type"] == "application/manifest+json"
    assert page.get("/_next/static/chunks/main-abc.js").headers["content-type"].startswith("application/javascript")


def test_the_page_is_only_read(page: TestClient) -> None:
    answer = page.post("/")
    assert answer.status_code == 405 and set(answer.headers["allow"].split(", ")) == {"GET", "HEAD"}
    assert page.head("/").status_code == 200


def test_photos_shared_without_the_service_worker_are_not_received(page: TestClient) -> None:
    answer = page.post("/share", files={"photos": b"x"}, follow_redirects=False)
    assert answer.status_code == 303 and answer.headers["location"] == "/"


def test_links_to_the_pages_own_picture_have_the_operators_address(tmp_path: Path) -> None:
    text = "<meta content='https://visage.invalid/social.jpg'><script>'https://visage.invalid/'</script>"
    (tmp_path / "index.html").write_text(text)
    (tmp_path / "index.html.br").write_bytes(b"as it was exported")
    own = TestClient(create_page(tmp_path, "https://photos.example.org/"))
    answer = own.get("/", headers={"accept-encoding": "br"})
    assert answer.text.startswith("<meta content='https://photos.example.org/social.jpg'>")
    assert hash_of("'https://photos.example.org/'") in answer.headers["content-security-policy"]
    assert TestClient(create_page(tmp_path)).get("/").text.startswith("<meta content='/social.jpg'>")


def test_search_engines_may_list_the_page_only_where_its_public_address_is_set(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<title>Visage</title>")
    hidden, public = (TestClient(create_page(tmp_path, url)) for url in ("", "https://photos.example.org"))
    assert hidden.get("/").headers["x-robots-tag"] == "noindex"
    assert "x-robots-tag" not in public.get("/").headers


def test_text_is_compressed_where_the_client_takes_it(page: TestClient) -> None:
    with page.stream("GET", "/", headers={"accept-encoding": "gzip"}) as packed:
        raw = b"".join(packed.iter_raw())
    assert packed.headers["content-encoding"] == "gzip" and gzip.decompress(raw).decode() == INDEX
    plain = page.get("/", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers and plain.text == INDEX
    assert "content-encoding" not in page.get("/astronaut.jpg").headers


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere",
        "/../ui.py",
        "/%2e%2e/secret",
        "/_next/",
        "/404.html",
        "/_not-found.html",
        "/share",
        "/_next/static/chunks/main-abc.js.br",
    ],
)
def test_anything_else_is_404_with_the_pages_words(page: TestClient, path: str) -> None:
    answer = page.get(path)
    assert answer.status_code == 404 and answer.text == "<p>nothing here</p>"


def test_while_the_service_is_being_deployed_the_api_says_so(page: TestClient) -> None:
    for answer in (page.get("/api/v1/readyz"), page.post("/api/v1/enhance", files={"file": b"x"})):
        assert answer.status_code == 503 and answer.headers["retry-after"]
        assert answer.json() == {"error": "The service is still starting. Try again in a moment.", "stage": "ingress"}


def test_without_an_export_it_tells_how_to_make_one(tmp_path: Path) -> None:
    bare = TestClient(create_page(tmp_path))
    answer = bare.get("/")
    assert answer.status_code == 503 and "make ui" in answer.text
    assert bare.get("/favicon.ico").status_code == 404


def test_every_answer_has_the_headers_that_keep_others_out(page: TestClient) -> None:
    headers = page.get("/").headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "DENY"


def test_unknown_settings_are_refused() -> None:
    with pytest.raises(ValidationError):
        PageSettings.model_validate({"foldr": "x"})
    with pytest.raises(ValidationError):
        PageSettings(public_url="photos.example.org")
