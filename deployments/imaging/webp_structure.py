"""Walks the chunks of a WebP before anything decodes it: its size, its frames and its metadata (RFC 9649)."""

from __future__ import annotations

import struct

from deployments.errors import TooComplex, Undecodable
from deployments.imaging.structure import (
    END_MISSING,
    MAX_EXIF_BYTES,
    MAX_PROFILE_BYTES,
    MAX_XMP_BYTES,
    FileStructure,
    limited,
    only_the_first,
)

MAX_CHUNKS = 20_000
_RIFF_BYTES, _HEADER_BYTES = 12, 8


def read_webp_structure(data: bytes) -> FileStructure:
    """The file without what lies behind it, with its canvas as the size.

    Raises TooComplex for more than MAX_CHUNKS chunks, Undecodable if it is cut off, ValueError if it has no picture.
    """
    end = 8 + int.from_bytes(data[4:8], "little")
    if len(data) < end:
        raise Undecodable(END_MISSING)
    found: dict[bytes, bytes] = {}
    frames, position, count = 0, _RIFF_BYTES, 0
    while position + _HEADER_BYTES <= end:
        count += 1
        if count > MAX_CHUNKS:
            raise TooComplex(f"The WebP has more than {MAX_CHUNKS} chunks.")
        kind, length = data[position : position + 4], int.from_bytes(data[position + 4 : position + 8], "little")
        body = position + _HEADER_BYTES
        if body + length > end:
            raise Undecodable(END_MISSING)
        frames += kind == b"ANMF"
        found.setdefault(kind, data[body : body + length])
        position = body + length + (length & 1)
    return FileStructure(
        data[:end],
        _size(found),
        limited(found.get(b"ICCP"), MAX_PROFILE_BYTES),
        limited(found.get(b"EXIF"), MAX_EXIF_BYTES),
        limited(found.get(b"XMP "), MAX_XMP_BYTES),
        notes=only_the_first("frame", frames),
    )


def _size(chunks: dict[bytes, bytes]) -> tuple[int, int]:
    """The canvas of the extended format (RFC 9649, 2.7), or the frame's size in VP8 and VP8L (2.5 and 2.6)."""
    if len(extended := chunks.get(b"VP8X", b"")) >= 10:
        return 1 + int.from_bytes(extended[4:7], "little"), 1 + int.from_bytes(extended[7:10], "little")
    if len(lossy := chunks.get(b"VP8 ", b"")) >= 10 and lossy[3:6] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", lossy, 6)
        return _not_empty(width & 0x3FFF, height & 0x3FFF)
    if len(lossless := chunks.get(b"VP8L", b"")) >= 5 and lossless[0] == 0x2F:
        bits = int.from_bytes(lossless[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    raise ValueError("there is no picture")


def _not_empty(width: int, height: int) -> tuple[int, int]:
    if not width or not height:
        raise ValueError("the picture is empty")
    return width, height
