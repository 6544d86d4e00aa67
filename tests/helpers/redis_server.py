"""A real redis-server on a free port of the loopback interface."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from load.service import free_port

MEMORY_ONLY = {"save": "", "appendonly": "no", "maxmemory": "256mb", "maxmemory-policy": "noeviction"}
START_S = 10


@dataclass
class RedisServer:
    """A running server."""

    port: int
    process: subprocess.Popen[bytes]

    @property
    def address(self) -> str:
        """As the settings want it."""
        return f"redis://127.0.0.1:{self.port}/0"


@contextmanager
def redis_server(folder: Path, port: int = 0, **options: str) -> Iterator[RedisServer]:
    """Run one that keeps everything in memory, but for `options`. Skips the test where it is not installed."""
    binary = shutil.which("redis-server")
    if binary is None:
        pytest.skip("redis-server is not installed (apt-get install redis-server)")
    port = port or free_port()
    given = {"port": str(port), "bind": "127.0.0.1", "dir": str(folder)} | MEMORY_ONLY | options
    command = [binary, *(word for name, value in given.items() for word in (f"--{name}", value))]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        _wait(port)
        yield RedisServer(port, process)
    finally:
        process.kill()
        process.wait()


def _wait(port: int) -> None:
    until = time.monotonic() + START_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)
