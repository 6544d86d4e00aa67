"""Reads the exported page into memory: every file with its headers, compressed where that helps."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from serve_app.http.middleware.security_headers import COMMON_HEADERS
from serve_app.page.csp import content_security_policy

INDEX, NOT_FOUND = "/index.html", "/404.html"
_IMMUTABLE = "public, max-age=31536000, immutable"
_REVALIDATE = "no-cache"
_COMPRESSIBLE = ("text/", "application/javascript", "application/json", "image/svg+xml")
_MIN_GZIP_BYTES = 512


@dataclass(frozen=True)
class Asset:
    """One exported file, ready to be sent."""

    body: bytes
    compressed: bytes | None
    """gzip, where that makes it smaller."""
    headers: dict[str, str]


def read_export(folder: Path) -> dict[str, Asset]:
    """Every file below `folder` by its path in the URL; empty where there is no export."""
    if not (folder / INDEX[1:]).is_file():
        return {}
    return {
        f"/{path.relative_to(folder).as_posix()}": _asset(path, folder) for path in folder.rglob("*") if path.is_file()
    }


def _asset(path: Path, folder: Path) -> Asset:
    body = path.read_bytes()
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if media_type == "text/javascript":
        media_type = "application/javascript"
    if media_type.startswith("text/") or media_type == "application/javascript":
        media_type += "; charset=utf-8"
    compressible = media_type.startswith(_COMPRESSIBLE) and len(body) >= _MIN_GZIP_BYTES
    hashed = path.is_relative_to(folder / "_next" / "static")  # Next puts a hash of the content into these names
    return Asset(
        body,
        gzip.compress(body, 9, mtime=0) if compressible else None,
        {name.lower(): value for name, value in COMMON_HEADERS.items()}
        | {
            "content-type": media_type,
            "cache-control": _IMMUTABLE if hashed else _REVALIDATE,
            "etag": f'"{hashlib.sha256(body).hexdigest()[:32]}"',
            "vary": "accept-encoding",
            "content-security-policy": content_security_policy(
                body.decode() if media_type.startswith("text/html") else ""
            ),
            "cross-origin-resource-policy": "same-origin",
            "permissions-policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
        },
    )
