"""Walks the blocks of a GIF before anything decodes it: its size and its frames (GIF89a)."""

from __future__ import annotations

import struct

from deployments.errors import Undecodable
from deployments.imaging.structure import END_MISSING, FileStructure, only_the_first

MAX_BLOCKS = 100_000
"""Of at most 255 bytes each that are walked to count frames."""

_EXTENSION, _IMAGE, _TRAILER = 0x21, 0x2C, 0x3B
_SCREEN_BYTES, _IMAGE_BYTES = 13, 10


def read_gif_structure(data: bytes) -> FileStructure:
    """The file, with the area that the screen and the first frame cover as its size.

    Raises Undecodable if it ends before or within the first frame.
    """
    if len(data) < _SCREEN_BYTES:
        raise Undecodable(END_MISSING)
    width, height, packed = struct.unpack_from("<HHB", data, 6)
    position, frames, blocks = _SCREEN_BYTES + _table_bytes(packed), 0, 0
    size = (width, height)
    while position < len(data) and blocks < MAX_BLOCKS and data[position] in (_EXTENSION, _IMAGE):
        if data[position] == _IMAGE:
            if position + _IMAGE_BYTES > len(data):
                break
            left, top, wide, high, packed = struct.unpack_from("<HHHHB", data, position + 1)
            if not frames:
                size = max(width, left + wide), max(height, top + high)
            position += _IMAGE_BYTES + _table_bytes(packed) + 1  # and the byte of LZW's code size
        else:
            wide, position = 0, position + 2
        while position < len(data) and data[position] and blocks < MAX_BLOCKS:
            position, blocks = position + 1 + data[position], blocks + 1
        if position >= len(data):
            break  # within the frame, or where the trailer is missing
        frames += bool(wide)
        position += 1
    if not frames and blocks < MAX_BLOCKS:
        raise Undecodable(END_MISSING) if position >= len(data) else ValueError("there is no picture")
    if not all(size):
        raise ValueError("the picture is empty")
    return FileStructure(data, size, notes=only_the_first("frame", frames, more=blocks >= MAX_BLOCKS))


def _table_bytes(packed: int) -> int:
    """Bytes of a color table, by the flags of its descriptor."""
    return 3 * 2 ** ((packed & 7) + 1) if packed & 0x80 else 0
