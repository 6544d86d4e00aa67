"""Reads the first directory of a TIFF before anything decodes it, and leaves out every tag that decides no pixel.

libtiff reads the whole directory, and follows others; both cost what no limit of pixels bounds.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from deployments.errors import TooComplex, Undecodable
from deployments.imaging.exif import exif_in_tiff
from deployments.imaging.structure import (
    END_MISSING,
    MAX_IPTC_BYTES,
    MAX_PROFILE_BYTES,
    MAX_XMP_BYTES,
    FileStructure,
    limited,
    only_the_first,
)
from deployments.notes import Note, NoteCode

MAX_TAGS = 1_000
MAX_PIECES = 100_000
"""Strips or tiles of one picture. Some writers make one strip a row."""
MAX_PAGES = 1_000
"""That are counted."""

_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC, _ORIENTATION, _SAMPLES = 256, 257, 258, 259, 262, 274, 277
_STRIP_OFFSETS, _STRIP_ROWS, _STRIP_BYTES, _PLANAR, _COLORMAP = 273, 278, 279, 284, 320
_TILE_WIDTH, _TILE_HEIGHT, _TILE_OFFSETS, _TILE_BYTES, _EXTRA, _FORMAT = 322, 323, 324, 325, 338, 339
_XMP, _IPTC, _PROFILE = 700, 33723, 34675
_DECIDING = {_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC, 266, _SAMPLES, _STRIP_OFFSETS, _STRIP_ROWS,
             _STRIP_BYTES, _PLANAR, 292, 293, 317, _COLORMAP, _TILE_WIDTH, _TILE_HEIGHT, _TILE_OFFSETS, _TILE_BYTES,
             _EXTRA, _FORMAT, 347, 530, 531, 532}  # fmt: skip
"""Among them FillOrder, the options of CCITT, Predictor, JPEGTables and what describes YCbCr."""
_COMPRESSIONS = {1, 2, 3, 4, 5, 7, 8, 32773, 32946}
"""None, CCITT, LZW, JPEG, Deflate (two numbers) and PackBits."""
_WHITE_IS_ZERO, _BLACK_IS_ZERO, _RGB, _PALETTE, _CMYK, _YCBCR = 0, 1, 2, 3, 5, 6
_SUPPORTED = {(_WHITE_IS_ZERO, 1), (_WHITE_IS_ZERO, 8), (_WHITE_IS_ZERO, 16), (_BLACK_IS_ZERO, 1), (_BLACK_IS_ZERO, 8),
              (_BLACK_IS_ZERO, 16), (_RGB, 8), (_RGB, 16), (_PALETTE, 8), (_CMYK, 8), (_YCBCR, 8)}  # fmt: skip
_CHANNELS = {_RGB: 3, _CMYK: 4, _YCBCR: 3}
_TYPE_BYTES = {1: 1, 2: 1, 3: 2, 4: 4, 6: 1, 7: 1, 8: 2, 9: 4, 13: 4, 16: 8, 17: 8, 18: 8}
_CODES = {1: "B", 2: "B", 3: "H", 4: "I", 6: "b", 7: "B", 8: "h", 9: "i", 13: "I", 16: "Q", 17: "q", 18: "Q"}
_JPEG = 7
_TILE_SLACK = 4_000_000
"""Pixels by which a tile may exceed a small picture."""

_Values = Callable[..., tuple[int, ...]]
"""The values of a tag, or what is given behind it where it is missing."""

_SAID = {271, 272, 306, 315, 33432, 34665, 34853}
"""Make, model, date, artist, copyright, EXIF and GPS: what exif_in_tiff would take from a TIFF."""
_EXIF_LOST = (Note("EXIF in a BigTIFF is not read, so that the result has none.", NoteCode.EXIF_LOST),)


@dataclass(frozen=True)
class _Layout:
    """How a TIFF, or a BigTIFF, is written."""

    order: str
    count: str
    """Of the tags in a directory."""
    entry: str
    """Tag, type, number of values; then follow the values, or where they are."""
    inline: int
    """Bytes of values that fit into an entry."""
    offset: str
    first: int
    """Where the first directory's offset is."""

    @classmethod
    def of(cls, data: bytes) -> _Layout:
        order = "<" if data[:2] == b"II" else ">"
        big = data[2:4] in (b"+\0", b"\0+")
        return cls(order, "Q", "HHQ", 8, "Q", 8) if big else cls(order, "H", "HHI", 4, "I", 4)

    @property
    def big(self) -> bool:
        """Whether it is a BigTIFF."""
        return self.inline == 8

    def read(self, code: str, data: bytes, at: int) -> int:
        if at + struct.calcsize(self.order + code) > len(data):
            raise Undecodable(END_MISSING)
        return int(struct.unpack_from(self.order + code, data, at)[0])

    def pack(self, code: str, value: int) -> bytes:
        return struct.pack(self.order + code, value)


@dataclass(frozen=True)
class _Tag:
    entry: bytes
    """As it stands in the directory."""
    kind: int
    count: int
    at: int
    """Where its values are in the file."""


def read_tiff_structure(data: bytes) -> FileStructure:
    """The file with a first directory of only the tags that decide its pixels, and no other.

    Raises Undecodable for what is cut off or of a kind that is not supported, TooComplex for more tags or pieces than
    any photo has, ValueError for damage.
    """
    layout = _Layout.of(data)
    start = layout.read(layout.offset, data, layout.first)
    tags, following = _directory(data, layout, start)

    def values(tag: int, *default: int) -> tuple[int, ...]:
        return _values(data, layout, tags[tag]) if tag in tags else default

    width, height = (values(tag, 0)[0] for tag in (_WIDTH, _HEIGHT))
    if not width or not height:
        raise ValueError("the picture is empty")
    hints = _check_kind(values, tags, (height, width))
    _check_pieces(data, values, width, height, values(_SAMPLES, 1)[0] if hints["planar"] else 1)
    chosen = [tags[tag].entry for tag in sorted(tags) if tag in _DECIDING]
    at = len(data) + len(data) % 2
    offset = layout.pack(layout.offset, at)
    body = data[layout.first + len(offset) :] + b"\0" * (at - len(data))
    directory = [layout.pack(layout.count, len(chosen)), *chosen, layout.pack(layout.offset, 0)]
    pages, more = _count_pages(data, layout, {start}, following)

    def raw(tag: int, max_bytes: int) -> bytes | None:
        if tag not in tags:
            return None
        size = tags[tag].count * _TYPE_BYTES.get(tags[tag].kind, 1)
        return limited(data[tags[tag].at : tags[tag].at + size], max_bytes)

    return FileStructure(
        b"".join((data[: layout.first], offset, body, *directory)),
        (width, height),
        raw(_PROFILE, MAX_PROFILE_BYTES),
        exif=exif_in_tiff(data),
        xmp=raw(_XMP, MAX_XMP_BYTES),
        iptc=raw(_IPTC, MAX_IPTC_BYTES),
        orientation=values(_ORIENTATION, 1)[0],
        notes=(*only_the_first("page", pages, more), *(_EXIF_LOST if layout.big and _SAID.intersection(tags) else ())),
        hints=hints,
    )


def _directory(data: bytes, layout: _Layout, start: int) -> tuple[dict[int, _Tag], int]:
    """The tags of the directory at `start`, and where the next one is; 0: nowhere."""
    count = layout.read(layout.count, data, start)
    if count > MAX_TAGS:
        raise TooComplex(f"The TIFF has more than {MAX_TAGS} tags.")
    size = struct.calcsize(layout.order + layout.entry) + layout.inline
    at = start + struct.calcsize(layout.order + layout.count)
    if at + count * size > len(data):
        raise Undecodable(END_MISSING)
    tags: dict[int, _Tag] = {}
    for position in range(at, at + count * size, size):
        number, kind, length = struct.unpack_from(layout.order + layout.entry, data, position)
        values = position + size - layout.inline
        if length * _TYPE_BYTES.get(kind, 1) > layout.inline:
            values = layout.read(layout.offset, data, values)
        tags.setdefault(number, _Tag(data[position : position + size], kind, length, values))
    end = at + count * size
    return tags, layout.read(layout.offset, data, end) if end + layout.inline <= len(data) else 0


def _values(data: bytes, layout: _Layout, tag: _Tag) -> tuple[int, ...]:
    """The integers of a tag."""
    if tag.kind not in _CODES or not 1 <= tag.count <= MAX_PIECES:
        raise TooComplex("A tag of the TIFF has another kind, or far more values, than it has in any photo.")
    if tag.at + tag.count * _TYPE_BYTES[tag.kind] > len(data):
        raise Undecodable(END_MISSING)
    return struct.unpack_from(f"{layout.order}{tag.count}{_CODES[tag.kind]}", data, tag.at)


def _check_kind(values: _Values, tags: dict[int, _Tag], shape: tuple[int, ...]) -> dict[str, Any]:
    """Refuse what is not supported; the hints are what the decoder has to do besides."""
    compression, photometric, samples = values(_COMPRESSION, 1)[0], values(_PHOTOMETRIC, -1)[0], values(_SAMPLES, 1)[0]
    bits = set(values(_BITS, 1))
    channels = _CHANNELS.get(photometric, 1)
    kind = f"photometric {photometric}, compression {compression}, {samples} samples of {sorted(bits)} bits"
    if (
        compression not in _COMPRESSIONS
        or len(bits) != 1
        or (photometric, *bits) not in _SUPPORTED
        or set(values(_FORMAT, 1)) != {1}
        or not channels <= samples <= channels + 1
        or (photometric == _YCBCR and compression != _JPEG)
    ):
        raise Undecodable(f"The TIFF is of a kind that is not supported ({kind}).")
    extra = values(_EXTRA, 0)[0] if samples > channels else 0
    planar = values(_PLANAR, 1)[0] == 2 and samples > 1
    if samples > 1:
        shape = (samples, *shape) if planar else (*shape, samples)
    return {
        "shape": shape,
        "dtype": {1: "bool", 8: "uint8", 16: "uint16"}[bits.pop()],
        "jpeg": compression == _JPEG,
        "planar": planar,
        "inverted": photometric == _WHITE_IS_ZERO,
        "cmyk": photometric == _CMYK,
        "alpha": {1: "premultiplied", 2: "straight"}.get(extra),
        "palette": values(_COLORMAP) if photometric == _PALETTE else None,
    }


def _check_pieces(data: bytes, values: _Values, width: int, height: int, planes: int) -> None:
    """Refuse strips or tiles that are not within the file, too few or too many, or far larger than the picture.

    Of missing ones the decoder would return whatever is in its memory.
    """
    offsets, sizes = values(_TILE_OFFSETS) or values(_STRIP_OFFSETS), values(_TILE_BYTES) or values(_STRIP_BYTES)
    if not offsets or len(sizes) != len(offsets):
        raise ValueError("the picture's pieces are missing")
    if any(offset + size > len(data) for offset, size in zip(offsets, sizes, strict=True)):
        raise Undecodable(END_MISSING)
    tiled = bool(values(_TILE_OFFSETS))
    wide = values(_TILE_WIDTH, 0)[0] if tiled else width
    high = values(_TILE_HEIGHT, 0)[0] if tiled else min(height, values(_STRIP_ROWS, height)[0])
    if not wide or not high or len(offsets) != -(-width // wide) * -(-height // high) * planes:
        raise ValueError("the picture's pieces are not as many as its size needs")
    if tiled and wide * high > 4 * width * height + _TILE_SLACK:
        raise TooComplex("The TIFF's tiles are far larger than its picture.")


def _count_pages(data: bytes, layout: _Layout, seen: set[int], following: int) -> tuple[int, bool]:
    """Directories in the chain, at most MAX_PAGES; whether there may be more. A loop ends it."""
    while following and following not in seen and len(seen) < MAX_PAGES:
        try:
            _, after = _directory(data, layout, following)
        except (Undecodable, TooComplex):
            break
        seen.add(following)
        following = after
    return len(seen), len(seen) >= MAX_PAGES
