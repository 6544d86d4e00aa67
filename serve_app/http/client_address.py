"""Who sent a request, as far as that can be known."""

from __future__ import annotations

import ipaddress

from starlette.datastructures import Headers
from starlette.types import Scope

from serve_app.settings import LimitSettings

_IPV6_PREFIX = 64
"""Bits of an IPv6 address that a provider assigns to one customer (RFC 6177)."""
UNTRUSTED = "forwarded by an untrusted proxy"
UNKNOWN = "unknown"


def client_address(scope: Scope, limits: LimitSettings) -> str:
    """The key under which a client is counted: its IPv4 address, or the /64 network of its IPv6 address.

    With `trusted_proxies` = n it is the n-th address from the right in `client_header`: those further left were sent by
    the client itself and may be forged. Without trusted proxies a request that has the header counts for one common
    key, because Ray Serve's proxy has then already replaced the connection's address by what the header says.
    """
    forwarded = Headers(scope=scope).getlist(limits.client_header)
    if not limits.trusted_proxies:
        client = scope.get("client")
        return UNTRUSTED if forwarded else _network(client[0]) if client else UNKNOWN
    addresses = [address.strip() for value in forwarded for address in value.split(",")]
    if len(addresses) < limits.trusted_proxies:
        return UNTRUSTED
    return _network(addresses[-limits.trusted_proxies])


def _network(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return UNKNOWN
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(parsed.ipv4_mapped or ipaddress.ip_network((parsed, _IPV6_PREFIX), strict=False))
    return str(parsed)
