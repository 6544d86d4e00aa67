"""The HTTP API: routes, documents and what stands around them. Everything else is in the pipeline."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Protocol

from fastapi import Depends, FastAPI, File, Request, UploadFile
from fastapi.exceptions import RequestValidationError
from fastapi_offline import FastAPIOffline
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartParser
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response

from deployments.manifest import manifest
from serve_app.admission import Admission, RateGate
from serve_app.body import BoundedBody
from serve_app.enhance import Job, run
from serve_app.errors import ApiError, BadRequest, UploadTooLarge
from serve_app.events import event_stream
from serve_app.form import enhance_options
from serve_app.pipeline import Pipeline, Tell
from serve_app.responses import SecurityHeaders, error_response
from serve_app.schemas import (
    EnhanceOptions,
    EnhanceResponse,
    ErrorResponse,
    Health,
    ModelInfo,
    Models,
    PublicLimits,
    Readiness,
    StageStatus,
)

FORM_OVERHEAD_BYTES = 65_536
"""Boundaries, part headers and the options' fields; far more than they need."""

DESCRIPTION = """Restores the faces of a photograph (GFPGAN), enlarges the rest (Real-ESRGAN), checks that everybody is
still the same person (ArcFace) and measures how far the result is from the input (PSNR, SSIM, LPIPS).

Nothing of a picture is kept, and nothing is written to a disk. Every error is `{"error": ..., "stage": ...}`."""

_ERRORS: dict[int, str] = {
    408: "The upload took too long.",
    413: "More bytes, input pixels or output pixels than allowed (see GET /v1/readyz for the limits).",
    415: "Neither JPEG nor PNG, by its content.",
    422: "A field is missing or out of range, the image is damaged or too small, or it shows no face.",
    429: "Too many requests from this address. Retry-After tells when to come back.",
    500: "A model, a metric or the service itself failed on this image.",
    503: "Busy, starting, out of memory, a model is missing or a part was lost. Retry-After tells when to come back.",
    504: "The image took longer than the deadline.",
}
_DOCUMENTED: dict[int | str, dict[str, Any]] = {
    status: {"model": ErrorResponse, "description": text} for status, text in _ERRORS.items()
}
_EVENTS = {
    "description": "With `Accept: text/event-stream` the answer is a stream: `stage` events "
    '(`{"stage", "state": "started|progress|finished", "done", "total"}`), then one `result` event with this JSON or '
    'one `error` event (`{"error", "stage", "status"}`).',
    "content": {"text/event-stream": {"schema": {"type": "string"}}},
}


class StatusSource(Protocol):
    """Who can tell what state the stages are in."""

    async def status(self) -> dict[str, StageStatus]: ...


def create_app(pipeline: Pipeline, status: StatusSource) -> FastAPI:
    """The application, to be mounted at /api. `pipeline` may run over any stages, which makes it testable alone."""
    settings = pipeline.settings
    limits = settings.limits
    # Starlette rolls parts over 1 MB to a temporary file; no byte of a picture may reach a disk. It must be set in the
    # process that parses, and the body's size is bounded before it is parsed.
    MultiPartParser.spool_max_size = 2 * limits.max_upload_bytes + FORM_OVERHEAD_BYTES
    admission = Admission(limits)

    def respond(error: Exception) -> Response:
        return error_response(error, limits.retry_after_s)

    app = FastAPIOffline(title="Visage", version="1.0.0", description=DESCRIPTION, redoc_url=None, docs_url="/docs")
    app.add_middleware(
        BoundedBody, max_bytes=2 * limits.max_upload_bytes + FORM_OVERHEAD_BYTES, timeout_s=limits.upload_timeout_s
    )
    app.add_middleware(RateGate, admission=admission)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=settings.cors_origins,
        allow_methods=["GET", "POST"],
        allow_headers=["Accept"],
        expose_headers=["Retry-After"],
    )
    app.add_middleware(SecurityHeaders)
    _handle_errors(app, respond)

    @app.post(
        "/v1/enhance",
        response_model=EnhanceResponse,
        responses={200: _EVENTS, **_DOCUMENTED},
        summary="Restore the faces of a photograph",
    )
    async def enhance(
        request: Request,
        file: Annotated[UploadFile, File(description="The photograph: JPEG or PNG, at most `max_upload_bytes`.")],
        options: Annotated[EnhanceOptions, Depends(enhance_options)],
        reference: Annotated[
            UploadFile | None,
            File(description="Ground truth: the metrics are then taken against it instead of the resampled input."),
        ] = None,
    ) -> Response:
        try:
            job = Job(
                await _read(file, "file", limits.max_upload_bytes),
                None if reference is None else await _read(reference, "reference", limits.max_upload_bytes),
                options,
            )

            def work(tell: Tell) -> Awaitable[str]:
                return run(job, pipeline, admission, tell)

            if "text/event-stream" in request.headers.get("accept", ""):
                return event_stream(work, respond)
            return Response(await work(lambda progress: None), media_type="application/json")
        except Exception as error:
            # Here and not in an exception handler: Serve replaces handlers of some of these with its own.
            return respond(error)

    @app.get("/v1/healthz", summary="Does the process live?")
    async def healthz() -> Health:
        return Health()

    @app.get(
        "/v1/readyz",
        response_model=Readiness,
        responses={503: {"model": Readiness, "description": "A stage is not ready."}},
        summary="Can it work, and what runs?",
    )
    async def readyz() -> Response:
        stages = await status.status()
        codec = limits.codec()
        readiness = Readiness(
            ready=all(stage.ready for stage in stages.values()),
            stages=stages,
            limits=PublicLimits(
                max_upload_bytes=limits.max_upload_bytes,
                max_input_pixels=codec.max_input_pixels,
                max_output_pixels=codec.max_output_pixels,
                min_side=limits.min_side,
                deadline_s=limits.deadline_s,
            ),
        )
        return Response(readiness.model_dump_json(), 200 if readiness.ready else 503, media_type="application/json")

    @app.get("/v1/models", summary="What runs, its licence and its checksum")
    async def models() -> Models:
        stages = await status.status()
        return Models(models=[_model(name, stage) for stage, state in stages.items() for name in state.models])

    return app


def _model(name: str, stage: str) -> ModelInfo:
    model = manifest()[name]
    return ModelInfo(
        name=name,
        stage=stage,
        title=model.title,
        licence=model.licence,
        commercial=model.commercial,
        file=model.file,
        sha256=model.sha256,
    )


async def _read(upload: UploadFile, field: str, max_bytes: int) -> bytes:
    if upload.size is not None and upload.size > max_bytes:
        raise UploadTooLarge(f"{field} has {upload.size} bytes; at most {max_bytes} are accepted.")
    data = await upload.read()
    if not data:
        raise BadRequest(f"{field}: the file is empty.")
    return data


def _handle_errors(app: FastAPI, respond: Callable[[Exception], Response]) -> None:
    """Give what FastAPI itself refuses the form that all errors have."""

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"] if part != "body") or "request"
        return respond(BadRequest(f"{field}: {first['msg']}."))

    @app.exception_handler(HTTPException)
    async def refused(_: Request, error: HTTPException) -> Response:
        status = 422 if error.status_code == 400 else error.status_code  # 400: the multipart body cannot be parsed
        response = respond(ApiError(status, "request", str(error.detail)))
        response.headers.update(error.headers or {})
        return response

    @app.exception_handler(Exception)
    async def unexpected(_: Request, error: Exception) -> Response:
        return respond(error)
