"""What every stage runs on: device, precision, threads, one worker thread a replica, and the out-of-memory policy."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

import cv2
import torch
from pydantic import BaseModel, ConfigDict, Field

from deployments.contract import Abandoned, InferenceFailed, OutOfMemory, StageError, StageReport

DeviceChoice = Literal["auto", "cpu", "cuda"]
Precision = Literal["auto", "float32", "bfloat16", "float16"]
Stop = Callable[[], bool]
"""Asked between two pieces of work; true once the caller has left."""

T = TypeVar("T")

_DTYPES: dict[str, torch.dtype] = {
    "float32": torch.float32,
    "bfloat16": torch.bfloat16,
    "float16": torch.float16,
}


@dataclass(frozen=True)
class Timed(Generic[T]):
    """A result and when it was worked on, so that work and waiting can be told apart."""

    value: T
    began: float
    """Seconds since the epoch."""
    ended: float


def timed(work: Callable[..., T], *arguments: Any) -> Timed[T]:
    """Call `work` and note when."""
    began = time.time()
    value = work(*arguments)
    return Timed(value, began, time.time())


def never() -> bool:
    """A Stop for callers that cannot leave."""
    return False


class StageConfig(BaseModel):
    """The settings that every stage has."""

    model_config = ConfigDict(extra="forbid", protected_namespaces=())

    device: DeviceChoice = Field("auto", description="auto: the GPU where the replica was given one, else the CPU.")
    cpu_threads: int = Field(
        0, ge=0, description="Threads for one inference on the CPU; 0: every core. (Ray itself would allow one.)"
    )


def resolve_device(choice: DeviceChoice) -> torch.device:
    """`auto` is the GPU that Ray made visible to this process, else the CPU; `cuda` without one is an error."""
    available = torch.cuda.is_available()
    if choice == "cuda" and not available:
        raise RuntimeError("device is set to cuda, but this process sees no GPU")
    return torch.device("cuda" if available and choice != "cpu" else "cpu")


def resolve_precision(choice: Precision, device: torch.device, *, on_cpu: Precision, on_gpu: Precision) -> torch.dtype:
    """The dtype to compute in; `auto` takes the stage's own choice for the device.

    bfloat16 falls back to float32 on a CPU without instructions for it, where it would be slower and less exact.
    """
    name = (on_gpu if device.type == "cuda" else on_cpu) if choice == "auto" else choice
    if name == "float16" and device.type == "cpu":
        raise RuntimeError("float16 is not supported on the CPU: choose float32 or bfloat16")
    if name == "bfloat16" and device.type == "cpu" and not torch.ops.mkldnn._is_mkldnn_bf16_supported():
        name = "float32"
    return _DTYPES[name]


def dtype_name(dtype: torch.dtype) -> str:
    """`float32` for torch.float32."""
    return str(dtype).removeprefix("torch.")


def set_threads(count: int) -> int:
    """Let torch and OpenCV use `count` threads (0: every core) in this process; returns the number.

    Ray starts replicas with OMP_NUM_THREADS=1, whatever CPUs they ask for.
    """
    threads = count or os.cpu_count() or 1
    torch.set_num_threads(threads)
    cv2.setNumThreads(threads)
    return threads


@contextmanager
def inference(stage: str) -> Iterator[None]:
    """Run without gradients; what a model raises becomes OutOfMemory or InferenceFailed of `stage`."""
    try:
        with torch.inference_mode():
            yield
    except StageError:
        raise
    except torch.OutOfMemoryError as error:
        torch.cuda.empty_cache()
        raise OutOfMemory(stage, "the GPU has no memory left") from error
    except MemoryError as error:
        raise OutOfMemory(stage, "no memory left") from error
    except RuntimeError as error:
        if "not enough memory" in str(error) or "can't allocate memory" in str(error):  # torch's CPU allocator
            raise OutOfMemory(stage, "no memory left") from error
        raise InferenceFailed(stage, f"{type(error).__name__}: {error}") from error


class Worker:
    """One thread that does all of a replica's inferences, one after the other.

    When Serve cancels a call it frees the call's slot at once, while a thread goes on; with a single thread the next
    call waits its turn all the same, so a replica never runs two inferences at a time. Cancelled work that has not
    begun is dropped; work that has is told to stop through the Stop it was given.
    """

    def __init__(self, stage: str, threads: int) -> None:
        self._stage = stage
        self._executor = ThreadPoolExecutor(1, thread_name_prefix=stage, initializer=set_threads, initargs=(threads,))
        self._fatal: str | None = None

    async def run(self, work: Callable[..., T], *arguments: Any) -> Timed[T]:
        """Call `work(*arguments, stop)` in the thread and await its result."""
        left = threading.Event()
        future = self._executor.submit(timed, work, *arguments, left.is_set)
        try:
            return await asyncio.wrap_future(future)
        except asyncio.CancelledError:
            left.set()
            raise
        except InferenceFailed as error:
            if "CUDA error" in error.message:  # sticky: every later call in this process fails likewise
                self._fatal = error.message
            raise

    def check(self) -> None:
        """Raise once the GPU context is lost, so that Serve replaces the replica."""
        if self._fatal:
            raise RuntimeError(f"{self._stage}: {self._fatal}")


class Replica:
    """What the five deployments share: the worker thread, the report and the health check."""

    def __init__(self, report: StageReport, threads: int) -> None:
        self._report = report
        self._worker = Worker(report.stage, threads)

    async def report(self) -> StageReport:
        """What runs here."""
        return self._report

    def check_health(self) -> None:
        """Called by Serve; raises where the replica has to be replaced."""
        self._worker.check()


def raise_if_left(stage: str, stop: Stop) -> None:
    """Raise Abandoned once the caller has left."""
    if stop():
        raise Abandoned(stage, "the caller left")
