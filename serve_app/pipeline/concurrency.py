"""Awaiting several things of one request at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any, TypeVar, overload

T = TypeVar("T")
U = TypeVar("U")
V = TypeVar("V")


@overload
async def gather_or_cancel(first: Awaitable[T], second: Awaitable[U], /) -> tuple[T, U]: ...
@overload
async def gather_or_cancel(first: Awaitable[T], second: Awaitable[U], third: Awaitable[V], /) -> tuple[T, U, V]: ...
@overload
async def gather_or_cancel(*work: Awaitable[T]) -> tuple[T, ...]: ...
async def gather_or_cancel(*work: Awaitable[Any]) -> tuple[Any, ...]:
    """Await all; the first failure cancels the others, waits until they have ended, and is raised as it is.

    asyncio.TaskGroup would wrap the failure in an ExceptionGroup, and asyncio.gather would let the others go on.
    """
    tasks = [asyncio.ensure_future(each) for each in work]
    try:
        return tuple(await asyncio.gather(*tasks))
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise
