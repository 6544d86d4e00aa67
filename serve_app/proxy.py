"""What runs inside Ray Serve's own HTTP proxy, in front of every replica.

Installed by the environment variable RAY_SERVE_HTTP_PROXY_CALLBACK_IMPORT_PATH=serve_app.proxy:middleware, which
`make serve` sets where Ray is started.
"""

from __future__ import annotations

import re

from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from deployments.errors import StageBusy, StageLost, Step
from serve_app.http.errors import ROUTING_CODES, ApiError, error_response
from serve_app.http.serve_headers import REQUEST_ID_HEADER, STEERING_HEADERS

_STEERING = {name.encode() for name in STEERING_HEADERS}
_REQUEST_ID = REQUEST_ID_HEADER.lower().encode()
_SANE_ID = re.compile(rb"[A-Za-z0-9._:-]{8,128}")
"""What fits UUIDs, W3C trace ids and nginx's $request_id, and can do no harm in a log."""
_SERVES_OWN = "/-/"
"""Paths under which Serve tells of itself, to Kubernetes for example."""


class StripHeadersMiddleware:
    """ASGI middleware that removes from requests STEERING_HEADERS, and an X-Request-ID that is no plain id."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            headers = [(name, value) for name, value in scope["headers"] if _may_pass(name.lower(), value)]
            scope = {**scope, "headers": headers}
        await self._app(scope, receive, send)


def _may_pass(name: bytes, value: bytes) -> bool:
    return name not in _STEERING and (name != _REQUEST_ID or _SANE_ID.fullmatch(value) is not None)


class OwnErrorsMiddleware:
    """ASGI middleware that gives what Serve itself answers the form that all errors have.

    Where the replica that has a request dies, Serve sends nothing, of which its web server makes a plain 500; where no
    replica takes one, Serve sends a 503 in plain text. Both become our 503, and the 404 of a path that no
    application has, and any 500 in plain text, become ours. A response that has begun is cut off.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(_SERVES_OWN):
            await self._app(scope, receive, send)
            return
        began = has_left = False
        serves: Headers | None = None
        """Those of a response of Serve's own, which goes no further."""
        status = 503

        async def listen() -> Message:
            nonlocal has_left
            message = await receive()
            has_left |= message["type"] == "http.disconnect"
            return message

        async def pass_on(message: Message) -> None:
            nonlocal began, serves, status
            began = True
            if message["type"] == "http.response.start" and _is_serves_own(message):
                serves, status = Headers(raw=message["headers"]), message["status"]
            if serves is None:
                await send(message)

        await self._app(scope, listen, pass_on)
        if serves is None and (began or has_left):
            return
        response = _told(status, serves)
        if request_id := Headers(scope=scope).get(REQUEST_ID_HEADER):  # the client's, or Serve's, which puts it there
            response.headers[REQUEST_ID_HEADER] = request_id
        await response(scope, receive, send)


def _is_serves_own(start: Message) -> bool:
    """Whether a response is Serve's 404, 500 or 503; ours are JSON, and the page's HTML."""
    plain = Headers(raw=start["headers"]).get("content-type", "").startswith("text/plain")
    return plain and start["status"] in (404, 500, 503)


def _told(status: int, serves: Headers | None) -> Response:
    """What we say in its place: of a full queue Serve says when to come back, of replicas that are gone it does not."""
    if status == 404:
        return error_response(ApiError(404, Step.REQUEST, "Not Found", ROUTING_CODES[404]))
    if status == 500:
        return error_response(RuntimeError("Serve itself failed"))
    if serves is None:
        return error_response(StageLost(Step.INGRESS, "the ingress replica died"))
    if "retry-after" in serves:
        return error_response(StageBusy(Step.INGRESS, "Serve's queue is full"), int(serves["retry-after"]))
    return error_response(StageLost(Step.INGRESS, "no ingress replica runs"))


def middleware() -> list[Middleware]:
    """Called by Serve when its proxy starts; the last one is the first to see a request."""
    return [Middleware(OwnErrorsMiddleware), Middleware(StripHeadersMiddleware)]
