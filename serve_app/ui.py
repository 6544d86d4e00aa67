"""The exported web page as a second Serve application at /: static files out of memory, under a strict policy."""

# No `from __future__ import annotations` here: see serve_app/app.py.
import base64
import gzip
import hashlib
import html.parser
import mimetypes
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from ray import serve
from ray.serve import Application
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from serve_app.errors import NotReady
from serve_app.responses import error_response

EXPORTED = Path(__file__).resolve().parents[1] / "ui" / "out"
_INDEX, _NOT_FOUND = "/index.html", "/404.html"
_FOREVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"
_COMPRESSIBLE = ("text/", "application/javascript", "application/json", "image/svg+xml")
_MIN_GZIP_BYTES = 512

_MISSING = """The page has not been built, so there is only the API here: see /api/docs.
To build the page: make ui, then start the service again.
"""


class PageSettings(BaseModel):
    """The argument of serve_app.ui:build; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid")

    folder: Path = Field(EXPORTED, description="The exported page, as `make ui` leaves it.")


@dataclass(frozen=True)
class Asset:
    """One exported file, ready to be sent."""

    body: bytes
    packed: bytes | None
    """gzip, where that makes it smaller."""
    headers: dict[str, str]


def read_export(folder: Path) -> dict[str, Asset]:
    """Every file below `folder` by its address; empty where there is no export."""
    if not (folder / _INDEX[1:]).is_file():
        return {}
    return {
        f"/{path.relative_to(folder).as_posix()}": _asset(path, folder) for path in folder.rglob("*") if path.is_file()
    }


def _asset(path: Path, folder: Path) -> Asset:
    body = path.read_bytes()
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if kind == "text/javascript":
        kind = "application/javascript"
    if kind.startswith("text/") or kind == "application/javascript":
        kind += "; charset=utf-8"
    packed = (
        gzip.compress(body, 9, mtime=0) if kind.startswith(_COMPRESSIBLE) and len(body) >= _MIN_GZIP_BYTES else None
    )
    hashed = path.is_relative_to(folder / "_next" / "static")  # Next puts a hash of the content into these names
    return Asset(
        body,
        packed,
        {
            "content-type": kind,
            "cache-control": _FOREVER if hashed else _ASK_AGAIN,
            "etag": f'"{hashlib.sha256(body).hexdigest()[:32]}"',
            "vary": "accept-encoding",
            "content-security-policy": policy(body.decode() if kind.startswith("text/html") else ""),
            "x-content-type-options": "nosniff",
            "x-frame-options": "DENY",
            "referrer-policy": "no-referrer",
            "cross-origin-opener-policy": "same-origin",
            "cross-origin-resource-policy": "same-origin",
            "permissions-policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
        },
    )


def policy(page: str) -> str:
    """The content-security policy of a page: nothing from elsewhere, and of inline scripts only those it came with."""
    finder = _InlineScripts()
    finder.feed(page)
    hashes = [f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in finder.found]
    return "; ".join(
        [
            "default-src 'none'",
            " ".join(["script-src 'self'", *sorted(set(hashes))]),
            "style-src 'self'",
            "img-src 'self' blob: data:",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        ]
    )


class _InlineScripts(html.parser.HTMLParser):
    """Collects the text of every script element without `src`."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script" and "src" not in dict(attrs):
            self._inside = True
            self.found.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.found[-1] += data


def create_page(folder: Path = EXPORTED) -> Starlette:
    """The application, to be mounted at /; reads `folder` once."""
    assets = read_export(folder)

    async def answer(request: Request) -> Response:
        address = request.url.path
        if address.startswith("/api/"):
            # Serve sends these to the other application as soon as that one is there.
            return error_response(NotReady("ingress", "the service is still being deployed"))
        if not assets:
            return PlainTextResponse(_MISSING, 503 if address == "/" else 404, {"cache-control": "no-store"})
        found = assets.get(_INDEX if address == "/" else address)
        if found is None:
            found = assets.get(_NOT_FOUND)
            return PlainTextResponse("Not found.\n", 404) if found is None else _send(found, request, 404)
        return _send(found, request, 200)

    return Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "HEAD", "POST"])])


def _send(asset: Asset, request: Request, status: int) -> Response:
    if status == 200 and request.headers.get("if-none-match") == asset.headers["etag"]:
        return Response(status_code=304, headers=asset.headers)
    if asset.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(asset.packed, status, asset.headers | {"content-encoding": "gzip"})
    return Response(asset.body, status, asset.headers)


@serve.deployment(name="Page")
@serve.ingress()
class Page:
    """Hands out the exported page."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __serve_build_asgi_app__(self) -> Starlette:
        return create_page(self._folder)


def build(settings: PageSettings) -> Application:
    """The page as a Serve application; it needs next to nothing beside the models."""
    options: dict[str, Any] = {"num_replicas": 1, "ray_actor_options": {"num_cpus": 0.05}, "max_ongoing_requests": 64}
    return Page.options(**options).bind(settings.folder)  # type: ignore[attr-defined]
