"""Where the finished pieces of a film are kept until it is whole, and who works on which."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Protocol

from deployments.atomic_write import write_atomically


class ShareLost(Exception):
    """What was taken is no longer ours: another goes on with it, or the film has ended."""


class PieceStore(Protocol):
    """Keeps bytes by name. What was kept once is found again by whoever goes on with the film."""

    async def get(self, name: str) -> bytes | None:
        """What was kept; None where nothing was."""

    async def put(self, name: str, data: bytes) -> None:
        """Keep it, whole or not at all; only between `take` and `release`. Raises ShareLost."""

    async def drop(self, name: str) -> None:
        """It is not needed any more."""

    async def names(self) -> set[str]:
        """What is kept."""

    async def take(self, share: str) -> bool:
        """Work on this share of the film alone; False where somebody else does."""

    async def release(self) -> None:
        """Let others work on what was taken."""


class FolderStore:
    """In a folder of the user's own, for one process at a time."""

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
        await asyncio.to_thread(write_atomically, self._folder / name, data)

    async def drop(self, name: str) -> None:
        """See PieceStore.drop."""
        await asyncio.to_thread((self._folder / name).unlink, missing_ok=True)

    async def names(self) -> set[str]:
        """See PieceStore.names."""
        return set(await asyncio.to_thread(os.listdir, self._folder)) if self._folder.is_dir() else set()

    async def take(self, share: str) -> bool:
        """See PieceStore.take: there is nobody else."""
        return True

    async def release(self) -> None:
        """See PieceStore.release."""
