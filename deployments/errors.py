"""Every error that Visage raises on purpose, in one tree. Imports neither OpenCV nor torch.

VisageError
├── StageError                  something went wrong in a stage, which it names
│   ├── ContractViolation       a stage was handed, or returned, something the contract does not allow
│   ├── ModelUnavailable        weights are missing or are not what the manifest says
│   ├── OutOfMemory             the device has no memory left
│   ├── InferenceFailed         the model raised, or returned numbers that are no image
│   ├── Cancelled               the caller left, so the work was stopped
│   ├── StageBusy               the stage's queue is full
│   ├── StageLost               the stage's replica died under the call
│   └── NotReady                the stage is still loading its model
├── DecodeError                 the uploaded bytes
│   ├── UnsupportedFormat
│   ├── Undecodable
│   ├── TooManyPixels
│   ├── TooFewPixels
│   ├── BadProportions
│   └── TooComplex
├── RequestError                the request itself
│   ├── BadRequest
│   ├── IdempotencyKeyReused
│   ├── NotAcceptable
│   ├── UploadTooLarge
│   ├── UploadTooSlow
│   ├── Unauthorized
│   ├── Forbidden
│   ├── QuotaExceeded
│   └── RateLimited
├── JobError                    what only requests about jobs can get
│   └── UnknownJob, JobUnfinished, JobGone, JobsUnavailable
├── NoFaceDetected, StorageUnavailable
├── DeadlineExceeded
└── ChecksumMismatch            a file of weights differs from the manifest

`code` is the machine-readable name of an error; clients get it in the header `X-Error-Code`. Which HTTP status, stage
and message an error becomes is decided in one table, serve_app/http/errors.py.
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from deployments.error_codes import ErrorCode


class Step(StrEnum):
    """Where work happens that is no stage with a model; an error, a timing or a progress event may name it."""

    UPLOAD = "upload"
    REQUEST = "request"
    DECODE = "decode"
    COMPOSE = "compose"
    ENCODE = "encode"
    INGRESS = "ingress"
    WEIGHTS = "weights"
    INTERNAL = "internal"


class VisageError(Exception):
    """The root of the tree."""

    code: ClassVar[ErrorCode] = ErrorCode.INTERNAL


# ---- Stages ----------------------------------------------------------------------------------------------------------


class StageError(VisageError):
    """Something went wrong in a stage.

    `stage` names it: a StageName, or Step.WEIGHTS while weights are read. `str(error)` is meant for a log. Both are in
    `args`, so that the error survives pickling on its way between replicas.
    """

    def __init__(self, stage: StrEnum, message: str) -> None:
        super().__init__(stage, message)
        self.stage = stage
        self.message = message

    def __str__(self) -> str:
        return f"{self.stage}: {self.message}"


class ContractViolation(StageError):
    """A stage was handed, or was about to return, something that the contract does not allow."""

    code = ErrorCode.CONTRACT_VIOLATION


class ModelUnavailable(StageError):
    """A model's weights are not on this machine, or are not what the manifest says."""

    code = ErrorCode.MODEL_UNAVAILABLE


class OutOfMemory(StageError):
    """The device has no memory left for this piece of work, however small it was cut."""

    code = ErrorCode.OUT_OF_MEMORY


class InferenceFailed(StageError):
    """The model raised an error, or returned numbers that are no image."""

    code = ErrorCode.INFERENCE_FAILED


class Cancelled(StageError):
    """The caller left, so the work was stopped."""

    code = ErrorCode.CANCELLED


class StageBusy(StageError):
    """The stage's queue is full; with the stage `ingress`: too many requests wait already."""

    code = ErrorCode.STAGE_BUSY


class StageLost(StageError):
    """The stage's replica died twice under the same call, or there is none."""

    code = ErrorCode.STAGE_LOST


class NotReady(StageError):
    """The stage has not finished loading its model."""

    code = ErrorCode.NOT_READY


# ---- The uploaded image ----------------------------------------------------------------------------------------------


class DecodeError(VisageError):
    """The uploaded bytes cannot be made into an image that the stages accept."""


class UnsupportedFormat(DecodeError):
    """The bytes are in none of the accepted formats."""

    code = ErrorCode.UNSUPPORTED_FORMAT


class Undecodable(DecodeError):
    """The bytes begin like an input format but are truncated, corrupt or of a kind that cannot be read; says which."""

    code = ErrorCode.UNDECODABLE


class TooManyPixels(DecodeError):
    """The header declares more pixels than the limits allow, in or out."""

    code = ErrorCode.TOO_MANY_PIXELS


class TooComplex(DecodeError):
    """The file has a structure that costs far more to decode than its pixels; says which."""

    code = ErrorCode.TOO_COMPLEX


class BadProportions(DecodeError):
    """One side is far longer than the other, or too long for the output format; says which."""

    code = ErrorCode.BAD_PROPORTIONS


class TooFewPixels(DecodeError):
    """A side is shorter than any face could be."""

    code = ErrorCode.TOO_FEW_PIXELS


# ---- The request -----------------------------------------------------------------------------------------------------


class RequestError(VisageError):
    """The request cannot be accepted as it is."""


class BadRequest(RequestError):
    """A field is missing, unknown or out of its range, or the body is no multipart form; says which."""

    code = ErrorCode.BAD_REQUEST


class IdempotencyKeyReused(RequestError):
    """Another request of the client with this Idempotency-Key is running."""

    code = ErrorCode.IDEMPOTENCY_KEY_REUSED


class NotAcceptable(RequestError):
    """The header Accept allows no form that the answer could have; says which there are."""

    code = ErrorCode.NOT_ACCEPTABLE


class UploadTooLarge(RequestError):
    """A file, or the whole request, has more bytes than allowed; says which and how many."""

    code = ErrorCode.UPLOAD_TOO_LARGE


class UploadTooSlow(RequestError):
    """The request did not arrive in time."""

    code = ErrorCode.UPLOAD_TOO_SLOW


class Unauthorized(RequestError):
    """The service wants an API key, and the request has none, or one that is unknown or has expired."""

    code = ErrorCode.UNAUTHORIZED


class Forbidden(RequestError):
    """The request names a host, comes from a page, or has an API key, that may not do this; says which."""

    code = ErrorCode.FORBIDDEN


class QuotaExceeded(RequestError):
    """The API key has used up its requests of the minute, or its megapixels or faces of the day; says which."""

    code = ErrorCode.QUOTA_EXCEEDED


class RateLimited(RequestError):
    """The client's address sent too many requests in the last minute."""

    code = ErrorCode.RATE_LIMITED


class StorageUnavailable(VisageError):
    """The object store that results are put into does not take this one."""

    code = ErrorCode.STORAGE_UNAVAILABLE


class JobError(VisageError):
    """What only requests about jobs can get."""


class UnknownJob(JobError):
    """There is no job with this id, or it is another client's, or its record has expired."""

    code = ErrorCode.UNKNOWN_JOB


class JobUnfinished(JobError):
    """The result was asked for before the job has finished."""

    code = ErrorCode.JOB_UNFINISHED


class JobGone(JobError):
    """The job was cancelled, or its picture has expired; says which."""

    code = ErrorCode.JOB_GONE


class JobsUnavailable(JobError):
    """The server that keeps the jobs is full or does not answer."""

    code = ErrorCode.JOBS_UNAVAILABLE


class NoFaceDetected(VisageError):
    """The detector is sure of no face in the image, not even turned or with a border around it."""

    code = ErrorCode.NO_FACE_DETECTED


class DeadlineExceeded(VisageError):
    """The request took longer than the settings allow."""

    code = ErrorCode.DEADLINE_EXCEEDED


class ChecksumMismatch(VisageError):
    """A file's bytes are not those that the manifest names."""
