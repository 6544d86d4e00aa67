"""Reads the header of a BMP before anything decodes it: BITMAPCOREHEADER, BITMAPINFOHEADER and its successors."""

from __future__ import annotations

import struct

from deployments.errors import Undecodable
from deployments.imaging.structure import END_MISSING, FileStructure

_CORE_BYTES, _INFO_BYTES = 12, 40
_FILE_BYTES = 14
_DEPTHS = {1, 4, 8, 16, 24, 32}
_UNCOMPRESSED = {0, 3, 6}  # BI_RGB, BI_BITFIELDS, BI_ALPHABITFIELDS
_RUN_LENGTHS = {1, 2}  # BI_RLE8, BI_RLE4


def read_bmp_structure(data: bytes) -> FileStructure:
    """The file with the size in its header. Raises Undecodable if pixels are missing, ValueError for other damage."""
    if len(data) < _FILE_BYTES + _CORE_BYTES:
        raise Undecodable(END_MISSING)
    offset, header = struct.unpack_from("<II", data, 10)
    if header == _CORE_BYTES:
        width, height, _, depth = struct.unpack_from("<HHHH", data, 18)
        compression = 0
    elif header >= _INFO_BYTES and len(data) >= _FILE_BYTES + _INFO_BYTES:
        width, height, _, depth, compression = struct.unpack_from("<iiHHI", data, 18)
    else:
        raise ValueError("there is no known header")
    height = abs(height)
    if width < 1 or height < 1 or depth not in _DEPTHS:
        raise ValueError("there is no picture")
    if compression in _UNCOMPRESSED:
        row_bytes = (width * depth + 31) // 32 * 4
        if len(data) < offset + row_bytes * height:
            raise Undecodable(END_MISSING)
    elif compression not in _RUN_LENGTHS:
        raise ValueError("the picture is compressed in a way that is not known")
    return FileStructure(data, (width, height))
