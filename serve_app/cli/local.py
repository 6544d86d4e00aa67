"""The pipeline in this process, called like the client of a service: no Ray, no HTTP."""

from __future__ import annotations

from typing import Any, Self, Unpack, cast

from pydantic import ValidationError

from deployments.errors import BadRequest, VisageError
from deployments.runtime.memory import keep_freed_memory
from serve_app.client.client import OnProgress, RequestFailed, Result
from serve_app.client.types import EnhanceData, StageEvent
from serve_app.client.types import EnhanceOptions as Options
from serve_app.content_credentials import signer_of
from serve_app.http.admission import Admission
from serve_app.http.enhance import EnhanceRequest, enhance
from serve_app.http.errors import translate
from serve_app.local_stage_client import LocalStageClient
from serve_app.pipeline.options import EnhanceOptions
from serve_app.pipeline.pipeline import Pipeline
from serve_app.pipeline.progress import Progress
from serve_app.pipeline.stages import StageClient
from serve_app.settings import Settings

_NO_DEADLINE_S = 1e9
"""Nobody waits behind a photo of one's own."""


class LocalEnhancer:
    """Does what AsyncVisage does, with stages of its own."""

    def __init__(self, stages: StageClient, settings: Settings) -> None:
        """Raises CannotSign."""
        self._limits = settings.limits.model_copy(update={"deadline_s": _NO_DEADLINE_S})
        self._pipeline = Pipeline(stages, settings.pipeline, signer_of(settings.c2pa))
        self._admission = Admission(self._limits)

    @classmethod
    def load(cls, settings: Settings) -> Self:
        """Load every stage; raises ModelUnavailable where weights are missing, or CannotSign."""
        keep_freed_memory()  # before the stages' threads have heaps of their own, from which large images would go
        return cls(LocalStageClient.load(settings), settings)

    async def enhance(
        self,
        photo: bytes,
        *,
        reference: bytes | None = None,
        on_progress: OnProgress | None = None,
        **options: Unpack[Options],
    ) -> Result:
        """Restore a photo; raises RequestFailed as the service would have answered."""

        def report(progress: Progress) -> None:
            if on_progress is not None:
                on_progress(_event(progress))

        try:
            request = EnhanceRequest(photo, reference, _validated(options))
            answer = await enhance(request, self._pipeline, self._admission, self._limits, report)
        except Exception as error:
            raise _failed(error) from error
        return Result(answer.picture, cast(EnhanceData, answer.data.model_dump(mode="json")))

    async def close(self) -> None:
        """Nothing is open."""


def _validated(options: Any) -> EnhanceOptions:
    try:
        return EnhanceOptions.model_validate(options)
    except ValidationError as error:
        raise BadRequest(str(error)) from None


def _event(progress: Progress) -> StageEvent:
    return cast(StageEvent, vars(progress))


def _failed(error: Exception) -> RequestFailed:
    """As a client of the service sees it, but with the cause in words: this machine is the reader's own."""
    api = translate(error)
    own_words = api.status >= 500 and not (isinstance(error, VisageError) and not str(error))
    message = (str(error) or type(error).__name__) if own_words else api.message
    return RequestFailed(api.status, api.code, api.stage, message)
