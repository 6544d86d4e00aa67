"""Assembles the HTTP API: middleware, routes, and the form that all errors have."""

from __future__ import annotations

import textwrap
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi_offline import FastAPIOffline
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartParser
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response

from deployments.error_codes import ErrorCode
from deployments.errors import BadRequest, Step, VisageError
from serve_app import __version__
from serve_app.http.admission import Admission
from serve_app.http.endpoints import allowed
from serve_app.http.errors import CODE_HEADER, ROUTING_CODES, ApiError, error_response
from serve_app.http.idempotency import KEY_HEADER
from serve_app.http.meter import Meter
from serve_app.http.middleware.api_key import API_KEY_HEADER, OPEN, ApiKeyMiddleware, Guard
from serve_app.http.middleware.body_limit import BodyBound, BodyLimitMiddleware
from serve_app.http.middleware.browser_guard import BrowserGuardMiddleware
from serve_app.http.middleware.head import HeadMiddleware
from serve_app.http.middleware.rate_limit import RateLimitMiddleware
from serve_app.http.middleware.security_headers import SecurityHeadersMiddleware
from serve_app.http.middleware.telemetry import TelemetryMiddleware
from serve_app.http.openapi import describe_keys, describe_models, error_responses
from serve_app.http.photo_form import FILE_FIELDS
from serve_app.http.rate_counter import rate_counter
from serve_app.http.report import REPORT_HEADER
from serve_app.http.routes.enhance import enhance_router
from serve_app.http.routes.film_jobs import PATH as FILMS
from serve_app.http.routes.film_jobs import UPLOAD_SETTING as FILM_SETTING
from serve_app.http.routes.film_jobs import film_jobs_router
from serve_app.http.routes.jobs import jobs_router
from serve_app.http.routes.preview import preview_router
from serve_app.http.routes.status import StateSource, status_router
from serve_app.http.routes.usage import usage_router
from serve_app.http.schemas import ErrorEvent, StageEvent
from serve_app.http.serve_headers import REQUEST_ID_HEADER
from serve_app.http.telemetry import SILENT, Telemetry
from serve_app.jobs.service import Jobs
from serve_app.keys import KeyRing
from serve_app.pipeline.pipeline import Pipeline
from serve_app.settings import Settings
from serve_app.storage import Storage

FORM_OVERHEAD_BYTES = 65_536
"""Boundaries, part headers and the options' fields; far more than they need."""

MAX_FILES, MAX_FIELDS = 4, 32
"""Parts of a form; twice what the API knows, so that an unknown field is still named."""

NO_FILENAME = 'A part without `filename="..."` counts as text; `filename*` alone is not enough.'
"""What older HTTP libraries send for names with other letters than ASCII (RFC 7578, 4.2, forbids it)."""

_SHOWN_VALUE = 80
"""Characters of a bad value that its error repeats."""

DESCRIPTION = """Restores the faces of a photo (GFPGAN), enlarges the rest (Real-ESRGAN), checks that each person is
still the same (ArcFace) and measures how far the result is from the input (PSNR, SSIM, LPIPS).

Nothing of an image is kept, and nothing is written to a disk. Every error is `{"error": ..., "stage": ...}`; the header
`X-Error-Code` names it for programs."""


def create_app(
    pipeline: Pipeline,
    source: StateSource,
    settings: Settings,
    jobs: Jobs | None = None,
    storage: Storage | None = None,
    telemetry: Telemetry = SILENT,
) -> FastAPI:
    """The application, to be mounted at /api. `pipeline` may run over any stages, which makes it testable alone.

    Without `jobs` it has no endpoints for them; without `storage` results are in the responses. Raises KeysCannotBeRead
    where it is to have API keys and has none.
    """
    limits = settings.limits
    max_body_bytes = 2 * limits.max_upload_bytes + FORM_OVERHEAD_BYTES
    # Starlette rolls parts over 1 MB to a temporary file; no byte of an image may reach a disk. It must be set in the
    # process that parses, and the body's size is bounded before it is parsed.
    films = settings.video if jobs is not None and settings.video.max_upload_bytes else None
    others = {}
    if films is not None:
        others[FILMS] = BodyBound(films.max_upload_bytes + FORM_OVERHEAD_BYTES, films.upload_timeout_s, FILM_SETTING)
    MultiPartParser.spool_max_size = max([max_body_bytes, *(each.max_bytes for each in others.values())])
    admission = Admission(limits, record=telemetry.record)

    errors = error_responses()
    app = FastAPIOffline(
        title="Visage",
        version=__version__,
        description=DESCRIPTION,
        redoc_url=None,
        docs_url="/docs",
        form_limits={"max_files": MAX_FILES, "max_fields": MAX_FIELDS},
        responses={status: errors[status] for status in (401, 403, 503)},  # whatever is asked for
    )
    app.add_middleware(HeadMiddleware)
    bounds: dict[str, Any] = {"max_bytes": max_body_bytes, "others": others}
    app.add_middleware(BodyLimitMiddleware, admission=admission, limits=limits, routes=app.routes, **bounds)
    app.add_middleware(RateLimitMiddleware, admission=admission, limits=limits)
    meter = None
    if settings.keys.source:
        meter = Meter(rate_counter(settings.counter_storage))
        app.add_middleware(ApiKeyMiddleware, guard=Guard(KeyRing(settings.keys.source), meter))
        app.include_router(usage_router(meter))
    app.add_middleware(BrowserGuardMiddleware, settings=settings)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=settings.cors_origins,
        allow_methods=["GET", "POST", "DELETE"],
        allow_headers=["Accept", "Authorization", KEY_HEADER, API_KEY_HEADER, REQUEST_ID_HEADER],
        expose_headers=[
            "ETag",
            "Retry-After",
            "Location",
            "RateLimit",
            "RateLimit-Policy",
            CODE_HEADER,
            REQUEST_ID_HEADER,
            REPORT_HEADER,
        ],
    )
    app.add_middleware(SecurityHeadersMiddleware)
    app.add_middleware(TelemetryMiddleware, telemetry=telemetry)
    _handle_errors(app, limits.retry_after_s)
    app.include_router(enhance_router(pipeline, admission, limits, meter, storage, telemetry))
    app.include_router(preview_router(pipeline, admission, limits))
    if jobs is not None:
        app.include_router(jobs_router(jobs, limits, storage, settings.jobs.max_followers))
    if jobs is not None and films is not None:
        app.include_router(film_jobs_router(jobs, films, storage))
    app.include_router(status_router(source, limits, films))
    describe_models(app, [StageEvent, ErrorEvent])
    describe_keys(app, needed=bool(settings.keys.source), open_paths=OPEN)
    return app


def _problem(error: Any) -> str:
    """One of pydantic's errors for a client: the field, its value, and what is allowed."""
    cause, given = error.get("ctx", {}).get("error"), error.get("input")
    reason = (str(cause) if isinstance(cause, ValueError) else str(error["msg"])).removesuffix(".")
    field = next((str(part) for part in error["loc"] if part != "body"), None)
    if field is None:  # options that contradict each other: the reason names them
        return f"{reason}."
    if not isinstance(given, str):
        return f"{field}: {reason}."
    if field in FILE_FIELDS:
        return f"{field}: {NO_FILENAME}"
    return f"{field}: {textwrap.shorten(given, _SHOWN_VALUE, placeholder='…')!r} is not allowed: {reason}."


def _handle_errors(app: FastAPI, retry_after_s: int) -> None:
    """Give what FastAPI itself refuses the form that all errors have."""

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> Response:
        return error_response(BadRequest(_problem(error.errors()[0])), retry_after_s)

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> Response:
        status = 422 if error.status_code == 400 else error.status_code  # 400: the multipart body cannot be parsed
        code = ROUTING_CODES.get(status, ErrorCode.BAD_REQUEST)
        detail = str(error.detail)
        if detail.startswith("Part exceeded maximum size"):  # Starlette's bound for text
            detail = f"{detail} {NO_FILENAME}"
        response = error_response(ApiError(status, Step.REQUEST, detail, code), retry_after_s)
        response.headers.update(error.headers or {})
        if status == 405 and (right := allowed(app.routes, request.scope)):
            response.headers["allow"] = right
        return response

    @app.exception_handler(VisageError)
    @app.exception_handler(ApiError)
    async def known(_: Request, error: Exception) -> Response:
        return error_response(error, retry_after_s)

    @app.exception_handler(Exception)
    async def unexpected(_: Request, error: Exception) -> Response:
        return error_response(error, retry_after_s)
