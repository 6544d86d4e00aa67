"""POST /v1/jobs/video. What follows from it is as for every job: see jobs.py."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, Request, UploadFile
from starlette.responses import Response

from deployments.errors import BadRequest, UploadTooLarge
from serve_app.http.film import FilmOptions
from serve_app.http.openapi import error_responses
from serve_app.http.photo_form import read_photo, refuse_fields_but
from serve_app.http.routes.jobs import WebhookField, accepted, owner_of
from serve_app.http.schemas import JobStatus
from serve_app.jobs.record import FILM
from serve_app.jobs.service import Jobs
from serve_app.settings import VideoSettings
from serve_app.storage import Storage

PATH = "/v1/jobs/video"
UPLOAD_SETTING = "video.max_upload_bytes"


async def _refuse_unknown_fields(request: Request) -> None:
    await refuse_fields_but(request, "file", "source", *FilmOptions.model_fields, "webhook")


def film_jobs_router(jobs: Jobs, settings: VideoSettings, storage: Storage | None = None) -> APIRouter:
    """The router of the endpoint that takes films, also from `storage`."""
    router, most = APIRouter(), settings.max_upload_bytes

    async def film_at(address: str) -> bytes:
        film = None if storage is None else await storage.film(address, most + 1)
        if not film:
            raise BadRequest("source: there is no film, or films may not be named there.")
        if len(film) > most:
            raise UploadTooLarge(f"The film has more than {most} bytes; ask the operator to raise {UPLOAD_SETTING}.")
        return film

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
        options: Annotated[FilmOptions, Form()],
        file: Annotated[
            UploadFile | None, File(description="MP4, MOV, MKV, WebM or AVI, at most `video.max_upload_bytes`.")
        ] = None,
        source: Annotated[
            str | None, Form(description="In place of `file`: the s3:// address of a film below `storage.films`.")
        ] = None,
        webhook: WebhookField = None,
    ) -> Response:
        if (file is None) == (source is None):
            raise BadRequest("A film is either sent as file, or named as source.")
        film = await film_at(source or "") if file is None else await read_photo(file, most, UPLOAD_SETTING)
        chosen = options.model_dump_json(exclude_unset=True)
        job = await jobs.submit(film, None, webhook, options=chosen, owner=owner_of(request), kind=FILM)
        return accepted(request, job)

    return router
