"""The threads for pixels, apart from all others."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

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
