"""GET /v1/usage."""

from __future__ import annotations

from fastapi import APIRouter, Request

from deployments.errors import Unauthorized
from serve_app.http.meter import Meter
from serve_app.http.middleware.api_key import key_of
from serve_app.http.schemas import KeyUsage


def usage_router(meter: Meter) -> APIRouter:
    """The router of the endpoint that tells a key what it has used."""
    router = APIRouter()

    @router.get("/v1/usage", summary="What has this API key used?")
    async def usage(request: Request) -> KeyUsage:
        key = key_of(request)
        if key is None:
            raise Unauthorized
        return KeyUsage(key=key.id, scopes=sorted(key.scopes), usage=await meter.usage(key))

    return router
