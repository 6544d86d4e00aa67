"""New photos in folders, as they are put there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from watchfiles import awatch

from serve_app.cli.files import Source

_STABLE_S = 0.5
"""A file that did not change for so long is complete: a camera or a download has finished it."""
_LOOK_MS = 2000
"""The folders are also looked through so often: network file systems do not tell of changes."""

_State = tuple[int, int]


async def watched(folders: list[Path], find: Callable[[], list[Source]]) -> AsyncIterator[Source]:
    """What `find` finds, and each photo that is added or written anew, once it is complete; never ends by itself."""
    known: dict[Source, _State] = {}
    async for _ in _whenever_it_may_have_changed(folders):
        for source in find():
            if source.path is None or known.get(source) == _state_of(source.path):
                continue
            state = await _when_complete(source.path)
            if state is not None:
                known[source] = state
                yield source


async def _whenever_it_may_have_changed(folders: list[Path]) -> AsyncIterator[None]:
    yield None
    async for _ in awatch(*folders, rust_timeout=_LOOK_MS, yield_on_timeout=True):
        yield None


async def _when_complete(path: Path) -> _State | None:
    """Wait until the file no longer changes; None where it has gone."""
    before = None
    while (state := _state_of(path)) != before:
        before = state
        await asyncio.sleep(_STABLE_S)
    return state


def _state_of(path: Path) -> _State | None:
    try:
        state = path.stat()
    except FileNotFoundError:
        return None
    return state.st_size, state.st_mtime_ns
