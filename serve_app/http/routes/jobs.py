"""POST /v1/jobs and what follows from it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from deployments.errors import JobGone, JobUnfinished, StageBusy, Step
from deployments.imaging.formats import OUTPUT_FORMATS
from serve_app.http.answering import picture_answer
from serve_app.http.enhance import Answer
from serve_app.http.errors import ApiError
from serve_app.http.film import FilmAnswer, FilmData, FilmResponse
from serve_app.http.middleware.api_key import key_of
from serve_app.http.negotiation import negotiate
from serve_app.http.openapi import error_responses, schema_ref
from serve_app.http.photo_form import PhotoForm, refuse_fields_but
from serve_app.http.schemas import (
    AnyStage,
    EnhanceData,
    EnhanceResponse,
    ErrorEvent,
    JobStatus,
    StageEvent,
)
from serve_app.http.sse import event_stream
from serve_app.jobs.record import FILM, Job, JobState
from serve_app.jobs.service import Jobs
from serve_app.pipeline.progress import ProgressCallback
from serve_app.settings import LimitSettings
from serve_app.storage import Storage

WebhookField = Annotated[str | None, Form(description="A URL that is told when the job has ended.")]
_POLL_S = 2
_GONE = {JobState.CANCELLED: "The job was cancelled.", JobState.EXPIRED: "The job's picture has expired."}
_ERRORS = error_responses(jobs=True)
_UNKNOWN: dict[int | str, dict[str, Any]] = {status: _ERRORS[status] for status in (401, 403, 404, 422, 503)}
_STREAM = {"text/event-stream": {"schema": {"anyOf": [schema_ref(StageEvent), schema_ref(ErrorEvent)]}}}


async def _refuse_unknown_fields(request: Request) -> None:
    await refuse_fields_but(request, *PhotoForm.FIELDS, "webhook")


class _Followers:
    """Open event streams: they wait for as long as a job does, so that their number is limited apart."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._open = 0

    def require_room(self) -> None:
        """Raise StageBusy where there are too many."""
        if self._open >= self._most:
            raise StageBusy(Step.INGRESS, "too many event streams of jobs are open")

    @contextmanager
    def one_more(self) -> Iterator[None]:
        """Count one; raises StageBusy where there are too many."""
        self.require_room()
        self._open += 1
        try:
            yield
        finally:
            self._open -= 1


def jobs_router(
    jobs: Jobs, limits: LimitSettings, storage: Storage | None = None, max_followers: int = 64
) -> APIRouter:
    """The router of the endpoints of jobs; with a `storage` their results are there."""
    router = APIRouter(prefix="/v1/jobs")
    followers = _Followers(max_followers)

    @router.post(
        "",
        status_code=202,
        response_model=JobStatus,
        responses=error_responses(),
        summary="Restore the faces of a photo, later",
        dependencies=[Depends(_refuse_unknown_fields)],
    )
    async def post_job(
        request: Request,
        form: Annotated[PhotoForm, Depends()],
        webhook: WebhookField = None,
    ) -> Response:
        read = await form.read(limits.max_upload_bytes)
        job = await jobs.submit(
            read.file,
            read.reference,
            webhook,
            options=form.options.model_dump_json(exclude_unset=True),
            owner=owner_of(request),
        )
        return accepted(request, job)

    @router.get("/{job_id}", response_model=JobStatus, responses=_UNKNOWN, summary="What has become of a job?")
    async def get_job(request: Request, job_id: str) -> Response:
        return _answer(await jobs.get(job_id, owner_of(request)))

    @router.delete(
        "/{job_id}", response_model=JobStatus, responses=_UNKNOWN, summary="Cancel a job and remove its pictures"
    )
    async def delete_job(request: Request, job_id: str) -> Response:
        job = await jobs.get(job_id, owner_of(request))
        if storage is not None and job.state is JobState.SUCCEEDED and (url := (await _result(job)).data.url):
            await storage.delete(url)
        return _answer(await jobs.cancel(job_id, owner_of(request)))

    @router.get(
        "/{job_id}/result",
        response_model=EnhanceResponse | FilmResponse,
        responses=_ERRORS
        | {
            200: {
                "description": "With `Accept: image/*`, or `video/*` for a film, the result itself, or 303 to where it "
                "is. A film is never in the JSON."
            }
        },
        summary="The result of a job: JSON, or the picture or film itself",
    )
    async def get_result(request: Request, job_id: str) -> Response:
        answer = await _result(await jobs.get(job_id, owner_of(request)))
        if isinstance(answer, FilmAnswer):
            return _film_answer(answer, request.headers.get("accept", ""), storage)
        written = next(each for each in OUTPUT_FORMATS.values() if each.media_type == answer.data.content_type)
        if negotiate(request.headers.get("accept"), [written], events=False) is not written:
            return Response(await asyncio.to_thread(answer.to_json, storage), media_type="application/json")
        if storage is not None and answer.data.url is not None:
            return RedirectResponse(storage.url(answer.data.url), 303)
        return picture_answer(answer).response()

    @router.get(
        "/{job_id}/events",
        responses=_UNKNOWN | {200: {"content": _STREAM, "description": "The event stream of /enhance."}},
        summary="The progress of a job, and its result, as events",
    )
    async def get_events(request: Request, job_id: str) -> Response:
        owner = owner_of(request)
        await jobs.get(job_id, owner)
        followers.require_room()

        async def work(on_progress: ProgressCallback) -> str:
            with followers.one_more():
                job = await jobs.follow(job_id, owner, on_progress)
            return await asyncio.to_thread((await _result(job)).to_json, storage)

        return event_stream(work, limits.retry_after_s)

    async def _result(job: Job) -> Answer | FilmAnswer:
        """The result of a job that succeeded; raises its own error where it failed, JobUnfinished or JobGone."""
        if job.error is not None:
            event = ErrorEvent.model_validate_json(job.error)
            raise ApiError(event.status, event.stage, event.error, event.code, event.retry_after_s is not None)
        if not job.state.is_final:
            raise JobUnfinished
        result = await jobs.result(job.id) if job.state is JobState.SUCCEEDED else None
        if result is None:
            raise JobGone(_GONE.get(job.state, _GONE[JobState.EXPIRED]))
        picture, details = result
        if job.kind == FILM:
            return FilmAnswer(picture, FilmData.model_validate_json(details))
        return Answer(picture, EnhanceData.model_validate_json(details))

    return router


def _film_answer(answer: FilmAnswer, accept: str, storage: Storage | None) -> Response:
    """The film where it is asked for, and what is said about it else."""
    if "video/" not in accept:
        return Response(answer.to_json(storage), media_type="application/json")
    if storage is not None and answer.data.url is not None:
        return RedirectResponse(storage.url(answer.data.url), 303)
    return Response(answer.picture, media_type=answer.data.content_type, headers={"Vary": "Accept"})


def owner_of(request: Request) -> str:
    """The API key that the request came with; jobs without one belong to everybody who knows their id."""
    key = key_of(request)
    return "" if key is None else key.id


def accepted(request: Request, job: Job) -> Response:
    """The answer to a job that was submitted."""
    jobs = request.url.path.partition("/v1/jobs")
    return _answer(job, 202, Location=f"{jobs[0]}{jobs[1]}/{job.id}")


def _answer(job: Job, status: int = 200, **headers: str) -> Response:
    status_of_job = JobStatus(
        id=job.id,
        status=job.state,
        position=job.position,
        estimate_s=job.estimate_s,
        stage=None if job.stage is None else AnyStage(job.stage),
        percent=job.percent,
        eta_ms=job.eta_ms,
        error=None if job.error is None else ErrorEvent.model_validate_json(job.error),
    )
    if not job.state.is_final:
        headers["Retry-After"] = str(_POLL_S)
    return Response(status_of_job.model_dump_json(), status, headers, "application/json")
