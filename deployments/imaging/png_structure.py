"""Reads the chunks of a PNG that decide its pixels, and leaves out the rest, before anything decodes it.

Ancillary chunks cost CPU and memory that no pixel limit bounds (compressed text, repeated profiles), and damage in them
is no reason to refuse an image: browsers show it.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from deployments.errors import TooComplex
from deployments.imaging.structure import FileStructure

MAX_CHUNKS = 20_000
"""Writers that cut an image into small pieces use 8 KiB each: 1,280 of them in 10 MiB."""
MAX_PROFILE_BYTES = 4 * 2**20
"""Of a decompressed ICC profile; those of scanners and printers have one to two megabytes."""
MAX_EXIF_BYTES = 2**16

_SIGNATURE_BYTES = 8
_HEADER_BYTES, _CHECKSUM_BYTES = 8, 4  # of a chunk: length and name before its body, CRC behind it
_INFLATE_BYTES = 2**20
_DECISIVE = {b"IHDR", b"PLTE", b"tRNS", b"IDAT"}
_END = struct.pack(">I", 0) + b"IEND" + struct.pack(">I", zlib.crc32(b"IEND"))


def read_png_structure(data: bytes) -> FileStructure:
    """A PNG of only the chunks that decide its pixels, with its profile and EXIF if they are sound.

    Raises TooComplex for more than MAX_CHUNKS chunks, ValueError if a decisive chunk is cut off.
    """
    view = memoryview(data)
    pieces, has_image = [view[:_SIGNATURE_BYTES]], False
    profile, exif = None, None
    for count, (kind, body, end) in enumerate(_chunks(data), 1):
        if count > MAX_CHUNKS:
            raise TooComplex(f"The PNG has more than {MAX_CHUNKS} chunks.")
        if kind == b"IEND":
            break
        if kind in _DECISIVE:
            if end + _CHECKSUM_BYTES > len(data):
                raise ValueError(f"the chunk {kind.decode()} is cut off")
            pieces.append(view[body - _HEADER_BYTES : end + _CHECKSUM_BYTES])
            has_image |= kind == b"IDAT"
        elif kind == b"iCCP" and profile is None:
            profile = _profile_of(data[body:end])
        elif kind == b"eXIf" and exif is None and end - body <= MAX_EXIF_BYTES:
            exif = data[body:end]
    if not has_image:
        raise ValueError("there is no image data")
    return FileStructure(b"".join([*pieces, _END]), profile, exif)


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """The name of each chunk, and where its body begins and should end; the last may end behind the data."""
    position = _SIGNATURE_BYTES
    while position + _HEADER_BYTES <= len(data):
        length, kind = struct.unpack_from(">I4s", data, position)
        body = position + _HEADER_BYTES
        yield kind, body, body + length
        position = body + length + _CHECKSUM_BYTES


def _profile_of(chunk: bytes) -> bytes | None:
    """The profile in an iCCP chunk: name, zero, compression method 0, zlib stream (PNG specification, 11.3.2.3)."""
    name, separator, rest = chunk.partition(b"\0")
    if not separator or len(name) > 79 or not rest.startswith(b"\0"):
        return None
    decompressor = zlib.decompressobj()
    try:
        profile = decompressor.decompress(rest[1:], MAX_PROFILE_BYTES)
    except zlib.error:
        return None
    return profile if decompressor.eof else None


def check_png_is_complete(data: bytes) -> None:
    """Raise ValueError unless the image data is a whole zlib stream; for decoders that return what they have."""
    decompressor = zlib.decompressobj()
    for kind, body, end in _chunks(data):
        piece = data[body:end] if kind == b"IDAT" else b""
        while piece:
            decompressor.decompress(piece, _INFLATE_BYTES)
            piece = decompressor.unconsumed_tail
    if not decompressor.eof:
        raise ValueError("the image data is incomplete")
