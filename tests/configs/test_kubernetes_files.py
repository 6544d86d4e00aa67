"""Each file of configs/kubernetes by itself, where there is no kubectl to render them: see test_kubernetes.py."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from ray.serve.schema import ServeDeploySchema

from load.service import ROOT
from serve_app.settings import Settings

FOLDER = ROOT / "configs/kubernetes"
FILES = sorted(file for file in FOLDER.rglob("*.yaml") if file.name != "kustomization.yaml")
CORE_VERSION = "1.32"


def documents(file: Path) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all(file.read_text()))


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(FOLDER)))
def test_every_resource_is_as_its_schema_says(file: Path) -> None:
    for resource in documents(file):
        if resource["kind"] == "RayService":  # a part of one: an overlay's is laid over the base's
            check_serves_part(resource["spec"].get("serveConfigV2"))
        elif resource["kind"] != "PodMonitor":  # the Prometheus operator's
            kubernetes_validate.validate(resource, CORE_VERSION, strict=True)


def check_serves_part(text: str | None) -> None:
    if text:
        (visage,) = (
            each
            for each in ServeDeploySchema.model_validate(yaml.safe_load(text)).applications
            if each.name == "visage"
        )
        Settings.model_validate(visage.args)


def test_what_an_overlay_consists_of_is_there() -> None:
    """And nothing lies about that no overlay uses."""
    used = set()
    for file in FOLDER.rglob("kustomization.yaml"):
        (found,) = documents(file)
        patches = [patch["path"] for patch in found.get("patches", []) if "path" in patch]
        generated = [path for each in found.get("configMapGenerator", []) for path in each["files"]]
        for path in (*found.get("resources", []), *patches, *generated):
            assert (file.parent / path).exists(), f"{file}: {path}"
            used.add((file.parent / path).resolve())
    assert used >= set(FILES)
