"""What configs/models.yaml says, and what it may not say."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from deployments.models.manifest import MANIFEST, Manifest, manifest
from deployments.models.registry import ARCHITECTURES

MODEL: dict[str, Any] = {
    "title": "A model",
    "file": "a.pth",
    "bytes": 3,
    "sha256": "0" * 64,
    "license": "MIT",
    "commercial": True,
    "fetch": "always",
    "sources": [{"url": "https://example.org/a.pth"}],
}


def _parse(**changes: Any) -> Manifest:
    return Manifest.model_validate({"models": {"a": MODEL | changes}})


def test_the_repositorys_manifest_is_valid_and_every_model_has_its_network() -> None:
    models = manifest().models
    assert len(models) == len(yaml.safe_load(MANIFEST.read_text())["models"])
    for model in models.values():
        assert model.architecture is None or model.architecture in ARCHITECTURES
        assert all(companion in models for companion in model.companions)
    assert len({model.file for model in models.values()}) == len(models), "two models share a file name"


@pytest.mark.parametrize(
    "changes",
    [
        {"typo": 1},
        {"sha256": "abc"},
        {"sha256": "G" * 64},
        {"bytes": 0},
        {"file": "../a.pth"},
        {"file": "folder/a.pth"},
        {"fetch": "sometimes"},
        {"sources": []},
        {"sources": [{"url": "not an address"}]},
        {"sources": [{"url": "https://example.org/a", "typo": 1}]},
        {"sources": [{"package": "a"}]},
        {"sources": [{"bundled": "a", "typo": 1}]},
    ],
    ids=str,
)
def test_a_manifest_that_breaks_its_rules_is_refused(changes: dict[str, Any]) -> None:
    _parse()
    with pytest.raises(ValidationError):
        _parse(**changes)


def test_asking_for_an_unknown_model_names_those_that_there_are() -> None:
    with pytest.raises(KeyError, match=r"nothing.*gfpgan-v1\.4"):
        manifest()["nothing"]
