"""Reads the size of a JPEG XL before anything decodes it (ISO/IEC 18181-1, B.2 and D.2; 18181-2, the container)."""

from __future__ import annotations

from deployments.errors import Undecodable
from deployments.imaging.isobmff import boxes
from deployments.imaging.structure import (
    A_SEQUENCE,
    END_MISSING,
    MAX_EXIF_BYTES,
    MAX_XMP_BYTES,
    FileStructure,
    limited,
)

CODESTREAM = b"\xff\x0a"
_HEADER_BYTES = 64  # more than the longest size header has
_RATIOS = ((1, 1), (12, 10), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1))
_LENGTHS = (9, 13, 18, 30)
_PREVIEW_LENGTHS = ((6, 8, 10, 12), (0, 0, 5, 9))
"""Bits of a preview's height or width, and where it is a multiple of eight."""


def read_jxl_structure(data: bytes) -> FileStructure:
    """The file with the size that its codestream declares; raises Undecodable if that is cut off.

    libjxl turns the picture upright itself; the EXIF orientation beside it must not be applied again.
    """
    bits = _Bits(_codestream(data))
    width, height = _size(bits)
    if not width or not height:
        raise ValueError("the picture is empty")
    exif, xmp = _metadata(data)
    notes = (A_SEQUENCE,) if _is_animation(bits) else ()
    return FileStructure(data, (width, height), exif=exif, xmp=xmp, orientation=1, notes=notes)


def _metadata(data: bytes) -> tuple[bytes | None, bytes | None]:
    """EXIF and XMP of the container, where they are not compressed."""
    found: dict[bytes, bytes] = {}
    for kind, body, end in () if data.startswith(CODESTREAM) else boxes(data):
        if kind in (b"Exif", b"xml ") and end - body <= MAX_XMP_BYTES:
            found.setdefault(kind, data[body:end])
    exif = found.get(b"Exif", b"")
    start = 4 + int.from_bytes(exif[:4], "big")  # an offset, as in HEIF
    return limited(exif[start:], MAX_EXIF_BYTES), limited(found.get(b"xml "), MAX_XMP_BYTES)


def _codestream(data: bytes) -> bytes:
    """The codestream's first bytes, from the container if there is one."""
    start = data[:_HEADER_BYTES]
    if not data.startswith(CODESTREAM):
        parts = {b"jxlc": 0, b"jxlp": 4}  # jxlp: a counter before the codestream's part
        start = next(
            (
                data[body + parts[kind] : min(end, body + parts[kind] + _HEADER_BYTES)]
                for kind, body, end in boxes(data)
                if kind in parts
            ),
            b"",
        )
    if len(start) < 2:
        raise Undecodable(END_MISSING)
    if not start.startswith(CODESTREAM):
        raise ValueError("there is no codestream")
    return start[2:]


def _size(bits: _Bits) -> tuple[int, int]:
    small = bits.read(1)
    height = _length(bits, small)
    ratio = bits.read(3)
    width = _length(bits, small) if ratio == 0 else height * _RATIOS[ratio - 1][0] // _RATIOS[ratio - 1][1]
    return width, height


def _is_animation(bits: _Bits) -> bool:
    """What the image metadata behind the size says (18181-1, D.3.1)."""
    if bits.read(1) or not bits.read(1):  # all of it is as by default, or what would say it is left out
        return False
    bits.read(3)  # orientation
    if bits.read(1):
        _size(bits)  # to show it in
    if bits.read(1):
        lengths = _PREVIEW_LENGTHS[bits.read(1)]
        bits.read(lengths[bits.read(2)])
        if bits.read(3) == 0:
            bits.read(lengths[bits.read(2)])
    return bool(bits.read(1))


def _length(bits: _Bits, small: int) -> int:
    return 8 * (bits.read(5) + 1) if small else 1 + bits.read(_LENGTHS[bits.read(2)])


class _Bits:
    """Bits from the least significant one of each byte."""

    def __init__(self, data: bytes) -> None:
        self._value, self._left = int.from_bytes(data, "little"), 8 * len(data)

    def read(self, count: int) -> int:
        if count > self._left:
            raise Undecodable(END_MISSING)
        value = self._value & (1 << count) - 1
        self._value, self._left = self._value >> count, self._left - count
        return value
