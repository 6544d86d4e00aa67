"""POST /v1/preview: a small picture of a photo in a format that the browser does not show."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, UploadFile
from starlette.responses import Response

from deployments.contract import DecodeLimits
from deployments.errors import DeadlineExceeded
from deployments.imaging.codec import decode
from deployments.imaging.formats import OUTPUT_FORMATS
from deployments.imaging.output_formats import Coding
from deployments.imaging.resample import reduced_to
from serve_app.http.admission import Admission
from serve_app.http.errors import error_response, status_descriptions
from serve_app.http.photo_form import TITLES, read_photo
from serve_app.http.report import REPORT_HEADER, report_header
from serve_app.http.schemas import ErrorResponse, Preview
from serve_app.pipeline.pipeline import Pipeline
from serve_app.settings import LimitSettings

MAX_SIDE = 1600
_FORMAT = OUTPUT_FORMATS["webp"]
_CODING = Coding(quality=80)

_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The preview. The header `X-Visage-Report` has a `Preview` as JSON.",
        "content": {_FORMAT.media_type: {"schema": {"type": "string", "format": "binary"}}},
    },
    **{
        status: {"model": ErrorResponse, "description": description}
        for status, description in status_descriptions().items()
    },
}


def preview_router(pipeline: Pipeline, admission: Admission, limits: LimitSettings) -> APIRouter:
    """The router of the preview endpoint."""
    router = APIRouter()

    @router.post(
        "/v1/preview",
        response_class=Response,
        responses=_RESPONSES,
        summary="A small WebP of a photo that the browser does not show",
    )
    async def post_preview(
        file: Annotated[UploadFile, File(description=f"The photo: {TITLES}, at most `max_upload_bytes`.")],
        max_side: Annotated[
            int, Form(ge=16, le=MAX_SIDE, description="Pixels that the preview's longer side may have.")
        ] = MAX_SIDE,
    ) -> Response:
        try:
            photo = await read_photo(file, limits.max_upload_bytes)
            try:
                async with asyncio.timeout(limits.deadline_s), admission.preview_slot():
                    data, preview = await pipeline.threads.run(_preview, photo, limits.for_decoding(), max_side)
            except TimeoutError as error:
                raise DeadlineExceeded from error
            return Response(data, media_type=_FORMAT.media_type, headers={REPORT_HEADER: report_header(preview)})
        except Exception as error:  # see routes/enhance.py
            return error_response(error, limits.retry_after_s)

    return router


def _preview(data: bytes, limits: DecodeLimits, max_side: int) -> tuple[bytes, Preview]:
    photo = decode(data, limits)
    height, width = photo.image.shape[:2]
    image, alpha = reduced_to(photo.image, max_side), photo.alpha
    if alpha is not None:
        alpha = reduced_to(alpha, max_side)
    said = Preview(format=photo.format.name, width=width, height=height, warning=" ".join(photo.notes) or None)
    return _FORMAT.encode(image, alpha, coding=_CODING), said
