"""Clients that ask on and on while something is done to the service."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import httpx

from load.service import Service
from tests.helpers.api import enhance


@contextmanager
def asking(
    service: Service, photo: bytes, clients: int, pause_s: float = 0.0, **options: Any
) -> Iterator[list[httpx.Response]]:
    """`clients` that have `photo` restored until the block ends, one request after the other: their answers so far.

    Each takes a pause between two requests: where real models work, none would leave new replicas no CPU to start on.
    At the end each waits for its last answer. Raises what a client met in place of one.
    """
    answers: list[httpx.Response] = []
    stop = threading.Event()

    def ask() -> None:
        with service.client() as client:
            while not stop.is_set():
                answers.append(enhance(client, photo, **options))
                stop.wait(pause_s)

    with ThreadPoolExecutor(clients) as pool:
        running = [pool.submit(ask) for _ in range(clients)]
        try:
            yield answers
        finally:
            stop.set()
    for each in running:
        each.result()
