"""POST /v1/enhance."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

from deployments.imaging.formats import OUTPUT_FORMATS
from deployments.imaging.output_formats import OutputFormat
from serve_app.http.admission import Admission
from serve_app.http.answering import Answering
from serve_app.http.dry_run import dry_run as inspect_request
from serve_app.http.errors import error_response
from serve_app.http.meter import Meter
from serve_app.http.negotiation import negotiate
from serve_app.http.openapi import error_responses, schema_ref
from serve_app.http.photo_form import PhotoForm, refuse_fields_but
from serve_app.http.report import REPORT_HEADER
from serve_app.http.schemas import DryRunResponse, EnhanceResponse, ErrorEvent, StageEvent
from serve_app.http.telemetry import SILENT, Telemetry
from serve_app.pipeline.options import EnhanceOptions
from serve_app.pipeline.pipeline import Pipeline
from serve_app.settings import LimitSettings
from serve_app.storage import Storage

DRY_RUN = "dry_run"
DryRunField = Annotated[
    bool, Form(description="Restore nothing: say what is in the photo, and what restoring it would take.")
]

_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "With `Accept: text/event-stream` the response is a stream: `stage` events, then one `result` "
        "event with this JSON or one `error` event. With the media type of an output format the answer is the picture "
        "itself, with `image/*` in `output_format`; the header `X-Visage-Report` then has `data` without the picture.",
        "headers": {
            REPORT_HEADER: {
                "description": "Beside a picture: `data` as compact JSON in ASCII, without pictures and times, at most "
                "6,000 bytes; `truncated` names what had to be left out.",
                "schema": {"type": "string"},
            }
        },
        "content": {
            **{each.media_type: {"schema": {"type": "string", "format": "binary"}} for each in OUTPUT_FORMATS.values()},
            "text/event-stream": {"schema": {"anyOf": [schema_ref(StageEvent), schema_ref(ErrorEvent)]}},
        },
    },
    **error_responses(),
}


async def refuse_unknown_fields(request: Request) -> None:
    """Raise BadRequest for a form field that is neither a file nor an option, naming the nearest known one."""
    await refuse_fields_but(request, *PhotoForm.FIELDS, DRY_RUN)


def enhance_router(
    pipeline: Pipeline,
    admission: Admission,
    limits: LimitSettings,
    meter: Meter | None = None,
    storage: Storage | None = None,
    telemetry: Telemetry = SILENT,
) -> APIRouter:
    """The router of the enhance endpoint.

    With a `meter` it charges the API key for what a request has used; with a `storage` results are put there.
    """
    router = APIRouter()
    answering = Answering(pipeline, admission, limits, meter, storage, telemetry)

    @router.post(
        "/v1/enhance",
        response_model=EnhanceResponse | DryRunResponse,
        responses=_RESPONSES,
        summary="Restore the faces of a photo",
        dependencies=[Depends(refuse_unknown_fields)],
    )
    async def post_enhance(
        request: Request, form: Annotated[PhotoForm, Depends()], dry_run: DryRunField = False
    ) -> Response:
        try:
            wanted = negotiate(request.headers.get("accept"), pictures_for(form.options))
            read = await form.read(limits.max_upload_bytes, wanted if isinstance(wanted, OutputFormat) else None)
            if dry_run:
                found = await inspect_request(read, pipeline, admission, limits)
                return Response(found, media_type="application/json")
            return await answering.answer(request, read, wanted)
        except Exception as error:
            # Here and not in an exception handler: Serve replaces handlers of some of these with its own.
            return error_response(error, limits.retry_after_s)

    return router


def pictures_for(options: EnhanceOptions) -> list[OutputFormat]:
    """The formats that the picture may come in: the option's, and every other one where the client named none."""
    others = [] if "output_format" in options.model_fields_set else OUTPUT_FORMATS.values()
    return [options.output, *(each for each in others if each is not options.output)]
