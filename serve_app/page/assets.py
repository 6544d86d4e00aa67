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
_ORIGIN = b"https://visage.invalid"
"""What the export has in place of the page's own origin, which only the operator knows."""
_IMMUTABLE = "public, max-age=31536000, immutable"
_REVALIDATE = "no-cache"
_COMPRESSIBLE = ("text/", "application/javascript", "application/json", "application/manifest", "image/svg+xml")
_MIN_GZIP_BYTES = 512
_PRIVATE = {"x-robots-tag": "noindex"}
"""For a page whose operator has not said where the public finds it: no search engine may list it."""
_BROTLI = ".br"
"""The build leaves the brotli form of a file beside it (ui/scripts/compress.mjs)."""
_TYPES = mimetypes.MimeTypes(filenames=())  # not the machine's own list
for _ending, _type in {
    ".js": "application/javascript",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}.items():
    _TYPES.add_type(_type, _ending)


@dataclass(frozen=True)
class Asset:
    """One exported file, ready to be sent."""

    body: bytes
    compressed: dict[str, bytes]
    """By content coding, the smallest first; empty where none makes it smaller."""
    headers: dict[str, str]


def read_export(folder: Path, public_url: str = "") -> dict[str, Asset]:
    """Every file below `folder` by its path in the URL; empty where there is no export."""
    if not (folder / INDEX[1:]).is_file():
        return {}
    files = (path for path in folder.rglob("*") if path.is_file() and path.suffix != _BROTLI)
    return {f"/{path.relative_to(folder).as_posix()}": _asset(path, folder, public_url) for path in files}


def _asset(path: Path, folder: Path, public_url: str) -> Asset:
    exported = path.read_bytes()
    media_type = _TYPES.guess_type(path.name)[0] or "application/octet-stream"
    is_text = media_type.startswith("text/")
    body = exported.replace(_ORIGIN, public_url.rstrip("/").encode()) if is_text else exported
    compressible = media_type.startswith(_COMPRESSIBLE) and len(body) >= _MIN_GZIP_BYTES
    packed = path.with_name(path.name + _BROTLI)
    brotli = {"br": packed.read_bytes()} if body == exported and packed.is_file() else {}
    hashed = path.is_relative_to(folder / "_next" / "static")  # Next puts a hash of the content into these names
    return Asset(
        body,
        brotli | {"gzip": gzip.compress(body, 9, mtime=0)} if compressible else {},
        {name.lower(): value for name, value in COMMON_HEADERS.items()}
        | {
            "content-type": f"{media_type}; charset=utf-8"
            if is_text or media_type.endswith("javascript")
            else media_type,
            "cache-control": _IMMUTABLE if hashed else _REVALIDATE,
            "etag": f'W/"{hashlib.sha256(body).hexdigest()[:32]}"',  # weak: it stands for all codings
            "vary": "accept-encoding",
            "content-security-policy": content_security_policy(body.decode() if media_type == "text/html" else ""),
            "cross-origin-resource-policy": "same-origin",
            "permissions-policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
        }
        | ({} if public_url else _PRIVATE),
    )
