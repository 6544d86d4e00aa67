"""The option `report`: a page about the result that is complete in itself."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from typing import Any

import cv2
import numpy as np
import pytest

from deployments.notes import Note, NoteCode
from tests.helpers.api import assert_error, enhance
from tests.helpers.fakes import FakeStages, client_of
from tests.helpers.images import PHOTO

OPTIONS: dict[str, Any] = {"upscale_factor": 2, "background": False}


def pictures(page: str) -> list[Any]:
    found = re.findall(r'(?:src|href|url)\s*[=(]\s*["\']?([^"\'\s>]+)', page)
    assert all(address.startswith("data:image/jpeg;base64,") for address in found), "it loads nothing"
    files = [base64.b64decode(address.partition(",")[2]) for address in found]
    return [cv2.imdecode(np.frombuffer(file, np.uint8), cv2.IMREAD_COLOR) for file in files]


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
def test_the_page_shows_before_after_and_where_it_changed(accept: str) -> None:
    response = enhance(client_of(), accept=accept, report="html", **OPTIONS)
    text = response.text if accept == "application/json" else response.text.rpartition("data: ")[2]
    data = json.loads(text)["data"]
    page = data["report"]
    before, after, change, _ = pictures(page)
    assert before.shape == (96, 128, 3) and after.shape == (192, 256, 3)
    face = change[40:56, 32:48].mean()
    assert face > 2 * change[:8, 100:].mean(), "the fake restorer inverts the face"
    assert "This is an illustration, not evidence." in page and hashlib.sha256(PHOTO).hexdigest() in page
    assert "31.50 dB" in page and "0.900" in page and "gfpgan-v1.4, bisenet" in page
    assert "default-src 'none'" in page and "<script" not in page


def test_what_the_service_says_of_the_photo_cannot_become_markup() -> None:
    notes = (Note("<script>alert(1)</script>", NoteCode.NO_FACIAL_PRIOR),)
    data = enhance(client_of(FakeStages(notes=notes)), report="html", **OPTIONS).json()["data"]
    assert notes[0] in data["warning"] and "<script" not in data["report"] and "&lt;script&gt;" in data["report"]


def test_there_is_none_unless_asked_for_and_none_beside_a_picture() -> None:
    assert enhance(client_of(), **OPTIONS).json()["data"]["report"] is None
    beside = enhance(client_of(), accept="image/png", report="html", **OPTIONS)
    assert json.loads(beside.headers["x-visage-report"])["report"] is None
    assert_error(enhance(client_of(), report="pdf", **OPTIONS), 422, "request", "bad_request")
