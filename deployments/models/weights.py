"""From a model's name in the manifest to a verified local file.

The command line is `python -m deployments.models`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock

from deployments.errors import ChecksumMismatch, ModelUnavailable, Step
from deployments.models.download import SOURCE_FAILED, describe, download
from deployments.models.manifest import BundledSource, Model, manifest

CACHE_VARIABLE = "VISAGE_CACHE"
SOURCE_VARIABLE = "VISAGE_WEIGHTS_SOURCE"


def cache_folder() -> Path:
    """Where weights are kept: $VISAGE_CACHE/weights, by default ~/.cache/visage/weights."""
    return Path(os.environ.get(CACHE_VARIABLE, Path.home() / ".cache" / "visage")).expanduser() / "weights"


def locate(name: str) -> Path | None:
    """The verified file of a model, or None where this machine has none. Never downloads.

    A file in the folder $VISAGE_WEIGHTS_SOURCE is used where it is, else the one in the cache, else the one that
    comes with the repository. Raises ModelUnavailable where a file is there but is not what the manifest says.
    """
    model = manifest()[name]
    if any(locate(companion) is None for companion in model.companions):
        return None
    for path in local_paths(model):
        if path.is_file():
            try:
                model.check(path)
            except ChecksumMismatch as error:
                raise ModelUnavailable(Step.WEIGHTS, f"{error}; delete it, then run: make weights") from error
            return path
    return None


def require(name: str) -> Path:
    """Like `locate`, but raises ModelUnavailable, saying what to do, where the file is missing."""
    path = locate(name)
    if path is None:
        raise ModelUnavailable(
            Step.WEIGHTS,
            f"{name} is not on this machine. Run: make weights (python -m deployments.models fetch {name}), "
            f"or put {manifest()[name].file} into {cache_folder()}",
        )
    return path


def fetch(name: str) -> Path:
    """Like `require`, but tries the model's sources in order where the file is missing.

    Safe to run from several processes at once; no half-written file ever has the final name. Raises ModelUnavailable
    naming every source tried and what each said.
    """
    model = manifest()[name]
    for companion in model.companions:
        fetch(companion)
    folder = cache_folder()
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / f"{model.file}.lock"):
        path = locate(name)
        if path is not None:
            return path
        tried = []
        for source in model.sources:
            try:
                return download(model, source, folder)
            except SOURCE_FAILED as error:
                tried.append(f"  {describe(source)}: {error}")
    raise ModelUnavailable(
        Step.WEIGHTS,
        f"{name} ({model.file}) could not be fetched. Tried:\n"
        + "\n".join(tried)
        + f"\nDownload it elsewhere and put it into {folder}, or name its folder in {SOURCE_VARIABLE}.",
    )


def local_paths(model: Model) -> Iterator[Path]:
    """Where a model's file may be on this machine, in the order in which it is looked for."""
    if SOURCE_VARIABLE in os.environ:
        yield Path(os.environ[SOURCE_VARIABLE]).expanduser() / model.file
    yield cache_folder() / model.file
    yield from (source.path for source in model.sources if isinstance(source, BundledSource))
