"""The two clients. They differ in how they wait; what is sent, and what the answers mean, is shared."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Self, TypeAlias, Unpack, cast

import httpx
from httpx_sse import EventSource, ServerSentEvent

from serve_app.client.result import RequestFailed, Result
from serve_app.client.types import EnhanceOptions, Models, Readiness, StageEvent

Photo: TypeAlias = bytes | str | os.PathLike[str] | BinaryIO
"""The bytes of a file, its path, or an open file."""
OnProgress: TypeAlias = Callable[[StageEvent], None]

TIMEOUT = httpx.Timeout(60.0, connect=10.0)
"""Seconds without a byte; while it works the service sends one at least every 15 s."""
KEY_VARIABLE = "VISAGE_API_KEY"
MAX_WAIT_S = 120.0
"""The longest that is waited before one retry, whatever Retry-After says."""
_EVENTS = {"Accept": "text/event-stream"}
_LOST_CONNECTION_S = 1.0
"""Before the first retry after a connection that broke; doubled each time."""


class _Answer:
    """Reads the events of one response."""

    def __init__(self, on_progress: OnProgress | None) -> None:
        self._on_progress = on_progress
        self._result: str | None = None

    def take(self, event: ServerSentEvent) -> None:
        """Read one event; raises RequestFailed for an error."""
        if event.event == "stage" and self._on_progress is not None:
            self._on_progress(cast(StageEvent, json.loads(event.data)))
        elif event.event == "result":
            self._result = event.data
        elif event.event == "error":
            error = json.loads(event.data)
            raise RequestFailed(
                error["status"], error["code"], error["stage"], error["error"], error.get("retry_after_s")
            )

    def result(self) -> Result:
        """What the stream ended with."""
        if self._result is None:
            raise httpx.RemoteProtocolError("the stream of events ended without a result")
        return Result.from_json(self._result)


class _Retries:
    """When a failed request is sent again."""

    def __init__(self, most: int) -> None:
        self._left = most
        self._pause_s = _LOST_CONNECTION_S

    def pause_after(self, error: RequestFailed | httpx.TransportError) -> float:
        """Seconds to wait; raises `error` where another try is not worth it."""
        self._left -= 1
        if self._left < 0 or isinstance(error, httpx.UnsupportedProtocol):
            raise error
        if isinstance(error, RequestFailed):
            if error.retry_after_s is None:
                raise error
            return min(error.retry_after_s, MAX_WAIT_S)
        pause_s, self._pause_s = self._pause_s, 2 * self._pause_s
        return pause_s


def _form(photo: Photo, reference: Photo | None, options: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments of an httpx request. The files' names stay here: the service does not look at them."""
    files = {"file": ("photo", _bytes_of(photo))}
    if reference is not None:
        files["reference"] = ("reference", _bytes_of(reference))
    given = {name: value for name, value in options.items() if value is not None}
    data = {name: value if isinstance(value, str) else json.dumps(value) for name, value in given.items()}
    return {"files": files, "data": data, "headers": _EVENTS}


def _bytes_of(photo: Photo) -> bytes:
    if isinstance(photo, bytes):
        return photo
    return Path(photo).read_bytes() if isinstance(photo, str | os.PathLike) else photo.read()


def _failure(response: httpx.Response) -> RequestFailed:
    """From a response whose body has been read. A proxy in front may answer with anything."""
    headers = response.headers
    try:
        body = response.json()
        message, stage = body["error"], body["stage"]
    except (ValueError, KeyError, TypeError):
        message, stage = response.text[:200] or response.reason_phrase, "unknown"
    retry_after = headers.get("Retry-After", "")
    seconds = float(retry_after) if retry_after.isdecimal() else None
    return RequestFailed(response.status_code, headers.get("X-Error-Code", "unknown"), stage, message, seconds)


def _key(api_key: str | None) -> dict[str, str]:
    key = api_key or os.environ.get(KEY_VARIABLE)
    return {"Authorization": f"Bearer {key}"} if key else {}


def _api(url: str) -> str:
    """The base of all paths, from the address of the service."""
    url = url.rstrip("/")
    return url if url.endswith("/api") else f"{url}/api"


def _body_of(response: httpx.Response, accepted: tuple[int, ...] = (httpx.codes.OK,)) -> Any:
    if response.status_code not in accepted:
        raise _failure(response)
    return response.json()


_READY = (httpx.codes.OK, httpx.codes.SERVICE_UNAVAILABLE)


class Visage:
    """The sync client; close it, or use it in a `with` statement. Threads may share it."""

    def __init__(
        self,
        url: str = "http://127.0.0.1:8000",
        *,
        api_key: str | None = None,
        retries: int = 4,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """`url` is the service's address; a request is sent again up to `retries` times where that may help.

        Where the service wants an API key it is `api_key`, else that of the environment variable VISAGE_API_KEY.
        """
        self._http = httpx.Client(base_url=_api(url), timeout=TIMEOUT, transport=transport, headers=_key(api_key))
        self._retries = retries

    def enhance(
        self,
        photo: Photo,
        *,
        reference: Photo | None = None,
        on_progress: OnProgress | None = None,
        **options: Unpack[EnhanceOptions],
    ) -> Result:
        """Restore a photo; `on_progress` gets each step as it happens.

        Waits as long as Retry-After says where the service is busy. Raises RequestFailed, or httpx.TransportError
        where the service cannot be reached.
        """
        form, retries = _form(photo, reference, options), _Retries(self._retries)
        while True:
            try:
                return self._send(form, on_progress)
            except (RequestFailed, httpx.TransportError) as error:
                time.sleep(retries.pause_after(error))

    def _send(self, form: dict[str, Any], on_progress: OnProgress | None) -> Result:
        answer = _Answer(on_progress)
        with self._http.stream("POST", "/v1/enhance", **form) as response:
            if response.status_code != httpx.codes.OK:
                response.read()
                raise _failure(response)
            for event in EventSource(response).iter_sse():
                answer.take(event)
        result = answer.result()
        if not (url := result.data.get("url")):
            return result
        return result.fetched(httpx.get(url, timeout=TIMEOUT))  # a stranger to the service: it gets no key

    def ready(self) -> Readiness:
        """What runs, and whether all of it does."""
        return cast(Readiness, _body_of(self._http.get("/v1/readyz"), _READY))

    def models(self) -> Models:
        """The models that run, with licenses and checksums."""
        return cast(Models, _body_of(self._http.get("/v1/models")))

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


class AsyncVisage:
    """The async client; close it, or use it in an `async with` statement."""

    def __init__(
        self,
        url: str = "http://127.0.0.1:8000",
        *,
        api_key: str | None = None,
        retries: int = 4,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """See Visage."""
        self._http = httpx.AsyncClient(base_url=_api(url), timeout=TIMEOUT, transport=transport, headers=_key(api_key))
        self._retries = retries

    async def enhance(
        self,
        photo: Photo,
        *,
        reference: Photo | None = None,
        on_progress: OnProgress | None = None,
        **options: Unpack[EnhanceOptions],
    ) -> Result:
        """See Visage.enhance. A task that is cancelled cancels its request in the service too."""
        form, retries = _form(photo, reference, options), _Retries(self._retries)
        while True:
            try:
                return await self._send(form, on_progress)
            except (RequestFailed, httpx.TransportError) as error:
                await asyncio.sleep(retries.pause_after(error))

    async def _send(self, form: dict[str, Any], on_progress: OnProgress | None) -> Result:
        answer = _Answer(on_progress)
        async with self._http.stream("POST", "/v1/enhance", **form) as response:
            if response.status_code != httpx.codes.OK:
                await response.aread()
                raise _failure(response)
            async for event in EventSource(response).aiter_sse():
                answer.take(event)
        result = answer.result()
        if not (url := result.data.get("url")):
            return result
        async with httpx.AsyncClient(timeout=TIMEOUT) as store:
            return result.fetched(await store.get(url))

    async def ready(self) -> Readiness:
        """See Visage.ready."""
        return cast(Readiness, _body_of(await self._http.get("/v1/readyz"), _READY))

    async def models(self) -> Models:
        """See Visage.models."""
        return cast(Models, _body_of(await self._http.get("/v1/models")))

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.close()
