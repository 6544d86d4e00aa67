"""Calls of the API, for the tests over fakes and over the real service."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

import cv2
import httpx
import numpy as np
from numpy.typing import NDArray

from serve_app.http.errors import CODE_HEADER
from serve_app.http.middleware.security_headers import SECURITY_HEADERS
from tests.helpers.images import PHOTO

URL = "/v1/enhance"


def enhance(client: httpx.Client, photo: bytes = PHOTO, **fields: object) -> httpx.Response:
    """Send a photo with options; `accept` is the header, for example of an event stream."""
    headers = {"Accept": str(fields.pop("accept", "application/json"))}
    data = {name: str(value).lower() for name, value in fields.items()}
    return client.post(URL, files={"file": ("photo", photo)}, data=data, headers=headers)


def result_of(response: httpx.Response) -> NDArray[Any]:
    """The image in a successful response: RGB, RGBA or gray, 8 or 16 bits."""
    assert response.status_code == httpx.codes.OK, response.text[:500]
    data = base64.b64decode(response.json()["data"]["restored_image"])
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    assert pixels is not None
    if pixels.ndim == 2:
        return pixels
    return cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB if pixels.shape[2] == 3 else cv2.COLOR_BGRA2RGBA)


def assert_error(response: httpx.Response, status: int, stage: str, code: str | None = None) -> dict[str, str]:
    """Check the form that every error has: the two keys, the headers, and Retry-After where a retry makes sense."""
    assert response.status_code == status, response.text
    body: dict[str, str] = response.json()
    assert set(body) == {"error", "stage"} and all(isinstance(value, str) and value for value in body.values())
    assert body["stage"] == stage and not body["error"].endswith("..")
    assert response.headers[CODE_HEADER] == code if code else response.headers[CODE_HEADER]
    for name, value in SECURITY_HEADERS.items():
        assert response.headers[name] == value
    assert ("retry-after" in response.headers) == (status in (503, 429))
    return body


def events_of(response: httpx.Response) -> list[tuple[str, dict[str, Any]]]:
    """The events of a stream: their names and JSON."""
    found = re.findall(r"event: (\w+)\r?\ndata: (.*?)\r?\n\r?\n", response.text, re.DOTALL)
    return [(name, json.loads(data)) for name, data in found]
