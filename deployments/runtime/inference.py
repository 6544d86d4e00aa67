"""The translation of errors that models raise. Imports no torch, and minds it where a stage has."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from enum import StrEnum

from deployments.errors import InferenceFailed, OutOfMemory, StageError
from deployments.runtime.gpu_errors import is_out_of_memory, release_frames


@contextmanager
def inference(stage: StrEnum) -> Iterator[None]:
    """Run without gradients; errors that a model raises become OutOfMemory or InferenceFailed of `stage`.

    What the functions called in the body still held is released before the error goes on, and after an OutOfMemory
    returned to the GPU, where other processes may need it. So keep tensors out of the body's own variables: call a
    function there.
    """
    torch = sys.modules.get("torch")
    try:
        with nullcontext() if torch is None else torch.inference_mode():
            yield
    except StageError:
        raise
    except (RuntimeError, MemoryError) as error:
        release_frames(error)
        # No variable may hold the new error: its traceback would hold the variable, and every frame on the way.
        if torch is not None and _is_out_of_memory(error) and torch.cuda.is_initialized():
            torch.cuda.empty_cache()
        raise _translated(stage, error) from error


def _is_out_of_memory(error: RuntimeError | MemoryError) -> bool:
    return isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError" or is_out_of_memory(str(error))


def _translated(stage: StrEnum, error: RuntimeError | MemoryError) -> StageError:
    message = f"{type(error).__name__}: {error}"
    if _is_out_of_memory(error):
        return OutOfMemory(stage, f"no memory left: {message}")
    return InferenceFailed(stage, message)
