"""No byte of a picture reaches a disk: looked for from outside, in every file that was written or is open."""

from __future__ import annotations

import base64
import os
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest

from load.service import Service
from tests.helpers.api import enhance
from tests.helpers.images import one_face, png

MARK_BYTES = 48
IN_MEMORY = {"tmpfs", "ramfs", "devtmpfs", "proc", "sysfs", "cgroup", "cgroup2", "devpts", "mqueue"}
SKIPPED = {".venv", "node_modules", ".git", ".next"}


def marked_picture() -> tuple[bytes, list[bytes]]:
    """An 8 MB, 16-bit PNG with a face in incompressible noise, and byte strings that betray it in any form."""
    pixels = np.random.default_rng().integers(0, 65536, (1200, 1200, 3), np.uint16)
    pixels[100:612, 100:612] = one_face().astype(np.uint16) * 257
    data = png(pixels)
    patch = pixels[900, 300:332]
    as_float = np.divide(patch, 65535, dtype=np.float32)
    marks = [data[at : at + MARK_BYTES] for at in range(len(data) // 3, len(data) - 1000, len(data) // 7)]
    marks += [patch.tobytes()[:MARK_BYTES], patch[:, ::-1].tobytes()[:MARK_BYTES], as_float.tobytes()[:MARK_BYTES]]
    marks += [as_float[:, ::-1].tobytes()[:MARK_BYTES], (patch >> 8).astype(np.uint8).tobytes()[:MARK_BYTES]]
    return data, marks


def test_the_marks_are_found_where_they_are(tmp_path: Path) -> None:
    data, marks = marked_picture()
    (tmp_path / "spooled").write_bytes(b"x" * 12345 + data)
    assert betrayed(tmp_path / "spooled", marks)
    (tmp_path / "innocent").write_bytes(os.urandom(1 << 20))
    assert not betrayed(tmp_path / "innocent", marks)


def test_no_byte_of_a_picture_is_written_anywhere(service: Service) -> None:
    data, marks = marked_picture()
    assert len(data) > 8_000_000
    watcher = _OpenFiles(service, marks)
    began = time.time() - 1
    watcher.start()
    with service.client() as client:
        for _ in range(30):  # one request may be over before all files are looked at
            answer = enhance(client, data, upscale_factor=1)
            assert answer.status_code == 200, answer.text[:300]
            if watcher.looked > 10:
                break
    watcher.stop()
    result = base64.b64decode(answer.json()["data"]["restored_image"])
    marks += [result[at : at + MARK_BYTES] for at in range(len(result) // 3, len(result) - 1000, len(result) // 5)]
    marks += [answer.content[len(answer.content) // 2 :][:MARK_BYTES]]

    assert watcher.looked > 10
    assert watcher.found == []
    assert [path for path in written_since(began) if betrayed(path, marks)] == []


class _OpenFiles(threading.Thread):
    """Looks again and again at the files that the service has open on a disk, deleted ones included."""

    def __init__(self, service: Service, marks: list[bytes]) -> None:
        super().__init__(daemon=True)
        self._service, self._marks, self._done = service, marks, threading.Event()
        self.looked = 0
        self.found: list[str] = []

    def run(self) -> None:
        while not self._done.is_set():
            if self.looked % 10 == 0:  # to list the processes takes longer than to look at their files
                processes = self._service.ray_processes()
            for process in processes:
                self._look(process)
            self.looked += 1
            self._done.wait(0.05)

    def stop(self) -> None:
        self._done.set()
        self.join()

    def _look(self, process: psutil.Process) -> None:
        try:
            entries = list(Path(f"/proc/{process.pid}/fd").iterdir())
        except OSError:
            return  # it ended between two looks
        for entry in entries:
            try:
                target = os.readlink(entry)
                suspicious = target.startswith("/") and not in_memory(target) and not target.endswith((".log", ".so"))
                if suspicious and entry.stat().st_size > MARK_BYTES and betrayed(entry, self._marks):
                    self.found.append(f"{process.name()}: {target}")
            except OSError:
                continue  # closed between two looks


def in_memory(path: str) -> bool:
    """Whether a path lies on a file system that has no disk under it."""
    mounts = [mount for mount in _mounts() if path == mount[0] or path.startswith(mount[0].rstrip("/") + "/")]
    return bool(mounts) and max(mounts, key=lambda mount: len(mount[0]))[1] in IN_MEMORY


def _mounts() -> list[tuple[str, str]]:
    lines = Path("/proc/mounts").read_text().splitlines()
    return [(fields[1], fields[2]) for fields in (line.split() for line in lines)]


def written_since(began: float) -> Iterator[Path]:
    """Every file on a disk that was changed after `began`, whoever changed it."""
    prune = " -o ".join(f"-name {name}" for name in sorted(SKIPPED)).split()
    disks = sorted({mount for mount, kind in _mounts() if kind not in IN_MEMORY and os.access(mount, os.W_OK)})
    for disk in disks:
        if not Path(disk).is_dir():
            continue
        command = ["find", disk, "-xdev", "(", *prune, ")", "-prune", "-o"]
        command += ["-type", "f", "-newermt", f"@{began}", "-print0"]
        output = subprocess.run(command, capture_output=True, check=False).stdout
        yield from (Path(os.fsdecode(name)) for name in output.split(b"\0") if name)


def betrayed(path: Path, marks: list[bytes]) -> bool:
    """Whether a file holds any of the marks."""
    overlap = b""
    try:
        with path.open("rb") as file:
            while block := file.read(1 << 24):
                window = overlap + block
                if any(mark in window for mark in marks):
                    return True
                overlap = block[-2 * MARK_BYTES :]
    except OSError:
        return False  # gone again
    return False


@pytest.mark.parametrize("path", ["/dev/shm/anything", "/proc/1/maps"])
def test_memory_file_systems_are_told_from_disks(path: str) -> None:
    assert in_memory(path)
    assert not in_memory(str(Path.home() / "file"))
