"""Answers 429 to an address beyond its rate, and 503 where requests cannot be counted, before anything is read."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from deployments.errors import RateLimited, StageBusy
from serve_app.http.admission import Admission
from serve_app.http.client_address import client_address
from serve_app.http.errors import error_response
from serve_app.settings import LimitSettings

_RATE_WINDOW_S = 60


class RateLimitMiddleware:
    """ASGI middleware around Admission.check_rate, for POST requests."""

    def __init__(self, app: ASGIApp, admission: Admission, limits: LimitSettings) -> None:
        self._app = app
        self._admission = admission
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "POST":
            try:
                await self._admission.check_rate(client_address(scope, self._limits))
            except RateLimited as error:
                await error_response(error, _RATE_WINDOW_S)(scope, receive, send)
                return
            except StageBusy as error:
                await error_response(error, self._limits.retry_after_s)(scope, receive, send)
                return
        await self._app(scope, receive, send)
