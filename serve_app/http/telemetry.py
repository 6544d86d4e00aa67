"""What is told of a request: to Prometheus through a Recorder, to OpenTelemetry as spans of the steps."""

from __future__ import annotations

from opentelemetry import trace

from deployments import telemetry
from deployments.contract import MEGAPIXEL
from deployments.imaging.codec import Decoded
from deployments.telemetry import FaceFate, JobFate, Recorder
from serve_app.http.request_record import RequestRecord
from serve_app.pipeline.options import EnhanceOptions
from serve_app.pipeline.outcomes import FaceOutcome
from serve_app.pipeline.pipeline import Enhanced
from serve_app.pipeline.timings import WAITING, StageTimings


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

    def job(self, fate: JobFate) -> None:
        """Count an attempt at a job that has ended."""
        self.record(telemetry.JOBS, 1, outcome=fate)

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
        if enhanced.notes:
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
