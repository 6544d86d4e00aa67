"""The Serve application of the page: static files from memory, under a strict policy."""

# No `from __future__ import annotations` here: see serve_app/app.py.
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from ray import serve
from ray.serve import Application
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from deployments.errors import NotReady, Step
from serve_app.http.errors import error_response
from serve_app.page.assets import INDEX, NOT_FOUND, Asset, read_export
from serve_app.page.encoding import is_fresh, preferred_coding

EXPORTED = Path(__file__).resolve().parents[2] / "ui" / "out"

_ERROR_PAGES = (NOT_FOUND, "/_not-found")
"""What is exported to be sent for other paths, and is no page itself."""

_MISSING = """The page has not been built, so only the API is here: see /api/docs.
To build the page: make ui, then start the service again.
"""


class PageSettings(BaseModel):
    """The argument of serve_app.page.app:build; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid")

    folder: Path = Field(EXPORTED, description="The exported page, as `make ui` leaves it.")
    public_url: str = Field(
        "",
        pattern="^(https?://[^/?#]+/?)?$",
        description="Where the public reaches the page: for links to its picture, and search engines may list it then.",
    )


def create_page(folder: Path = EXPORTED, public_url: str = "") -> Starlette:
    """The application, to be mounted at /; reads `folder` once."""
    assets = read_export(folder, public_url)

    async def not_yet(request: Request) -> Response:
        # Serve routes these to the other application as soon as that one is there.
        return error_response(NotReady(Step.INGRESS, "the service is still being deployed"))

    async def shared(request: Request) -> Response:
        # Photos shared with the installed page are taken by its service worker; without it nothing is received.
        return RedirectResponse("/", 303)

    async def respond(request: Request) -> Response:
        path = request.url.path
        if not assets:
            return PlainTextResponse(_MISSING, 503 if path == "/" else 404, {"cache-control": "no-store"})
        found = None if path.startswith(_ERROR_PAGES) else assets.get(INDEX if path == "/" else path)
        if found is None:
            found = assets.get(NOT_FOUND)
            return PlainTextResponse("Not found.\n", 404) if found is None else _send(found, request, 404)
        return _send(found, request, 200)

    return Starlette(
        routes=[
            Route("/api/{path:path}", not_yet, methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]),
            Route("/share", shared, methods=["POST"]),
            Route("/{path:path}", respond, methods=["GET", "HEAD"]),
        ]
    )


def _send(asset: Asset, request: Request, status: int) -> Response:
    if status == 200 and is_fresh(request.headers.get("if-none-match"), asset.headers["etag"]):
        return Response(status_code=304, headers=asset.headers)
    coding = preferred_coding(request.headers.get("accept-encoding"), asset.compressed)
    if coding is None:
        return Response(asset.body, status, asset.headers)
    return Response(asset.compressed[coding], status, asset.headers | {"content-encoding": coding})


@serve.deployment(name="Page")
@serve.ingress()
class Page:
    """Serves the exported page."""

    def __init__(self, settings: PageSettings) -> None:
        self._settings = settings

    def __serve_build_asgi_app__(self) -> Starlette:
        return create_page(self._settings.folder, self._settings.public_url)


def build(settings: PageSettings) -> Application:
    """The page as a Serve application; it needs next to nothing compared with the models."""
    options: dict[str, Any] = {"num_replicas": 1, "ray_actor_options": {"num_cpus": 0.05}, "max_ongoing_requests": 64}
    return Page.options(**options).bind(settings)  # type: ignore[attr-defined]
