"""What jobs need of Redis, and what is said where they cannot have it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from limits import RateLimitItemPerMinute
from redis import Redis

from load.service import free_port
from serve_app.http.rate_counter import rate_counter
from serve_app.jobs.server import PASSWORD_VARIABLE, JobsCannotRun, connect, full_address, require_memory_only
from serve_app.jobs.service import Jobs
from serve_app.jobs.store import JobStore
from serve_app.settings import Settings
from tests.helpers.redis_server import RedisServer, redis_server


def test_a_server_that_keeps_everything_in_memory_is_accepted(server: RedisServer) -> None:
    require_memory_only(server.address)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"save": "900 1"}, "save is '900 1'"),
        ({"appendonly": "yes"}, "appendonly is 'yes'"),
        ({"maxmemory-policy": "allkeys-lru"}, "maxmemory-policy is 'allkeys-lru'"),
    ],
)
def test_one_that_could_write_or_drop_a_photo_is_refused_until_the_commands_are_run(
    tmp_path: Path, options: dict[str, str], said: str
) -> None:
    with redis_server(tmp_path, 0, **options) as server:
        with pytest.raises(JobsCannotRun, match="could write photos to its disk or drop them") as refusal:
            require_memory_only(server.address)
        message = str(refusal.value)
        assert said in message
        with Redis.from_url(server.address) as client:
            for line in message.splitlines():
                if line.strip().startswith("CONFIG SET"):
                    client.execute_command(*[word.strip("'") for word in line.split()])
        require_memory_only(server.address)


def test_one_that_is_away_or_hides_its_settings_is_refused(tmp_path: Path) -> None:
    with pytest.raises(JobsCannotRun, match="cannot be used"):
        require_memory_only(f"redis://127.0.0.1:{free_port()}/0")
    with redis_server(tmp_path, requirepass="secret") as server:
        with pytest.raises(JobsCannotRun, match=r"cannot be used.*\n.*CONFIG GET") as refusal:
            require_memory_only(server.address.replace("//", "//:wrong@"))
        assert "wrong" not in str(refusal.value)


@pytest.mark.parametrize("package", ["celery", "redis"])
def test_without_the_extra_packages_it_is_said_which_extra_to_install(
    monkeypatch: pytest.MonkeyPatch, server: RedisServer, package: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(JobsCannotRun, match=r"pip install 'visage\[jobs\]'"):
        require_memory_only(server.address)


def test_the_password_may_come_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PASSWORD_VARIABLE, "p@ss/w")
    assert full_address("redis://HOST:1/2") == "redis://:p%40ss%2Fw@HOST:1/2"
    assert full_address("rediss://v@HOST:1/2") == "rediss://v:p%40ss%2Fw@HOST:1/2?ssl_cert_reqs=required"
    assert full_address("redis://u:own@HOST:1/2") == "redis://u:own@HOST:1/2"
    with redis_server(tmp_path, requirepass="p@ss/w") as server:
        require_memory_only(server.address)


@pytest.mark.slow
async def test_tls_is_spoken_by_everything_that_speaks_to_the_server_and_certificates_are_verified(
    tmp_path: Path,
) -> None:
    from serve_app.jobs.queue import QUEUE, CeleryQueue

    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *names]
    subprocess.run([*command, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    tls = {"tls-cert-file": str(certificate), "tls-key-file": str(key), "tls-auth-clients": "no"}
    port = free_port()
    with redis_server(tmp_path, 0, **tls, **{"tls-port": str(port)}):
        address = f"rediss://127.0.0.1:{port}/0"
        with pytest.raises(JobsCannotRun, match=r"cannot be used.*certificate"):
            require_memory_only(address)
        trusted = f"{address}?ssl_ca_certs={certificate}"
        require_memory_only(trusted)
        settings = Settings.model_validate({"jobs": {"redis": trusted}})
        store = JobStore(connect(trusted), settings.jobs, settings.limits)
        jobs = Jobs(store, CeleryQueue(settings))
        assert (await jobs.submit(b"photo", None, options="{}")).position == 1
        with Redis.from_url(full_address(trusted), decode_responses=True) as client:
            assert [name for name in client.keys("*") if QUEUE in name and client.type(name) == "list"]
        counter = rate_counter(trusted)
        assert await counter.hit(RateLimitItemPerMinute(1), "x") and not await counter.hit(
            RateLimitItemPerMinute(1), "x"
        )
        await store.close()
