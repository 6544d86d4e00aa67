"""What is told of a request: to Prometheus through a Recorder, to OpenTelemetry as spans of the steps."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass

from opentelemetry import trace

from deployments import telemetry
from deployments.imaging.codec import Decoded
from deployments.telemetry import CLIENT_LEFT, NO_STAGE, FaceFate, Recorder
from serve_app.pipeline.options import EnhanceOptions
from serve_app.pipeline.outcomes import FaceOutcome
from serve_app.pipeline.pipeline import Enhanced
from serve_app.pipeline.timings import WAITING, StageTimings
from serve_app.settings import MEGAPIXEL


@dataclass
class RequestRecord:
    """What the client of one request got; an error inside an event stream has a status of its own."""

    status: str = CLIENT_LEFT
    stage: str = NO_STAGE


_current: ContextVar[RequestRecord | None] = ContextVar("request_record", default=None)


def begin_record() -> RequestRecord:
    """A record for the request that this context serves, and the tasks that it starts."""
    record = RequestRecord()
    _current.set(record)
    return record


def note_error(status: int, stage: str) -> None:
    """Say in the current request's record, if there is one, what it was answered."""
    record = _current.get()
    if record is not None:
        record.status, record.stage = str(status), stage


class Telemetry:
    """Records finished work of one ingress replica."""

    def __init__(self, record: Recorder = telemetry.ignore, tracer: trace.Tracer | None = None) -> None:
        """`tracer`: by default the process's own, which Serve sets up where tracing is on."""
        self.record = record
        self._tracer = tracer or trace.get_tracer("visage")

    def request(self, record: RequestRecord, seconds: float) -> None:
        """Count an answered request."""
        self.record(telemetry.REQUESTS, 1, status=record.status, stage=record.stage)
        self.record(telemetry.REQUEST_SECONDS, seconds, status=record.status)

    def work(self, timings: StageTimings) -> None:
        """Tell when each stage and step worked, also for a request that failed in between."""
        for stage, intervals in timings.intervals.items():
            for started, ended in intervals:
                self.record(telemetry.STAGE_SECONDS, ended - started, stage=stage)
                self._tracer.start_span(stage, start_time=int(started * 1e9)).end(int(ended * 1e9))

    def result(self, photo: Decoded, enhanced: Enhanced, options: EnhanceOptions) -> None:
        """Tell of a finished photo: its size, its faces, its warning."""
        self.record(telemetry.WAITING_SECONDS, enhanced.timings_ms[WAITING] / 1e3)
        height, width = photo.image.shape[:2]
        self.record(telemetry.MEGAPIXELS, height * width / MEGAPIXEL, image="input")
        self.record(telemetry.MEGAPIXELS, enhanced.height * enhanced.width / MEGAPIXEL, image="output")
        if enhanced.warning is not None:
            self.record(telemetry.WARNINGS, 1)
        for face in enhanced.faces:
            self.record(telemetry.FACES, 1, outcome=_fate(face, options))
            if face.identity is not None:
                self.record(telemetry.SIMILARITY, face.identity.similarity, reliable=str(bool(face.reliable)).lower())


def _fate(face: FaceOutcome, options: EnhanceOptions) -> FaceFate:
    if face.identity is None or face.strength is None:
        return FaceFate.SKIPPED
    if face.strength < options.strength:
        return FaceFate.WEAKENED
    return FaceFate.DOUBTFUL if face.identity.similarity < options.min_identity else FaceFate.RESTORED


SILENT = Telemetry()
