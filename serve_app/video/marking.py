"""What a film says of how it was made: XMP where the container has a place for it, and tags that players show."""

from __future__ import annotations

import struct
from pathlib import Path

_XMP_BOX = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
"""The type of the box in files of the MP4 family (XMP specification part 3, 1.2.7.1)."""


def tags_of(xmp: bytes) -> dict[str, str]:
    """Tags of the whole file; Matroska has no other place."""
    return {"XMP": xmp.decode()} if xmp else {}


def mark_file(path: Path, container: str, xmp: bytes) -> None:
    """Append the box to an MP4, where players and FFmpeg skip it."""
    if container == "mp4" and xmp:
        with path.open("ab") as file:
            file.write(struct.pack(">I4s", 8 + len(_XMP_BOX) + len(xmp), b"uuid") + _XMP_BOX + xmp)
