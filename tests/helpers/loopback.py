"""The API over fake stages on a real socket of the loopback interface, for clients that bring their own HTTP."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from load.service import free_port
from tests.helpers.fakes import FakeStages, make_app


@contextmanager
def listening(stages: FakeStages | None = None, **settings: Any) -> Iterator[str]:
    """The address of a service over `stages` with these settings, which answers until the block ends."""
    app = Starlette(routes=[Mount("/api", make_app(stages or FakeStages(), **settings))])
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 20
    while not server.started:
        assert thread.is_alive() and time.monotonic() < until, "the server did not start"
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)
