"""What the modules share."""

from __future__ import annotations

from pathlib import Path

import pytest

from load.official import seeded_gfpgan


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint of GFPGAN's architecture with seeded weights: 350 MB, and seconds to make."""
    return seeded_gfpgan(tmp_path_factory.mktemp("gfpgan") / "GFPGANv1.4.pth")
