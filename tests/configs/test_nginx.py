"""configs/nginx with the real nginx on loopback, in front of two instances of the API over fake stages."""

from __future__ import annotations

import contextlib
import http.client
import json
import re
import shutil
import signal
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import numpy as np
import pytest

from serve_app.settings import LimitSettings, VideoSettings
from tests.helpers.api import URL, result_of
from tests.helpers.fakes import client_of
from tests.helpers.front import CONFIG, STAGE_S, Front, fronting
from tests.helpers.images import PDF, PHOTO, png
from tests.helpers.instance import HOST
from tests.helpers.waiting import PATIENCE_S, wait_until

ENHANCE = "/api" + URL
HALF_OPEN = 2000

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx (apt: nginx-light) is not installed"),
]


@pytest.fixture(scope="module")
def front() -> Iterator[Front]:
    with fronting() as front:
        yield front


def send(client: httpx.Client, photo: bytes = PHOTO, **fields: str) -> httpx.Response:
    return client.post(ENHANCE, files={"file": ("photo", photo)}, data=fields)


def assert_error(answer: httpx.Response, status: int, stage: str, code: str) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    body = answer.json()
    assert set(body) == {"error", "stage"} and body["stage"] == stage and body["error"].endswith(".")
    assert answer.headers["x-error-code"] == code
    assert answer.headers["x-request-id"] and answer.headers["x-content-type-options"] == "nosniff"
    assert ("retry-after" in answer.headers) == (status in (429, 503))


def test_nginx_accepts_the_configuration(front: Front) -> None:
    run = subprocess.run([*front.command[:-2], "-t"], capture_output=True, text=True, check=False)
    assert run.returncode == 0 and "warn" not in run.stderr, run.stderr


def test_the_buffer_holds_the_largest_request_that_visage_accepts() -> None:
    from serve_app.http.app import FORM_OVERHEAD_BYTES

    most = 2 * LimitSettings().max_upload_bytes + FORM_OVERHEAD_BYTES
    text = (CONFIG / "visage.conf").read_text()
    films = VideoSettings().max_upload_bytes + FORM_OVERHEAD_BYTES
    for size in (most, films):
        assert f"client_max_body_size {size};" in text and f"client_body_buffer_size {size};" in text


def test_a_photo_comes_back_over_tls_and_both_instances_work(front: Front) -> None:
    with front.client("127.0.0.11") as client, ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: send(client), range(12)))
    assert [result_of(answer).shape for answer in answers] == [(192, 256, 3)] * 12
    assert len({line["instance"] for line in front.access()}) == 2


LARGE = png(np.random.default_rng(0).integers(0, 256, (1800, 1850, 3), np.uint8))
"""Just under the 10 MB that a file may have; noise, so that nothing compresses it."""


def upload_slowly_and_read_slowly(front: Front, address: str, read_on: Callable[[set[str]], bool]) -> set[str]:
    """Send LARGE in pieces, and leave its answer of more than 20 MB unread for a second, and until `read_on`.

    Returns what was on nginx's disk meanwhile; `read_on` is given what it was until then.
    """
    assert 9_900_000 < len(LARGE) < 10_485_760
    found: set[str] = set()
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.02):
            found.update(front.on_disk())

    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n'
    body = head + LARGE + b"\r\n--b--\r\n"
    request = (
        f"POST {ENHANCE} HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: multipart/form-data; boundary=b\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    ).encode()
    context = ssl.create_default_context(cafile=front.config / "tls/fullchain.pem")
    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        with (
            socket.create_connection(("127.0.0.1", front.port), PATIENCE_S, (address, 0)) as plain,
            context.wrap_socket(plain, server_hostname=HOST) as connection,
        ):
            connection.sendall(request)
            for start in range(0, len(body), 1_000_000):
                connection.sendall(body[start : start + 1_000_000])
                time.sleep(0.03)
            first = connection.recv(1000)
            time.sleep(1.0)
            wait_until(lambda: read_on(found.copy()), lambda: sorted(found))
            length = len(first)
            while piece := connection.recv(1 << 20):
                length += len(piece)
    finally:
        done.set()
        watcher.join()
    assert b" 200 " in first.split(b"\r\n")[0], first
    assert length > 20_000_000
    return found


def test_neither_ten_megabytes_in_nor_twenty_out_touch_a_disk(front: Front) -> None:
    assert upload_slowly_and_read_slowly(front, "127.0.0.12", lambda found: True) == set()


def test_with_smaller_buffers_the_same_request_is_seen_on_the_disk(front: Front) -> None:
    """The test above can fail."""

    def both_ways(found: set[str]) -> bool:
        return all(any(folder in path for path in found) for folder in ("temp-body", "temp-proxy"))

    def careless(text: str) -> str:
        text = text.replace("client_body_buffer_size 21037056", "client_body_buffer_size 64k")
        return text.replace("client_body_in_single_buffer on;", "").replace("proxy_max_temp_file_size 0;", "")

    with fronting(careless, front.ports) as other:
        assert both_ways(upload_slowly_and_read_slowly(other, "127.0.0.1", both_ways))


def test_a_body_beyond_the_limit_is_refused_in_visages_form(front: Front) -> None:
    with front.client("127.0.0.13") as client:
        assert_error(send(client, bytes(21_100_000)), 413, "upload", "upload_too_large")


def test_what_ray_serve_tells_of_itself_is_not_for_the_world(front: Front) -> None:
    with front.client() as client:
        answer = client.get("/-/routes")
    assert (answer.status_code, answer.json()) == (404, {"error": "Not Found", "stage": "request"})
    assert answer.headers["x-error-code"] == "not_found"


def test_visages_own_errors_pass_as_they_are(front: Front) -> None:
    with front.client("127.0.0.14") as client:
        answer = send(client, PDF)
        assert (answer.status_code, answer.json()["stage"]) == (415, "decode")
        assert client.get("/api/v1/healthz", headers={"Host": "elsewhere.example"}).status_code == 403


def test_events_arrive_while_the_work_goes_on(front: Front) -> None:
    with (
        front.client("127.0.0.15") as client,
        client.stream("POST", ENHANCE, files={"file": ("p", PHOTO)}, headers={"Accept": "text/event-stream"}) as answer,
    ):
        arrived = [(time.monotonic(), line) for line in answer.iter_lines() if line.startswith("event:")]
    assert arrived[-1][1] == "event: result"
    assert arrived[-1][0] - arrived[0][0] > 2 * STAGE_S, "the events came all at once"


@pytest.mark.parametrize(
    ("path", "number", "burst"), [(ENHANCE, 30, 20), ("/api/v1/jobs", 40, 20), ("/api/v1/preview", 50, 40)]
)
def test_too_many_photos_of_one_address_are_429_and_others_are_served(
    front: Front, path: str, number: int, burst: int
) -> None:
    with front.client(f"127.0.0.{number}") as client, front.client(f"127.0.0.{number + 1}") as other:
        answers = [client.post(path, files={"file": ("photo", b"GIF89a")}) for _ in range(burst + 20)]
        refused = [answer for answer in answers if answer.status_code == 429]
        assert 0 < len(refused) < 20, "a burst, and one more every second or two"
        assert_error(refused[0], 429, "ingress", "rate_limited")
        assert send(other).status_code == 200
        assert client.get("/api/v1/healthz").status_code == 200


@pytest.mark.parametrize("network", ["2001:db8:1:2:a:b:c:", "2001:db8:1:3::", "2001:db8::"])
def test_a_customers_ipv6_network_is_one_client(front: Front, network: str) -> None:
    """Addresses are told by a header here: a machine need not have any but ::1."""
    told = "set_real_ip_from 127.0.0.0/8;\nreal_ip_header X-Address;\n"
    with fronting(lambda text: told + text, front.ports) as other, other.client() as client:

        def status(address: str) -> int:
            files = {"file": ("photo", b"GIF89a")}
            return client.post(ENHANCE, files=files, headers={"X-Address": address}).status_code

        found = [status(f"{network}{number:x}") for number in range(1, 40)]
        assert found[0] != 429 and 429 in found
        assert status("2001:db8:1:4::1") != 429


def test_every_endpoint_that_takes_a_photo_is_limited() -> None:
    paths = client_of().get("/openapi.json").json()["paths"]
    posted = {f"/api{path}" for path, operations in paths.items() if "post" in operations}
    limited = re.findall(r"^location = (\S+) {\n    limit_req ", (CONFIG / "visage.conf").read_text(), re.MULTILINE)
    assert {ENHANCE, "/api/v1/preview"} <= posted <= set(limited)


def test_ids_are_kept_or_made_and_logged_without_an_address(front: Front) -> None:
    with front.client("127.0.0.18") as client:
        client.get("/api/v1/kept?secret=1", headers={"X-Request-ID": "trace-0123456789"})
        client.get("/api/v1/made", headers={"X-Request-ID": 'bad id"}'})

    def ids() -> dict[object, object]:
        return {line["path"]: line["request_id"] for line in front.access()}

    # A line is written once its response has been sent, and others come between.
    wait_until(lambda: {"/api/v1/kept", "/api/v1/made"} <= ids().keys(), ids, pause_s=0.01)
    assert ids()["/api/v1/kept"] == "trace-0123456789" and len(str(ids()["/api/v1/made"])) == 32
    text = (front.folder / "access.log").read_text()
    assert "secret" not in text and "127.0.0.18" not in text


def test_plain_http_on_the_tls_port_is_told_so(front: Front) -> None:
    answer = httpx.get(f"http://127.0.0.1:{front.port}/api/v1/healthz", headers={"Host": HOST})
    assert_error(answer, 400, "request", "bad_request")


@pytest.mark.parametrize(
    ("request_text", "status", "code"),
    [
        ("no request at all", 400, "bad_request"),
        (f"GET /%zz HTTP/1.1\r\nHost: {HOST}", 400, "bad_request"),
        (f"GET /{'a' * 20_000} HTTP/1.1\r\nHost: {HOST}", 400, "bad_request"),
        (f"GET / HTTP/1.1\r\nHost: {HOST}\r\nX: {'a' * 40_000}", 400, "bad_request"),
        (f"GET / HTTP/9.9\r\nHost: {HOST}", 400, "bad_request"),
        (f"POST {ENHANCE} HTTP/1.1\r\nHost: {HOST}\r\nTransfer-Encoding: gzip", 400, "bad_request"),
        (f"TRACE / HTTP/1.1\r\nHost: {HOST}", 405, "method_not_allowed"),
    ],
)  # fmt: skip
def test_what_nginx_cannot_read_it_refuses_in_visages_form(
    front: Front, request_text: str, status: int, code: str
) -> None:
    context = ssl.create_default_context(cafile=front.config / "tls/fullchain.pem")
    with (
        socket.create_connection(("127.0.0.1", front.port), PATIENCE_S) as plain,
        context.wrap_socket(plain, server_hostname=HOST) as connection,
    ):
        connection.sendall(f"{request_text}\r\n\r\n".encode())
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        assert (answer.status, answer.getheader("X-Error-Code")) == (status, code)
        assert set(json.loads(answer.read())) == {"error", "stage"} and answer.getheader("X-Request-ID")


def test_two_thousand_half_open_connections_keep_nobody_waiting(front: Front) -> None:
    """Half a request, half an upload, or nothing; from many addresses, as nginx would refuse as many of one."""
    upload = f"POST {ENHANCE} HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 5000000\r\n".encode()
    upload += b"Content-Type: multipart/form-data; boundary=b\r\n\r\n--b\r\n"
    begun = (b"", b"GET / HTTP/1.1\r\nHost: x\r\nX: ", upload)
    context = ssl.create_default_context(cafile=front.config / "tls/fullchain.pem")
    with contextlib.ExitStack() as stack, front.client("127.0.0.19") as client:
        for number in range(HALF_OPEN):
            source = (f"127.0.1.{number % 200 + 1}", 0)
            plain = stack.enter_context(socket.create_connection(("127.0.0.1", front.port), PATIENCE_S, source))
            if words := begun[number % len(begun)]:
                if number < 300:  # the handshakes of all would only take time
                    plain = stack.enter_context(context.wrap_socket(plain, server_hostname=HOST))
                    plain.sendall(words)
                else:
                    plain.sendall(b"\x16\x03\x01\x02\x00")  # the first bytes of a handshake
        answers = [send(client) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200] * 3
    shortest = re.search(r"client_header_timeout (\d+)s", (CONFIG / "nginx.conf").read_text())
    assert shortest is not None
    took = [answer.elapsed.total_seconds() for answer in answers]
    assert max(took) < float(shortest[1]), "none waited until those that stay were given up"


def test_an_instance_that_dies_costs_no_request_and_without_any_the_answer_says_so(front: Front) -> None:
    """Last: it leaves no instance alive."""
    with front.client("127.0.0.20") as client, ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(send, client) for _ in range(16)]
        time.sleep(2.5 * STAGE_S)  # both work
        front.instances[0].send_signal(signal.SIGKILL)
        assert [each.result().status_code for each in asked] == [200] * 16
    again = [line for line in front.access() if "," in str(line["instance"])]
    assert again, "no request was with the instance when it died"
    front.instances[1].send_signal(signal.SIGKILL)
    front.instances[1].wait(PATIENCE_S)
    with front.client("127.0.0.21") as client:
        assert_error(send(client), 503, "ingress", "stage_lost")
