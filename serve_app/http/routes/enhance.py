"""POST /v1/enhance."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Awaitable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, Request, UploadFile
from starlette.responses import Response

from deployments.errors import BadRequest, UploadTooLarge
from deployments.imaging.formats import INPUT_FORMATS
from serve_app.http.admission import Admission
from serve_app.http.client_address import client_address
from serve_app.http.dry_run import dry_run as inspect_request
from serve_app.http.enhance import EnhanceRequest, enhance
from serve_app.http.errors import error_response, status_descriptions
from serve_app.http.idempotency import KEY_HEADER, Answered, RunningRequests, fingerprint
from serve_app.http.meter import Meter
from serve_app.http.middleware.api_key import key_of
from serve_app.http.openapi import schema_ref
from serve_app.http.schemas import DryRunResponse, EnhanceResponse, ErrorEvent, ErrorResponse, StageEvent
from serve_app.http.sse import event_stream
from serve_app.http.telemetry import SILENT, Telemetry
from serve_app.pipeline.options import EnhanceOptions
from serve_app.pipeline.pipeline import Pipeline
from serve_app.pipeline.progress import ProgressCallback, ignore_progress
from serve_app.settings import LimitSettings
from serve_app.storage import Storage

FILE_FIELDS = ("file", "reference")
TITLES = ", ".join(each.title for each in INPUT_FORMATS.values())
DRY_RUN = "dry_run"

PhotoField = Annotated[UploadFile, File(description=f"The photo: {TITLES}, at most `max_upload_bytes`.")]
ReferenceField = Annotated[
    UploadFile | None,
    File(description="Ground truth: the metrics are then taken against it instead of the resampled input."),
]


DryRunField = Annotated[
    bool, Form(description="Restore nothing: say what is in the photo, and what restoring it would take.")
]


def error_responses(*, jobs: bool = False) -> dict[int | str, dict[str, Any]]:
    """For the OpenAPI document: what may go wrong; with what only jobs can get if asked for."""
    return {
        status: {"model": ErrorResponse, "description": description}
        for status, description in status_descriptions(jobs=jobs).items()
    }


_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "With `Accept: text/event-stream` the response is a stream: `stage` events, then one `result` "
        "event with this JSON or one `error` event.",
        "content": {
            "text/event-stream": {"schema": {"anyOf": [schema_ref(StageEvent), schema_ref(ErrorEvent)]}},
        },
    },
    **error_responses(),
}


async def refuse_unknown_fields(request: Request) -> None:
    """Raise BadRequest for a form field that is neither a file nor an option, naming the nearest known one."""
    await refuse_fields_but(request, *FILE_FIELDS, DRY_RUN, *EnhanceOptions.model_fields)


async def refuse_fields_but(request: Request, *known: str) -> None:
    """Raise BadRequest for a form field that is not known, naming the nearest one that is."""
    for field in (await request.form()).keys() - set(known):
        nearest = difflib.get_close_matches(field, known, 1)
        hint = f"Did you mean {nearest[0]}?" if nearest else f"Known fields are {', '.join(known)}."
        raise BadRequest(f"{field}: unknown field. {hint}")


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
    running = RunningRequests()

    @router.post(
        "/v1/enhance",
        response_model=EnhanceResponse | DryRunResponse,
        responses=_RESPONSES,
        summary="Restore the faces of a photo",
        dependencies=[Depends(refuse_unknown_fields)],
    )
    async def post_enhance(
        request: Request,
        file: PhotoField,
        options: Annotated[EnhanceOptions, Form()],
        reference: ReferenceField = None,
        dry_run: DryRunField = False,
    ) -> Response:
        try:
            read = await read_request(file, reference, options, limits)
            if dry_run:
                found = await inspect_request(read, pipeline, admission, limits)
                return Response(found, media_type="application/json")

            # The page may load nothing from other hosts, so that its result comes in the response.
            kept = None if request.headers.get("sec-fetch-site") == "same-origin" else storage

            same = await pipeline.threads.run(fingerprint, read, str(kept is None))

            async def work(on_progress: ProgressCallback) -> Answered:
                answer = await enhance(read, pipeline, admission, limits, on_progress, telemetry)
                if meter is not None and (key := key_of(request)) is not None:
                    await meter.charge(key.id, answer.data)
                made_by = hashlib.sha256(repr((same, answer.data.models)).encode()).hexdigest()
                # Weak: the times in the JSON differ.
                return f'W/"{made_by}"', await pipeline.threads.run((await answer.stored(kept)).to_json, kept)

            def joined(on_progress: ProgressCallback) -> Awaitable[Answered]:
                client, key = client_address(request.scope, limits), request.headers.get(KEY_HEADER)
                return running.run(client, key, same, work, on_progress)

            async def streamed(on_progress: ProgressCallback) -> str:
                return (await joined(on_progress))[1]

            if "text/event-stream" in request.headers.get("accept", ""):
                return event_stream(streamed, limits.retry_after_s)
            etag, body = await joined(ignore_progress)
            return Response(body, media_type="application/json", headers={"ETag": etag})
        except Exception as error:
            # Here and not in an exception handler: Serve replaces handlers of some of these with its own.
            return error_response(error, limits.retry_after_s)

    return router


async def read_request(
    file: UploadFile, reference: UploadFile | None, options: EnhanceOptions, limits: LimitSettings
) -> EnhanceRequest:
    """The files' bytes, and the options; raises UploadTooLarge, and BadRequest for an empty file."""
    photo = await read_photo(file, limits.max_upload_bytes)
    truth = None if reference is None else await _read(reference, "reference", limits.max_upload_bytes)
    if reference is not None and reference.filename and not truth:
        raise BadRequest("reference: the file is empty.")
    return EnhanceRequest(photo, truth or None, options)


async def read_photo(file: UploadFile, max_bytes: int) -> bytes:
    """The bytes of the form's `file`; raises UploadTooLarge, or BadRequest where there are none."""
    photo = await _read(file, "file", max_bytes)
    if not photo:
        raise BadRequest("file: the file is empty.")
    return photo


async def _read(upload: UploadFile, field: str, max_bytes: int) -> bytes:
    if upload.size is not None and upload.size > max_bytes:
        raise UploadTooLarge(
            f"{field} has {upload.size} bytes; at most {max_bytes} are accepted. Save it smaller, or ask the operator "
            "to raise limits.max_upload_bytes."
        )
    data = await upload.read()
    await upload.close()  # frees the parser's copy
    return data
