"""PNGs put together by hand, for what neither OpenCV nor Pillow writes."""

from __future__ import annotations

import struct
import zlib
from typing import Any

from numpy.typing import NDArray

_BEHIND_HEADER = 33


def chunk(kind: bytes, body: bytes, wrong: int = 0) -> bytes:
    """A chunk; `wrong` flips these bits of its checksum."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body) ^ wrong)


def with_chunks(data: bytes, *chunks: bytes) -> bytes:
    """A PNG with `chunks` behind its header."""
    return data[:_BEHIND_HEADER] + b"".join(chunks) + data[_BEHIND_HEADER:]


def profile_chunk(profile: bytes) -> bytes:
    """iCCP."""
    return chunk(b"iCCP", b"p\0\0" + zlib.compress(profile))


def raw_png(width: int, height: int, depth: int, color_type: int, rows: bytes, extra: bytes = b"") -> bytes:
    """From its rows, each with its filter byte, and chunks before them."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, color_type, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + extra + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def png_of(pixels: NDArray[Any], extra: bytes = b"") -> bytes:
    """From uint8 or uint16 gray (H, W), gray with alpha, RGB or RGBA (H, W, 2 to 4)."""
    depth, channels = pixels.itemsize * 8, 1 if pixels.ndim == 2 else pixels.shape[2]
    rows = b"".join(b"\0" + row.astype(pixels.dtype.newbyteorder(">")).tobytes() for row in pixels)
    return raw_png(pixels.shape[1], pixels.shape[0], depth, {1: 0, 2: 4, 3: 2, 4: 6}[channels], rows, extra)
