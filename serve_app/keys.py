"""API keys: who may come in, what they may do, and how much.

    python -m serve_app.keys new NAME [--scopes enhance jobs status] [--requests-per-minute N]
                                      [--megapixels-per-day N] [--faces-per-day N]

prints a key, which is shown once, and the entry for the file of keys, which holds only its hash.

A key has 256 random bits, so that a plain SHA-256 of it cannot be searched through; slow and salted hashes are for
passwords that people choose.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import logging
import os
import secrets
import time
from datetime import date
from enum import StrEnum
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

logger = logging.getLogger("visage.keys")

PREFIX = "visage"
_ID_BYTES, _SECRET_BYTES = 6, 32
_LOOK_S = 5.0


class Scope(StrEnum):
    """What a key may be allowed to do."""

    ENHANCE = "enhance"
    JOBS = "jobs"
    STATUS = "status"


class ApiKey(BaseModel):
    """One entry of the file of keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[0-9a-f]{12}$", description="The part of the key that may be seen.")
    name: str = Field(default="", description="For the operator.")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="Of the whole key.")
    scopes: frozenset[Scope] = Field(default=frozenset(Scope), description="What it may do.")
    requests_per_minute: int | None = Field(default=None, ge=1)
    megapixels_per_day: int | None = Field(default=None, ge=1, description="Of results.")
    faces_per_day: int | None = Field(default=None, ge=1, description="That were restored.")
    expires: date | None = Field(default=None, description="The first day on which it is refused, UTC.")


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    keys: list[ApiKey]


class KeysCannotBeRead(Exception):
    """The keys are switched on but there are none to read; the message is for the operator."""


class KeyRing:
    """The keys of `source`: `file:PATH`, read again when it changes, or `env:VARIABLE` with such a file's text."""

    def __init__(self, source: str, look_s: float = _LOOK_S) -> None:
        """Looks at the file every `look_s`. Raises KeysCannotBeRead: a service without its keys does not start."""
        self._look_s = look_s
        kind, _, self._name = source.partition(":")
        self._path = Path(self._name) if kind == "file" else None
        self._looked = time.monotonic()
        self._version = self._changed()
        self._keys = self._read()

    def find(self, presented: str) -> ApiKey | None:
        """The key that a client presented; None where it is unknown, wrong or expired."""
        self._refresh()
        digest = hashlib.sha256(presented.encode("utf-8", "surrogatepass")).hexdigest()
        key = self._keys.get(presented.split("_")[1] if presented.count("_") == 2 else "")
        expected = key.sha256 if key else "0" * 64
        if not hmac.compare_digest(digest, expected) or key is None:
            return None
        return None if key.expires is not None and time.gmtime()[:3] >= key.expires.timetuple()[:3] else key

    def _refresh(self) -> None:
        """Take over a changed file. One that cannot be read leaves the keys as they were, and a line in the log."""
        if self._path is None or time.monotonic() - self._looked < self._look_s:
            return
        self._looked = time.monotonic()
        version = self._changed()
        if version != self._version:
            self._version = version
            try:
                self._keys = self._read()
                logger.info("The API keys were read again: %d", len(self._keys))
            except KeysCannotBeRead as error:
                logger.error("%s The keys read before stay in use.", error)

    def _changed(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat() if self._path else None
        except OSError:
            return None
        return (found.st_mtime_ns, found.st_size) if found else None

    def _read(self) -> dict[str, ApiKey]:
        try:
            text = self._path.read_text() if self._path else os.environ[self._name]
            keys = _File.model_validate(yaml.safe_load(text)).keys
        except KeyError:
            raise KeysCannotBeRead(f"The environment variable {self._name} with the API keys is not set.") from None
        except ValidationError as error:
            where = ", ".join(".".join(map(str, each["loc"])) + f": {each['msg']}" for each in error.errors())
            raise KeysCannotBeRead(f"The API keys in {self._name} are not valid: {where}.") from None
        except (OSError, ValueError, yaml.YAMLError) as error:
            raise KeysCannotBeRead(f"The API keys in {self._name} cannot be read ({type(error).__name__}).") from None
        return {key.id: key for key in keys}


def new_key(**fields: object) -> tuple[str, ApiKey]:
    """A key as a client presents it, and its entry."""
    key_id = secrets.token_hex(_ID_BYTES)
    secret = secrets.token_urlsafe(_SECRET_BYTES).replace("_", "-")
    presented = f"{PREFIX}_{key_id}_{secret}"
    digest = hashlib.sha256(presented.encode()).hexdigest()
    return presented, ApiKey.model_validate({"id": key_id, "sha256": digest} | fields)


def main(arguments: list[str] | None = None) -> int:
    """Print a new key and its entry."""
    parser = argparse.ArgumentParser(prog="python -m serve_app.keys", description="Make an API key.")
    new = parser.add_subparsers(dest="command", required=True).add_parser("new", help="print a key and its entry")
    new.add_argument("name", help="for you: whose key it is")
    new.add_argument("--scopes", nargs="+", choices=list(Scope), default=list(Scope), help="(all)")
    for limit in ("requests-per-minute", "megapixels-per-day", "faces-per-day"):
        new.add_argument(f"--{limit}", type=int, help="(no limit)")
    new.add_argument("--expires", type=date.fromisoformat, help="the first day without it, YYYY-MM-DD (never)")
    given = vars(parser.parse_args(arguments))
    presented, entry = new_key(**{name: value for name, value in given.items() if name != "command" and value})
    fields = entry.model_dump(mode="json", exclude_none=True)
    listed = yaml.safe_dump([fields], sort_keys=False, width=200)
    print(
        f"The key, shown only now:\n\n    {presented}\n\nIts entry in the file of keys, below `keys:`:\n\n{listed}",
        end="",
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
