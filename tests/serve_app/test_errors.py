"""One table from what went wrong to what the client is told."""

from __future__ import annotations

import pytest

from deployments.codec import TooFewPixels, TooManyPixels, Undecodable, UnsupportedFormat
from deployments.contract import (
    Abandoned,
    ContractViolation,
    InferenceFailed,
    ModelUnavailable,
    OutOfMemory,
    StageError,
)
from serve_app.errors import (
    TABLE,
    ApiError,
    BadRequest,
    DeadlineExceeded,
    NoFaceDetected,
    NotReady,
    RateLimited,
    StageBusy,
    StageLost,
    UploadTooLarge,
    UploadTooSlow,
    translate,
)
from serve_app.responses import error_response

ROWS: list[tuple[Exception, int, str, bool]] = [
    (UnsupportedFormat("x"), 415, "decode", False),
    (UploadTooLarge("x"), 413, "upload", False),
    (TooManyPixels("x"), 413, "decode", False),
    (TooFewPixels("x"), 422, "decode", False),
    (Undecodable("x"), 422, "decode", False),
    (BadRequest("x"), 422, "request", False),
    (UploadTooSlow(), 408, "upload", False),
    (NoFaceDetected(), 422, "detector", False),
    (RateLimited(), 429, "ingress", True),
    (StageBusy("restorer", "x"), 503, "restorer", True),
    (StageLost("restorer", "x"), 503, "restorer", True),
    (NotReady("restorer", "x"), 503, "restorer", True),
    (ModelUnavailable("restorer", "x"), 503, "restorer", True),
    (OutOfMemory("restorer", "x"), 503, "restorer", True),
    (Abandoned("restorer", "x"), 503, "restorer", True),
    (DeadlineExceeded(), 504, "ingress", False),
    (ContractViolation("restorer", "x"), 500, "restorer", False),
    (InferenceFailed("restorer", "x"), 500, "restorer", False),
]


@pytest.mark.parametrize(("error", "status", "stage", "retry"), ROWS, ids=lambda value: type(value).__name__)
def test_every_error_has_its_status_its_stage_and_its_advice(
    error: Exception, status: int, stage: str, retry: bool
) -> None:
    found = translate(error)
    assert (found.status, found.stage, found.retry) == (status, stage, retry)
    assert len(found.message) > 10 or str(error) == "x"
    response = error_response(error, 7)
    assert response.status_code == status and response.headers.get("retry-after") == ("7" if retry else None)


def test_the_table_has_no_row_that_is_not_tested() -> None:
    assert {type(error) for error, *_ in ROWS} == set(TABLE)


def test_a_subclass_is_told_like_its_class() -> None:
    class Special(OutOfMemory):
        pass

    assert translate(Special("upscaler", "x")).status == 503


@pytest.mark.parametrize("error", [RuntimeError("secret"), KeyError("secret")])
def test_an_unknown_error_is_internal_and_keeps_its_text_to_itself(error: Exception) -> None:
    found = translate(error)
    assert found.status == 500 and "secret" not in found.message and not found.retry
    assert found.stage == "internal"


@pytest.mark.parametrize("kind", [InferenceFailed, ContractViolation, OutOfMemory, ModelUnavailable, StageLost])
def test_what_a_stage_says_for_the_log_is_not_told_to_the_client(kind: type[StageError]) -> None:
    assert "/secret/path" not in translate(kind("restorer", "/secret/path")).message


def test_an_error_that_is_the_clients_view_already_stays_as_it_is() -> None:
    error = ApiError(404, "request", "Not Found")
    assert translate(error) is error


def test_only_faults_of_the_service_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    error_response(Undecodable("x"))
    assert not caplog.records
    error_response(InferenceFailed("restorer", "nan"))
    assert "nan" in caplog.text
