"""One inference at a time, whatever callers do."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
import weakref

import numpy as np
import pytest

from deployments.errors import InferenceFailed, OutOfMemory
from deployments.runtime.inference_thread import InferenceThread, IsCancelled
from deployments.stages import StageName


class _Work:
    """Runs until it is let go, and notes how many ran at once."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.begun = 0
        self.running = 0
        self.most = 0
        self.told_to_stop = False
        self.lock = threading.Lock()

    def __call__(self, value: int, stop: IsCancelled) -> int:
        with self.lock:
            self.begun += 1
            self.running += 1
            self.most = max(self.most, self.running)
        self.go.wait(10)
        self.told_to_stop |= stop()
        with self.lock:
            self.running -= 1
        return value


async def _until(condition: object) -> None:
    async with asyncio.timeout(10):
        while not condition():  # type: ignore[operator]
            await asyncio.sleep(0.002)


async def _cancel(task: asyncio.Task) -> None:
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_calls_run_one_after_the_other_and_each_gets_its_own_result() -> None:
    worker, work = InferenceThread(StageName.METRICS), _Work()
    tasks = [asyncio.create_task(worker.run(work, value)) for value in range(4)]
    work.go.set()
    assert [(await task).value for task in tasks] == [0, 1, 2, 3]
    assert work.most == 1


async def test_a_cancelled_calls_work_does_not_let_a_second_run_beside_it() -> None:
    worker, work = InferenceThread(StageName.METRICS), _Work()
    first = asyncio.create_task(worker.run(work, 1))
    await _until(lambda: work.begun == 1)
    await _cancel(first)
    second = asyncio.create_task(worker.run(work, 2))
    await asyncio.sleep(0.05)
    assert work.begun == 1, "the second ran while the first's thread was still at work"
    work.go.set()
    assert (await second).value == 2
    assert work.most == 1


async def test_cancelled_work_that_runs_is_told_to_stop_and_other_work_is_not() -> None:
    worker, left, stays = InferenceThread(StageName.METRICS), _Work(), _Work()
    first = asyncio.create_task(worker.run(left, 1))
    await _until(lambda: left.begun == 1)
    await _cancel(first)
    left.go.set()
    stays.go.set()
    await worker.run(stays, 2)
    assert left.told_to_stop and not stays.told_to_stop


async def test_cancelled_work_that_waits_never_begins() -> None:
    worker, work, dropped = InferenceThread(StageName.METRICS), _Work(), _Work()
    first = asyncio.create_task(worker.run(work, 1))
    await _until(lambda: work.begun == 1)
    queued = asyncio.create_task(worker.run(dropped, 2))
    await asyncio.sleep(0.02)
    await _cancel(queued)
    work.go.set()
    dropped.go.set()
    await first
    await worker.run(lambda stop: None)
    assert dropped.begun == 0


async def test_a_result_says_when_it_was_worked_on_not_how_long_it_waited() -> None:
    worker = InferenceThread(StageName.METRICS)
    tasks = [asyncio.create_task(worker.run(lambda stop: time.sleep(0.05))) for _ in range(3)]
    first, second, third = [await task for task in tasks]
    assert first.ended <= second.started and second.ended <= third.started
    assert all(0.04 < one.ended - one.started < 1.0 for one in (first, second, third))


async def test_the_thread_is_prepared_once_before_any_work() -> None:
    prepared: list[str] = []
    worker = InferenceThread(StageName.METRICS, lambda: prepared.append(threading.current_thread().name))
    names = [(await worker.run(lambda stop: threading.current_thread().name)).value for _ in range(2)]
    assert prepared == [names[0]] and names[0] == names[1] != threading.current_thread().name


async def _fails(worker: InferenceThread, error: Exception) -> None:
    def work(is_cancelled: IsCancelled) -> None:
        raise error

    with pytest.raises(type(error)):
        await worker.run(work)


@pytest.mark.parametrize(
    "error",
    [
        InferenceFailed(StageName.METRICS, "RuntimeError: cuDNN error: CUDNN_STATUS_EXECUTION_FAILED"),
        InferenceFailed(StageName.VERIFIER, "Fail: CUDA failure 700: an illegal memory access was encountered ; GPU=0"),
        RuntimeError("CUDA driver error: an illegal memory access was encountered"),
    ],
)
async def test_once_the_gpu_is_lost_the_check_fails(error: Exception) -> None:
    worker = InferenceThread(StageName.METRICS)
    await _fails(worker, OutOfMemory(StageName.METRICS, "CUDA error: out of memory"))
    await _fails(worker, InferenceFailed(StageName.METRICS, "shapes differ"))
    worker.check()
    await _fails(worker, error)
    with pytest.raises(RuntimeError, match="metrics: "):
        worker.check()


def test_what_the_probe_meets_stays_known() -> None:
    answers = [None, RuntimeError("CUDA error: unspecified launch failure"), None]

    def probe() -> None:
        answer = answers.pop(0)
        if answer is not None:
            raise answer

    worker = InferenceThread(StageName.METRICS, probe=probe)
    worker.check()
    for _ in range(2):
        with pytest.raises(RuntimeError, match="launch failure"):
            worker.check()


async def test_after_an_error_nothing_of_what_failed_stays_in_memory() -> None:
    """Neither in the error, should somebody keep it, nor in a circle that waits for the garbage collector."""
    worker = InferenceThread(StageName.METRICS)
    held: list[weakref.ref] = []
    kept: list[Exception] = []

    class Failure(Exception):
        pass

    def work(image: object, is_cancelled: IsCancelled) -> None:
        activations = np.zeros(1000)
        held.append(weakref.ref(activations))
        raise Failure

    async def call() -> None:
        try:
            await worker.run(work, np.zeros(10))
        except Failure as error:
            kept.append(error)

    gc.collect()
    gc.disable()
    try:
        await call()
        await asyncio.sleep(0)
        assert held[0]() is None, "the error holds what failed"
        error = weakref.ref(kept.pop())
        await worker.run(lambda is_cancelled: None)
        assert error() is None, "the error holds itself"
    finally:
        gc.enable()


class _Pieces:
    """Work in pieces that asks after each whether its caller has left, and notes whose piece ran when."""

    def __init__(self) -> None:
        self.order: list[str] = []
        self.running = 0
        self.arrived = threading.Event()

    def __call__(self, name: str, count: int, stop: IsCancelled) -> str:
        for done in range(count):
            assert self.running == 0, "two pieces at once"
            self.running += 1
            self.order.append(name)
            if name == "large" and done == 2:
                assert self.arrived.wait(10)  # others have come by the end of the third piece
            self.running -= 1
            if stop():
                break
        return name


async def _during_the_third_piece(worker: InferenceThread, work: _Pieces, *calls: tuple[str, int]) -> list[str]:
    """Calls that come while a large one of 12 pieces is at its third; returns the order of all pieces."""
    large = asyncio.create_task(worker.run(work, "large", 12))
    await _until(lambda: work.order == ["large"] * 3)
    others = [asyncio.create_task(worker.run(work, *call)) for call in calls]
    await asyncio.sleep(0.1)
    work.arrived.set()
    assert [(await task).value for task in (large, *others)] == ["large", *(name for name, _ in calls)]
    return work.order


async def test_a_small_call_waits_for_one_piece_of_a_large_one() -> None:
    worker = InferenceThread(StageName.UPSCALER, at_once=4)
    order = await _during_the_third_piece(worker, _Pieces(), ("small", 1))
    assert order == [*["large"] * 3, "small", *["large"] * 9]


async def test_large_calls_take_turns_piece_by_piece() -> None:
    worker = InferenceThread(StageName.UPSCALER, at_once=4)
    order = await _during_the_third_piece(worker, _Pieces(), ("a", 4), ("b", 2))
    assert order == [*["large"] * 3, *["a", "b", "large"] * 2, "a", "large", "a", *["large"] * 6]


async def test_one_at_once_means_one_after_the_other() -> None:
    order = await _during_the_third_piece(InferenceThread(StageName.UPSCALER), _Pieces(), ("small", 1))
    assert order == [*["large"] * 12, "small"]


async def test_a_call_that_left_before_its_turn_is_never_begun() -> None:
    worker, work = InferenceThread(StageName.UPSCALER, at_once=2), _Pieces()
    large = asyncio.create_task(worker.run(work, "large", 5))
    await _until(lambda: work.order == ["large"] * 3)
    await _cancel(asyncio.create_task(worker.run(work, "gone", 1)))
    work.arrived.set()
    await large
    assert (await worker.run(work, "next", 1)).value == "next"
    assert "gone" not in work.order
