"""Answers a request for a restoration in the form that it wants, once for all who send the same."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import partial

from fastapi import Request
from starlette.responses import Response

from deployments.imaging.output_formats import OutputFormat
from serve_app.http.admission import Admission
from serve_app.http.client_address import client_address
from serve_app.http.enhance import Answer, EnhanceRequest, enhance
from serve_app.http.idempotency import KEY_HEADER, Answered, RunningRequests, fingerprint
from serve_app.http.meter import Meter
from serve_app.http.middleware.api_key import key_of
from serve_app.http.negotiation import EVENTS, JSON
from serve_app.http.report import REPORT_HEADER, report_header
from serve_app.http.sse import event_stream
from serve_app.http.telemetry import Telemetry
from serve_app.pipeline.pipeline import Pipeline
from serve_app.pipeline.progress import ProgressCallback, ignore_progress
from serve_app.settings import LimitSettings
from serve_app.storage import Storage

TIMES = ("processing_time_ms", "timings_ms")
"""What of the data differs where the same is asked for again."""


@dataclass(frozen=True)
class Answering:
    """Restores by `pipeline`; with a `meter` it charges API keys, with a `storage` results are put there."""

    pipeline: Pipeline
    admission: Admission
    limits: LimitSettings
    meter: Meter | None
    storage: Storage | None
    telemetry: Telemetry
    running: RunningRequests = field(default_factory=RunningRequests)

    async def answer(self, request: Request, read: EnhanceRequest, wanted: str | OutputFormat) -> Response:
        """`wanted` is what negotiation.negotiate says."""
        # The page may load nothing from other hosts, so that its result comes in the response.
        storage = None if request.headers.get("sec-fetch-site") == "same-origin" else self.storage
        shape = wanted.media_type if isinstance(wanted, OutputFormat) else JSON
        same = await self.pipeline.threads.run(fingerprint, read, shape, str(storage is None))
        key = key_of(request)
        work = partial(self._work, read, wanted, storage, same, None if key is None else key.id)
        client = client_address(request.scope, self.limits) if key is None else f"key {key.id}"
        joined = partial(self.running.run, client, request.headers.get(KEY_HEADER), same, work)
        if wanted is not EVENTS:
            return (await joined(ignore_progress)).response()

        async def streamed(on_progress: ProgressCallback) -> str:
            return str((await joined(on_progress)).body)

        return event_stream(streamed, self.limits.retry_after_s)

    async def _work(
        self,
        read: EnhanceRequest,
        wanted: str | OutputFormat,
        storage: Storage | None,
        same: str,
        key_id: str | None,
        on_progress: ProgressCallback,
    ) -> Answered:
        answer = await enhance(read, self.pipeline, self.admission, self.limits, on_progress, self.telemetry)
        if self.meter is not None and key_id is not None:
            await self.meter.charge(key_id, *answer.used)
        made_by = hashlib.sha256(repr((same, answer.data.models)).encode()).hexdigest()
        threads = self.pipeline.threads
        if isinstance(wanted, OutputFormat):
            # With the bytes: another machine, or another setting, may round or say something else.
            of_bytes = await threads.run(hashlib.sha256, answer.picture)
            return picture_answer(answer, f'"{made_by[:32]}{of_bytes.hexdigest()[:32]}"')
        # Weak: the times in the JSON differ.
        body = await threads.run((await answer.stored(storage)).to_json, storage)
        return Answered(body, JSON, {"ETag": f'W/"{made_by}"', "Vary": "Accept"})


def picture_answer(answer: Answer, etag: str | None = None) -> Answered:
    """The picture as the answer, and in a header everything else that is said of it and is the same every time."""
    faces = [face.model_copy(update={"crop": None}) for face in answer.data.faces]
    said = answer.data.model_copy(update={"faces": faces, "layers": None, "report": None})
    report = report_header(said, "faces", "warning", exclude={"restored_image", "notes", *TIMES})
    headers = {REPORT_HEADER: report, "Vary": "Accept"} | ({} if etag is None else {"ETag": etag})
    return Answered(answer.picture, said.content_type, headers)
