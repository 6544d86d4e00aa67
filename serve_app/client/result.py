"""What a request comes to: a restored photo, or an error."""

from __future__ import annotations

import base64
import json
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self, cast

import httpx

from serve_app.client.types import EnhanceData


@dataclass(eq=False)
class RequestFailed(Exception):
    """The service answered with an error. docs/api.md, "Errors", lists them."""

    status: int
    """HTTP's."""
    code: str
    """For programs: X-Error-Code, or `unknown` where something else answered."""
    stage: str
    """Where it went wrong."""
    message: str
    """For a person."""
    retry_after_s: float | None = None
    """Seconds after which the same request may succeed; None: it will not."""

    def __str__(self) -> str:
        return f"{self.message} ({self.stage}, {self.code})"


@dataclass(frozen=True)
class Result:
    """One restored photo."""

    image: bytes
    """The file, in the format `data["content_type"]`; empty where the options asked for no image."""
    data: EnhanceData
    """What the service says of it; `restored_image` is left empty, its bytes are `image`."""

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """From the JSON of a response."""
        data = json.loads(text)["data"]
        image = base64.b64decode(data.get("restored_image") or "")
        return cls(image, cast(EnhanceData, data | {"restored_image": ""}))

    def fetched(self, response: httpx.Response) -> Self:
        """With the image from where the service has stored it; raises RequestFailed where it cannot be had."""
        if response.status_code != httpx.codes.OK:
            raise RequestFailed(response.status_code, "unknown", "storage", "The result could not be fetched.")
        return replace(self, image=response.content)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the image to `path`."""
        Path(path).write_bytes(self.image)
