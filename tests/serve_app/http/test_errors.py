"""One table from what went wrong to what the client is told."""

from __future__ import annotations

import pytest

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
)
from deployments.stages import StageName
from serve_app.http.errors import TABLE, ApiError, error_response, translate

ROWS: list[tuple[Exception, int, str, bool, str]] = [
    (UnsupportedFormat("x"), 415, "decode", False, "unsupported_format"),
    (UploadTooLarge("x"), 413, "upload", False, "upload_too_large"),
    (TooManyPixels("x"), 413, "decode", False, "too_many_pixels"),
    (TooFewPixels("x"), 422, "decode", False, "too_few_pixels"),
    (Forbidden("x"), 403, "request", False, "forbidden"),
    (Unauthorized(), 401, "request", False, "unauthorized"),
    (QuotaExceeded("x"), 429, "ingress", True, "quota_exceeded"),
    (UnknownJob(), 404, "request", False, "unknown_job"),
    (JobUnfinished(), 409, "request", False, "job_unfinished"),
    (JobGone("x"), 410, "request", False, "job_gone"),
    (StorageUnavailable(), 503, "ingress", True, "storage_unavailable"),
    (JobsUnavailable(), 503, "ingress", True, "jobs_unavailable"),
    (BadProportions("x"), 422, "decode", False, "bad_proportions"),
    (TooComplex("x"), 422, "decode", False, "too_complex"),
    (Undecodable("x"), 422, "decode", False, "undecodable"),
    (BadRequest("x"), 422, "request", False, "bad_request"),
    (IdempotencyKeyReused(), 422, "request", False, "idempotency_key_reused"),
    (NotAcceptable("x"), 406, "request", False, "not_acceptable"),
    (UploadTooSlow(), 408, "upload", False, "upload_too_slow"),
    (NoFaceDetected(), 422, "detector", False, "no_face_detected"),
    (RateLimited(), 429, "ingress", True, "rate_limited"),
    (StageBusy(StageName.RESTORER, "x"), 503, "restorer", True, "stage_busy"),
    (StageLost(StageName.RESTORER, "x"), 503, "restorer", True, "stage_lost"),
    (NotReady(StageName.RESTORER, "x"), 503, "restorer", True, "not_ready"),
    (ModelUnavailable(StageName.RESTORER, "x"), 503, "restorer", True, "model_unavailable"),
    (OutOfMemory(StageName.RESTORER, "x"), 503, "restorer", True, "out_of_memory"),
    (Cancelled(StageName.RESTORER, "x"), 503, "restorer", True, "cancelled"),
    (DeadlineExceeded(), 504, "ingress", False, "deadline_exceeded"),
    (ContractViolation(StageName.RESTORER, "x"), 500, "restorer", False, "contract_violation"),
    (InferenceFailed(StageName.RESTORER, "x"), 500, "restorer", False, "inference_failed"),
]


@pytest.mark.parametrize(("error", "status", "stage", "retry", "code"), ROWS, ids=lambda value: type(value).__name__)
def test_every_error_has_its_status_its_stage_and_its_advice(
    error: Exception, status: int, stage: str, retry: bool, code: str
) -> None:
    found = translate(error)
    assert (found.status, found.stage, found.retry) == (status, stage, retry)
    assert len(found.message) > 10 or str(error) == "x"
    response = error_response(error, 7)
    assert response.status_code == status and response.headers.get("retry-after") == ("7" if retry else None)
    assert response.headers["x-error-code"] == code


def test_the_table_has_no_row_that_is_not_tested() -> None:
    assert {type(error) for error, *_ in ROWS} == set(TABLE)


def test_a_subclass_is_told_like_its_class() -> None:
    class Special(OutOfMemory):
        pass

    assert translate(Special(StageName.UPSCALER, "x")).status == 503


@pytest.mark.parametrize("error", [RuntimeError("secret"), KeyError("secret")])
def test_an_unknown_error_is_internal_and_keeps_its_text_to_itself(error: Exception) -> None:
    found = translate(error)
    assert found.status == 500 and "secret" not in found.message and not found.retry
    assert found.stage == "internal"


@pytest.mark.parametrize("kind", [InferenceFailed, ContractViolation, OutOfMemory, ModelUnavailable, StageLost])
def test_what_a_stage_says_for_the_log_is_not_told_to_the_client(kind: type[StageError]) -> None:
    assert "/secret/path" not in translate(kind(StageName.RESTORER, "/secret/path")).message


def test_an_error_that_is_the_clients_view_already_stays_as_it_is() -> None:
    error = ApiError(404, Step.REQUEST, "Not Found", ErrorCode.NOT_FOUND)
    assert translate(error) is error


def test_only_faults_of_the_service_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    error_response(Undecodable("x"))
    assert not caplog.records
    error_response(InferenceFailed(StageName.RESTORER, "nan"))
    assert "nan" in caplog.text


def test_every_code_belongs_to_one_kind_of_error() -> None:
    codes = [error.code for error in TABLE]
    assert len(codes) == len(set(codes))
    assert set(ErrorCode) - set(codes) == {ErrorCode.INTERNAL, ErrorCode.NOT_FOUND, ErrorCode.METHOD_NOT_ALLOWED}
