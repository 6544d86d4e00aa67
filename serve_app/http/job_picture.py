"""Whether a client wants JSON or the picture itself (RFC 9110, 12.5.1), and the response that is the picture."""

from __future__ import annotations

from starlette.responses import Response

from serve_app.http.enhance import Answer
from serve_app.http.report import REPORT_HEADER, report_header

_OPTIONAL = ("faces", "timings_ms", "models")
"""Left out of the header where it would become too long, the first one first."""


def wants_picture(accept: str) -> bool:
    """Whether the header Accept prefers a picture: by its weights, and JSON where it has no preference."""
    weights = dict(_range(part) for part in accept.lower().split(",") if part.strip())
    picture = max((weight for name, weight in weights.items() if name.startswith("image/")), default=0.0)
    json = next((weights[name] for name in ("application/json", "application/*", "*/*") if name in weights), 0.0)
    named = "application/json" in weights or "application/*" in weights
    return picture > json or (picture == json > 0 and not named)


def _range(part: str) -> tuple[str, float]:
    name, *parameters = (piece.strip() for piece in part.split(";"))
    weights = [text.partition("=")[2] for text in parameters if text.startswith("q=")]
    try:
        return name, float(weights[0]) if weights else 1.0
    except ValueError:
        return name, 0.0


def picture_response(answer: Answer) -> Response:
    """The picture; what JSON would say of it is in the header X-Visage-Report."""
    report = report_header(answer.data, *_OPTIONAL)
    return Response(answer.picture, media_type=answer.data.content_type, headers={REPORT_HEADER: report})
