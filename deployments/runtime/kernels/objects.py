"""Machine code that was made before, in the cache beside the weights: LLVM takes most of a stage's start to make it."""

from __future__ import annotations

import hashlib
import logging
import os
import time
from collections.abc import Callable
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from deployments.atomic_write import write_atomically
from deployments.models import weights

logger = logging.getLogger("visage")

_DIGEST = hashlib.sha256().digest_size
_UNUSED_S = 30 * 24 * 3600
"""After which a file is removed, as those of other versions are."""


def kept_object(made_from: str, make: Callable[[], bytes]) -> bytes:
    """What `make` returned for the same `made_from` and version of LLVM, here or in another process before.

    A file that is damaged, or that cannot be read or written, only costs the time to make it anew. So does one that was
    removed: where something is written, what was not used for 30 days goes.
    """
    key = hashlib.sha256(f"{version('llvmlite')}\n{made_from}".encode()).hexdigest()
    path = weights.cache_folder().parent / "kernels" / f"{key[:32]}.o"
    try:
        found = path.read_bytes()
        if hashlib.sha256(found[_DIGEST:]).digest() == found[:_DIGEST]:
            with suppress(OSError):
                os.utime(path)  # it has been used; many file systems do not note when a file was read
            return found[_DIGEST:]
        logger.warning("%s is damaged and made anew", path)
    except FileNotFoundError:
        pass
    except OSError as error:
        logger.info("machine code is made anew: %s", error)
    made = make()
    try:
        write_atomically(path, hashlib.sha256(made).digest() + made)
        _remove_unused(path.parent)
    except OSError as error:  # in a container the folder cannot be written to
        logger.info("machine code is not kept: %s", error)
    return made


def _remove_unused(folder: Path) -> None:
    oldest = time.time() - _UNUSED_S
    for path in folder.iterdir():
        with suppress(OSError):  # another process was faster, or it is another user's
            if path.stat().st_mtime < oldest:
                path.unlink()
