"""The API over fake stages on a real socket of the loopback interface, for clients that bring their own HTTP."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from load.service import free_port
from tests.helpers.fakes import FakeStages, make_app
from tests.helpers.waiting import wait_until


@contextmanager
def listening(stages: FakeStages | None = None, **settings: Any) -> Iterator[str]:
    """The address of a service over `stages` with these settings, which answers until the block ends."""
    app = Starlette(routes=[Mount("/api", make_app(stages or FakeStages(), **settings))])
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wait_until(lambda: server.started, lambda: "the server did not start", alive=thread.is_alive, pause_s=0.01)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)
