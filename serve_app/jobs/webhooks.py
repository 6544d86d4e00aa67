"""Webhooks: a signed note to an address that a client names, when its job has ended.

The note and its headers follow Standard Webhooks (https://www.standardwebhooks.com). It says that something happened
and has no picture in it. The address may not lead into the operator's own network.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import ipaddress
import json
import logging
import os
import socket
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from deployments.errors import BadRequest
from serve_app.jobs.record import Job
from serve_app.jobs.server import JobsCannotRun
from serve_app.settings import JobSettings

logger = logging.getLogger("visage.webhooks")

SECRET_VARIABLE = "VISAGE_WEBHOOK_SECRET"
PAUSES_S = (5, 60, 300, 900, 1800)
"""After the first try and those that follow; then the note is given up."""
TIMEOUT_S = 15.0
_PREFIX = "whsec_"
_MIN_SECRET, _MAX_URL = 24, 2000
_SPECIAL = [
    ipaddress.ip_network(network)
    for network in (
        "192.0.0.0/24",  # protocol assignments (RFC 6890); 192.0.0.192 is a cloud's metadata service
        "192.88.99.0/24",  # relays to IPv6
        "168.63.129.16/32",  # Azure's own service in every virtual network
        "3fff::/20",  # for documents (RFC 9637)
    )
]
"""Not for notes, though `ipaddress` takes them, or some of them, for addresses like others."""
_ASSIGNED = ipaddress.ip_network("2000::/3")
"""All IPv6 addresses on the Internet (RFC 4291, 2.4). Beside it are site-local ones, and those that hold IPv4's."""

Lookup = Callable[[str, int], Awaitable[Sequence[str]]]


class Refused(Exception):
    """The address leads to where notes may not go."""


def secret_of_environment() -> bytes:
    """The key of the signatures; raises JobsCannotRun where VISAGE_WEBHOOK_SECRET is not `whsec_` and base64."""
    text = os.environ.get(SECRET_VARIABLE, "")
    try:
        secret = base64.b64decode(text.removeprefix(_PREFIX), validate=True)
    except binascii.Error:
        secret = b""
    if not text.startswith(_PREFIX) or len(secret) < _MIN_SECRET:
        raise JobsCannotRun(
            f"jobs.webhooks is on, and the environment variable {SECRET_VARIABLE} has no key to sign with. Make one:\n"
            f"    echo whsec_$(openssl rand -base64 32)"
        )
    return secret


def signed(secret: bytes, message_id: str, body: bytes, now: float) -> dict[str, str]:
    """The headers of a note: HMAC-SHA256 of id, time and body."""
    sent = str(int(now))
    digest = hmac.digest(secret, b".".join((message_id.encode(), sent.encode(), body)), hashlib.sha256)
    signature = f"v1,{base64.b64encode(digest).decode()}"
    return {"webhook-id": message_id, "webhook-timestamp": sent, "webhook-signature": signature}


def is_public(address: str) -> bool:
    """Whether an IP address is somebody's on the Internet, and not of a private, local, shared or special network."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if ip.sixtofour is not None or ip.teredo is not None:
            return False  # another address is in it
        if ip not in _ASSIGNED:
            return False
    special = any(ip.version == network.version and ip in network for network in _SPECIAL)
    return ip.is_global and not (special or ip.is_multicast or ip.is_reserved)


async def system_lookup(host: str, port: int) -> Sequence[str]:
    """The addresses of a host, by the system's resolver."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class Webhooks:
    """Checks addresses and sends notes; see JobSettings.webhook_hosts for what the operator may allow."""

    def __init__(self, settings: JobSettings, secret: bytes, lookup: Lookup = system_lookup) -> None:
        self._hosts = {host.lower() for host in settings.webhook_hosts}
        self._secret = secret
        self._lookup = lookup

    def check(self, url: str) -> None:
        """Raise BadRequest for an address that will not do, as far as that can be seen without looking it up."""
        try:
            parts = urlsplit(url)
            host, _ = parts.hostname, parts.port
        except ValueError:
            raise BadRequest("webhook: this is no URL.") from None
        if not host or parts.username is not None or len(url) > _MAX_URL or not url.isascii() or not url.isprintable():
            raise BadRequest("webhook: this is no URL of a host, or it has a user name in it.")
        if self._hosts and host not in self._hosts:
            raise BadRequest("webhook: the operator allows other hosts only.")
        if parts.scheme != "https" and not (parts.scheme == "http" and host in self._hosts):
            raise BadRequest("webhook: the URL has to begin with https://")
        try:
            allowed = host in self._hosts or is_public(host)
        except ValueError:
            return  # a name: it is looked up when the note is sent
        if not allowed:
            raise BadRequest("webhook: this address is not on the Internet.")

    async def resolve(self, host: str, port: int) -> Sequence[str]:
        """The addresses to connect to; raises Refused if one is not public and the operator does not allow the host."""
        addresses = await self._lookup(host, port)
        if host.lower() not in self._hosts and not all(map(is_public, addresses)):
            raise Refused(f"{host} is not on the Internet")
        return addresses

    def _socket(self, host: str, target: Any) -> socket.socket:
        """A socket for the very address that is connected to; not every spelling of one passes the resolver."""
        family, kind, protocol, _, address = target
        try:
            allowed = host.lower() in self._hosts or is_public(str(address[0]))
        except ValueError:
            allowed = False  # 127.1, 2130706433 and the like
        if not allowed:
            raise Refused(f"{host} is not on the Internet")
        return socket.socket(family, kind, protocol)

    async def send(self, url: str, job: Job) -> bool:
        """Send the note about a job once; whether that is the end of it: it was accepted, or never will be."""
        import aiohttp

        body = note(job)
        headers = signed(self._secret, f"{job.id}.{job.state}", body, time.time())
        host = urlsplit(url).hostname or ""
        connector = aiohttp.TCPConnector(
            resolver=_resolver(self),
            socket_factory=partial(self._socket, host),
            use_dns_cache=False,
            force_close=True,
        )
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
        try:
            self.check(url)  # the operator may allow less than when it was submitted
            async with (
                aiohttp.ClientSession(connector=connector, timeout=timeout, trust_env=False) as session,
                session.post(
                    url,
                    data=body,
                    headers=headers | {"content-type": "application/json", "user-agent": "Visage"},
                    allow_redirects=False,
                ) as response,
            ):
                logger.info("Webhook: %d", response.status)
                return 200 <= response.status < 300 or response.status == 410
        except (BadRequest, Refused) as error:
            logger.warning("Webhook: %s", error)
            return True
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            logger.info("Webhook: %s", type(error).__name__)
            return False


def webhooks_of(settings: JobSettings) -> Webhooks | None:
    """What the settings allow; None where webhooks are off. Raises JobsCannotRun without a key to sign with."""
    return Webhooks(settings, secret_of_environment()) if settings.webhooks else None


def note(job: Job) -> bytes:
    """The body: which job, and what has become of it."""
    error = json.loads(job.error) if job.error else {}
    data = {"id": job.id, "status": job.state, "attempts": job.attempts}
    data |= {"error": {name: error[name] for name in ("code", "status", "stage")}} if error else {}
    payload = {"type": f"job.{job.state}", "timestamp": datetime.now(UTC).isoformat(timespec="seconds"), "data": data}
    return json.dumps(payload, separators=(",", ":")).encode()


def _resolver(webhooks: Webhooks) -> Any:
    """For aiohttp, which looks a name up here, once, and connects to what it was told: what was checked."""
    from aiohttp.abc import AbstractResolver, ResolveResult

    class Resolver(AbstractResolver):
        async def resolve(
            self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
        ) -> list[ResolveResult]:
            return [
                ResolveResult(
                    hostname=host,
                    host=address,
                    port=port,
                    family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                    proto=socket.IPPROTO_TCP,
                    flags=socket.AI_NUMERICHOST,
                )
                for address in await webhooks.resolve(host, port)
            ]

        async def close(self) -> None:
            """There is nothing to close."""

    return Resolver()
