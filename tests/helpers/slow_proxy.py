"""Serve's HTTP proxy on a busy machine: it takes longer to come up than Serve waits by itself, three times 5 s."""

from __future__ import annotations

import time

from starlette.middleware import Middleware

from serve_app import proxy


def middleware() -> list[Middleware]:
    """What Serve calls while its proxy starts."""
    time.sleep(16)
    return proxy.middleware()
