"""For all tests of what composes the stages."""

from __future__ import annotations

import pytest

from deployments.imaging.face_detail import KeptFace


@pytest.fixture(autouse=True)
def _faces_as_restored(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fake restorer inverts faces, which every photograph contradicts: nothing of that would be left."""
    monkeypatch.setattr(
        "deployments.imaging.blend.keep_features", lambda restored, crop, transform: KeptFace(restored, 0.0, 0.0)
    )
