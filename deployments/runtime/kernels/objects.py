"""Machine code that was made before, in the cache beside the weights: LLVM takes most of a stage's start to make it."""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from deployments.models import weights

logger = logging.getLogger("visage")

_DIGEST = hashlib.sha256().digest_size


def kept_object(made_from: str, make: Callable[[], bytes]) -> bytes:
    """What `make` returned for the same `made_from` and version of LLVM, here or in another process before.

    A file that is damaged, or that cannot be read or written, only costs the time to make it anew.
    """
    key = hashlib.sha256(f"{version('llvmlite')}\n{made_from}".encode()).hexdigest()
    path = weights.cache_folder().parent / "kernels" / f"{key[:32]}.o"
    try:
        found = path.read_bytes()
        if hashlib.sha256(found[_DIGEST:]).digest() == found[:_DIGEST]:
            return found[_DIGEST:]
        logger.warning("%s is damaged and made anew", path)
    except FileNotFoundError:
        pass
    except OSError as error:
        logger.info("machine code is made anew: %s", error)
    made = make()
    try:
        _write(path, hashlib.sha256(made).digest() + made)
    except OSError as error:  # in a container the folder cannot be written to
        logger.info("machine code is not kept: %s", error)
    return made


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all: another process may read it at the same time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
        try:
            file.write(data)
            file.close()
            os.replace(file.name, path)
        except BaseException:
            os.unlink(file.name)
            raise
