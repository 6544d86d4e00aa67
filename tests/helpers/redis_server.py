"""A real redis-server on a free port of the loopback interface."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from load.service import free_port
from tests.helpers.waiting import wait_until_listening

MEMORY_ONLY = {"save": "", "appendonly": "no", "maxmemory": "256mb", "maxmemory-policy": "noeviction"}


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
        wait_until_listening(port, process)
        yield RedisServer(port, process)
    finally:
        process.kill()
        process.wait()
