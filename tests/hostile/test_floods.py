"""Connections that hold on to the real service, on loopback and bounded in time: others are served all the same."""

from __future__ import annotations

import contextlib
import socket
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from PIL import Image as PILImage

from load.service import Service
from tests.helpers.api import enhance
from tests.helpers.images import PDF, png, saved, small_face
from tests.helpers.waiting import PATIENCE_S

pytestmark = [pytest.mark.cluster]

HALF_OPEN, HALF_REQUESTS, IDLE = 500, 200, 500
MAX_ANSWER_S, MAX_SLOWDOWN = 1.0, 5.0
BOMBS, MAX_BOMB_S = 6, 10.0
BURST_S = 3.0
"""Hundreds of uploads that arrive at once are refused within 1.0 to 1.3 s on two cores. Who asks meanwhile waits as
long, or is told that the service is busy; what is tested is what they hold up from then on."""
UPLOAD = (
    b"POST /api/v1/enhance HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=b\r\n"
    b"Content-Length: 5000000\r\n\r\n--b\r\n"
)


@contextlib.contextmanager
def connections(service: Service, count: int, begin: bytes) -> Iterator[list[socket.socket]]:
    """`count` open connections on which `begin` was sent and nothing follows."""
    host, port = service.url.removeprefix("http://").split(":")
    with contextlib.ExitStack() as stack:
        found = []
        for _ in range(count):
            found.append(stack.enter_context(socket.create_connection((host, int(port)), timeout=PATIENCE_S)))
            found[-1].sendall(begin)
        yield found


def answer_times(service: Service) -> dict[str, float]:
    """Seconds that the quick endpoints and refusals take: the median of five, as others take the CPU too."""
    times: dict[str, list[float]] = {}
    with service.client() as client:
        for _ in range(5):
            for name, ask in {
                "healthz": lambda: client.get("/v1/healthz"),
                "readyz": lambda: client.get("/v1/readyz"),
                "refusal": lambda: client.post("/v1/enhance", content=b"x", headers={"Content-Type": "text/plain"}),
            }.items():
                began = time.monotonic()
                answer = ask()
                assert answer.status_code in (200, 422), (name, answer.text)
                times.setdefault(name, []).append(time.monotonic() - began)
    return {name: statistics.median(each) for name, each in times.items()}


def test_half_open_uploads_half_requests_and_idle_connections_hold_up_nobody(service: Service) -> None:
    undisturbed = answer_times(service)
    with (
        connections(service, IDLE, b""),
        connections(service, HALF_REQUESTS, b"POST /api/v1/enhance HTTP/1.1\r\nHost: 127.0.0.1\r\nX: "),
        connections(service, HALF_OPEN, UPLOAD) as uploads,
    ):
        time.sleep(BURST_S)
        times = answer_times(service)
        assert max(times.values()) < MAX_ANSWER_S + MAX_SLOWDOWN * max(undisturbed.values()), (times, undisturbed)
        refused = 0
        for upload in uploads:
            upload.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                refused += b" 503 " in upload.recv(200).split(b"\r\n")[0]
        assert refused > HALF_OPEN // 2, "uploads beyond the address's share were not refused at once"


def test_a_bomb_of_scans_holds_up_nobody(service: Service) -> None:
    data = saved(PILImage.new("L", (3990, 3990), 128), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    bomb = data[:last] + data[last:-2] * 3_000 + data[-2:]
    with ThreadPoolExecutor(BOMBS) as pool, service.client() as client:
        began = time.monotonic()
        answers = list(pool.map(lambda _: enhance(client, bomb), range(BOMBS)))
        assert {answer.status_code for answer in answers} == {422}
        assert {answer.headers["x-error-code"] for answer in answers} == {"too_complex"}
        assert time.monotonic() - began < BOMBS * MAX_BOMB_S
        options = {"upscale_factor": 1, "background": False}
        assert enhance(client, png(small_face()), **options).status_code == httpx.codes.OK


def test_a_body_of_separators_blocks_nothing(service: Service) -> None:
    """20 MB that a parser of urlencoded forms would walk byte by byte, on the event loop."""
    undisturbed = answer_times(service)
    with ThreadPoolExecutor(3) as pool, service.client() as client:
        floods = [
            pool.submit(
                client.post,
                "/v1/enhance",
                content=b"&" * 20_000_000,
                headers={"Content-Type": "application/x-www-form-urlencoded"},
            )
            for _ in range(3)
        ]
        times = answer_times(service)
        assert times["healthz"] < MAX_ANSWER_S + MAX_SLOWDOWN * undisturbed["healthz"], (times, undisturbed)
        assert {flood.result().status_code for flood in floods} == {422}


def test_the_headers_that_steer_serve_have_no_effect(service: Service) -> None:
    with service.client() as client:
        for name, value in (("x-request-timeout-seconds", "0.01"), ("x-request-disconnect-disabled", "?1")):
            answer = client.post("/v1/enhance", files={"file": ("photo", PDF)}, headers={name: value})
            assert set(answer.json()) == {"error", "stage"}, answer.text
            assert answer.status_code in (415, 422)
