"""Where the finished pieces of a film are kept until it is whole."""

from __future__ import annotations

import asyncio
import os
import tempfile
from pathlib import Path
from typing import Protocol


class PieceStore(Protocol):
    """Keeps bytes by name. What was kept once is found again by whoever goes on with the film."""

    async def get(self, name: str) -> bytes | None:
        """What was kept; None where nothing was."""

    async def put(self, name: str, data: bytes) -> None:
        """Keep it, whole or not at all."""


class FolderStore:
    """In a folder of the user's own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def get(self, name: str) -> bytes | None:
        """See PieceStore.get."""
        try:
            return await asyncio.to_thread((self._folder / name).read_bytes)
        except FileNotFoundError:
            return None

    async def put(self, name: str, data: bytes) -> None:
        """See PieceStore.put: it has its name once it is written."""
        await asyncio.to_thread(self._put, name, data)

    def _put(self, name: str, data: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        handle, hidden = tempfile.mkstemp(prefix=f".{name}.", dir=self._folder)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(hidden, self._folder / name)
        except BaseException:
            os.unlink(hidden)
            raise
