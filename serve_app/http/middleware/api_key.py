"""Lets in who has an API key, before anything of the request is read."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from deployments.errors import Forbidden, QuotaExceeded, Unauthorized, VisageError
from serve_app.http.errors import error_response
from serve_app.http.meter import Meter
from serve_app.keys import ApiKey, KeyRing
from serve_app.keys import Scope as KeyScope

API_KEY_HEADER = "X-API-Key"
_SCOPE = "visage.api_key"
_BEARER = "bearer "
OPEN = ("/v1/healthz", "/v1/readyz", "/docs", "/openapi.json")
_OPEN_FOLDER = "/static-offline-docs/"
_OF_ANY_KEY = "/v1/usage"


@dataclass(frozen=True)
class Guard:
    """The keys, and what each has used."""

    keys: KeyRing
    meter: Meter


class ApiKeyMiddleware:
    """ASGI middleware: 401 without a valid key, 403 for one that may not do this, 429 for one that is used up.

    What is not in OPEN needs a key: an endpoint that is added later is closed by itself.
    """

    def __init__(self, app: ASGIApp, guard: Guard) -> None:
        self._app = app
        self._guard = guard

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "").removeprefix(scope.get("root_path", ""))
        if scope["type"] != "http" or path in OPEN or path.startswith(_OPEN_FOLDER):
            await self._app(scope, receive, send)
            return
        headers: dict[str, str] = {}

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(headers)
            await send(message)

        retry_s = 0
        try:
            key = self._authenticate(Headers(scope=scope))
            _check_scope(key, path, scope["method"])
            if scope["method"] == "POST":
                headers, refusal, retry_s = await self._guard.meter.admit(key)
                if refusal is not None:
                    raise refusal
        except VisageError as error:
            response = error_response(error, retry_s) if isinstance(error, QuotaExceeded) else error_response(error)
            if isinstance(error, Unauthorized):
                headers = {"WWW-Authenticate": "Bearer"}
            await response(scope, receive, send_with_headers)
            return
        await self._app({**scope, _SCOPE: key}, receive, send_with_headers)

    def _authenticate(self, headers: Headers) -> ApiKey:
        authorization = headers.get("authorization", "")
        bearer = authorization[len(_BEARER) :].strip() if authorization.lower().startswith(_BEARER) else ""
        key = self._guard.keys.find(bearer or headers.get(API_KEY_HEADER, ""))
        if key is None:
            raise Unauthorized
        return key


def _check_scope(key: ApiKey, path: str, method: str) -> None:
    if path == _OF_ANY_KEY:
        return
    if path == "/v1/jobs" or path.startswith("/v1/jobs/"):
        needed = KeyScope.JOBS
    else:
        needed = KeyScope.ENHANCE if method == "POST" else KeyScope.STATUS
    if needed not in key.scopes:
        raise Forbidden(f"This API key may not do this: it has no scope {needed}.")


def key_of(request: Request) -> ApiKey | None:
    """The API key that let the request in; None where no keys are needed."""
    key: ApiKey | None = request.scope.get(_SCOPE)
    return key
