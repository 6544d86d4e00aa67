"""The threads for pixels, apart from all others."""

from __future__ import annotations

import asyncio
import ctypes
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from load.service import ROOT
from serve_app.pipeline.threads import PixelThreads


async def test_control_goes_on_while_all_threads_for_pixels_are_busy_and_work_of_who_left_is_dropped() -> None:
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
    threads, done, begun = PixelThreads(1), threading.Event(), list[int]()

    def work(number: int) -> None:
        begun.append(number)
        done.wait(10)

    tasks = [asyncio.create_task(threads.run(work, number)) for number in range(3)]
    async with asyncio.timeout(5):
        while not begun:
            await asyncio.sleep(0.01)
        await asyncio.to_thread(int)
    tasks[1].cancel()
    await asyncio.sleep(0)
    done.set()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert begun == [0, 2]


MEMORY = """
import asyncio
import numpy as np
import psutil
from serve_app.pipeline import threads
threads.IDLE_S = 0.5
SIZE = 200 * 2**20

def memory():
    return psutil.Process().memory_info().rss

def work():
    assert np.ones(SIZE, np.uint8).all()

async def main():
    pixels, before = threads.PixelThreads(1), memory()
    await pixels.run(work)
    await asyncio.sleep(0.2)
    await pixels.run(int)
    assert memory() > before + 0.9 * SIZE
    async with asyncio.timeout(10):
        while memory() > before + 0.5 * SIZE:
            await asyncio.sleep(0.1)

asyncio.run(main())
"""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "gnu_get_libc_version"), reason="not glibc")
def test_memory_of_images_is_kept_while_there_are_more_and_given_back_when_idle() -> None:
    run = subprocess.run([sys.executable, "-c", MEMORY], cwd=ROOT, capture_output=True)
    assert run.returncode == 0, run.stderr.decode()
