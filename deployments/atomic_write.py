"""Files that are written whole or not at all: others read them at the same time, or go on after a crash."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def atomic_write(path: Path, *, overwrite: bool = True) -> Iterator[Path]:
    """A hidden name beside `path` to write to; what is written there becomes `path` at the end, with a new file's mode.

    Folders are made; what fails or is interrupted leaves nothing. Raises FileExistsError where there is `path`, unless
    `overwrite`; OSError where it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # Shortened, since names have a longest length; nobody who looks for files of some suffix takes it for finished.
    part = path.with_name(f".{path.name[:20]}.{secrets.token_hex(8)}.part")
    try:
        yield part
        with part.open("rb") as file:
            os.fsync(file.fileno())
        _name(part, path, overwrite)
    finally:
        part.unlink(missing_ok=True)


def write_atomically(path: Path, data: bytes, *, overwrite: bool = True) -> None:
    """Write `data` to `path`; raises as `atomic_write` does."""
    with atomic_write(path, overwrite=overwrite) as part:
        part.write_bytes(data)


def _name(part: Path, path: Path, overwrite: bool) -> None:
    if overwrite:
        part.replace(path)
        return
    try:
        path.hardlink_to(part)
    except OSError:  # there is one, or no hard links: FAT, some network file systems
        if os.path.lexists(path):
            raise FileExistsError(f"{path} exists") from None
        part.rename(path)
