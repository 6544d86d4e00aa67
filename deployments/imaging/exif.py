"""Reads EXIF, keeps what is still true of another picture of the same moment, and writes it again.

EXIF is a tree of TIFF directories (TIFF 6.0, section 2; EXIF 3.0, 4.6). Values are copied as they are: a reader that
interprets them loses types and texts that are not ASCII, and reads values that overlap as often as they are named.
"""

from __future__ import annotations

import struct
from collections.abc import Collection
from dataclasses import dataclass

from deployments.imaging.structure import MAX_EXIF_BYTES

MAX_WRITTEN_BYTES = 65_000
"""A segment of a JPEG holds 65,533 bytes with its own header. Longer EXIF loses its longest values."""
MAX_VALUE_BYTES = 32_768
"""Longer values are no texts or figures but hidden pictures."""
PREFIX = b"Exif\0\0"
HEADER = b"II*\0"
_ORDERS = {HEADER: "<", b"MM\0*": ">"}
_MAX_TAGS = 1_000
_UNITS = {1: (1, 1), 2: (1, 1), 3: (2, 2), 4: (4, 4), 5: (8, 4), 6: (1, 1), 7: (1, 1), 8: (2, 2), 9: (4, 4), 10: (8, 4),
          11: (4, 4), 12: (8, 8)}  # fmt: skip
"""By type: bytes of a value, and of the numbers in it."""
_BYTE, _SHORT, _LONG, _UNDEFINED = 1, 3, 4, 7

ORIENTATION, _EXIF, _GPS = 274, 0x8769, 0x8825
_ROOT = {269, 270, 271, 272, 282, 283, 296, 305, 306, 315, 316, 18246, 18249, 33432, *range(40091, 40096)}
"""Texts, camera, resolution, dates, author, rights, ratings and what Windows adds; nothing that describes pixels."""
_VERSION, _COLOR_SPACE, _WIDTH, _HEIGHT = 0x9000, 0xA001, 0xA002, 0xA003
_PHOTO = {33434, 33437, *range(0x8822, 0x8825), *range(0x8827, 0x8834), *range(0x9000, 0x9101),
          *range(0x9201, 0x9214), *range(0x9286, 0x9293), *range(0x9400, 0x9406), *range(0xA000, 0xA004), 0xA20B,
          0xA217, *range(0xA300, 0xA303), *range(0xA401, 0xA40D), *range(0xA420, 0xA43D), *range(0xA460, 0xA463),
          0xA500}  # fmt: skip
"""How and when it was taken. Neither MakerNote, whose offsets and previews are of the old file, nor how the
old pixels were coded, nor what is counted in them: SubjectArea, SubjectLocation and the focal plane's resolution."""
_SERIAL = {0x9211, 0xA420, 0xA431, 0xA435}
"""ImageNumber, ImageUniqueID, BodySerialNumber and LensSerialNumber."""
_PLACE = set(range(32))
_SRGB = 1
_COMMENT, _UTF16 = 0x9286, b"UNICODE\0"
"""UserComment names its characters; those of 16 bits are in the order of the file (EXIF 3.0, 4.6.6)."""


@dataclass(frozen=True)
class Value:
    """The values of a tag, in little-endian order."""

    kind: int
    count: int
    data: bytes

    @classmethod
    def short(cls, number: int) -> Value:
        """One number of 16 bits."""
        return cls(_SHORT, 1, struct.pack("<H", number))

    @classmethod
    def long(cls, number: int) -> Value:
        """One number of 32 bits."""
        return cls(_LONG, 1, struct.pack("<I", number))

    @classmethod
    def octets(cls, data: bytes) -> Value:
        """Numbers of 8 bits."""
        return cls(_BYTE, len(data), data)

    @classmethod
    def undefined(cls, data: bytes) -> Value:
        """Bytes."""
        return cls(_UNDEFINED, len(data), data)

    @property
    def number(self) -> int | None:
        """The first whole number; None for other types."""
        size = {1: 1, _SHORT: 2, _LONG: 4}.get(self.kind)
        return int.from_bytes(self.data[:size], "little") if size and self.count else None


Directory = dict[int, Value]


@dataclass(frozen=True)
class Exif:
    """The three directories that say something of a photo."""

    root: Directory
    photo: Directory
    place: Directory

    @classmethod
    def read(cls, data: bytes) -> Exif:
        """From TIFF data, with or without `Exif` before it; what is damaged or of no use is left out."""
        data = data.removeprefix(PREFIX)
        root = read_directory(data, {ORIENTATION, _EXIF, _GPS, *_ROOT})
        photo, place = (_below(data, root.pop(tag, None), tags) for tag, tags in ((_EXIF, _PHOTO), (_GPS, _PLACE)))
        return cls(root, photo, place)

    def of_result(self, private: bool, width: int, height: int) -> Exif:
        """What is true of an upright sRGB picture of this size; `private`: without place and serial numbers."""
        root = {tag: value for tag, value in self.root.items() if tag != ORIENTATION}
        photo = {tag: value for tag, value in self.photo.items() if not private or tag not in _SERIAL}
        place = {} if private else self.place
        if not root and not photo and not place:
            return Exif({}, {}, {})
        true = {_COLOR_SPACE: Value.short(_SRGB), _WIDTH: Value.long(width), _HEIGHT: Value.long(height)}
        photo = {_VERSION: Value.undefined(b"0232")} | photo | true
        return Exif(root | {ORIENTATION: Value.short(1)}, photo, place)

    def to_bytes(self) -> bytes | None:
        """TIFF data of at most MAX_WRITTEN_BYTES; None where there is nothing to say."""
        if not any((self.root, self.photo, self.place)):
            return None
        exif = Exif(dict(self.root), dict(self.photo), dict(self.place))
        while len(data := HEADER + struct.pack("<I", 8) + exif.at(8)) > MAX_WRITTEN_BYTES:
            _drop_longest(exif.root, exif.photo, exif.place)
        return data

    def at(self, offset: int) -> bytes:
        """The directories as they stand at `offset` in a file."""
        root = dict(self.root) | {tag: Value.long(0) for tag, below in self._below if below}
        pieces = [b""]
        following = offset + len(_written(root, offset))
        for tag, below in self._below:
            if below:
                root[tag] = Value.long(following)
                pieces.append(_written(below, following))
                following += len(pieces[-1])
        pieces[0] = _written(root, offset)
        return b"".join(pieces)

    @property
    def _below(self) -> tuple[tuple[int, Directory], ...]:
        return (_EXIF, self.photo), (_GPS, self.place)


def exif_in_tiff(data: bytes) -> bytes | None:
    """What a TIFF says of the photo, as EXIF; None for a BigTIFF, and where it says nothing."""
    exif = Exif.read(data)
    return exif.to_bytes() if exif.photo or exif.place or exif.root.keys() - {ORIENTATION} else None


def read_directory(data: bytes, tags: Collection[int] | None, at: int | None = None) -> Directory:
    """The `tags`, or all, of the directory at `at`, or the first. In all no more bytes than MAX_EXIF_BYTES."""
    order = _ORDERS.get(data[:4])
    if order is None or len(data) < 8:
        return {}
    at = struct.unpack_from(order + "I", data, 4)[0] if at is None else at
    if at + 2 > len(data):
        return {}
    count = struct.unpack_from(order + "H", data, at)[0]
    found: Directory = {}
    left = MAX_EXIF_BYTES
    for entry in range(at + 2, min(at + 2 + 12 * min(count, _MAX_TAGS), len(data) - 11), 12):
        tag, kind, values = struct.unpack_from(order + "HHI", data, entry)
        if kind not in _UNITS or tag in found or (tags is not None and tag not in tags):
            continue
        size = values * _UNITS[kind][0]
        start = entry + 8 if size <= 4 else struct.unpack_from(order + "I", data, entry + 8)[0]
        if not 0 < size <= left or start + size > len(data) or (tags is not None and size > MAX_VALUE_BYTES):
            continue
        left -= size
        value = data[start : start + size]
        if tag == _COMMENT and value.startswith(_UTF16):
            value = _UTF16 + _little(value[len(_UTF16) :], 2, order)
        found[tag] = Value(kind, values, _little(value, _UNITS[kind][1], order))
    return found


def _below(data: bytes, pointer: Value | None, tags: Collection[int]) -> Directory:
    at = None if pointer is None else pointer.number
    return {} if at is None else read_directory(data, tags, at)


def _little(data: bytes, unit: int, order: str) -> bytes:
    if order == "<" or unit == 1:
        return data
    return b"".join(data[at : at + unit][::-1] for at in range(0, len(data), unit))


def _written(directory: Directory, offset: int) -> bytes:
    """A directory at an even `offset`, and behind it the values that do not fit into it."""
    behind = offset + 2 + 12 * len(directory) + 4
    entries, values = [struct.pack("<H", len(directory))], b""
    for tag, value in sorted(directory.items()):
        entry = struct.pack("<HHI", tag, value.kind, value.count)
        if len(value.data) <= 4:
            entries.append(entry + value.data.ljust(4, b"\0"))
            continue
        entries.append(entry + struct.pack("<I", behind + len(values)))
        values += value.data + b"\0" * (len(value.data) & 1)
    return b"".join((*entries, bytes(4), values))


def _drop_longest(*directories: Directory) -> None:
    longest = max(
        ((len(value.data), number, tag) for number, each in enumerate(directories) for tag, value in each.items()),
    )
    del directories[longest[1]][longest[2]]
