"""Under which address a client is counted, and that it cannot choose it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from serve_app.http.client_address import UNKNOWN, UNTRUSTED, client_address
from serve_app.settings import LimitSettings
from tests.helpers.api import URL, assert_error
from tests.helpers.fakes import FakeStages, make_app
from tests.helpers.images import PHOTO


def seen(client: str | None, forwarded: list[str], **limits: Any) -> str:
    headers = [(b"x-forwarded-for", value.encode()) for value in forwarded]
    scope = {"type": "http", "headers": headers, "client": client and (client, 1)}
    return client_address(scope, LimitSettings.model_validate(limits))


def test_without_a_trusted_proxy_it_is_the_connections() -> None:
    assert seen("203.0.113.7", []) == "203.0.113.7"
    assert seen(None, []) == UNKNOWN and seen("testclient", []) == UNKNOWN


def test_without_a_trusted_proxy_a_forged_header_puts_everybody_into_one_bucket() -> None:
    assert {seen("198.51.100.1", [f"203.0.113.{i}"]) for i in range(5)} == {UNTRUSTED}


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (1, ["203.0.113.7"], "203.0.113.7"),
        (1, ["1.1.1.1, 203.0.113.7"], "203.0.113.7"),
        (1, ["1.1.1.1", "203.0.113.7"], "203.0.113.7"),
        (2, ["1.1.1.1, 203.0.113.7, 10.0.0.2"], "203.0.113.7"),
        (2, ["203.0.113.7"], UNTRUSTED),
        (1, [], UNTRUSTED),
        (1, ["nonsense"], UNKNOWN),
        (1, [""], UNKNOWN),
    ],
)
def test_with_trusted_proxies_it_is_the_address_before_theirs(
    proxies: int, forwarded: list[str], expected: str
) -> None:
    assert seen("127.0.0.1", forwarded, trusted_proxies=proxies) == expected


def test_a_customers_ipv6_network_is_one_client() -> None:
    assert seen("2001:db8:1:2::1", []) == seen("2001:db8:1:2:ffff::9", []) == "2001:db8:1:2::/64"
    assert seen("2001:db8:1:3::1", []) != seen("2001:db8:1:2::1", [])
    assert seen("::ffff:203.0.113.7", []) == "203.0.113.7"


async def test_forged_headers_do_not_get_around_the_rate_limit() -> None:
    app = make_app(FakeStages(), limits={"requests_per_minute": 1})
    transport = httpx.ASGITransport(app, client=("203.0.113.7", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
        answers = [
            await client.post(URL, files={"file": ("p", PHOTO)}, headers={"X-Forwarded-For": f"10.1.1.{i}"})
            for i in range(6)
        ]
    assert [answer.status_code for answer in answers] == [200, 429, 429, 429, 429, 429]
    assert_error(answers[-1], 429, "ingress", "rate_limited")
