"""POST /v1/enhance."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Awaitable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, Request, UploadFile
from starlette.responses import Response

from deployments.errors import BadRequest, UploadTooLarge
from deployments.imaging.formats import INPUT_FORMATS, OUTPUT_FORMATS
from deployments.imaging.output_formats import OutputFormat
from serve_app.http.admission import Admission
from serve_app.http.client_address import client_address
from serve_app.http.dry_run import dry_run as inspect_request
from serve_app.http.enhance import Answer, EnhanceRequest, enhance
from serve_app.http.errors import error_response, status_descriptions
from serve_app.http.idempotency import KEY_HEADER, Answered, RunningRequests, fingerprint
from serve_app.http.meter import Meter
from serve_app.http.middleware.api_key import key_of
from serve_app.http.negotiation import EVENTS, JSON, negotiate
from serve_app.http.openapi import schema_ref
from serve_app.http.report import REPORT_HEADER, report_header
from serve_app.http.schemas import DryRunResponse, EnhanceResponse, ErrorEvent, ErrorResponse, StageEvent
from serve_app.http.sse import event_stream
from serve_app.http.telemetry import SILENT, Telemetry
from serve_app.pipeline.options import EnhanceOptions
from serve_app.pipeline.pipeline import Pipeline
from serve_app.pipeline.progress import ProgressCallback, ignore_progress
from serve_app.settings import LimitSettings
from serve_app.storage import Storage

UPLOAD_SETTING = "limits.max_upload_bytes"
FILE_FIELDS = ("file", "reference")
TITLES = ", ".join(each.title for each in INPUT_FORMATS.values())
DRY_RUN = "dry_run"
TIMES = ("processing_time_ms", "timings_ms")
"""What of the data differs where the same is asked for again."""

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
            wanted = negotiate(request.headers.get("accept"), pictures_for(options))
            if isinstance(wanted, OutputFormat):
                options = in_format(options, wanted)
            read = await read_request(file, reference, options, limits)
            if dry_run:
                found = await inspect_request(read, pipeline, admission, limits)
                return Response(found, media_type="application/json")

            # The page may load nothing from other hosts, so that its result comes in the response.
            kept = None if request.headers.get("sec-fetch-site") == "same-origin" else storage

            shape = wanted.media_type if isinstance(wanted, OutputFormat) else JSON
            same = await pipeline.threads.run(fingerprint, read, shape, str(kept is None))

            async def work(on_progress: ProgressCallback) -> Answered:
                answer = await enhance(read, pipeline, admission, limits, on_progress, telemetry)
                if meter is not None and (key := key_of(request)) is not None:
                    await meter.charge(key.id, *answer.used)
                made_by = hashlib.sha256(repr((same, answer.data.models)).encode()).hexdigest()
                if isinstance(wanted, OutputFormat):
                    # With the bytes: another machine, or another setting, may round or say something else.
                    of_bytes = await pipeline.threads.run(hashlib.sha256, answer.picture)
                    return picture_answer(answer, f'"{made_by[:32]}{of_bytes.hexdigest()[:32]}"')
                # Weak: the times in the JSON differ.
                body = await pipeline.threads.run((await answer.stored(kept)).to_json, kept)
                return Answered(body, JSON, {"ETag": f'W/"{made_by}"', "Vary": "Accept"})

            def joined(on_progress: ProgressCallback) -> Awaitable[Answered]:
                client, key = client_address(request.scope, limits), request.headers.get(KEY_HEADER)
                return running.run(client, key, same, work, on_progress)

            async def streamed(on_progress: ProgressCallback) -> str:
                return str((await joined(on_progress)).body)

            if wanted is EVENTS:
                return event_stream(streamed, limits.retry_after_s)
            return (await joined(ignore_progress)).response()
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
    return EnhanceRequest(photo, truth or None, in_format(options, options.output))


def pictures_for(options: EnhanceOptions) -> list[OutputFormat]:
    """The formats that the picture may come in: the option's, and every other one where the client named none."""
    others = [] if "output_format" in options.model_fields_set else OUTPUT_FORMATS.values()
    return [options.output, *(each for each in others if each is not options.output)]


def in_format(options: EnhanceOptions, output: OutputFormat) -> EnhanceOptions:
    """EnhanceOptions.in_format; raises BadRequest where that does not go."""
    try:
        return options.in_format(output)
    except ValueError as error:
        raise BadRequest(str(error)) from error


def picture_answer(answer: Answer, etag: str | None = None) -> Answered:
    """The picture as the answer, and in a header everything else that is said of it and is the same every time."""
    faces = [face.model_copy(update={"crop": None}) for face in answer.data.faces]
    said = answer.data.model_copy(update={"faces": faces, "layers": None, "report": None})
    report = report_header(said, "faces", "warning", exclude={"restored_image", *TIMES})
    headers = {REPORT_HEADER: report, "Vary": "Accept"} | ({} if etag is None else {"ETag": etag})
    return Answered(answer.picture, said.content_type, headers)


async def read_photo(file: UploadFile, max_bytes: int, setting: str = UPLOAD_SETTING) -> bytes:
    """The bytes of the form's `file`; raises UploadTooLarge, naming the setting, or BadRequest where there are none."""
    photo = await _read(file, "file", max_bytes, setting)
    if not photo:
        raise BadRequest("file: the file is empty.")
    return photo


async def _read(upload: UploadFile, field: str, max_bytes: int, setting: str = UPLOAD_SETTING) -> bytes:
    if upload.size is not None and upload.size > max_bytes:
        raise UploadTooLarge(
            f"{field} has {upload.size} bytes; at most {max_bytes} are accepted. Save it smaller, or ask the operator "
            f"to raise {setting}."
        )
    data = await upload.read()
    await upload.close()  # frees the parser's copy
    return data
