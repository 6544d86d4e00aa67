"""JSON or a picture, as the header Accept says."""

from __future__ import annotations

import pytest

from serve_app.http.job_picture import wants_picture


@pytest.mark.parametrize(
    ("accept", "picture"),
    [
        ("", False),
        ("*/*", False),
        ("application/json", False),
        ("image/*", True),
        ("IMAGE/PNG", True),
        ("image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5", True),  # a browser's <img>
        ("text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8", True),  # its address bar
        ("image/png;q=0.5, application/json", False),
        ("application/json;q=0.5, image/png", True),
        ("application/json, image/png", False),
        ("image/png, */*", True),
        ("image/png;q=0", False),
        ("image/png;q=nonsense", False),
        (",;,", False),
    ],
)
def test_the_weights_decide_and_json_where_they_do_not(accept: str, picture: bool) -> None:
    assert wants_picture(accept) is picture
