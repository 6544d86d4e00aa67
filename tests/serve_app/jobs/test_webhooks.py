"""Notes about jobs that have ended: what is in them, and where they do not go."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from deployments.errors import BadRequest
from serve_app.jobs.record import Job, JobState
from serve_app.jobs.server import JobsCannotRun
from serve_app.jobs.webhooks import PAUSES_S, SECRET_VARIABLE, Refused, Webhooks, is_public, webhooks_of
from serve_app.settings import JobSettings
from tests.helpers.api import assert_error
from tests.helpers.images import PHOTO
from tests.helpers.redis_server import RedisServer
from tests.serve_app.jobs.conftest import Bench, bench_at

SECRET = bytes(range(32))
JOB = Job("an-id", JobState.SUCCEEDED, attempts=1)
ALLOWED = "hooks.test"


@dataclass
class Receiver:
    """A server of a client's, and what it was sent."""

    port: int = 0
    answers: list[int] = field(default_factory=list)
    """The statuses of its responses, the last one again and again."""
    requests: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    async def receive(self, request: web.Request) -> web.Response:
        self.requests.append((request.path, dict(request.headers), await request.read()))
        status = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return web.Response(status=status, headers={"Location": f"http://127.0.0.1:{self.port}/elsewhere"})


@asynccontextmanager
async def receiver(*answers: int) -> AsyncIterator[Receiver]:
    found = Receiver(answers=list(answers))
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", found.receive)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    found.port = runner.addresses[0][1]
    yield found
    await runner.cleanup()


class FakeLookup:
    """A name server whose answers change from question to question, as in DNS rebinding."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.asked = 0

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked += 1
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def webhooks(*hosts: str, lookup: FakeLookup | None = None) -> Webhooks:
    settings = JobSettings(webhooks=True, webhook_hosts=list(hosts))
    return Webhooks(settings, SECRET, lookup or FakeLookup(["127.0.0.1"]))


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "100.100.100.200", "192.0.0.192", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1",
        "168.63.129.16", "192.88.99.1", "64:ff9b:1::7f00:1",
        "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2001:0:7f00:1::1",
        "fec0::1", "3fff::1", "4000::1", "::ffff:0:127.0.0.1",
    ],
)  # fmt: skip
async def test_an_address_that_is_not_on_the_internet_is_refused(address: str) -> None:
    assert not is_public(address)
    with pytest.raises(Refused):
        await webhooks(lookup=FakeLookup([address])).resolve("innocent.example", 443)
    with pytest.raises(Refused):  # also as one among others
        await webhooks(lookup=FakeLookup(["93.184.216.34", address])).resolve("innocent.example", 443)
    literal = f"[{address}]" if ":" in address else address
    with pytest.raises(BadRequest):
        webhooks().check(f"https://{literal}/")


@pytest.mark.parametrize("address", ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
async def test_a_public_address_is_accepted(address: str) -> None:
    assert is_public(address)
    assert await webhooks(lookup=FakeLookup([address])).resolve("innocent.example", 443) == [address]


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/", "ftp://example.com", "file:///etc/passwd", "https://", "https://user:pw@example.com/",
        "https://example.com:99999/", "//example.com", "nonsense", "https://[::1", "https://example.com/\r\nX: y",
        "https://exämple.com/", "https://example.com/" + "a" * 2000, "http://hooks.test/",
    ],
)  # fmt: skip
def test_a_url_that_will_not_do_is_refused_before_anything_is_kept(url: str) -> None:
    with pytest.raises(BadRequest, match="webhook"):
        webhooks().check(url)


def test_the_operator_may_allow_hosts_and_then_no_others() -> None:
    webhooks().check("https://example.com:8443/path?query")
    webhooks(ALLOWED).check(f"http://{ALLOWED}/")
    with pytest.raises(BadRequest, match="other hosts"):
        webhooks(ALLOWED).check("https://example.com/")


@pytest.mark.parametrize("host", ["localhost", "127.1", "2130706433", "0x7f000001", "0177.0.0.1"])
async def test_no_spelling_of_this_machine_is_connected_to(host: str) -> None:
    """With the system's own resolver."""
    connections: list[asyncio.StreamWriter] = []

    def connected(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(writer)
        writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    await Webhooks(JobSettings(webhooks=True), SECRET).send(f"https://{host}:{port}/", JOB)
    await asyncio.sleep(0.05)
    assert connections == []
    if not host.replace(".", "").isdigit():  # aiohttp itself does not connect to these
        await Webhooks(JobSettings(webhooks=True, webhook_hosts=[host]), SECRET).send(f"https://{host}:{port}/", JOB)
        assert len(connections) == 1
    server.close()


async def test_what_was_looked_up_is_what_is_connected_to() -> None:
    """The first answer is public, the second one, which an attacker would like to be used, is this machine."""
    async with receiver(200) as server:
        lookup = FakeLookup(["192.0.2.1"], ["127.0.0.1"])
        with pytest.raises(Refused):
            await webhooks(lookup=lookup).resolve("rebinding.example", server.port)
        lookup = FakeLookup(["127.0.0.1"], ["192.0.2.1"])
        assert await webhooks(ALLOWED, lookup=lookup).send(f"http://{ALLOWED}:{server.port}/", JOB)
        assert lookup.asked == 1 and len(server.requests) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed(status: int) -> None:
    async with receiver(status, 200) as server:
        assert not await webhooks(ALLOWED).send(f"http://{ALLOWED}:{server.port}/first", JOB)
        assert [path for path, *_ in server.requests] == ["/first"]


@pytest.mark.parametrize(("status", "over"), [(200, True), (204, True), (410, True), (404, False), (500, False)])
async def test_a_note_is_over_when_it_was_accepted_or_never_will_be(status: int, over: bool) -> None:
    async with receiver(status) as server:
        assert await webhooks(ALLOWED).send(f"http://{ALLOWED}:{server.port}/", JOB) is over
    assert not await webhooks(ALLOWED).send(f"http://{ALLOWED}:{server.port}/", JOB)  # nobody listens any more


async def test_the_note_is_thin_and_signed_after_standard_webhooks() -> None:
    failed = Job("an-id", JobState.FAILED, error='{"error": "words", "stage": "decode", "status": 422, "code": "x"}')
    async with receiver(200) as server:
        await webhooks(ALLOWED).send(f"http://{ALLOWED}:{server.port}/", failed)
    ((_, headers, body),) = server.requests
    told = json.loads(body)
    assert told["type"] == "job.failed" and told["data"]["id"] == "an-id" and len(body) < 300
    assert told["data"]["error"] == {"code": "x", "status": 422, "stage": "decode"}
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(SECRET, content, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"


def test_the_signature_is_that_of_the_specification() -> None:
    """The example of the specification's own libraries."""
    from serve_app.jobs.webhooks import signed

    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    headers = signed(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}', 1614265330.7)
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert headers["webhook-timestamp"] == "1614265330"


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_c2hvcnQ=", "c2VjcmV0" * 8, "whsec_!"])
def test_without_a_key_to_sign_with_the_service_does_not_start(monkeypatch: pytest.MonkeyPatch, secret: str) -> None:
    assert webhooks_of(JobSettings()) is None
    monkeypatch.setenv(SECRET_VARIABLE, secret)
    with pytest.raises(JobsCannotRun, match=SECRET_VARIABLE):
        webhooks_of(JobSettings(webhooks=True))
    monkeypatch.setenv(SECRET_VARIABLE, f"whsec_{base64.b64encode(SECRET).decode()}")
    assert webhooks_of(JobSettings(webhooks=True)) is not None


async def submit(bench: Bench, url: str, photo: bytes = PHOTO) -> Any:
    return await bench.submit(photo, webhook=url)


@pytest.mark.slow
async def test_a_job_that_has_ended_is_told_of_until_the_note_is_accepted(server: RedisServer) -> None:
    async with receiver(500, 200) as client, bench_at(server.address, webhooks=webhooks(ALLOWED)) as bench:
        await bench.redis.flushall()
        url = f"http://{ALLOWED}:{client.port}/done"
        for photo in (PHOTO, PHOTO[:50]):
            await bench.runner.run((await submit(bench, url, photo)).json()["id"])
        cancelled = (await submit(bench, url)).json()["id"]
        await bench.client.delete(f"/v1/jobs/{cancelled}")
        await bench.runner.run((await bench.submit()).json()["id"])  # without a webhook
        sweeping = asyncio.create_task(bench.runner.sweep())
        async with asyncio.timeout(10):
            while await bench.redis.zcard("visage:notes") > 1:
                await asyncio.sleep(0.05)
            (left,) = await bench.redis.zrange("visage:notes", 0, -1)
            await bench.redis.zadd("visage:notes", {left: 0})  # as if the pause had passed
            while await bench.redis.zcard("visage:notes"):
                await asyncio.sleep(0.05)
        sweeping.cancel()
        kinds = [json.loads(body)["type"] for *_, body in client.requests]
        assert len(kinds) == 4 and set(kinds) == {"job.succeeded", "job.failed", "job.cancelled"}
        ids = [headers["webhook-id"] for _, headers, _ in client.requests]
        assert len(set(ids)) == 3  # the one that was sent twice has the same


@pytest.mark.slow
async def test_a_job_that_waited_too_long_is_told_of(server: RedisServer) -> None:
    async with receiver(200) as client, bench_at(server.address, webhooks=webhooks(ALLOWED)) as bench:
        await bench.redis.flushall()
        job_id = (await submit(bench, f"http://{ALLOWED}:{client.port}/")).json()["id"]
        await bench.redis.expire(f"visage:job:{job_id}:photo", 0)
        await bench.redis.zadd("visage:due", {job_id: 0})
        sweeping = asyncio.create_task(bench.runner.sweep())
        async with asyncio.timeout(10):
            while not client.requests:
                await asyncio.sleep(0.05)
        sweeping.cancel()
        assert json.loads(client.requests[0][2])["type"] == "job.expired"


async def test_a_note_is_given_up_after_its_last_try(bench: Bench) -> None:
    job_id = await bench.store.submit(PHOTO, None, webhook="https://example.com/", options="{}")
    await bench.store.cancel(job_id)
    for _ in range(len(PAUSES_S) + 1):
        assert await bench.store.notes(PAUSES_S) == [(job_id, "https://example.com/")]
        assert await bench.store.notes(PAUSES_S) == []
        if await bench.redis.zcard("visage:notes"):
            await bench.redis.zadd("visage:notes", {job_id: 0})
    assert await bench.redis.zcard("visage:notes") == 0


async def test_webhooks_are_off_unless_the_operator_wants_them(bench: Bench) -> None:
    assert_error(await submit(bench, "https://example.com/"), 422, "request", "bad_request")
    response = await bench.client.post("/v1/enhance", files={"file": ("p", PHOTO)}, data={"webhook": "https://x.org"})
    assert_error(response, 422, "request", "bad_request")
    assert bench.queue.ids == []
