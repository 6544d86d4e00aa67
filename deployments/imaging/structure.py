"""What is known of a file before its pixels are decoded."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FileStructure:
    """A file that may be decoded, and what was read from it on the way."""

    file: bytes
    """What the decoder gets: the upload, or only the parts of it that decide its pixels."""
    profile: bytes | None = None
    """The ICC profile; None leaves it to the decoder."""
    exif: bytes | None = None
    """EXIF as TIFF data, with or without the prefix `Exif\\0\\0`; None leaves it to the decoder."""
