"""New photos in folders, as they are put there."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from pathlib import Path

from serve_app.cli.files import Source, find_sources

_STABLE_S = 0.5
"""A file that did not change for so long is complete: a camera or a download has finished it."""
_LOOK_S = 1.0
"""The folders are looked through so often: not every file system tells of changes, nor every name can be told."""

_State = tuple[int, int]


async def watched(folders: list[Path], extensions: Iterable[str], left_out: Path) -> AsyncIterator[Source]:
    """Each photo that is in the folders, is added or written anew, once it is complete; never ends by itself.

    The arguments are those of find_sources.
    """
    known: dict[Source, _State] = {}
    while True:
        found: list[Source] = []
        with suppress(OSError):  # what goes while it is looked through; a disk that is away may come back
            found = await asyncio.to_thread(
                find_sources, [str(each) for each in folders if each.is_dir()], extensions, left_out
            )
        for source in found:
            if source.path is None or known.get(source) == _state_of(source.path):
                continue
            state = await _when_complete(source.path)
            if state is not None:
                known[source] = state
                yield source
        await asyncio.sleep(_LOOK_S)


async def _when_complete(path: Path) -> _State | None:
    """Wait until the file no longer changes; None where it has gone."""
    before = None
    while (state := _state_of(path)) != before and (state is None or not _is_old(state)):
        before = state
        await asyncio.sleep(_STABLE_S)
    return state


def _is_old(state: _State) -> bool:
    return time.time() - state[1] / 1e9 > 4 * _STABLE_S


def _state_of(path: Path) -> _State | None:
    try:
        state = path.stat()
    except FileNotFoundError:
        return None
    return state.st_size, state.st_mtime_ns
