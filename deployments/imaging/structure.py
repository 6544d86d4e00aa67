"""What is known of a file before its pixels are decoded."""

from __future__ import annotations

from dataclasses import dataclass

END_MISSING = "The end of the file is missing."
"""What a client is told of a file that was cut off."""


@dataclass(frozen=True)
class FileStructure:
    """A file that may be decoded, and what was read from it on the way."""

    file: bytes
    """What the decoder gets: the upload, or only the parts of it that decide its pixels."""
    profile: bytes | None = None
    """The ICC profile; None leaves it to the decoder."""
    exif: bytes | None = None
    """EXIF as TIFF data, with or without the prefix `Exif\\0\\0`; None leaves it to the decoder."""
    end_missing: bool = False
    """Whether the file ends before it should. `file` has an end all the same; pixels may be missing."""
    transparent: tuple[int, ...] | None = None
    """The one gray or RGB value, at the file's depth, that stands for transparency."""
