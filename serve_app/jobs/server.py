"""The Redis (or Valkey) server that jobs need: how it is reached, and whether it keeps everything in memory."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit, urlunsplit

if TYPE_CHECKING:
    from redis import Redis
    from redis.asyncio import Redis as AsyncRedis

PASSWORD_VARIABLE = "VISAGE_REDIS_PASSWORD"
_CONNECT_S, _ANSWER_S = 3.0, 30.0
_MINIMUM = (7, 0)
_VERIFY = "ssl_cert_reqs"

WANTED = {"save": "", "appendonly": "no", "maxmemory-policy": "noeviction"}
"""A server so configured writes nothing to a disk, and refuses what does not fit instead of dropping a picture."""


class JobsCannotRun(Exception):
    """Jobs are switched on but cannot run here; the message is for the operator."""


class ServerIsAway(JobsCannotRun):
    """The server does not answer, or not what it is asked."""


def full_address(address: str) -> str:
    """`address` with the password of VISAGE_REDIS_PASSWORD, where that is set and the address has none.

    With TLS the server's certificate is verified unless the address says otherwise; Celery wants that written down.
    """
    password = os.environ.get(PASSWORD_VARIABLE, "")
    parts = urlsplit(address)
    if password and parts.password is None:
        user, host = parts.username or "", parts.netloc.rpartition("@")[2]
        parts = parts._replace(netloc=f"{user}:{quote(password, safe='')}@{host}")
    if parts.scheme == "rediss" and _VERIFY not in parts.query:
        parts = parts._replace(query=f"{parts.query}&{_VERIFY}=required".lstrip("&"))
    return urlunsplit(parts)


def connect(address: str) -> AsyncRedis:
    """A client of the server at `address`; it connects when it is first used. Raises JobsCannotRun."""
    try:
        from redis.asyncio import Redis
    except ImportError as error:
        raise _missing(error) from None
    return Redis.from_url(full_address(address), socket_connect_timeout=_CONNECT_S, socket_timeout=_ANSWER_S)


def require_memory_only(address: str) -> None:
    """Raise JobsCannotRun where a package is missing, or the server is not there, too old, or may write to a disk."""
    try:
        import celery  # noqa: F401
        from redis import Redis
        from redis.exceptions import RedisError
    except ImportError as error:
        raise _missing(error) from None
    shown = urlsplit(address).netloc.rpartition("@")[2] or address
    client = Redis.from_url(
        full_address(address), socket_connect_timeout=_CONNECT_S, socket_timeout=_ANSWER_S, decode_responses=True
    )
    with client:
        try:
            _check_version(client, shown)
            found = {name: client.config_get(name).get(name) for name in WANTED}
        except (RedisError, OSError) as error:
            raise ServerIsAway(
                f"Jobs need the Redis server of jobs.redis, {shown}, which cannot be used: {error}\n"
                "Visage has to read its settings (CONFIG GET) to know that it writes nothing to a disk."
            ) from None
    wrong = {name: value for name, value in found.items() if value != WANTED[name]}
    if wrong:
        listed = ", ".join(f"{name} is {value!r}" for name, value in wrong.items())
        commands = "\n".join(f"    CONFIG SET {name} {WANTED[name] or repr('')}" for name in wrong)
        raise JobsCannotRun(
            f"The Redis server of jobs.redis, {shown}, could write photos to its disk or drop them: {listed}.\n"
            f"Give Visage a server of its own and run in redis-cli (and put the same into its configuration file):\n"
            f"{commands}"
        )


def _check_version(client: Redis, shown: str) -> None:
    version = str(client.info("server")["redis_version"])
    if tuple(int(part) for part in version.split(".")[:2]) < _MINIMUM:
        raise JobsCannotRun(f"The Redis server of jobs.redis, {shown}, is {version}; 7.0 or newer is needed.")


def _missing(error: ImportError) -> JobsCannotRun:
    return JobsCannotRun(
        f"Jobs are on (jobs.redis) but the Python package {error.name} is missing. "
        "Install the extra `jobs`: pip install 'visage[jobs]'"
    )
