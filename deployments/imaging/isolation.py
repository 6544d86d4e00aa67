"""Decodes a file in a process of its own, with bounds of CPU and memory that it cannot exceed.

A decoder that crashes, hangs or wants all memory costs the one file that made it do so. `python -m
deployments.imaging.isolation FD` is a server: it has every decoder imported, and for each job it copies itself (fork),
so that no two files meet in one process. Pictures travel over sockets; nothing reaches a disk.
"""

from __future__ import annotations

import json
import logging
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deployments.errors import TooComplex

logger = logging.getLogger("visage")

BASE_CPU_S, CPU_S_PER_MEGAPIXEL = 5.0, 0.5
"""Several times what the slowest decoder takes; see docs/figures.md."""
BASE_BYTES, BYTES_PER_PIXEL = 512 * 2**20, 48
"""16 bytes a pixel for libjxl's floats, 8 for the result, and copies."""
_SLOWNESS = 20
"""How many times longer than its CPU time a job may take on a busy machine."""
_LENGTH_BYTES = 8


@dataclass(frozen=True)
class Decoded:
    """What a decoder returned, checked."""

    pixels: NDArray[Any]
    has_alpha: bool
    profile: bytes | None


def decode_isolated(name: str, file: bytes, size: tuple[int, int], hints: dict[str, Any]) -> Decoded:
    """Run the decoder `name` of isolated_decoders.DECODERS; `size` is what the header declares.

    Raises ValueError for a file that cannot be decoded or that has more pixels than it declares, TooComplex where it
    takes more time or memory than its pixels justify, or brings its decoder down.
    """
    pixels = size[0] * size[1]
    cpu_s = int(BASE_CPU_S + CPU_S_PER_MEGAPIXEL * pixels / 1e6)
    job = {"name": name, "hints": hints, "cpu_s": cpu_s, "bytes": BASE_BYTES + BYTES_PER_PIXEL * pixels}
    with _SERVER.connect() as connection:
        connection.settimeout(_SLOWNESS * cpu_s)
        try:
            _send(connection, json.dumps(job).encode())
            _send(connection, file)
            answer = json.loads(_receive(connection))
            if "error" in answer:
                raise ValueError(answer["error"])
            data = _receive(connection, limit=8 * pixels)
            profile = bytes(_receive(connection)) or None
        except (EOFError, OSError) as error:
            logger.warning("a decoder of %s ended without an answer: %r", name, error)
            raise TooComplex(
                "The file takes far more to decode than its pixels, or brings its decoder down."
            ) from error
    shape = tuple(answer["shape"])
    if shape[0] * shape[1] > pixels:
        raise ValueError("the file has more pixels than it declares")
    return Decoded(np.frombuffer(data, answer["dtype"]).reshape(shape), answer["alpha"], profile)


class _Server:
    """The process that is copied for each file; started when it is first needed, and again should it end."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def connect(self) -> socket.socket:
        """A connection to a new copy."""
        ours, theirs = socket.socketpair()
        with theirs, self._lock:
            try:
                self._copy_for(theirs)
            except OSError:
                self._stop()
                self._copy_for(theirs)
        return ours

    def _copy_for(self, theirs: socket.socket) -> None:
        """Hand `theirs` to a new copy; raises OSError where the process has ended."""
        control = self._running()
        socket.send_fds(control, [b"."], [theirs.fileno()])
        if not control.recv(1):
            raise ConnectionResetError

    def _running(self) -> socket.socket:
        if self._control is None or self._process is None or self._process.poll() is not None:
            self._stop()
            control, theirs = socket.socketpair()
            # Single-threaded, as a process that is copied has to be; and modules as this process finds them.
            alone = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(sys.path)}
            with theirs:
                self._process = subprocess.Popen(
                    [sys.executable, "-P", "-m", "deployments.imaging.isolation", str(theirs.fileno())],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    pass_fds=[theirs.fileno()],
                    env=os.environ | alone,
                )
            self._control = control
        return self._control

    def _stop(self) -> None:
        if self._control is not None:
            self._control.close()  # at which the process ends
        if self._process is not None:
            self._process.wait()
        self._control = self._process = None


_SERVER = _Server()


def _send(connection: socket.socket, data: bytes | memoryview) -> None:
    connection.sendall(len(data).to_bytes(_LENGTH_BYTES, "big"))
    connection.sendall(data)


def _receive(connection: socket.socket, limit: int = 2**24) -> bytearray:
    """What _send sent; raises EOFError where the other side ended, ValueError beyond `limit` bytes."""
    length = int.from_bytes(_exactly(connection, _LENGTH_BYTES), "big")
    if length > limit:
        raise ValueError("the decoder returned more than there can be")
    return _exactly(connection, length)


def _exactly(connection: socket.socket, length: int) -> bytearray:
    data = bytearray(length)
    view = memoryview(data)
    while view:
        count = connection.recv_into(view)
        if not count:
            raise EOFError
        view = view[count:]
    return data


def _serve(control: socket.socket) -> None:
    """Copy this process for each connection that arrives; ends when the other side does."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # no copy is waited for
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the service, which then closes `control`
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 1, 1)
        if not message:
            return
        for descriptor in descriptors:
            if os.fork() == 0:
                control.close()
                try:
                    _work(socket.socket(fileno=descriptor))
                finally:
                    os._exit(0)
            os.close(descriptor)
        control.send(b".")


def _in_use() -> int:
    """Bytes of address space that this process has."""
    try:
        with open("/proc/self/statm") as statm:
            return int(statm.read().split()[0]) * resource.getpagesize()
    except FileNotFoundError:  # macOS, which does not hold processes to RLIMIT_AS either
        return 0


def _work(connection: socket.socket) -> None:
    """One job, in a copy."""
    from deployments.imaging.isolated_decoders import DECODERS

    job = json.loads(_receive(connection))
    file = bytes(_receive(connection, limit=2**40))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # it would have the picture in it
    resource.setrlimit(resource.RLIMIT_CPU, (job["cpu_s"], job["cpu_s"]))
    resource.setrlimit(resource.RLIMIT_AS, (_in_use() + len(file) + job["bytes"],) * 2)
    try:
        drawing = DECODERS[job["name"]](file, job["hints"])
        pixels = np.ascontiguousarray(drawing.pixels)
    except MemoryError:
        return
    except Exception as error:
        _send(connection, json.dumps({"error": repr(error)[:500]}).encode())
        return
    answer = {"shape": pixels.shape, "dtype": pixels.dtype.str, "alpha": drawing.has_alpha}
    _send(connection, json.dumps(answer).encode())
    _send(connection, pixels.reshape(-1).view(np.uint8).data)
    _send(connection, drawing.profile or b"")


if __name__ == "__main__":
    from deployments.imaging.isolated_decoders import preload

    preload()
    _serve(socket.socket(fileno=int(sys.argv[1])))
