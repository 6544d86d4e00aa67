"""Reads the chunks of a PNG that decide its pixels, and leaves out the rest, before anything decodes it.

Ancillary chunks cost CPU and memory that no pixel limit bounds (compressed text, repeated profiles), and damage in them
is no reason to refuse an image: browsers show it.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from deployments.errors import TooComplex, Undecodable
from deployments.imaging.png_color import COLOR_CHUNKS, MAX_COLOR_BYTES, declared_profile
from deployments.imaging.structure import (
    END_MISSING,
    MAX_EXIF_BYTES,
    MAX_XMP_BYTES,
    FileStructure,
    limited,
    only_the_first,
)

MAX_CHUNKS = 20_000
"""Writers that cut an image into small pieces use 8 KiB each: 1,280 of them in 10 MiB."""

_SIGNATURE_BYTES = 8
_HEADER_BYTES, _CHECKSUM_BYTES = 8, 4  # of a chunk: length and name before its body, CRC behind it
_DEFLATED_BYTES, _INFLATED_BYTES = 2**16, 2**20  # at a time
_IHDR_BYTES = 25
_CRITICAL = {b"IHDR", b"PLTE", b"IDAT"}
_DECLARING = dict.fromkeys(COLOR_CHUNKS, MAX_COLOR_BYTES) | {b"tRNS": 256, b"eXIf": MAX_EXIF_BYTES, b"acTL": 8}
"""Ancillary chunks that are used where their checksum is right, with the most bytes that they may have."""
_PALETTE = 3
XMP_KEYWORD = b"XML:com.adobe.xmp\0"
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by color type: gray, RGB, palette, gray and RGB with alpha (11.2.1)
_PASSES = ((0, 8, 0, 8), (0, 8, 4, 8), (4, 8, 0, 4), (0, 4, 2, 4), (2, 4, 0, 2), (0, 2, 1, 2), (1, 2, 0, 1))
"""Of an interlaced image: first row and step, first column and step (PNG specification, 8.2)."""


@dataclass(frozen=True)
class PngHeader:
    """The chunk IHDR (PNG specification, 11.2.1)."""

    width: int
    height: int
    depth: int
    """Bits a channel."""
    color_type: int
    interlaced: bool

    @classmethod
    def of(cls, data: bytes) -> PngHeader:
        """Read it from a PNG; raises ValueError where it does not come first."""
        if data[12:16] != b"IHDR" or len(data) < 33:
            raise ValueError("there is no header")
        width, height, depth, color_type, _, _, interlace = struct.unpack_from(">IIBBBBB", data, 16)
        if color_type not in _CHANNELS:
            raise ValueError(f"there is no color type {color_type}")
        return cls(width, height, depth, color_type, bool(interlace))

    @property
    def is_gray(self) -> bool:
        """Whether its colors are gray by declaration."""
        return self.color_type in (0, 4)

    @property
    def raw_bytes(self) -> int:
        """Bytes of the whole image data, inflated: each row has a filter byte."""
        bits = self.depth * _CHANNELS[self.color_type]
        passes = _PASSES if self.interlaced else ((0, 1, 0, 1),)
        sizes = ((len(range(y, self.height, dy)), len(range(x, self.width, dx))) for y, dy, x, dx in passes)
        return sum(rows * (1 + (columns * bits + 7) // 8) for rows, columns in sizes if columns)


def read_png_structure(data: bytes) -> FileStructure:
    """A PNG of only the chunks that decide its pixels, with the color space and EXIF that sound chunks declare.

    Raises TooComplex for more than MAX_CHUNKS chunks, Undecodable if it is cut off before the image data, or ValueError
    if it has none.
    """
    if len(data) < _SIGNATURE_BYTES + _IHDR_BYTES:
        raise Undecodable(END_MISSING)
    header, view = PngHeader.of(data), memoryview(data)
    pieces: list[bytes | memoryview] = [view[:_SIGNATURE_BYTES]]
    has_image, end_missing = False, True
    declared: dict[bytes, bytes] = {}
    text = b""
    for count, (kind, body, end) in enumerate(_chunks(data), 1):
        if count > MAX_CHUNKS:
            raise TooComplex(f"The PNG has more than {MAX_CHUNKS} chunks.")
        if kind == b"IEND":
            end_missing = False
            break
        chunk = view[body - _HEADER_BYTES : end + _CHECKSUM_BYTES]
        whole = end + _CHECKSUM_BYTES <= len(data)
        if kind in _CRITICAL:
            has_image |= kind == b"IDAT"
            # Of image data that is cut off, perhaps only what follows the last pixel is missing.
            pieces.append(chunk if whole else png_chunk(kind, data[body:end]))
            continue
        if (
            kind == b"iTXt"
            and whole
            and data.startswith(XMP_KEYWORD, body)
            and not text
            and end - body <= 2 * MAX_XMP_BYTES
        ):
            text = data[body + len(XMP_KEYWORD) : end]
            continue
        in_place = kind == b"eXIf" or not has_image  # the others come before what they explain
        if in_place and whole and kind not in declared and end - body <= _DECLARING.get(kind, -1) and _is_sound(chunk):
            declared[kind] = data[body:end]
            if kind == b"tRNS" and header.color_type == _PALETTE:
                pieces.append(chunk)
    if not has_image:
        if end_missing:
            raise Undecodable(END_MISSING)
        raise ValueError("there is no image data")
    if not header.width or not header.height:
        raise ValueError("the image is empty")
    return FileStructure(
        b"".join([*pieces, png_chunk(b"IEND", b"")]),
        (header.width, header.height),
        declared_profile(declared),
        declared.get(b"eXIf"),
        _xmp(text),
        end_missing=end_missing,
        transparent=_transparent(declared.get(b"tRNS", b""), header),
        notes=only_the_first("frame", int.from_bytes(declared.get(b"acTL", b"")[:4], "big")),
    )


def _xmp(text: bytes) -> bytes | None:
    """The XMP in an iTXt chunk (XMP specification part 3, 1.1.5): keyword, compression, language, translation, text."""
    compressed, method, rest = text[:1], text[1:2], text[2:].split(b"\0", 2)
    if len(rest) != 3 or method != b"\0":
        return None
    if compressed == b"\0":
        return limited(rest[2], MAX_XMP_BYTES)
    decompressor = zlib.decompressobj()
    try:
        xmp = decompressor.decompress(rest[2], MAX_XMP_BYTES)
    except zlib.error:
        return None
    return xmp if decompressor.eof else None


def _transparent(chunk: bytes, header: PngHeader) -> tuple[int, ...] | None:
    """The value that tRNS makes transparent in gray or RGB: its low bits (PNG specification, 11.3.1.1)."""
    count = {0: 1, 2: 3}.get(header.color_type)
    if count is None or len(chunk) != 2 * count:
        return None
    return tuple(value & (2**header.depth - 1) for value in struct.unpack(f">{count}H", chunk))


def _is_sound(chunk: memoryview) -> bool:
    return zlib.crc32(chunk[4:-_CHECKSUM_BYTES]) == int.from_bytes(chunk[-_CHECKSUM_BYTES:], "big")


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """The name of each chunk, and where its body begins and should end; the last may end behind the data."""
    position = _SIGNATURE_BYTES
    while position + _HEADER_BYTES <= len(data):
        length, kind = struct.unpack_from(">I4s", data, position)
        body = position + _HEADER_BYTES
        yield kind, body, body + length
        position = body + length + _CHECKSUM_BYTES


def png_chunk(kind: bytes, body: bytes) -> bytes:
    """A whole chunk: its length, name, body and checksum."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(body, zlib.crc32(kind)))


def check_png_is_complete(data: bytes, header: PngHeader) -> None:
    """Raise ValueError unless the image data has every row, and not far more; for libpng, which takes either.

    Inflates little more than these rows, however far the data would expand.
    """
    decompressor, missing = zlib.decompressobj(), header.raw_bytes
    for kind, body, end in _chunks(data):
        for at in range(body, end, _DEFLATED_BYTES) if kind == b"IDAT" else ():
            piece = data[at : min(at + _DEFLATED_BYTES, end)]
            while piece and missing > -_INFLATED_BYTES:
                missing -= len(decompressor.decompress(piece, _INFLATED_BYTES))
                piece = decompressor.unconsumed_tail
    if not -_INFLATED_BYTES < missing <= 0:
        raise ValueError("the image data is incomplete, or endless")
