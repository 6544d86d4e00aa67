"""Metrics by a real scrape, one trace over all stages, logs with their request, and replicas that follow the load."""

from __future__ import annotations

import json
import shutil
import time

import httpx
import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from prometheus_client.parser import text_string_to_metric_families

from deployments.stages import STAGES
from deployments.telemetry import INSTRUMENTS, Kind
from load.simulate import Plan, capacity
from serve_app.settings import JobSettings
from tests.graph.conftest import MAX_REPLICAS, MIN_REPLICAS, RESTORER_S, Watched
from tests.helpers.api import URL
from tests.helpers.asking import asking
from tests.helpers.front import fronting
from tests.helpers.images import PDF
from tests.helpers.stand_ins import LOGGED, NORMAL, photo_that_asks_for
from tests.helpers.waiting import PATIENCE_S, wait_until

ID = "3f0c2a9e-4b7d-4c55-9d0e-6a1b2c3d4e5f"
TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
BEHIND_NGINX = "4bf92f3577b34da6a3ce929d0e0e4736"
SECRET, ADDRESS = "grandmother-1923", "127.0.0.77"
CLIENTS = 12
MEASURED_S = 10.0

Samples = dict[str, list[tuple[dict[str, str], float]]]


def samples(text: str) -> Samples:
    """Every sample of Prometheus' text format, by its name."""
    found: Samples = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found.setdefault(sample.name, []).append((sample.labels, sample.value))
    return found


@pytest.fixture(scope="module")
def asked(watched: Watched) -> Watched:
    """After one photo with an id, a trace and a telling name, and one that is refused with an id that is none."""
    transport = httpx.HTTPTransport(local_address=ADDRESS)
    with httpx.Client(transport=transport, base_url=f"{watched.service.url}/api", timeout=PATIENCE_S) as client:
        headers = {"X-Request-ID": ID, "traceparent": f"00-{TRACE}-{PARENT}-01"}
        files = {"file": (f"{SECRET}.png", photo_that_asks_for(NORMAL))}
        options = {"min_identity": "0.9"}  # so that there is a warning
        answer = client.post(URL, files=files, data=options, headers=headers)
        assert answer.status_code == 200, answer.text
        assert answer.headers.get_list("x-request-id") == [ID]
        if watched.has_jobs:
            assert client.post("/v1/jobs", files=files).status_code == 202
        refused = client.post(
            URL, files={"file": ("a.gif", PDF)}, headers={"X-Request-ID": "<script>alert(1)</script>"}
        )
        assert refused.status_code == 415
        (made,) = refused.headers.get_list("x-request-id")
        assert len(made) == 36 and "<" not in made, "an id was made in the place of a bad one"
    return watched


def test_every_metric_is_exported_with_its_type_labels_and_help(asked: Watched) -> None:
    ending = {Kind.COUNTER: "", Kind.GAUGE: "", Kind.HISTOGRAM: "_bucket"}
    names = {instrument.exported + ending[instrument.kind]: instrument for instrument in INSTRUMENTS}
    absent = set() if asked.has_jobs else {"ray_visage_jobs_total", "ray_visage_jobs_waiting"}
    wait_until(
        lambda: names.keys() - absent <= samples(asked.metrics()).keys(),
        lambda: (names.keys() - samples(asked.metrics()).keys(), sorted(samples(asked.metrics()))),
    )
    text = asked.metrics()
    found = samples(text)
    for name, instrument in names.items():
        if name in absent:
            continue
        assert f"# TYPE {instrument.exported.removesuffix('_total')}" in text
        for labels, _ in found[name]:
            assert set(instrument.labels) <= set(labels), name
            assert labels["application"] == "visage"
    requests = {(labels["status"], labels["stage"]): value for labels, value in found["ray_visage_requests_total"]}
    assert requests["200", "none"] >= 1 and requests["415", "decode"] == 1
    stages = {labels["stage"] for labels, _ in found["ray_visage_stage_duration_seconds_bucket"]}
    assert stages >= {*STAGES, "decode", "compose", "encode"}
    consumer = JobSettings().concurrency if asked.has_jobs else 0
    assert sum(value for _, value in found["ray_visage_slots"]) == 2 * 16 + consumer, "of two ingresses"
    assert sum(value for _, value in found["ray_visage_megapixels_total"]) == pytest.approx(
        (1 + asked.has_jobs) * 5 * 64 * 64 / 1e6
    )


def whole_trace(asked: Watched, trace: str) -> list[Span]:
    """Its spans, once there are those of every stage; all hang together, below the client's own."""

    def spans() -> list[Span]:
        return [span for span in asked.collector.spans if span.trace_id.hex() == trace]

    def names() -> set[str]:
        return {span.name for span in spans()}

    wait_until(lambda: {*STAGES, "decode", "compose", "encode"} <= names(), names)
    wait_until(lambda: all(any(stage.capitalize() in name for name in names()) for stage in STAGES), names)

    def tops() -> set[str]:
        known = {span.span_id for span in spans()}
        return {span.parent_span_id.hex() for span in spans() if span.parent_span_id not in known}

    wait_until(lambda: tops() == {PARENT}, tops)
    return spans()


def test_a_photo_is_one_trace_through_proxy_ingress_and_every_stage(asked: Watched) -> None:
    spans = whole_trace(asked, TRACE)
    said = " ".join(str(span) for span in spans)
    assert SECRET not in said and ADDRESS not in said


def test_the_logs_are_json_with_the_requests_id_up_to_the_stages_threads(asked: Watched) -> None:
    def lines() -> list[dict[str, str]]:
        return [json.loads(line) for log in asked.logs() for line in log.read_text().splitlines() if ID in line]

    def worked() -> set[str]:
        return {line["deployment"] for line in lines() if line["message"] == LOGGED}

    # A batch has the id of whoever was first in it.
    wait_until(lambda: worked() == {f"visage_{stage.capitalize()}" for stage in STAGES}, worked)
    assert {line["request_id"] for line in lines()} == {ID}
    assert any("POST" in line["message"] and "200" in line["message"] for line in lines())


def test_no_log_tells_a_files_name_or_a_clients_address(asked: Watched) -> None:
    photo = photo_that_asks_for(NORMAL)
    logs = [*asked.folder.glob("ray/session_2*/logs/**/*"), asked.service.log]
    texts = {log: log.read_bytes() for log in logs if log.is_file()}
    assert len(texts) > 10
    for log, text in texts.items():
        assert SECRET.encode() not in text and ADDRESS.encode() not in text, log
        assert photo[40:60] not in text, log


@pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx (apt: nginx-light) is not installed")
def test_a_clients_trace_and_id_go_on_behind_nginx(asked: Watched) -> None:
    headers = {"X-Request-ID": BEHIND_NGINX, "traceparent": f"00-{BEHIND_NGINX}-{PARENT}-01"}
    port = int(asked.service.url.rpartition(":")[2])
    with fronting(ports=[port]) as front, front.client() as client:
        answer = client.post(f"/api{URL}", files={"file": ("a.png", photo_that_asks_for(NORMAL))}, headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers.get_list("x-request-id") == [BEHIND_NGINX]
    assert whole_trace(asked, BEHIND_NGINX)


def requests_of_ingresses(watched: Watched) -> dict[str, float]:
    """How many requests each ingress replica has counted."""
    counts: dict[str, float] = {}
    for labels, value in samples(watched.metrics()).get("ray_visage_requests_total", []):
        counts[labels["replica"]] = counts.get(labels["replica"], 0.0) + value
    return counts


def test_a_stage_grows_under_load_and_shrinks_after_it_without_an_error(watched: Watched) -> None:
    service, before_it = watched.service, requests_of_ingresses(watched)
    photo = photo_that_asks_for(NORMAL)

    def until_replicas(count: int) -> None:
        wait_until(
            lambda: len(service.replicas("Restorer")) == count,
            lambda: f"{len(service.replicas('Restorer'))} replicas instead of {count}",
            pause_s=0.5,
        )

    until_replicas(MIN_REPLICAS)
    with asking(service, photo, 1, upscale_factor=1) as one:  # goes on asking while replicas are taken away
        with asking(service, photo, CLIENTS - 1, upscale_factor=1) as others:
            until_replicas(MAX_REPLICAS)
            time.sleep(2.0)  # the new ones have loaded
            began, before = time.monotonic(), len(one) + len(others)
            time.sleep(MEASURED_S)
            answered = (len(one) + len(others) - before) / (time.monotonic() - began)
        until_replicas(MIN_REPLICAS)
    assert {answer.status_code for answer in (*one, *others)} == {httpx.codes.OK}
    # What four replicas of stand-ins can do at most, by the simulation. How near the machine comes depends on what else
    # it does; docs/figures.md has a run.
    plan = Plan({"cpu": 1000.0}, {"restorer": ("cpu",) * MAX_REPLICAS}, CLIENTS)
    most = capacity(plan, {"restorer": RESTORER_S})
    assert 0 < answered <= 1.1 * most
    print(f"{answered:.2f} photos/s by {MAX_REPLICAS} replicas of {RESTORER_S} s; simulated {most:.2f}")
    now = requests_of_ingresses(watched)
    assert len([replica for replica, count in now.items() if count > before_it.get(replica, 0.0)]) == 2, (
        f"one of the two ingresses had nothing to do: {before_it}, then {now}"
    )
