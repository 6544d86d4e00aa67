"""Files that a CPU runs in place of torch's networks: made once from them, in another process, and kept in a cache.

Imports neither torch nor OpenVINO.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import subprocess
import sys
from pathlib import Path

from filelock import FileLock

from deployments.models import weights
from deployments.models.manifest import MANIFEST, manifest


class NotPrepared(Exception):
    """There is no such file; the message says why. The network runs in torch."""


def prepared_folder() -> Path:
    """Where they are kept: beside the weights."""
    return weights.cache_folder().parent / "graphs"


def prepared_file(name: str, suffix: str) -> Path:
    """What was made of a model in the manifest, which is made now where it is missing.

    Raises ModelUnavailable where the weights are missing, and NotPrepared.
    """
    weights.require(name)
    try:
        path = path_of(name, suffix)
        if path.is_file():  # in a container its folder cannot be written to
            return path
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.parent / f"{name}.lock"):
            if not path.is_file():
                _make_apart(name)
    except importlib.metadata.PackageNotFoundError as error:
        raise NotPrepared(f"{error.name} is not installed") from error
    except OSError as error:
        raise NotPrepared(f"{prepared_folder()} cannot be used: {error}") from error
    return path


def path_of(name: str, suffix: str) -> Path:
    """The file's name tells the weights, the code and the libraries that it was made from."""
    made_from = hashlib.sha256(manifest()[name].sha256.encode())
    for package in ("openvino", "torch", "facexlib", "lpips"):
        made_from.update(importlib.metadata.version(package).encode())
    here = Path(__file__).parent
    makers = ("graphs.py", "compact_weights.py", "visage_face.py")
    for source in (*(here / maker for maker in makers), *sorted(here.glob("architectures/*.py"))):
        made_from.update(source.read_bytes())
    return prepared_folder() / f"{name}-{made_from.hexdigest()[:16]}{suffix}"


def remove_older(path: Path, name: str) -> None:
    """Remove what was made of the model before `path` was."""
    for each in path.parent.glob(f"{name}-*"):
        if each.stem != path.stem:
            each.unlink()


def _make_apart(name: str) -> None:
    """In another process, so that this one need not hold torch."""
    command = [sys.executable, "-m", "deployments.models", "prepare", name]
    made = subprocess.run(command, cwd=MANIFEST.parents[1], capture_output=True, text=True)
    if made.returncode != 0:
        raise NotPrepared(f"it could not be made: {(made.stderr.strip().splitlines() or ['no reason given'])[-1]}")
