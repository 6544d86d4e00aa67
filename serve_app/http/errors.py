"""One table: for each error the status, stage and message that the client gets. The docs and OpenAPI derive from it."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from starlette.responses import Response

from deployments.error_codes import ErrorCode
from deployments.errors import (
    BadProportions,
    BadRequest,
    Cancelled,
    ContractViolation,
    DeadlineExceeded,
    Forbidden,
    IdempotencyKeyReused,
    InferenceFailed,
    JobError,
    JobGone,
    JobsUnavailable,
    JobUnfinished,
    ModelUnavailable,
    NoFaceDetected,
    NotAcceptable,
    NotReady,
    OutOfMemory,
    QuotaExceeded,
    RateLimited,
    StageBusy,
    StageError,
    StageLost,
    Step,
    StorageUnavailable,
    TooComplex,
    TooFewPixels,
    TooManyPixels,
    Unauthorized,
    Undecodable,
    UnknownJob,
    UnsupportedFormat,
    UploadTooLarge,
    UploadTooSlow,
    VisageError,
)
from deployments.stages import StageName
from serve_app.http.middleware.security_headers import SECURITY_HEADERS
from serve_app.http.request_record import note_error

logger = logging.getLogger("visage")

CODE_HEADER = "X-Error-Code"
DEFAULT_RETRY_AFTER_S = 5


@dataclass(frozen=True)
class ErrorRow:
    """What an error becomes on the wire."""

    status: int
    stage: StrEnum | None
    """None: the error names its own."""
    message: str | Callable[[Exception], str]
    """For a person. A function where the error's own text is meant for the client."""
    retry: bool = False
    """Whether the same request may succeed later: the response then carries Retry-After."""


_INTERNAL = ErrorRow(500, Step.INTERNAL, "Something went wrong inside the service. Its log has the details.")

TABLE: dict[type[VisageError], ErrorRow] = {
    Unauthorized: ErrorRow(
        401, Step.REQUEST, "A valid API key is needed, as `Authorization: Bearer KEY` or `X-API-Key: KEY`."
    ),
    Forbidden: ErrorRow(403, Step.REQUEST, str),
    UnknownJob: ErrorRow(404, Step.REQUEST, "There is no job with this id."),
    NotAcceptable: ErrorRow(406, Step.REQUEST, str),
    UploadTooSlow: ErrorRow(408, Step.UPLOAD, "The upload took too long."),
    JobUnfinished: ErrorRow(409, Step.REQUEST, "The job has not finished yet. Ask for its status first."),
    JobGone: ErrorRow(410, Step.REQUEST, str),
    UploadTooLarge: ErrorRow(413, Step.UPLOAD, str),
    TooManyPixels: ErrorRow(413, Step.DECODE, str),
    UnsupportedFormat: ErrorRow(415, Step.DECODE, str),
    TooFewPixels: ErrorRow(422, Step.DECODE, str),
    BadProportions: ErrorRow(422, Step.DECODE, str),
    TooComplex: ErrorRow(422, Step.DECODE, str),
    Undecodable: ErrorRow(422, Step.DECODE, str),
    BadRequest: ErrorRow(422, Step.REQUEST, str),
    IdempotencyKeyReused: ErrorRow(
        422,
        Step.REQUEST,
        "Another request with this Idempotency-Key is running, and is not the same. Use a new key.",
    ),
    NoFaceDetected: ErrorRow(
        422,
        StageName.DETECTOR,
        "No face was found. Faces that are very small, turned away or mostly hidden are not seen: try a closer crop, "
        "or turn the picture upright.",
    ),
    QuotaExceeded: ErrorRow(429, Step.INGRESS, str, retry=True),
    RateLimited: ErrorRow(429, Step.INGRESS, "Too many requests from your address. Try again in a minute.", retry=True),
    ContractViolation: ErrorRow(500, None, "An internal consistency check failed while processing this image."),
    InferenceFailed: ErrorRow(500, None, "The model failed on this image."),
    StageBusy: ErrorRow(503, None, "The service is busy. Try again in a moment.", retry=True),
    StageLost: ErrorRow(503, None, "A part of the service was lost and is being restarted. Try again.", retry=True),
    NotReady: ErrorRow(503, None, "The service is still starting. Try again in a moment.", retry=True),
    ModelUnavailable: ErrorRow(503, None, "A model is not available on this server.", retry=True),
    OutOfMemory: ErrorRow(503, None, "The server has no memory left for this image. Try a smaller one.", retry=True),
    StorageUnavailable: ErrorRow(503, Step.INGRESS, "The result could not be stored. Try again later.", retry=True),
    JobsUnavailable: ErrorRow(503, Step.INGRESS, "No jobs can be kept at the moment. Try again later.", retry=True),
    Cancelled: ErrorRow(503, None, "The request was cancelled.", retry=True),
    DeadlineExceeded: ErrorRow(504, Step.INGRESS, "The image took too long to process. Try a smaller one."),
}


@dataclass
class ApiError(Exception):
    """An error as the client sees it."""

    status: int
    stage: str
    message: str
    code: ErrorCode
    retry: bool = False

    def __str__(self) -> str:
        return f"{self.status} {self.stage}: {self.message}"


ROUTING_CODES = {404: ErrorCode.NOT_FOUND, 405: ErrorCode.METHOD_NOT_ALLOWED}
"""Of requests that reach no endpoint."""


def translate(error: Exception) -> ApiError:
    """The client's view of `error`, by the first class of TABLE that it is an instance of; else 500 `internal`."""
    if isinstance(error, ApiError):
        return error
    row = next((row for kind, row in TABLE.items() if isinstance(error, kind)), _INTERNAL)
    stage = row.stage or (error.stage if isinstance(error, StageError) else Step.INTERNAL)
    message = row.message if isinstance(row.message, str) else row.message(error)
    code = error.code if isinstance(error, VisageError) and row is not _INTERNAL else ErrorCode.INTERNAL
    return ApiError(row.status, stage, message, code, row.retry)


def status_descriptions(*, jobs: bool = False) -> dict[int, str]:
    """For the docs: each status of TABLE and INTERNAL, with its codes and what they mean; of jobs only if asked for."""
    found: dict[int, list[str]] = {}
    rows: list[tuple[type[VisageError], ErrorRow]] = [*TABLE.items(), (VisageError, _INTERNAL)]
    for error, row in rows:
        if issubclass(error, JobError) and not jobs:
            continue
        meaning = "Anything unforeseen." if error is VisageError else (error.__doc__ or "").splitlines()[0]
        found.setdefault(row.status, []).append(f"`{error.code}`: {meaning}")
    return {status: " ".join(texts) for status, texts in sorted(found.items())}


def translate_and_log(error: Exception) -> ApiError:
    """The client's view of `error`, for the request's record; faults of the service itself, 500 and above, are logged
    with their cause.

    An ApiError was logged by whoever made it.
    """
    api = translate(error)
    note_error(api.status, api.stage)
    if api.status >= 500 and api is not error:
        logger.error("%s", api, exc_info=error)
    return api


def error_response(error: Exception, retry_after_s: int = DEFAULT_RETRY_AFTER_S) -> Response:
    """The JSON response to `error`; see translate_and_log."""
    api = translate_and_log(error)
    headers = SECURITY_HEADERS | {CODE_HEADER: api.code}
    if api.retry:
        headers["Retry-After"] = str(retry_after_s)
    body = json.dumps({"error": api.message, "stage": api.stage}, ensure_ascii=False, separators=(",", ":"))
    return Response(body, api.status, headers, "application/json")
