"""One table: what went wrong, and the status, stage and message that the client gets for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from deployments.codec import TooFewPixels, TooManyPixels, Undecodable, UnsupportedFormat
from deployments.contract import (
    Abandoned,
    ContractViolation,
    InferenceFailed,
    ModelUnavailable,
    OutOfMemory,
    StageError,
)


@dataclass
class ApiError(Exception):
    """An error as the client sees it."""

    status: int
    stage: str
    message: str
    retry: bool = False
    """Whether the same request may succeed later: the answer then carries Retry-After."""

    def __str__(self) -> str:
        return f"{self.status} {self.stage}: {self.message}"


class NoFaceDetected(Exception):
    """The picture shows no face that the detector is sure of."""


class UploadTooLarge(Exception):
    """A file, or the whole request, has more bytes than allowed; says which and how many."""


class UploadTooSlow(Exception):
    """The request did not arrive in time."""


class BadRequest(Exception):
    """A field is missing or out of its range, or the body is no multipart form; says which."""


class RateLimited(Exception):
    """The client's address sent too many requests in the last minute."""


class StageBusy(StageError):
    """The stage's queue is full."""


class StageLost(StageError):
    """The stage's replica died twice under the same call, or none is there."""


class NotReady(StageError):
    """The stage has not finished loading its model."""


class DeadlineExceeded(Exception):
    """The request took longer than the settings allow."""


@dataclass(frozen=True)
class _Row:
    status: int
    stage: str | None
    """None: the error names its own."""
    message: str | Callable[[Exception], str]
    retry: bool = False


_INTERNAL = _Row(500, "internal", "Something went wrong inside the service. Its log has the details.")

TABLE: dict[type[Exception], _Row] = {
    UnsupportedFormat: _Row(415, "decode", "Only JPEG and PNG images are supported."),
    UploadTooLarge: _Row(413, "upload", str),
    TooManyPixels: _Row(413, "decode", str),
    TooFewPixels: _Row(422, "decode", str),
    Undecodable: _Row(422, "decode", "The image is damaged or incomplete and could not be decoded."),
    BadRequest: _Row(422, "request", str),
    UploadTooSlow: _Row(408, "upload", "The upload took too long."),
    NoFaceDetected: _Row(422, "detector", "No face was detected in the image."),
    RateLimited: _Row(429, "ingress", "Too many requests from your address. Try again in a minute.", retry=True),
    StageBusy: _Row(503, None, "The service is busy. Try again in a moment.", retry=True),
    StageLost: _Row(503, None, "A part of the service was lost and is being restarted. Try again.", retry=True),
    NotReady: _Row(503, None, "The service is still starting. Try again in a moment.", retry=True),
    ModelUnavailable: _Row(503, None, "A model is not available on this server.", retry=True),
    OutOfMemory: _Row(503, None, "The server has no memory left for this image. Try a smaller one.", retry=True),
    Abandoned: _Row(503, None, "The work was given up.", retry=True),
    DeadlineExceeded: _Row(504, "ingress", "The image took too long to process. Try a smaller one."),
    ContractViolation: _Row(500, None, "The service broke its own rules while processing this image."),
    InferenceFailed: _Row(500, None, "The model failed on this image."),
}


def translate(error: Exception) -> ApiError:
    """The client's view of `error`, by the first class of the table that it is an instance of; else 500 `internal`."""
    if isinstance(error, ApiError):
        return error
    row = next((row for kind, row in TABLE.items() if isinstance(error, kind)), _INTERNAL)
    stage = row.stage or (error.stage if isinstance(error, StageError) else "internal")
    message = row.message if isinstance(row.message, str) else row.message(error)
    return ApiError(row.status, stage, message, row.retry)
