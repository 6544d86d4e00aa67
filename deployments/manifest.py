"""What configs/models.yaml says, typed: each model's file, checksum, licence, network and sources."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, HttpUrl

MANIFEST = Path(__file__).parents[1] / "configs" / "models.yaml"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class UrlSource(_Strict):
    """The publisher's own address."""

    url: HttpUrl


class PackageSource(_Strict):
    """The same bytes inside a published Python package."""

    package: str
    archive: str
    """File name of the one distribution to take; the version stands in it."""
    archive_sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    member: str
    """Path inside the archive."""


class BundledSource(_Strict):
    """A file of this repository."""

    bundled: str
    """Path from the repository's root."""

    @property
    def path(self) -> Path:
        """Where it lies on this machine."""
        return MANIFEST.parents[1] / self.bundled


Source = UrlSource | PackageSource | BundledSource


class Model(_Strict):
    """One file of weights."""

    title: str
    file: str = Field(pattern=r"^[\w.\-]+$")
    """Name in the weights folder."""
    bytes: int = Field(gt=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    licence: str
    commercial: bool
    build: str
    """Which network it fills: a name in deployments/networks.py, or `onnx`, or `none` for a companion file."""
    fetch: Literal["always", "gpu", "optional"]
    companions: tuple[str, ...] = ()
    """Models whose files this one cannot be read without."""
    sources: tuple[Source, ...] = Field(min_length=1)


class Manifest(_Strict):
    models: dict[str, Model]

    def __getitem__(self, name: str) -> Model:
        try:
            return self.models[name]
        except KeyError:
            raise KeyError(f"no model named {name!r} in {MANIFEST}; there are {', '.join(self.models)}") from None


@lru_cache(maxsize=1)
def manifest() -> Manifest:
    """The manifest, read once a process; raises pydantic.ValidationError where it breaks its own rules."""
    return Manifest.model_validate(yaml.safe_load(MANIFEST.read_text()))
