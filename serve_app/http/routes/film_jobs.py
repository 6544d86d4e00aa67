"""POST /v1/jobs/video. What follows from it is as for every job: see jobs.py."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, Request, UploadFile
from starlette.responses import Response

from serve_app.http.film import FilmOptions
from serve_app.http.form import read_photo, refuse_fields_but
from serve_app.http.openapi import error_responses
from serve_app.http.routes.jobs import WebhookField, accepted, owner_of
from serve_app.http.schemas import JobStatus
from serve_app.jobs.record import FILM
from serve_app.jobs.service import Jobs
from serve_app.settings import VideoSettings

PATH = "/v1/jobs/video"
UPLOAD_SETTING = "video.max_upload_bytes"


async def _refuse_unknown_fields(request: Request) -> None:
    await refuse_fields_but(request, "file", *FilmOptions.model_fields, "webhook")


def film_jobs_router(jobs: Jobs, settings: VideoSettings) -> APIRouter:
    """The router of the endpoint that takes films."""
    router = APIRouter()

    @router.post(
        PATH,
        status_code=202,
        response_model=JobStatus,
        responses=error_responses(),
        summary="Restore a film, later",
        dependencies=[Depends(_refuse_unknown_fields)],
    )
    async def post_film(
        request: Request,
        file: Annotated[UploadFile, File(description="MP4, MOV, MKV, WebM or AVI, at most `video.max_upload_bytes`.")],
        options: Annotated[FilmOptions, Form()],
        webhook: WebhookField = None,
    ) -> Response:
        film = await read_photo(file, settings.max_upload_bytes, UPLOAD_SETTING)
        chosen = options.model_dump_json(exclude_unset=True)
        job = await jobs.submit(film, None, webhook, options=chosen, owner=owner_of(request), kind=FILM)
        return accepted(request, job)

    return router
