"""What is known of a file before its pixels are decoded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from deployments.notes import Note, NoteCode

END_MISSING = "The end of the file is missing."
"""What a client is told of a file that was cut off."""
MAX_EXIF_BYTES = 2**18
MAX_XMP_BYTES = 2**20
MAX_IPTC_BYTES = 2**18
MAX_PROFILE_BYTES = 4 * 2**20
"""Of a decompressed ICC profile; those of scanners and printers have one to two megabytes."""


@dataclass(frozen=True)
class FileStructure:
    """A file that may be decoded, and what was read from it on the way."""

    file: bytes
    """What the decoder gets: the upload, or only the parts of it that decide its pixels."""
    size: tuple[int, int]
    """Width and height as stored; both at least 1."""
    profile: bytes | None = None
    """The ICC profile of the pixels."""
    exif: bytes | None = None
    """EXIF as TIFF data, with or without the prefix `Exif\\0\\0`."""
    xmp: bytes | None = None
    iptc: bytes | None = None
    """IPTC-IIM, as in a JPEG's image resource 0x0404."""
    orientation: int | None = None
    """How the stored pixels are to be turned, as EXIF numbers it; None: what `exif` says."""
    end_missing: bool = False
    """Whether the file ends before it should. `file` has an end all the same; pixels may be missing."""
    transparent: tuple[int, ...] | None = None
    """The one gray or RGB value, at the file's depth, that stands for transparency."""
    notes: tuple[Note, ...] = ()
    """What a reader of the result should know: that there are more pages, for example."""
    hints: Mapping[str, Any] = field(default_factory=dict)
    """What the decoder of this format needs besides; JSON."""


def limited(data: bytes | None, max_bytes: int) -> bytes | None:
    """`data`, or None where it is longer than any honest file's: metadata that is left out changes no pixel."""
    return data if data and len(data) <= max_bytes else None


A_SEQUENCE = Note(NoteCode.PICTURE_SEQUENCE.meaning, NoteCode.PICTURE_SEQUENCE)
"""Where nothing that is read before decoding tells how many there are."""


def only_the_first(what: Literal["page", "frame"], count: int, more: bool = False) -> tuple[Note, ...]:
    """The note that only one of several pictures was used; `more`: there may be more than were counted."""
    if count <= 1:
        return ()
    code = NoteCode.MORE_PAGES if what == "page" else NoteCode.MORE_FRAMES
    text = f"The file has {'at least ' if more else ''}{count} {what}s; only the first was used."
    return (Note(text, code, count=count),)
