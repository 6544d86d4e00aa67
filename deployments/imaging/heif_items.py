"""The items and properties of a HEIF file: its pictures and what describes them (ISO/IEC 23008-12; 14496-12, 8.11)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from deployments.errors import TooComplex
from deployments.imaging.isobmff import Reader, boxes

MAX_ITEMS = 2_000
"""A phone's photo of 48 megapixels has some hundreds of tiles, each an item."""
MAX_EXTENTS = 4_096


@dataclass
class Item:
    """One picture, or one piece of metadata."""

    kind: bytes = b""
    content_type: bytes = b""
    """Of a `mime` item."""
    extents: list[tuple[int, int]] = field(default_factory=list)
    """Where its bytes begin and end in the file."""
    properties: list[tuple[bytes, bytes]] = field(default_factory=list)
    """Type and body, in the order in which they apply."""

    def first(self, kind: bytes) -> bytes | None:
        """The body of its first property of that type."""
        return next((body for name, body in self.properties if name == kind), None)


@dataclass
class Items:
    """What a `meta` box says."""

    primary: int
    items: dict[int, Item]
    references: dict[tuple[bytes, int], list[int]]
    """From a reference's type and the item it comes from, to the items it names."""

    def data_of(self, item: Item, file: bytes, max_bytes: int) -> bytes:
        """An item's bytes; empty where there are more than `max_bytes`."""
        if sum(end - start for start, end in item.extents) > max_bytes:
            return b""
        return b"".join(file[start:end] for start, end in item.extents)


def read_items(file: bytes, start: int, end: int) -> Items:
    """Read the body of a `meta` box. Raises ValueError where it is damaged, TooComplex beyond the bounds above."""
    found = {kind: (body, after) for kind, body, after in boxes(file, start + 4, end)}
    if b"pitm" not in found:
        raise ValueError("no picture is the primary one")
    reader = Reader(file, *found[b"pitm"])
    version, _ = reader.version_and_flags()
    primary = reader.integer(4 if version else 2)
    items: dict[int, Item] = defaultdict(Item)
    for name, read in ((b"iinf", _read_kinds), (b"iloc", None), (b"iprp", _read_properties)):
        if name not in found:
            raise ValueError(f"there is no {name.decode()}")
        if read is None:
            _read_locations(file, *found[name], items, found.get(b"idat"))
        else:
            read(file, *found[name], items)
    references = _read_references(file, *found[b"iref"]) if b"iref" in found else {}
    return Items(primary, dict(items), references)


def _read_kinds(file: bytes, start: int, end: int, items: dict[int, Item]) -> None:
    version = file[start]
    for kind, body, after in boxes(file, start + (8 if version else 6), end):
        if kind != b"infe" or file[body] < 2:
            continue
        if len(items) >= MAX_ITEMS:
            raise TooComplex(f"The file has more than {MAX_ITEMS} items.")
        reader = Reader(file, body, after)
        version, _ = reader.version_and_flags()
        item = items[reader.integer(4 if version == 3 else 2)]
        reader.integer(2)
        item.kind = reader.take(4)
        reader.string()
        item.content_type = reader.string() if item.kind == b"mime" else b""


def _read_locations(file: bytes, start: int, end: int, items: dict[int, Item], idat: tuple[int, int] | None) -> None:
    reader = Reader(file, start, end)
    version, _ = reader.version_and_flags()
    sizes = reader.integer(2)
    offset_size, length_size, base_size, index_size = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
    total = 0
    for _ in range(reader.integer(4 if version == 2 else 2)):
        number = reader.integer(4 if version == 2 else 2)
        method = reader.integer(2) & 15 if version else 0
        reader.integer(2)
        base = reader.integer(base_size)
        extents = []
        for _ in range(count := reader.integer(2)):
            reader.integer(index_size if version else 0)
            offset, length = base + reader.integer(offset_size), reader.integer(length_size)
            if method == 1 and idat is not None:
                offset += idat[0]
            # A length of 0 means the rest of the file.
            extents.append((offset, min(len(file), offset + length) if length else len(file)))
        total += count
        if total > MAX_EXTENTS:
            raise TooComplex(f"The file's items lie in more than {MAX_EXTENTS} places.")
        if method <= 1 and number in items:
            items[number].extents = extents


def _read_properties(file: bytes, start: int, end: int, items: dict[int, Item]) -> None:
    known: list[tuple[bytes, bytes]] = []
    for kind, body, after in boxes(file, start, end):
        if kind == b"ipco":
            known += [(name, file[at:to]) for name, at, to in boxes(file, body, after)]
    total = 0
    for kind, body, after in boxes(file, start, end):
        if kind != b"ipma":
            continue
        reader = Reader(file, body, after)
        version, flags = reader.version_and_flags()
        for _ in range(reader.integer(4)):
            number = reader.integer(4 if version else 2)
            for _ in range(count := reader.integer(1)):
                index = reader.integer(2) & 0x7FFF if flags & 1 else reader.integer(1) & 0x7F
                if 1 <= index <= len(known) and number in items:
                    items[number].properties.append(known[index - 1])
            total += count + 1
            if total > 16 * MAX_ITEMS:
                raise TooComplex("The file's items have too many properties.")


def _read_references(file: bytes, start: int, end: int) -> dict[tuple[bytes, int], list[int]]:
    size = 4 if file[start] else 2
    found: dict[tuple[bytes, int], list[int]] = defaultdict(list)
    total = 0
    for kind, body, after in boxes(file, start + 4, end):
        reader = Reader(file, body, after)
        source = reader.integer(size)
        count = reader.integer(2)
        total += count
        if total > 16 * MAX_ITEMS:
            raise TooComplex("The file's items refer to too many others.")
        found[kind, source] += [reader.integer(size) for _ in range(count)]
    return found
