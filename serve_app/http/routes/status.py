"""GET /v1/healthz, /v1/readyz and /v1/models."""

from __future__ import annotations

from typing import Protocol

from fastapi import APIRouter
from starlette.responses import Response

from deployments.models.manifest import manifest
from deployments.stages import StageName
from serve_app.http.status_schemas import FilmLimits, Health, ModelInfo, Models, PublicLimits, Readiness, StageStatus
from serve_app.pipeline.stages import StageState
from serve_app.settings import LimitSettings, VideoSettings


class StateSource(Protocol):
    """Anything that knows the state of the stages."""

    async def states(self) -> dict[StageName, StageState]: ...


def status_router(source: StateSource, limits: LimitSettings, films: VideoSettings | None = None) -> APIRouter:
    """The router of the endpoints that say what runs; without `films` none are taken."""
    router = APIRouter()

    @router.get("/v1/healthz", summary="Is the process alive?")
    async def healthz() -> Health:
        return Health()

    @router.get(
        "/v1/readyz",
        response_model=Readiness,
        responses={503: {"model": Readiness, "description": "A stage is not ready."}},
        summary="Can it work, and what runs?",
    )
    async def readyz() -> Response:
        stages = {name: _stage_status(state) for name, state in (await source.states()).items()}
        decoding = limits.for_decoding()
        readiness = Readiness(
            ready=all(stage.ready for stage in stages.values()),
            stages=stages,
            limits=PublicLimits(
                max_upload_bytes=limits.max_upload_bytes,
                max_input_pixels=decoding.max_input_pixels,
                max_output_pixels=decoding.max_output_pixels,
                min_side=limits.min_side,
                deadline_s=limits.deadline_s,
                film=None if films is None else _film_limits(films),
            ),
        )
        return Response(readiness.model_dump_json(), 200 if readiness.ready else 503, media_type="application/json")

    @router.get("/v1/models", summary="What runs, its license and its checksum")
    async def models() -> Models:
        states = await source.states()
        return Models(
            models=[
                _model_info(model, name)
                for name, state in states.items()
                if state.problem is None and state.report is not None
                for model in state.report.models
            ]
        )

    return router


def _film_limits(films: VideoSettings) -> FilmLimits:
    return FilmLimits(
        max_upload_bytes=films.max_upload_bytes,
        max_seconds=films.max_seconds,
        max_frames=films.max_frames,
        max_pixels=films.max_pixels,
    )


def _stage_status(state: StageState) -> StageStatus:
    report = state.report
    if state.problem is not None:
        return StageStatus(ready=False, replicas=state.replicas, notes=[state.problem])
    if report is None:
        return StageStatus(ready=True, replicas=state.replicas, notes=["Busy: it has not reported yet."])
    return StageStatus(
        ready=True,
        replicas=state.replicas,
        models=list(report.models),
        device=report.device,
        precision=report.precision,
        notes=list(report.notes),
        details=report.details,
    )


def _model_info(name: str, stage: StageName) -> ModelInfo:
    model = manifest()[name]
    return ModelInfo(
        name=name,
        stage=stage,
        title=model.title,
        licence=model.license,
        commercial=model.commercial,
        file=model.file,
        sha256=model.sha256,
    )
