"""Waiting for what is sure to come."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Callable

from load.service import START_TIMEOUT_S

PATIENCE_S = START_TIMEOUT_S
"""Far beyond what anything takes: a test that passes never waits so long. pytest gives up after three times as long."""


def wait_until(
    condition: Callable[[], object],
    otherwise: Callable[[], object] = lambda: "it did not come",
    *,
    alive: Callable[[], bool] = lambda: True,
    pause_s: float = 0.05,
) -> None:
    """Return once `condition()` is true, which is asked for every `pause_s` seconds.

    Raises AssertionError with what `otherwise()` says after PATIENCE_S, or at once where what would bring it is not
    `alive()` any more.
    """
    until = time.monotonic() + PATIENCE_S
    while not condition():
        assert alive() and time.monotonic() < until, otherwise()
        time.sleep(pause_s)


def wait_until_listening(port: int, process: subprocess.Popen[bytes]) -> None:
    """Return once `process`, or one of its children, accepts connections on this port of the loopback interface."""

    def listens() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    wait_until(listens, lambda: f"nobody listens on {port}", alive=lambda: process.poll() is None)
