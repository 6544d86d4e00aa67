"""What is recorded of a request, over stages of plain numpy; tests/graph/test_watched.py has it from outside."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from starlette.testclient import TestClient

from deployments import telemetry
from deployments.errors import InferenceFailed
from deployments.stages import STAGES, StageName
from serve_app.http.telemetry import Telemetry
from tests.helpers.api import URL, enhance
from tests.helpers.asgi import until
from tests.helpers.fakes import FakeStages, face_at, make_app
from tests.helpers.images import PHOTO
from tests.helpers.recorder import RecordedValues

STEPS = {"decode", "compose", "encode"}


def watched(stages: FakeStages | None = None, **settings: Any) -> tuple[TestClient, RecordedValues]:
    record = RecordedValues()
    return TestClient(make_app(stages or FakeStages(), Telemetry(record), **settings)), record


def test_an_answered_photo_is_counted_with_its_stages_faces_and_pixels() -> None:
    client, record = watched(FakeStages(similarity=0.45, faces=[face_at(40, 48, 30), face_at(80, 40, 20)]))
    assert enhance(client, upscale_factor=3).status_code == 200
    assert record.of(telemetry.REQUESTS, status="200", stage="none") == [1]
    assert record.of(telemetry.REQUEST_SECONDS, status="200")[0] > 0
    assert record.labels_of(telemetry.STAGE_SECONDS, "stage") == {*STAGES, *STEPS}
    assert len(record.of(telemetry.STAGE_SECONDS, stage="restorer")) == 2, "one for each face"
    assert record.of(telemetry.MEGAPIXELS, image="input") == [96 * 128 / 1e6]
    assert record.of(telemetry.MEGAPIXELS, image="output") == [9 * 96 * 128 / 1e6]
    assert record.of(telemetry.FACES, outcome="restored") == record.of(telemetry.FACES, outcome="doubtful") == [1]
    found = record.of(telemetry.SIMILARITY, reliable="true") + record.of(telemetry.SIMILARITY, reliable="false")
    assert sorted(found) == [pytest.approx(0.35), pytest.approx(0.45)]
    assert record.of(telemetry.WARNINGS) == [1]
    assert len(record.of(telemetry.WAITING_SECONDS)) == 1


def test_faces_that_are_left_out_or_weakened_are_told_apart() -> None:
    client, record = watched(FakeStages(similarity=0.2))
    enhance(client, faces="largest", on_low_identity="keep")
    assert record.of(telemetry.FACES, outcome="skipped") == record.of(telemetry.FACES, outcome="weakened") == [1]


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
def test_a_failure_is_counted_with_its_status_and_stage_also_inside_a_stream(accept: str) -> None:
    stages = FakeStages(fail={"restorer": InferenceFailed(StageName.RESTORER, "nan")})
    client, record = watched(stages)
    enhance(client, accept=accept)
    assert record.of(telemetry.REQUESTS, status="500", stage="restorer") == [1]
    assert "detector" in record.labels_of(telemetry.STAGE_SECONDS, "stage"), (
        "what worked before it is told all the same"
    )
    assert not record.of(telemetry.MEGAPIXELS, image="input")


def test_a_finished_stream_counts_as_answered() -> None:
    client, record = watched()
    enhance(client, accept="text/event-stream")
    assert record.of(telemetry.REQUESTS, status="200", stage="none") == [1]


def test_refusals_before_the_route_are_counted_and_questions_are_not() -> None:
    client, record = watched(allowed_hosts=["testserver"], limits={"max_upload_bytes": 1024})
    client.post(URL, content=b"x", headers={"Content-Type": "text/plain"})
    client.post(URL, files={"file": ("photo", bytes(100_000))})
    client.post(URL, headers={"Host": "elsewhere"})
    client.post("/v1/nothing")
    client.get("/v1/healthz")
    statuses = {dict(labels)["status"] for found, labels in record.values if found is telemetry.REQUESTS}
    assert statuses == {"422", "413", "403", "404"}
    assert sum(map(sum, (v for (found, _), v in record.values.items() if found is telemetry.REQUESTS))) == 4


async def test_the_gauges_follow_slots_and_queue_and_a_client_that_left_is_499() -> None:
    stages, record = FakeStages(gate=asyncio.Event()), RecordedValues()
    app = make_app(stages, Telemetry(record), limits={"max_concurrent": 1, "max_waiting": 2})
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://visage") as client:
        sent = [asyncio.create_task(client.post(URL, files={"file": ("photo", PHOTO)})) for _ in range(3)]
        await until(lambda: record.of(telemetry.WAITING)[-1] == 2)
        assert record.of(telemetry.RUNNING)[-1] == 1
        sent[2].cancel()
        await until(lambda: record.of(telemetry.REQUESTS, status="499", stage="none") == [1])
        assert stages.gate is not None
        stages.gate.set()
        await asyncio.gather(*sent[:2])
    assert record.of(telemetry.SLOTS) == [1]
    assert max(record.of(telemetry.UPLOADS)) >= 1 and max(record.of(telemetry.HELD_BYTES)) >= len(PHOTO)
    for gauge in (telemetry.WAITING, telemetry.RUNNING, telemetry.UPLOADS, telemetry.HELD_BYTES):
        assert record.of(gauge)[-1] == 0


def test_a_trace_has_a_span_for_every_stage_and_step() -> None:
    spans, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    client = TestClient(make_app(FakeStages(), Telemetry(tracer=provider.get_tracer("test"))))
    enhance(client)
    found = spans.get_finished_spans()
    assert {span.name for span in found} == {*STAGES, *STEPS}
    assert all(span.start_time is not None and span.end_time >= span.start_time for span in found if span.end_time)


def test_names_and_labels_follow_prometheus_naming() -> None:
    """https://prometheus.io/docs/practices/naming/: base units, counters end in _total, no reserved labels."""
    names = [instrument.name for instrument in telemetry.INSTRUMENTS]
    assert len(set(names)) == len(names)
    for instrument in telemetry.INSTRUMENTS:
        assert instrument.name.startswith("visage_") and instrument.help.endswith(".")
        assert instrument.name.endswith("_total") == (instrument.kind is telemetry.Kind.COUNTER)
        assert bool(instrument.buckets) == (instrument.kind is telemetry.Kind.HISTOGRAM)
        assert list(instrument.buckets) == sorted(instrument.buckets)
        assert not set(instrument.labels) & {"deployment", "replica", "application", "le", "quantile"}


def test_a_label_that_is_not_declared_is_refused() -> None:
    with pytest.raises(ValueError, match="visage_warnings_total"):
        telemetry.check_labels(telemetry.WARNINGS, {"kind": "a"})
