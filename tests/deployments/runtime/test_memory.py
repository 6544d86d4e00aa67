"""Memory that was freed is used again without the system."""

from __future__ import annotations

import ctypes
import logging
import mmap
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from deployments.runtime.memory import keep_freed_memory, release_unused
from load.service import ROOT

FAULTS = """
import resource, sys
from deployments.runtime.memory import keep_freed_memory
if "keep" in sys.argv:
    assert keep_freed_memory()
import numpy as np
for _ in range(3):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    tensors = [np.ones(60 * 2**20, np.uint8) for _ in range(3)]
    faults = resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
    del tensors
print(faults)
"""


def _faults(*arguments: str) -> int:
    run = subprocess.run(
        [sys.executable, "-c", FAULTS, *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return int(run.stdout)


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "gnu_get_libc_version"), reason="not glibc")
def test_large_arrays_are_given_back_only_without_it() -> None:
    kept, given_back = _faults("keep"), _faults()
    assert given_back > 100 and kept < given_back / 10


KEPT = """
import asyncio, sys
import numpy as np
import psutil
from deployments.runtime import memory
from deployments.runtime.inference_thread import InferenceThread
from deployments.stages import StageName
from serve_app.pipeline.threads import PixelThreads
memory.IDLE_S = 0.5
SIZE = 200 * 2**20

def resident():
    return psutil.Process().memory_info().rss

def work(*_):
    assert np.ones(SIZE, np.uint8).all()

async def main():
    threads = PixelThreads(1) if "pixels" in sys.argv else InferenceThread(StageName.UPSCALER)
    before = resident()
    await threads.run(work)
    await asyncio.sleep(0.2)
    await threads.run(lambda *_: None)
    assert resident() > before + 0.9 * SIZE
    async with asyncio.timeout(10):
        while resident() > before + 0.5 * SIZE:
            await asyncio.sleep(0.1)

asyncio.run(main())
"""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "gnu_get_libc_version"), reason="not glibc")
@pytest.mark.parametrize("threads", ["pixels", "inference"])
def test_memory_of_images_is_kept_while_there_are_more_and_given_back_when_idle(threads: str) -> None:
    run = subprocess.run([sys.executable, "-c", KEPT, threads], cwd=ROOT, capture_output=True)
    assert run.returncode == 0, run.stderr.decode()


def test_another_library_is_said_in_the_log(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr("ctypes.CDLL", lambda name: SimpleNamespace(mallopt=lambda option, value: 1))
    with caplog.at_level(logging.INFO):
        assert not keep_freed_memory()
    assert "not glibc" in caplog.text


def test_a_refusal_is_said_in_the_log(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    library = SimpleNamespace(mallopt=lambda option, value: int(option != -4), gnu_get_libc_version=None)
    monkeypatch.setattr("ctypes.CDLL", lambda name: library)
    with caplog.at_level(logging.INFO):
        assert not keep_freed_memory()
    assert "M_MMAP_MAX" in caplog.text


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells of a process's memory")
def test_pages_of_a_file_that_was_read_go_and_come_back(tmp_path: Path) -> None:
    content = np.random.default_rng(0).bytes(2**22)
    (tmp_path / "weights.bin").write_bytes(content)
    with (tmp_path / "weights.bin").open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        assert bytes(mapped) == content
        before = _resident(tmp_path)
        release_unused(tmp_path.parent)
        assert before == _resident(tmp_path) == 2**22
        release_unused(tmp_path)
        assert _resident(tmp_path) < 2**20 and bytes(mapped) == content


def _resident(folder: Path) -> int:
    """Bytes of the files in `folder` that this process has in memory."""
    mapped, size = False, 0
    for line in Path("/proc/self/smaps").read_text().splitlines():
        key, *values = line.split(maxsplit=5)
        if not key.endswith(":"):
            mapped = bool(values) and values[-1].startswith(str(folder))
        elif mapped and key == "Rss:":
            size += int(values[0]) * 1024
    return size
